"""Levels and best servers as Cloud-Optimized GeoTIFF on the cells (EPSG:25832), one per operator and technology. No model."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from rasterio.io import MemoryFile
from rasterio.shutil import copy

from geodata.atomic import replaced
from geodata.mobile.antennas import NO_OPERATOR
from geodata.mobile.terrain import CRS_CELLS, Grid

NODATA = -32768  # of levels
NO_SERVER = 0
NOT_MODELLED = 255
TENTHS = 10.0
BLOCK = 512
COG = {"driver": "COG", "compress": "DEFLATE", "predictor": "YES", "blocksize": BLOCK, "num_threads": 2}


def write_rasters(cells: pa.Table, grid: Grid, folder: Path, tags: Mapping[str, str], *, prefix: str = "") -> list[Path]:
    """The rasters of modelled cells (coverage.CELLS): level and best server per operator and technology, operators per technology.

    `grid` holds all cells. `tags` go into each file, `prefix` before each name.
    """
    counts: dict[str, NDArray[np.uint8]] = {}
    paths = []
    layers = cells.group_by(["operator", "technology"]).aggregate([])
    for operator, technology in sorted((str(r["operator"]), str(r["technology"])) for r in layers.to_pylist()):
        own = cells.filter(pc.and_(pc.equal(cells["operator"], operator), pc.equal(cells["technology"], technology)))
        places, named = grid.places(own["cell_id"].to_numpy()), dict(tags) | {"operator": operator, "technology": technology}
        levels, servers = np.full(grid.shape, NODATA, "int16"), np.full(grid.shape, NO_SERVER, "int32")
        levels[places] = pc.fill_null(own["rsrp_tenth_dbm"], NODATA).to_numpy()
        servers[places] = pc.fill_null(own["site_number"], NO_SERVER).to_numpy()
        paths.append(write_levels(levels, grid, folder / f"{prefix}rsrp_{operator}_{technology}.tif", named))
        paths.append(write_servers(servers, grid, folder / f"{prefix}server_{operator}_{technology}.tif", named))
        if operator != NO_OPERATOR:
            count = counts.setdefault(technology, np.full(grid.shape, NOT_MODELLED, "uint8"))
            count[places] = np.where(count[places] == NOT_MODELLED, 0, count[places]) + own["is_covered"].to_numpy()
    for technology, operators in sorted(counts.items()):
        path = folder / f"{prefix}operators_{technology}.tif"
        paths.append(write_counts(operators, grid, path, dict(tags) | {"technology": technology}))
    return paths


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
    return _write(operators, grid, path, tags, nodata=NOT_MODELLED)


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
