"""The modelled coverage: the search against brute force on a test area with relief and clutter, and the whole Land with 20,000 sites.

Peer `brute_force`: the same code with every mast in reach evaluated. Path evaluations of both stand in the name of the row. The Land is the
demo's at scale 1: three operators, LTE and 5G, in their own list form, over the demo's relief.
"""

import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.processes import own_peak_mb
from benchmarks.run import Peer, Row, row
from geodata.demo.boundaries import gemeinden
from geodata.demo.raster import NOWHERE, rasterized
from geodata.demo.sites import write_sites
from geodata.demo.terrain import write_terrain
from geodata.mobile.antennas import ANTENNAS, completed, on_air, site_settings
from geodata.mobile.coverage import modelled, numbered_sites, reach_margin_m
from geodata.mobile.masts import layers
from geodata.mobile.rasters import write_rasters
from geodata.mobile.scene import Ground
from geodata.mobile.search import air_of, best_server, brute_force
from geodata.mobile.settings import load_settings
from geodata.mobile.surface import by_inhabitants, ground_of
from geodata.mobile.terrain import Grid, read_terrain
from geodata.readers import sites_operator
from geodata.readers.bulk import Frame
from geodata.reading import Snapshot
from geodata.session import Limits
from geodata.tables import file_hash

STAND, SEED, THREADS = "2025-12-31", 1, 2
AREA = (4150, 56550, 100)  # column, row and side in cells: Sauerland and Bergisches Land
SETTINGS = load_settings()
# Inhabitants per cell that stand for a town, so many that half of the Land has clutter.
TOWNS = ((1.6, 150), (1.1, 60), (0.2, 10))


def rows() -> list[Row]:
    """The test area against brute force, then the whole Land; compiled code ready."""
    with tempfile.TemporaryDirectory(prefix="netzlage_") as name:
        folder = Path(name)
        antennas, ground, grid, cells = _land(folder)
        found = _against_brute_force(antennas, ground, grid)
        start = time.perf_counter()
        model = modelled(antennas, ground, grid, cells, SETTINGS, threads=THREADS)
        write_rasters(model.cells, grid, folder, {"origin": "demo"})
        seconds = time.perf_counter() - start
        sites = len(numbered_sites(antennas, ground, SETTINGS).group_by(["operator", "site_id"]).aggregate([]))
        what = f"Land, {len(cells):,} cells, {sites:,} sites, 3 operators x LTE and 5G, rasters, {model.evaluations:,} path evaluations"
        return [found, row(what, seconds, peak_mb=own_peak_mb())]


def _against_brute_force(antennas: pa.Table, ground: Ground, grid: Grid) -> Row:
    """All operators, LTE and 5G, on the test area; 1 core, because two would share with whatever else runs."""
    column, south, side = AREA
    area = np.array([(south + r) * 10_000 + column + c for r in range(side) for c in range(side)], "int32")
    wanted, few, air = grid.mask(area), grid.mask(area[:50]), air_of(SETTINGS)
    seconds, evaluations, same = [0.0, 0.0], [0, 0], True
    for layer in layers(antennas, ground, SETTINGS):
        results = []
        for i, search in enumerate((best_server, brute_force)):
            search(ground, layer.masts, air, few, threads=1)
            start = time.perf_counter()
            results.append(search(ground, layer.masts, air, wanted, threads=1))
            seconds[i] += time.perf_counter() - start
            evaluations[i] += results[i].evaluations
        ours, brute = results
        same = same and np.array_equal(ours.power_dbm, brute.power_dbm) and np.array_equal(ours.mast, brute.mast)
    name = f"{len(area):,} cells, 3 operators x LTE and 5G, 1 core: {evaluations[0]:,} path evaluations for {evaluations[1]:,}"
    return row(name, seconds[0], peak_mb=own_peak_mb(), peer=Peer("brute_force", seconds[1], same))


def _land(folder: Path) -> tuple[pa.Table, Ground, Grid, NDArray[np.int32]]:
    """The demo's sites and relief at scale 1, read as an operator's list and a terrain file are."""
    areas = gemeinden()
    west, south, east, north = (float(v) for v in areas.total_bounds)
    bounds = (west, south, east, north)
    raster = rasterized(areas)
    row_, column = np.nonzero(raster.gemeinde != NOWHERE)
    cells = ((row_ + raster.south) * 10_000 + column + raster.west).astype("int32")
    grid = Grid.around(cells, reach_margin_m(SETTINGS))
    files = write_sites(raster, folder, scale=1.0, seed=SEED)
    frame = Frame.around(bounds, margin_m=reach_margin_m(SETTINGS))
    table, _ = sites_operator.read([_snapshot(f) for f in files], frame=frame, limits=Limits())
    antennas, _ = completed(on_air(table, STAND).select(ANTENNAS.names), SETTINGS, site_settings())
    terrain = write_terrain(bounds, folder / "terrain.tif", np.random.default_rng(SEED))
    nothing = np.zeros(grid.shape, dtype=bool)
    heights, _ = read_terrain([_snapshot(terrain)], grid, sites=nothing, needed=nothing, missing="flat")
    town = raster.field(4.0, np.random.default_rng([SEED, 1]))[row_, column]
    persons = np.select([town > least for least, _ in TOWNS], [count for _, count in TOWNS], 0)
    classes = by_inhabitants(grid, cells, persons, site_settings())
    return antennas, ground_of(grid, heights, classes, SETTINGS, site_settings()), grid, cells


def _snapshot(path: Path) -> Snapshot:
    return Snapshot("demo__sites", "antennas", STAND, path, file_hash(path), path.stat().st_size, "demo", "public")
