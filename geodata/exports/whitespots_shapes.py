"""Shapes of white spots: squares of cells and points of addresses. Which rows go out is decided elsewhere."""

import pyarrow as pa
import shapely

from geodata.cells import CELL_M
from geodata.exports.layers import GEOMETRY


def squares(table: pa.Table) -> pa.Table:
    """The table with the square of each cell, from its south-west corner (`easting_m`, `northing_m`)."""
    east, north = (table[c].to_numpy().astype("float64") for c in ("easting_m", "northing_m"))
    shapes = shapely.box(east, north, east + CELL_M, north + CELL_M)
    return table.append_column(GEOMETRY, pa.array(shapely.to_wkb(shapes).tolist(), pa.binary()))


def points(table: pa.Table) -> pa.Table:
    """The table with the point of each address (`ostwert`, `nordwert`)."""
    shapes = shapely.points(*(table[c].to_numpy().astype("float64") for c in ("ostwert", "nordwert")))
    return table.append_column(GEOMETRY, pa.array(shapely.to_wkb(shapes).tolist(), pa.binary()))
