"""The demo at the Land's real size: what is below a threshold is what is not covered, to the last household. Run by `make acceptance`."""

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from assets.house import House
from pipelines.definitions import JOB, build_definitions
from tests.conftest import acceptance
from tests.whitespot_sums import sums_hold

pytestmark = acceptance
STAND = "2025-12-31"
ONCE = ("vg250__", "zensus__", "gebref__")
BY_STAND = ("deliveries__", "breitbandatlas__gitterzellen")
WANTED = ("out_coverage__shares", "out_whitespots__areas", "out_whitespots__clusters", "out_whitespots__cluster_counts")


@pytest.mark.timeout(7200)
def test_what_is_not_covered_is_below_at_the_size_of_the_land(tmp_path: Path) -> None:
    scale = os.environ.get("NETZLAGE_ACCEPTANCE_SCALE", "1")
    made = [sys.executable, "-m", "pipelines.cli", "demo", "--scale", scale, "--seed", "5", "--output", str(tmp_path / "demo")]
    subprocess.run(made, check=True, capture_output=True)
    assert sums_hold(made_of(tmp_path / "demo", tmp_path), mobile=False) > 0


def made_of(demo: Path, folder: Path) -> Path:
    """The folder of the tables made of the demo's fixed line of one Stand."""
    profile = folder / "profil.toml"
    head, *entries = Path("geodata/profiles/demo.toml").read_text("utf-8").split("[[files]]\n")
    kept = [e for e in entries if any(f'source = "{s}' in e for s in ONCE) or (STAND in e and any(f'source = "{s}' in e for s in BY_STAND))]
    text = head[: head.index("[demo]")] + "".join("[[files]]\n" + e for e in kept)
    profile.write_text(text.replace('"demo:', f'"{demo}/'), "utf-8")
    house = House(profile_name=str(profile), output=str(folder / "output"), memory_limit="2GB")
    definitions = build_definitions(house)
    keys = dg.AssetSelection.assets(*WANTED).upstream().resolve(definitions.resolve_asset_graph())
    with dg.DagsterInstance.ephemeral() as instance:
        definitions.resolve_job_def(JOB).execute_in_process(
            instance=instance,
            run_config={"loggers": {"console": {"config": {"log_level": "ERROR"}}}},
            asset_selection=sorted(keys),
            tags={"dagster/asset_partition_range_start": STAND, "dagster/asset_partition_range_end": STAND},
        )
    return house.tables.root
