"""Levels and best servers as Cloud-Optimized GeoTIFF on the cells (EPSG:25832), one per operator and technology. No arithmetic."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rasterio.io import MemoryFile
from rasterio.shutil import copy

from geodata.atomic import replaced
from geodata.mobile.terrain import CRS_CELLS, Grid

NODATA = -32768  # of levels
NO_SERVER = 0
TENTHS = 10.0
BLOCK = 512
COG = {"driver": "COG", "compress": "DEFLATE", "predictor": "YES", "blocksize": BLOCK, "num_threads": 2}


def tenths(power_dbm: NDArray[np.float64]) -> NDArray[np.int16]:
    """Levels as whole tenths of a dBm, NODATA where there is none (minus infinity)."""
    known = np.isfinite(power_dbm)
    scaled = np.clip(np.rint(np.where(known, power_dbm, 0.0) * TENTHS), NODATA + 1, 32767)
    return np.where(known, scaled, NODATA).astype("int16")


def write_levels(levels: NDArray[np.int16], grid: Grid, path: Path, tags: Mapping[str, str]) -> Path:
    """RSRP in 0.1 dBm; overviews take the nearest cell, so that no level is invented."""
    return _write(levels, grid, path, {**tags, "unit": "0.1 dBm"}, nodata=NODATA)


def write_servers(sites: NDArray[np.int32], grid: Grid, path: Path, tags: Mapping[str, str]) -> Path:
    """The number of the best server's site; 0 = none. What a number means is in the table of sites beside it."""
    return _write(sites, grid, path, tags, nodata=NO_SERVER)


def write_counts(operators: NDArray[np.uint8], grid: Grid, path: Path, tags: Mapping[str, str]) -> Path:
    """How many operators reach the threshold in a cell; 255 = not modelled."""
    return _write(operators, grid, path, tags, nodata=255)


def _write(values: np.ndarray, grid: Grid, path: Path, tags: Mapping[str, str], *, nodata: int) -> Path:
    """Row 0 of `values` is the south. No time stamps: the same values give the same bytes."""
    profile = {
        "driver": "GTiff", "dtype": values.dtype.name, "count": 1, "height": grid.rows, "width": grid.columns, "crs": CRS_CELLS,
        "transform": grid.transform(), "nodata": nodata,
    }  # fmt: skip
    with MemoryFile() as memory:
        with memory.open(**profile) as file:
            file.write(values[::-1], 1)
            file.update_tags(**dict(sorted(tags.items())))
            file.scales = (1 / TENTHS if nodata == NODATA else 1.0,)
        with replaced(path) as part, memory.open() as file:
            copy(file, part, **COG, overview_resampling="NEAREST")
    return path
