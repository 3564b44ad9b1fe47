"""The pieces of border cells in parts: runs of Gemeinden, whose polygons travel along."""

from dataclasses import dataclass
from functools import partial

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geodata.cell_areas import area_cells as areas_here
from geodata.cell_areas import pieces as pieces_here
from geodata.parts.run import over, ranges
from geodata.parts.workers import Pool

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class BorderPart:
    """Border cells and which of the `polygons` (WKB, which keeps every bit of a coordinate) cuts each."""

    row: Ints
    column: Ints
    code: Ints
    polygons: tuple[bytes, ...]
    threads: int


def area_cells(areas: gpd.GeoDataFrame, *, threads: int, pool: Pool) -> gpd.GeoDataFrame:
    """What `cell_areas.area_cells` gives for all Gemeinden."""
    if pool.parts == 1:
        return areas_here(areas, threads=threads)
    return areas_here(areas, threads=threads, cutter=partial(pieces, pool=pool))


def pieces(row: Ints, column: Ints, code: Ints, polygons: np.ndarray, threads: int, *, pool: Pool) -> np.ndarray:  # noqa: PLR0913  # as `cell_areas.pieces`
    """What `cell_areas.pieces` gives for all cells; a cell hangs on nothing but itself and its area."""
    order = np.argsort(code, kind="stable")
    parts = []
    for first, last in ranges(len(order), pool.parts):
        rows = order[first:last]
        named, own = np.unique(code[rows], return_inverse=True)
        parts.append(BorderPart(row[rows], column[rows], own, tuple(shapely.to_wkb(polygons[named]).tolist()), threads))
    found = np.empty(len(order), dtype=object)
    if parts:
        found[order] = shapely.from_wkb(np.array([shape for part in over(pool, cut, parts) for shape in part], dtype=object))
    return found


def cut(part: BorderPart) -> list[bytes]:
    """The pieces of one part as WKB."""
    polygons = shapely.from_wkb(np.array(part.polygons, dtype=object))
    found: list[bytes] = shapely.to_wkb(pieces_here(part.row, part.column, part.code, polygons, part.threads)).tolist()
    return found
