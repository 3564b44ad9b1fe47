"""Rows of a Parquet file that lies in a folder or behind a URL: what a part reads for itself."""

import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.errors import InputError
from geodata.parts.run import ranges
from geodata.storage import opened

LEAST, MOST = -(2**31), 2**31  # no cell_id lies outside


def anywhere(place: Path | str) -> str:
    """A place as every worker finds it: a path from the root of the file system, a URL as it is."""
    return str(place.absolute()) if isinstance(place, Path) else place


def row_count(place: Path | str) -> int:
    """The number of rows of a file."""
    try:
        with opened(place) as stream:
            return int(pq.read_metadata(stream).num_rows)
    except (OSError, pa.ArrowInvalid) as error:
        raise InputError("part_file_unreadable", file=place, found=str(error)) from error


def cell_ranges(place: Path | str, parts: int) -> list[tuple[int, int]]:
    """Ranges of cell_id that leave none out, with about as many rows of a table each."""
    with opened(place) as stream:
        ids = pq.read_table(stream, columns=["cell_id"])["cell_id"].to_numpy()
    cuts = [r[0] for r in ranges(len(ids), parts)][1:]
    inner = np.unique(np.partition(ids, cuts)[cuts]) if cuts else ids[:0]
    edges = [LEAST, *(int(i) for i in inner), MOST]
    return list(itertools.pairwise(edges))


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
