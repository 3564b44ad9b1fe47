"""The cells of each Gemeinde with their areas, and the cut piece of every cell that a border runs through: table `core_area_cells`.

Not the look-up of points, which needs no pieces (cell_index.py). Only border cells are cut, first out of tiles of many cells:
an intersection costs by the corners of the polygon, and a tile holds few.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from geodata.cell_raster import ordered, rasterise
from geodata.cells import CELL_CM2, CELL_M, COLUMNS, CRS, ROWS
from geodata.errors import InputError

TILE = 8  # cells on a side
BLOCK = 4096  # squares that one call cuts
_CM2 = 10_000  # of a square metre
# Of cells (row, column) and the areas (code) that cut them: the pieces, given the areas and a number of threads.
Cutter = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray, int], np.ndarray]


def pieces(row: np.ndarray, column: np.ndarray, code: np.ndarray, polygons: np.ndarray, threads: int) -> np.ndarray:
    """The polygonal part of each cell within its area, one of `polygons`; an empty polygon where they only touch."""
    key = (code * ROWS + row // TILE) * COLUMNS + column // TILE
    _, first, tile = np.unique(key, return_index=True, return_inverse=True)
    large = _cut(polygons[code[first]], column[first] // TILE * TILE, row[first] // TILE * TILE, TILE, threads)
    return _polygonal(_cut(large[tile], column, row, 1, threads))


def area_cells(areas: gpd.GeoDataFrame, *, threads: int = 2, cutter: Cutter = pieces) -> gpd.GeoDataFrame:
    """Grain: cell and Gemeinde, sorted by cell_id and ags; `areas` are the Gemeinden of one edition (boundary_edition, ags, geometry).

    boundary_edition, cell_id (int32), ags, is_border (an edge of some Gemeinde touches the cell), area_cm2 (int64, of the cell within the
    Gemeinde), geometry (the piece within the Gemeinde in EPSG:25832; null unless is_border). A piece below half a cm² is no row.
    """
    editions = sorted(set(areas["boundary_edition"]))
    levels = set(areas["level"]) if "level" in areas.columns else {"gemeinde"}
    if len(editions) != 1 or levels != {"gemeinde"}:
        raise InputError("cell_areas_editions", found=f"{editions}, {sorted(levels)}")
    found = ordered(areas)
    raster = rasterise(found.geometry.to_numpy())
    whole, crossed = raster.inner()
    pairs = np.concatenate([raster.touched, crossed])
    row, column = np.divmod(pairs[:, 0], raster.columns)
    cut = cutter(row + raster.south, column + raster.west, pairs[:, 1], found.geometry.to_numpy(), threads)
    cm2 = np.rint(shapely.area(cut) * _CM2).astype("int64")
    kept = cm2 > 0
    flat, code = np.concatenate([whole, pairs[kept]]).T
    square = np.zeros(len(flat), bool)
    square[: len(whole)] = True
    order = np.lexsort((code, flat))
    geometry = np.full(len(flat), None, dtype=object)
    geometry[~square] = cut[kept]
    area = np.full(len(flat), CELL_CM2)
    area[~square] = cm2[kept]
    row, column = np.divmod(flat[order], raster.columns)
    names = pa.array(found["ags"], pa.string())
    return gpd.GeoDataFrame(
        {
            "boundary_edition": pd.array(pa.repeat(editions[0], len(flat)), dtype="string"),
            "cell_id": ((row + raster.south) * COLUMNS + column + raster.west).astype("int32"),
            "ags": pd.array(names.take(pa.array(code[order])), dtype="string"),
            "is_border": ~square[order],
            "area_cm2": area[order],
        },
        geometry=geometry[order],
        crs=CRS,
    )


def _cut(shapes: np.ndarray, column: np.ndarray, row: np.ndarray, side: int, threads: int) -> np.ndarray:
    """The intersection of each shape with the square of `side` cells at its column and row; GEOS runs outside the lock."""
    boxes = shapely.box(column * CELL_M, row * CELL_M, (column + side) * CELL_M, (row + side) * CELL_M)
    blocks = [slice(at, at + BLOCK) for at in range(0, len(shapes), BLOCK)]
    with ThreadPoolExecutor(threads) as pool:
        return np.concatenate(list(pool.map(lambda block: shapely.intersection(shapes[block], boxes[block]), blocks)))


def _polygonal(shapes: np.ndarray) -> np.ndarray:
    """Each shape without its points and lines: where a border runs along a side, the intersection has some."""
    found = shapes.copy()
    kind = shapely.get_type_id(shapes)
    for at in np.flatnonzero(~np.isin(kind, [shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON])):
        parts = [p for p in shapely.get_parts(shapely.get_parts([shapes[at]])) if isinstance(p, shapely.Polygon)]
        found[at] = shapely.MultiPolygon(parts) if len(parts) > 1 else (parts[0] if parts else shapely.Polygon())
    return found
