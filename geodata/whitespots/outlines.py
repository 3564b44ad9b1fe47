"""Outlines of clusters: discs around addresses, just under half the chain distance so that two outlines never overlap; squares of cells."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geodata.cells import squares

Ints = npt.NDArray[np.int64]
THREADS = 2
QUARTER = 4  # corners of a quarter of a disc; they lie on the circle, so that the polygon is inside the disc


def discs(easting: np.ndarray, northing: np.ndarray, of: Ints, count: int, *, radius_m: float) -> np.ndarray:
    """Per cluster (`of`: the number of each member's) the union of its discs, a polygon or several, in the coordinates of the points."""
    order = np.lexsort((northing, easting, of))
    first = np.append([True], np.any([np.diff(c[order]) != 0 for c in (of, easting, northing)], axis=0))[: len(of)]
    start = np.searchsorted(of[order][first], np.arange(count + 1))
    x, y = easting[order][first], northing[order][first]

    def outline(one: int) -> object:
        own = slice(start[one], start[one + 1])
        around = shapely.buffer(shapely.points(x[own], y[own]), radius_m, quad_segs=QUARTER)
        return shapely.normalize(shapely.union_all(around))

    found = np.empty(count, dtype=object)
    # Largest first, so that none is left alone at the end. GEOS lets go of the interpreter; only the discs at work are in memory.
    largest = np.argsort(-np.diff(start), kind="stable")
    with ThreadPoolExecutor(THREADS) as pool:
        found[largest] = list(pool.map(outline, largest))
    return found


def joined_squares(cells: npt.NDArray[np.int32], of: Ints, count: int) -> np.ndarray:
    """Per cluster the union of the squares of its cells."""
    order = np.argsort(of, kind="stable")
    start = np.searchsorted(of[order], np.arange(count + 1))
    own = squares(cells[order])
    return np.array([shapely.normalize(shapely.union_all(own[a:b])) for a, b in pairwise(start)], dtype=object)


def contained(areas: gpd.GeoSeries, things: gpd.GeoSeries) -> Ints:
    """How many of the things (points or polygons) each area meets."""
    if not len(areas) or not len(things):
        return np.zeros(len(areas), dtype=np.int64)
    _, hit = shapely.STRtree(areas.to_numpy()).query(things.to_numpy(), predicate="intersects")
    return np.bincount(hit, minlength=len(areas)).astype("int64")
