"""The 100 m cell of the Bundesnetzagentur as a number: from coordinates, to and from `raster_id`, to its square.

Not which Gemeinde a cell lies in (cell_raster.py, cell_index.py), and not the Zensus grid, which is another one (EPSG:3035).
`cell_id` = floor(northing / 100) * 10000 + floor(easting / 100) in EPSG:25832; `raster_id` is the same as text, `100mN52682E3982`.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geodata.errors import InputError

CELL_M = 100
COLUMNS = 10_000  # of cell_id: columns 0 to 9999, that is eastings below 1,000 km
ROWS = 214_748  # of cell_id: all that an int32 holds with any column
CELL_CM2 = 10**8
CRS = "EPSG:25832"
_RASTER_ID = r"^100mN(?P<row>[0-9]{1,6})E(?P<column>[0-9]{1,4})$"


def in_grid(easting: np.ndarray, northing: np.ndarray) -> np.ndarray:
    """Which points (metres, EPSG:25832) have a cell_id; not the ones without a number."""
    found: np.ndarray = (easting >= 0) & (easting < COLUMNS * CELL_M) & (northing >= 0) & (northing < ROWS * CELL_M)
    return found


def cell_ids(easting: np.ndarray, northing: np.ndarray) -> np.ndarray:
    """The int32 cell_id of each point (metres, EPSG:25832); a point on a side belongs to the cell east and north of it.

    Raises InputError where a point lies outside the grid: such points are for `in_grid` to sort out first.
    """
    easting, northing = np.asarray(easting, "float64"), np.asarray(northing, "float64")
    inside = in_grid(easting, northing)
    if not inside.all():
        at = int(np.argmin(inside))
        found = f"{easting.flat[at]} / {northing.flat[at]}"
        raise InputError("cell_outside_grid", found=found, expected=f"0–{COLUMNS * CELL_M} / 0–{ROWS * CELL_M} m")
    # A correctly rounded quotient never reaches the next whole number; a product with 0.01 does.
    row, column = np.floor(northing / CELL_M), np.floor(easting / CELL_M)
    return (row * COLUMNS + column).astype("int32")


def corners(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Easting and northing (whole metres, int64) of the south-west corner of each cell."""
    row, column = np.divmod(np.asarray(cells, "int64"), COLUMNS)
    return column * CELL_M, row * CELL_M


def squares(cells: np.ndarray) -> np.ndarray:
    """The polygon of each cell in EPSG:25832."""
    west, south = corners(cells)
    found: np.ndarray = shapely.box(west, south, west + CELL_M, south + CELL_M)
    return found


def raster_ids(cells: pa.Array) -> pa.Array:
    """The text `100mN52682E3982` of each int32 cell_id; null stays null."""
    row = pc.divide(cells, COLUMNS)
    column = pc.subtract(cells, pc.multiply(row, COLUMNS))
    return pc.binary_join_element_wise("100mN", row.cast(pa.string()), "E", column.cast(pa.string()), "")


def cells_of_raster_ids(texts: pa.Array) -> pa.Array:
    """The int32 cell_id of each text of the form `100mN52682E3982`; null where it has another form or lies outside the grid."""
    parts = pc.extract_regex(texts, pattern=_RASTER_ID)
    row, column = (pc.struct_field(parts, name).cast(pa.int64()) for name in ("row", "column"))
    row = pc.if_else(pc.less(row, ROWS), row, pa.scalar(None, pa.int64()))
    return pc.add(pc.multiply(row, COLUMNS), column).cast(pa.int32())
