"""Rows of a Parquet file that lies in a folder or behind a URL: what a part reads for itself."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from geodata.errors import InputError
from geodata.storage import opened


def row_count(place: Path | str) -> int:
    """The number of rows of a file."""
    try:
        with opened(place) as stream:
            return int(pq.read_metadata(stream).num_rows)
    except (OSError, pa.ArrowInvalid) as error:
        raise InputError("part_file_unreadable", file=place, found=str(error)) from error


def rows_of(place: Path | str, columns: Sequence[str], rows: tuple[int, int]) -> pa.Table:
    """The rows from the first to one before the last, of which only the row groups are read that hold them."""
    first, last = rows
    try:
        with opened(place) as stream, pq.ParquetFile(stream) as file:
            groups: list[int] = []
            start, seen = first, 0
            for group in range(file.num_row_groups):
                count = file.metadata.row_group(group).num_rows
                if seen < last and seen + count > first:
                    if not groups:
                        start = first - seen
                    groups.append(group)
                seen += count
            found = file.read_row_groups(groups, columns=list(columns))
    except (OSError, pa.ArrowInvalid) as error:
        raise InputError("part_file_unreadable", file=place, found=str(error)) from error
    return found.slice(start, last - first).combine_chunks()
