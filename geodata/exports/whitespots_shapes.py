"""Shapes of white spots: squares of cells, and clusters coarsened to the published grid. Which rows go out is decided elsewhere."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geodata.cells import CELL_M
from geodata.exports.layers import GEOMETRY
from geodata.privacy import MINIMUM


def squares(table: pa.Table) -> pa.Table:
    """The table with the square of each cell, from its south-west corner (`easting_m`, `northing_m`)."""
    east, north = (table[c].to_numpy().astype("float64") for c in ("easting_m", "northing_m"))
    shapes = shapely.box(east, north, east + CELL_M, north + CELL_M)
    return table.append_column(GEOMETRY, pa.array(shapely.to_wkb(shapes).tolist(), pa.binary()))


def points(table: pa.Table) -> pa.Table:
    """The table with the point of each address (`ostwert`, `nordwert`)."""
    shapes = shapely.points(*(table[c].to_numpy().astype("float64") for c in ("ostwert", "nordwert")))
    return table.append_column(GEOMETRY, pa.array(shapely.to_wkb(shapes).tolist(), pa.binary()))


def in_threes(table: pa.Table, column: str) -> pa.Table:
    """The table with a number of households rounded to the nearest multiple of three; null stays null."""
    values = pc.multiply(pc.round(pc.divide(table[column].cast(pa.float64()), float(MINIMUM))), float(MINIMUM))
    return table.set_column(table.column_names.index(column), column, values)


def coarse(table: pa.Table, parts: pa.Table) -> pa.Table:
    """The outlines as unions of the parts of the published grid that they touch; null where they touch none."""
    outlines = shapely.from_wkb(table[GEOMETRY].cast(pa.binary()).to_pylist())
    shapes = np.asarray(shapely.from_wkb(parts[GEOMETRY].cast(pa.binary()).to_pylist()), dtype=object)
    tree = shapely.STRtree(shapes)
    merged = []
    for outline in outlines:
        touched = tree.query(outline, predicate="intersects")
        merged.append(shapely.union_all(shapes[np.sort(touched)]) if len(touched) else None)
    at = table.column_names.index(GEOMETRY)
    return table.set_column(at, GEOMETRY, pa.array(shapely.to_wkb(merged) if merged else [], pa.binary()))
