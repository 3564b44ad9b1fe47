"""Schools and Gewerbegebiete beside addresses and cells: which belongs to which. What is offered there is not known here."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely
from scipy.spatial import KDTree

from geodata.cells import CELL_M, COLUMNS

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Places:
    """Addresses or cells: easting, northing in EPSG:25832, and the cell they lie in."""

    easting: npt.NDArray[np.float64]
    northing: npt.NDArray[np.float64]
    cell_id: npt.NDArray[np.int32]


@dataclass(frozen=True)
class Register:
    """Open schools (`ags`, point) and Gewerbegebiete (`ags` of the Gemeinde they count in, polygon); empty where none are to be counted."""

    schools: gpd.GeoDataFrame
    parks: gpd.GeoDataFrame

    @property
    def school_ags(self) -> pa.Array:
        """The Gemeinde of each school."""
        return pa.array(self.schools["ags"], pa.string())

    @property
    def park_ags(self) -> pa.Array:
        """The Gemeinde of each Gewerbegebiet."""
        return pa.array(self.parks["ags"], pa.string())


def nearest_rows(schools: gpd.GeoDataFrame, points: Places, *, reach_m: float) -> Ints:
    """For each school the row of the nearest address up to `reach_m` away (of several one, always the same); −1: none."""
    found = np.full(len(schools), -1, dtype=np.int64)
    if not len(schools) or not len(points.easting):
        return found
    x, y = schools.geometry.x.to_numpy(), schools.geometry.y.to_numpy()
    rows = _in_cells(points, np.column_stack([x - reach_m, y - reach_m, x + reach_m, y + reach_m]))
    if len(rows):
        distance, at = KDTree(np.column_stack([points.easting[rows], points.northing[rows]])).query(np.column_stack([x, y]))
        near = np.flatnonzero(distance <= reach_m)
        found[near] = rows[np.asarray(at)[near]]
    return found


def rows_inside(parks: gpd.GeoDataFrame, points: Places) -> tuple[Ints, Ints]:
    """Pairs of a Gewerbegebiet's position and the row of an address in it (its border included), ascending."""
    nothing = np.zeros(0, dtype=np.int64)
    if not len(parks) or not len(points.easting):
        return nothing, nothing
    rows = _in_cells(points, parks.geometry.bounds.to_numpy())
    polygons = parks.geometry.to_numpy()
    places = shapely.points(np.column_stack([points.easting[rows], points.northing[rows]]))
    which, park = shapely.STRtree(polygons).query(places, predicate="intersects")
    order = np.lexsort((rows[which], park))
    return park[order].astype("int64"), rows[which][order]


def cells_of(bounds: np.ndarray) -> tuple[Ints, Ints]:
    """Pairs of a box (west, south, east, north) and a cell that it touches."""
    west, south, east, north = np.floor(bounds.reshape(-1, 4) / CELL_M).astype("int64").T
    wide = east - west + 1
    counts = wide * (north - south + 1)
    box = np.repeat(np.arange(len(west)), counts)
    turn = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    return box, (south[box] + turn // wide[box]) * COLUMNS + west[box] + turn % wide[box]


def _in_cells(points: Places, bounds: np.ndarray) -> Ints:
    """Rows of the points whose cell one of the boxes touches."""
    return np.flatnonzero(np.isin(points.cell_id, cells_of(bounds)[1]))
