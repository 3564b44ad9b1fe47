"""The demo's sites and relief: the same for the same seed, read by the reader without a refused row, figures near the targets."""

from pathlib import Path

import numpy as np
import pytest
import rasterio

from geodata.demo.boundaries import gemeinden
from geodata.demo.raster import rasterized
from geodata.demo.sites import OPERATORS, write_sites
from geodata.demo.terrain import relief, write_terrain
from geodata.readers import sites_operator
from geodata.readers.bulk import Frame
from geodata.session import Limits
from tests.conftest import snapshot

SCALE = 0.02
RASTER = rasterized(gemeinden())


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_sites(RASTER, tmp_path_factory.mktemp("sites"), scale=SCALE, seed=7)


def test_the_reader_takes_every_row(files: list[Path]) -> None:
    frame = Frame.around([float(v) for v in gemeinden().total_bounds], margin_m=15_000)
    table, notes = sites_operator.read([snapshot(f, "mobile_sites__antennas", "antennas") for f in files], frame=frame, limits=Limits())
    assert notes.quarantine.num_rows == 0
    assert notes.accounting["outside_area"].to_pylist() == [0, 0, 0]
    assert set(table["operator"].to_pylist()) == set(OPERATORS)
    sites = {(r["operator"], r["site_id"]) for r in table.to_pylist()}
    assert len(sites) == 400
    extended = {(r["operator"], r["site_id"]) for r in table.to_pylist() if r["measure"] == "5g_extension"}
    assert 0.5 < len(extended) / len(sites) < 0.7
    assert table["height_m"].null_count > 0


def test_same_seed_same_bytes(files: list[Path], tmp_path: Path) -> None:
    again = write_sites(RASTER, tmp_path, scale=SCALE, seed=7)
    assert [f.read_bytes() for f in again] == [f.read_bytes() for f in files]
    other = write_sites(RASTER, tmp_path / "other", scale=SCALE, seed=8)
    assert other[0].read_bytes() != files[0].read_bytes()


def test_the_relief_follows_the_landscapes(tmp_path: Path) -> None:
    bounds = (460_000.0, 5_660_000.0, 480_000.0, 5_680_000.0)  # around the Rothaargebirge
    high, west, south = relief(bounds, np.random.default_rng(1))
    low, _, _ = relief((330_000.0, 5_720_000.0, 350_000.0, 5_740_000.0), np.random.default_rng(1))
    assert high.mean() > 400
    assert low.mean() < 100
    assert (west, south) == (460_000, 5_660_000)
    paths = [write_terrain(bounds, tmp_path / f"{n}.tif", np.random.default_rng(1)) for n in "ab"]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    with rasterio.open(paths[0]) as file:
        assert file.crs.to_epsg() == 25832
        assert file.bounds.left == 440_000
        assert file.read(1).min() >= 5
