"""The demo's relief: invented heights that follow the landscapes of Nordrhein-Westfalen, from a handful of rounded figures. No survey.

Each landscape gives a middle height and how much its hills vary; between them both are interpolated, and the hills are random.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import rasterio
from pyproj import Transformer
from rasterio.transform import Affine
from scipy import ndimage

from geodata.atomic import replaced

# Landscape: longitude, latitude, middle height and deviation of its hills in m, rounded.
LANDSCAPES = {
    "Niederrhein": (6.3, 51.7, 25, 5),
    "Kölner Bucht": (6.8, 50.85, 85, 12),
    "Aachener Land": (6.1, 50.8, 190, 30),
    "Nordeifel": (6.35, 50.5, 520, 60),
    "Bonn": (7.1, 50.72, 65, 15),
    "Siebengebirge": (7.3, 50.66, 230, 60),
    "Ruhrgebiet": (7.1, 51.5, 60, 12),
    "Bergisches Land": (7.25, 51.05, 240, 45),
    "Westmünsterland": (7.0, 51.95, 55, 10),
    "Münster": (7.6, 51.95, 60, 8),
    "Tecklenburg": (7.85, 52.3, 80, 15),
    "Soester Börde": (8.1, 51.58, 95, 12),
    "Haarstrang": (8.2, 51.5, 230, 25),
    "Märkisches Sauerland": (7.75, 51.2, 350, 60),
    "Siegerland": (8.0, 50.9, 370, 60),
    "Rothaargebirge": (8.45, 51.15, 620, 70),
    "Paderborn": (8.7, 51.7, 130, 20),
    "Eggegebirge": (8.95, 51.75, 300, 45),
    "Senne": (8.65, 51.88, 130, 15),
    "Teutoburger Wald": (8.5, 52.0, 190, 45),
    "Lipper Bergland": (8.95, 52.0, 220, 40),
    "Weserbergland": (9.3, 51.8, 230, 50),
    "Minden": (8.9, 52.35, 50, 10),
}
SMOOTH_KM = 14.0
HILLS = ((5000.0, 0.7), (1200.0, 1.0), (400.0, 0.3))  # width in m, share of the deviation
LATTICE_REACH = 3  # noise is drawn on a lattice of a third of its width
LATTICE_M = 2000
CELL_M = 100
MARGIN_M = 20_000
Floats = npt.NDArray[np.float32]


def relief(bounds: tuple[float, float, float, float], rng: np.random.Generator) -> tuple[Floats, int, int]:
    """Heights in m per 100 m cell of `bounds` (west, south, east, north, EPSG:25832), row 0 in the south; west and south of the array."""
    west, south = (int(v // LATTICE_M * LATTICE_M) for v in bounds[:2])
    columns, rows = (int(-(-(high - low) // LATTICE_M)) + 1 for low, high in ((west, bounds[2]), (south, bounds[3])))
    middle, deviation = _between(west, south, rows, columns)
    zoom = LATTICE_M // CELL_M
    heights = ndimage.zoom(middle, zoom, order=1, grid_mode=True, mode="nearest")
    spread = ndimage.zoom(deviation, zoom, order=1, grid_mode=True, mode="nearest")
    for width_m, share in HILLS:
        coarse = max(int(width_m / CELL_M / LATTICE_REACH), 1)
        shape = tuple(-(-n // coarse) for n in heights.shape)
        waves = ndimage.gaussian_filter(rng.standard_normal(shape, dtype="float32"), width_m / CELL_M / coarse, mode="wrap")
        waves = ndimage.zoom(waves / waves.std(), coarse, order=1, grid_mode=True, mode="nearest")
        heights += share * spread * waves[: heights.shape[0], : heights.shape[1]]
    return np.maximum(heights, 5.0).astype("float32"), west, south


def write_terrain(bounds: tuple[float, float, float, float], path: Path, rng: np.random.Generator) -> Path:
    """The relief around `bounds`, 20 km wider, as a GeoTIFF of whole metres."""
    wide = (bounds[0] - MARGIN_M, bounds[1] - MARGIN_M, bounds[2] + MARGIN_M, bounds[3] + MARGIN_M)
    heights, west, south = relief(wide, rng)
    profile = {
        "driver": "GTiff", "dtype": "int16", "count": 1, "height": heights.shape[0], "width": heights.shape[1], "crs": "EPSG:25832",
        "transform": Affine(CELL_M, 0, west, 0, -CELL_M, south + CELL_M * heights.shape[0]), "compress": "deflate", "predictor": 2,
        "tiled": True, "nodata": -32768,
    }  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    with replaced(path) as part, rasterio.open(part, "w", **profile) as file:
        file.write(np.rint(heights[::-1]).astype("int16"), 1)
    return path


def _between(west: int, south: int, rows: int, columns: int) -> tuple[Floats, Floats]:
    """Height and deviation on a lattice, each landscape weighing with its nearness."""
    table = np.array(list(LANDSCAPES.values()))
    x, y = Transformer.from_crs("EPSG:4326", "EPSG:25832", always_xy=True).transform(table[:, 0], table[:, 1])
    easting = west + LATTICE_M * (np.arange(columns) + 0.5)
    northing = south + LATTICE_M * (np.arange(rows) + 0.5)
    away = ((easting[None, :, None] - x) ** 2 + (northing[:, None, None] - y) ** 2) / 1e6
    weight = 1.0 / (away + SMOOTH_KM**2 / 4) ** 2
    weight /= weight.sum(axis=2, keepdims=True)
    return (weight @ table[:, 2]).astype("float32"), (weight @ table[:, 3]).astype("float32")
