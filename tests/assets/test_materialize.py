"""Assets with Dagster itself: what they store, what they say of themselves, and that a failed check blocks what follows."""

import shutil
from pathlib import Path

import dagster as dg
import pyarrow.parquet as pq
import pytest

from assets.checks import areas_are_complete
from assets.core.reference import core_boundaries__areas, core_zensus__cells
from assets.house import House
from assets.raw.snapshots import (
    raw_demo__files,
    raw_dvg2__boundaries,
    raw_vg250__boundaries,
    raw_vg250ew__gemeinden,
    raw_zensus__grid,
)
from tests.conftest import Run

FIRST = (raw_demo__files, raw_vg250__boundaries, raw_dvg2__boundaries, raw_vg250ew__gemeinden, core_boundaries__areas, areas_are_complete)


@pytest.fixture
def profile(demo_run: Run, tmp_path: Path) -> Path:
    """Boundaries alone, read from the files of a finished demo."""
    shutil.copytree(demo_run.folder / "demo/vg250", tmp_path / "vg250")
    head = 'name = "klein"\norigin = "demo"\nland = "05"\nboundaries = "vg250-2021-12-31"\n'
    entry = '[[files]]\nsource = "vg250__boundaries"\ntable = "{}"\nstand = 2021-12-31\npath = "{}"\n'
    entries = "".join(entry.format(t, tmp_path / "vg250/vg250.gpkg") for t in ("land", "regierungsbezirke", "kreise", "gemeinden"))
    (tmp_path / "profil.toml").write_text(head + entries, "utf-8")
    return tmp_path / "profil.toml"


def materialized(profile: Path, output: Path, *more: dg.AssetsDefinition) -> dg.ExecuteInProcessResult:
    house = House(profile_name=str(profile), output=str(output))
    return dg.materialize([*FIRST, *more], resources={"house": house}, raise_on_error=False)


def test_an_asset_stores_its_table_and_describes_it(profile: Path, tmp_path: Path) -> None:
    result = materialized(profile, tmp_path / "out")
    assert result.success
    table = pq.read_table(tmp_path / "out/tables/core_boundaries__areas.parquet")
    assert table.num_rows == 1 + 5 + 53 + 396
    events = result.asset_materializations_for_node("core_boundaries__areas")
    metadata = events[0].metadata
    assert metadata["rows"].value == table.num_rows
    assert metadata["crs"].value == "EPSG:25832"
    assert len(str(metadata["sha256"].value)) == 64
    checks = {e.check_name: e.passed for e in result.get_asset_check_evaluations()}
    assert checks["areas_are_complete"] is True


def test_a_profile_whose_edition_is_absent_is_stopped_by_its_check(profile: Path, tmp_path: Path) -> None:
    profile.write_text(profile.read_text("utf-8").replace("vg250-2021-12-31", "vg250-2020-12-31"), "utf-8")
    result = materialized(profile, tmp_path / "out", raw_zensus__grid, core_zensus__cells)
    assert not result.success
    assert [e.passed for e in result.get_asset_check_evaluations() if e.check_name == "areas_are_complete"] == [False]
    assert not (tmp_path / "out/tables/core_zensus__cells.parquet").exists()
