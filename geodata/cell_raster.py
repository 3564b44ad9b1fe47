"""Areas on the 100 m grid: which cells their edges touch, and which cells lie whole inside them. Exact, by the edges themselves.

Not the cut pieces (cell_areas.py) and not the look-up of points (cell_index.py). A cell holds its south and west side, not the other two;
so a cell that no edge touches lies whole inside or whole outside an area.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from geodata.cell_sides import INSIDE, expanded, sides
from geodata.cells import CELL_M, CRS
from geodata.errors import InputError

# A cell that an edge passes this close is taken as touched. It covers what rounding may do to the place where an edge leaves a row
# of cells (below 1e-8 m for coordinates below 1e8 m), and costs an exact test more, never a wrong result.
NEAR_M = 1e-6


@dataclass(frozen=True)
class Raster:
    """Areas on the grid; rows and columns counted from the cell (`west`, `south`), flat cell = row * `columns` + column.

    `touched` is sorted: (flat cell, code) of the cells that an edge of an area touches. `runs` is (code, first, last) of the flat cells
    that lie whole inside an area, by code and cell. `edges` (x0, y0, x1, y1) are sorted by area and row, once for each row they touch;
    `edges[row_starts[b]:row_starts[b + 1]]` with b = `offsets[code] + row` are the edges of an area in a row.
    """

    west: int
    south: int
    columns: int
    rows: int
    touched: np.ndarray
    runs: np.ndarray
    offsets: np.ndarray
    row_starts: np.ndarray
    edges: np.ndarray

    def inner(self) -> tuple[np.ndarray, np.ndarray]:
        """(flat cell, code) of the cells that lie whole in an area: those that no edge of any area touches, and those that one does."""
        run, flat = expanded(self.runs[:, 1], self.runs[:, 2] + 1)
        border = np.zeros(self.rows * self.columns, bool)
        border[self.touched[:, 0]] = True
        crossed = border[flat]
        pairs = np.column_stack([flat, self.runs[run, 0]])
        return pairs[~crossed], pairs[crossed]


def ordered(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The areas by AGS, as codes 0, 1, … count them: columns ags and geometry.

    Raises InputError for no area, another CRS, a repeated AGS, or a geometry that is no valid polygon.
    """
    if areas.empty:
        raise InputError("cell_areas_none")
    if areas.crs is None or areas.crs.to_epsg() != int(CRS.removeprefix("EPSG:")):
        raise InputError("cell_areas_crs", found=areas.crs.to_string() if areas.crs else "–", expected=CRS)
    found = areas[["ags", "geometry"]].sort_values("ags", ignore_index=True)
    repeated = found.loc[found["ags"].duplicated(), "ags"]
    if len(repeated):
        raise InputError("cell_areas_repeated", found=repeated.iloc[0])
    shapes = found.geometry.to_numpy()
    polygonal = np.isin(shapely.get_type_id(shapes), [shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON])
    unfit = found.loc[~(polygonal & shapely.is_valid(shapes) & ~shapely.is_empty(shapes)), "ags"]
    if len(unfit):
        raise InputError("cell_areas_invalid", found=unfit.iloc[0])
    return found


def rasterise(polygons: np.ndarray) -> Raster:
    """Valid polygons or multipolygons (EPSG:25832, code = position) on the grid."""
    edges, code = _edges(polygons)
    row_low = _floor(np.minimum(edges[:, 1], edges[:, 3]))
    edge, row = expanded(row_low, _floor(np.maximum(edges[:, 1], edges[:, 3])) + 1)
    by_row = np.lexsort((row, code[edge]))
    edge, row = edge[by_row], row[by_row]
    edges, code = edges[edge], code[edge]

    column_low, column_high = _columns(edges, row)
    west, south = int(column_low.min()), int(row.min())
    columns, rows = int(column_high.max()) - west + 1, int(row.max()) - south + 1
    offsets, row_starts = _buckets(code, row - south, len(polygons))

    at, column = expanded(column_low, column_high + 1)
    flat = (row[at] - south) * columns + column - west
    pairs = np.unique(code[at] * (rows * columns) + flat)
    by_code = np.column_stack([pairs % (rows * columns), pairs // (rows * columns)])
    runs = _runs(by_code, columns, (west, south), (offsets, row_starts, edges))
    touched = by_code[np.lexsort((by_code[:, 1], by_code[:, 0]))]
    return Raster(west, south, columns, rows, touched, runs, offsets, row_starts, edges)


def _edges(polygons: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(x0, y0, x1, y1) of each edge, and the position of its polygon; edges without length are left out."""
    parts, owner = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    same = (ring[1:] == ring[:-1]) & (points[1:] != points[:-1]).any(axis=1)
    edges = np.hstack([points[:-1], points[1:]])[same]
    return edges, owner[part[ring[:-1][same]]].astype("int64")


def _columns(edges: np.ndarray, row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first and last column of the cells that each edge touches in its row."""
    x0, y0, x1, y1 = edges.T
    low, high = np.maximum(np.minimum(y0, y1), row * CELL_M), np.minimum(np.maximum(y0, y1), (row + 1) * CELL_M)
    level = y0 == y1
    slope = (x1 - x0) / np.where(level, 1.0, y1 - y0)
    enters, leaves = np.where(level, x0, x0 + (low - y0) * slope), np.where(level, x1, x0 + (high - y0) * slope)
    west, east = np.minimum(x0, x1), np.maximum(x0, x1)
    return (
        _floor(np.maximum(np.minimum(enters, leaves) - NEAR_M, west)),
        _floor(np.minimum(np.maximum(enters, leaves) + NEAR_M, east)),
    )


def _buckets(code: np.ndarray, row: np.ndarray, areas: int) -> tuple[np.ndarray, np.ndarray]:
    """`offsets` and `row_starts` of edges sorted by code and row: one bucket for each row between an area's first and last."""
    positions = np.arange(areas)
    begin, end = np.searchsorted(code, positions, "left"), np.searchsorted(code, positions, "right")
    first, last = row[begin], row[end - 1]
    bases = np.concatenate([[0], np.cumsum(last - first + 1)])
    offsets = bases[:-1] - first
    starts = np.searchsorted(offsets[code] + row, np.arange(bases[-1] + 1))
    return offsets, starts


def _runs(by_code: np.ndarray, columns: int, corner: tuple[int, int], lookup: tuple[np.ndarray, np.ndarray, np.ndarray]) -> np.ndarray:
    """The cells between two touched ones of the same area and row, where the middle of the first of them lies inside."""
    flat, code = by_code[:-1, 0], by_code[:-1, 1]
    gap = (by_code[1:, 1] == code) & (by_code[1:, 0] // columns == flat // columns) & (by_code[1:, 0] - flat > 1)
    first, last, code = flat[gap] + 1, by_code[1:, 0][gap] - 1, code[gap]
    row, column = np.divmod(first, columns)
    (west, south), (offsets, row_starts, edges) = corner, lookup
    # Half a cell from the nearest edge: the answer is always sure.
    bucket = offsets[code] + row
    x, y = (column + west + 0.5) * CELL_M, (row + south + 0.5) * CELL_M
    found = sides(x, y, edges, row_starts[bucket], row_starts[bucket + 1])
    inside = found == INSIDE
    return np.column_stack([code[inside], first[inside], last[inside]])


def _floor(metres: np.ndarray) -> np.ndarray:
    return np.floor(metres / CELL_M).astype("int64")
