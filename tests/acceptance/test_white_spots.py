"""The demo at the Land's real size: what is below a threshold is what is not covered, to the last household. Run by `make acceptance`."""

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from assets.house import House
from benchmarks.fixed import one_stand
from pipelines.definitions import JOB, build_definitions
from tests.whitespot_sums import sums_hold

pytestmark = pytest.mark.skipif("NETZLAGE_ACCEPTANCE" not in os.environ, reason="long: make acceptance")
WANTED = ("out_coverage__shares", "out_whitespots__areas", "out_whitespots__clusters", "out_whitespots__cluster_counts")


@pytest.mark.timeout(3600)
def test_what_is_not_covered_is_below_at_the_size_of_the_land(tmp_path: Path) -> None:
    scale = os.environ.get("NETZLAGE_ACCEPTANCE_SCALE", "1")
    made = [sys.executable, "-m", "pipelines.cli", "demo", "--scale", scale, "--seed", "5", "--output", str(tmp_path / "demo")]
    subprocess.run(made, check=True, capture_output=True)
    profile = tmp_path / "profil.toml"
    profile.write_text(one_stand(tmp_path / "demo"), "utf-8")
    house = House(profile_name=str(profile), output=str(tmp_path / "output"), memory_limit="2GB")
    definitions = build_definitions(house)
    keys = dg.AssetSelection.assets(*WANTED).upstream().resolve(definitions.resolve_asset_graph())
    stands = house.profile.stands
    with dg.DagsterInstance.ephemeral() as instance:
        definitions.resolve_job_def(JOB).execute_in_process(
            instance=instance,
            asset_selection=sorted(keys),
            tags={"dagster/asset_partition_range_start": stands[0], "dagster/asset_partition_range_end": stands[-1]},
        )
    assert sums_hold(house.tables.root, mobile=False) > 0
