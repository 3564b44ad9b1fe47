"""Points of a Parquet file counted and summed by Gemeinde: in batches, exactly, in memory for one row group a thread.

Not the look-up of one point (cell_index.py), and no SQL: the sums are whole numbers, so that neither order nor threads change them.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geodata.cell_index import CellIndex
from geodata.errors import InputError
from geodata.storage import opened

BATCH = 1 << 16
EXACT = "DECIMAL(18, s), BIGINT, INTEGER"
_DIGITS = 18  # of a decimal that surely fits 64 bits


def count_by_gemeinde(
    index: CellIndex,
    points: Path | str,
    *,
    value: str = "households",
    coordinates: tuple[str, str] = ("easting_m", "northing_m"),
    threads: int = 2,
) -> pa.Table:
    """One row for each Gemeinde by AGS, then one with null for the points in none: ags, points, and the sum of `value` under its own name.

    Coordinates are metres in EPSG:25832; a point without them lies in none. The sum has the scale of the column and is null where no value
    is known. Raises InputError for an unreadable file, an absent column, or a `value` that cannot be summed exactly.
    """
    groups, kind = examined(points, (*coordinates, value), value)

    def counted(mine: Iterable[int]) -> np.ndarray:
        return sums_of(index, points, mine, value=value, coordinates=coordinates, use_threads=groups < threads)

    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(counted, [range(first, groups, threads) for first in range(min(threads, groups))]))
    return table_of(index, parts, value, kind)


def sums_of(  # noqa: PLR0913  # what is read, and how
    index: CellIndex,
    points: Path | str,
    groups: Iterable[int],
    *,
    value: str = "households",
    coordinates: tuple[str, str] = ("easting_m", "northing_m"),
    use_threads: bool = False,
) -> np.ndarray:
    """The sums of some row groups, int64 of shape (4, Gemeinden + 1): to be added, then read by `table_of`."""
    sums = np.zeros((4, len(index.ags) + 1), "int64")
    try:
        with opened(points) as stream, pq.ParquetFile(stream) as file:
            for group in groups:  # one at a time: asked for several, Arrow holds what it has read of all of them
                for batch in file.iter_batches(BATCH, row_groups=[group], columns=[*coordinates, value], use_threads=use_threads):
                    easting, northing = (_metres(batch[name]) for name in coordinates)
                    _add(sums, index.locate(easting, northing), *_whole(batch[value]))
    except (OSError, pa.ArrowInvalid) as error:
        raise InputError("points_unreadable", file=_name(points), found=str(error)) from error
    return sums


def examined(points: Path | str, columns: tuple[str, ...], value: str) -> tuple[int, pa.DataType]:
    """The number of row groups and the type of the values."""
    try:
        with opened(points) as stream, pq.ParquetFile(stream) as file:
            schema, groups = file.schema_arrow, file.num_row_groups
    except (OSError, pa.ArrowInvalid) as error:
        raise InputError("points_unreadable", file=_name(points), found=str(error)) from error
    missing = [name for name in columns if name not in schema.names]
    if missing:
        raise InputError("column_missing", file=_name(points), found=", ".join(schema.names), expected=", ".join(missing))
    kind = schema.field(value).type
    whole = pa.types.is_signed_integer(kind) or (pa.types.is_decimal(kind) and kind.precision <= _DIGITS)
    if not whole:
        raise InputError("points_column_type", file=_name(points), column=value, found=kind, expected=EXACT)
    return groups, kind


def _name(points: Path | str) -> str:
    return str(points).rsplit("/", 1)[-1]


def _metres(column: pa.Array) -> np.ndarray:
    """Coordinates as float64; null becomes NaN."""
    found: np.ndarray = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return found


def _whole(column: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """The values as whole numbers (a decimal without its point) and which are known; the second is empty where all are."""
    known = pc.is_valid(column).to_numpy(zero_copy_only=False) if column.null_count else np.empty(0, "bool")
    if not pa.types.is_decimal(column.type):
        return column.cast(pa.int64()).fill_null(0).to_numpy(), known
    if column.type.bit_width != 128:  # noqa: PLR2004 (a narrow decimal is widened: one layout below)
        column = column.cast(pa.decimal128(column.type.precision, column.type.scale))
    # Little-endian 128 bits, of which up to 18 digits use the lower 64.
    words = np.frombuffer(column.buffers()[1], "int64")[2 * column.offset : 2 * (column.offset + len(column))]
    return words[::2], known


def _add(sums: np.ndarray, codes: np.ndarray, values: np.ndarray, known: np.ndarray) -> None:
    """Add to the column of each code, the last one for -1: points, values known, their high and their low 32 bits.

    Two halves cannot overflow in fewer than 2^31 points; `table_of` joins them without a bound.
    """
    points, with_value, high, low = sums
    column = np.where(codes < 0, len(points) - 1, codes).astype("int64")
    points += np.bincount(column, minlength=len(points))
    if len(known):
        column, values = column[known], values[known]
    with_value += np.bincount(column, minlength=len(points))
    np.add.at(high, column, values >> 32)
    np.add.at(low, column, values & 0xFFFFFFFF)


def table_of(index: CellIndex, parts: Iterable[np.ndarray], value: str, kind: pa.DataType) -> pa.Table:
    """The table of `count_by_gemeinde` from the sums of all parts, whatever their order."""
    sums = sum(parts, np.zeros((4, len(index.ags) + 1), "int64"))
    totals = [(high << 32) + low if known else None for _, known, high, low in sums.T.tolist()]
    if pa.types.is_decimal(kind):
        exact = [None if t is None else Decimal(f"{t}E{-kind.scale}") for t in totals]
        column = pa.array(exact, pa.decimal128(38, kind.scale))
    else:
        column = pa.array(totals, pa.int64())
    ags = pa.concat_arrays([index.ags, pa.nulls(1, pa.string())])
    return pa.table({"ags": ags, "points": sums[0], value: column})
