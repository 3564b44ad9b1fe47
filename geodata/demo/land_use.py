"""The demo's land use, a raster of 200 m: towns around the middle of each Gemeinde, forest on the hills. Invented; it is no survey.

Not the inhabited cells (cells.py): of them the demo keeps a part, and clutter stands everywhere.
"""

from pathlib import Path

import numpy as np
import rasterio
import shapely
from rasterio.enums import Resampling
from rasterio.transform import Affine

from geodata.atomic import replaced
from geodata.demo import facts
from geodata.demo.raster import CELL_M, NOWHERE, Raster

# Value of the file: class of the radio model, as the profile maps them.
VALUES = {"open": 1, "suburban": 3, "urban_or_forest": 4, "dense_urban": 5}
STEP = 2  # cells per pixel
FOREST = 0.27  # of the Land, rounded from official statistics
BUILT_LEAST, BUILT_MOST, BUILT_PER_PERSON_M2 = 0.05, 0.75, 250.0
DENSE_SHARE, DENSE_FROM = 0.25, 1500.0  # of what is built, where so many live on a km²
HILL_M, QUARTER_PIXELS, WOOD_PIXELS = 160.0, 4.0, 6.0


def write_land_use(raster: Raster, terrain: Path, path: Path, rng: np.random.Generator) -> Path:
    """A GeoTIFF of `VALUES` over the Land, 0 outside; `terrain` is the relief, for where the forest stands."""
    gemeinde = raster.gemeinde[::STEP, ::STEP]
    rows, columns = gemeinde.shape
    transform = Affine(CELL_M * STEP, 0, raster.west * CELL_M, 0, -CELL_M * STEP, (raster.south + rows * STEP) * CELL_M)
    row, column = np.nonzero(gemeinde != NOWHERE)
    owner = gemeinde[row, column].astype("int64")
    built = _built(raster, row, column, owner, rng)
    heights = _heights(terrain, transform, gemeinde.shape)[row, column]
    wild = heights / HILL_M + raster.field_at(WOOD_PIXELS * STEP, row * STEP, column * STEP, rng)
    values = np.where(built == 0, VALUES["open"], built)
    free = built == 0
    values[free & (wild > np.quantile(wild[free], 1 - FOREST / free.mean()))] = VALUES["urban_or_forest"]
    found = np.zeros(gemeinde.shape, "uint8")
    found[row, column] = values
    profile = {
        "driver": "GTiff", "dtype": "uint8", "count": 1, "height": rows, "width": columns, "crs": "EPSG:25832", "transform": transform,
        "compress": "deflate", "tiled": True, "nodata": 0,
    }  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    with replaced(path) as part, rasterio.open(part, "w", **profile) as file:
        file.write(found[::-1], 1)
    return path


def _built(raster: Raster, row: np.ndarray, column: np.ndarray, owner: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The value of each pixel that is built on, else 0: of each Gemeinde the pixels nearest to its middle, as many as its people need."""
    table = facts.table("gemeinden").set_index("ags").loc[raster.areas["ags"]]
    people, km2 = table["inhabitants"].to_numpy("float64"), table["area_km2"].to_numpy("float64")
    share = np.clip(people * BUILT_PER_PERSON_M2 / (km2 * 1e6), BUILT_LEAST, BUILT_MOST)
    middles = shapely.get_coordinates(raster.areas.geometry.representative_point().to_numpy()) / CELL_M
    away = np.hypot(column * STEP + raster.west - middles[owner, 0], row * STEP + raster.south - middles[owner, 1])
    score = away / np.sqrt(km2[owner] * 100.0) - 0.25 * raster.field_at(QUARTER_PIXELS * STEP, row * STEP, column * STEP, rng)
    order = np.lexsort([score, owner])
    sizes = np.bincount(owner, minlength=len(share))
    rank = np.empty(len(owner))
    rank[order] = (np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes)) / np.repeat(sizes, sizes)
    limit = share[owner]
    inner = (rank < DENSE_SHARE * limit) & ((people / km2)[owner] > DENSE_FROM)
    town = rank < DENSE_SHARE * 2 * limit
    found: np.ndarray = np.select([inner, town, rank < limit], [VALUES["dense_urban"], VALUES["urban_or_forest"], VALUES["suburban"]], 0)
    return found


def _heights(terrain: Path, transform: Affine, shape: tuple[int, int]) -> np.ndarray:
    """The relief on the pixels, row 0 in the south."""
    with rasterio.open(terrain) as file:
        west, north = transform.c, transform.f
        window = file.window(west, north + shape[0] * transform.e, west + shape[1] * transform.a, north)
        found: np.ndarray = file.read(1, window=window, out_shape=shape, resampling=Resampling.average)[::-1]
    return found
