"""A Stand that comes later, made by `make acceptance`: the tables are then those of one run of all Stände."""

import re
from importlib.resources import files
from pathlib import Path

from tests.conftest import Netzlage, Run, acceptance
from tests.faults.runs import fingerprint

NEWEST, OLDER = "2025-12-31", "2021-06-30"
RELEASE = "tables/maps_publication__release.parquet"  # differs: it compares with the release before


@acceptance
def test_a_stand_that_comes_later_gives_the_tables_of_one_run(netzlage: Netzlage, demo_run: Run, tmp_path: Path) -> None:
    head, *entries = re.split(r"(?=\[\[files\]\])", files("geodata.profiles").joinpath("demo.toml").read_text("utf-8"))
    kept = [e for e in entries if f"stand = {NEWEST}" not in e]
    assert len(kept) < len(entries)
    profile, output = tmp_path / "older.toml", str(tmp_path / "output")
    profile.write_text(head.replace(f"stands = [{NEWEST}]", f"stands = [{OLDER}]") + "".join(kept), "utf-8")

    for which in (str(profile), "demo"):
        ran = netzlage("run", "--profile", which, "--output", output)
        assert ran.code == 0, ran.err

    found, expected = ({p: h for p, h in fingerprint(f).items() if p.startswith("tables/")} for f in (Path(output), demo_run.folder))
    assert found.keys() == expected.keys()
    assert {p for p, h in found.items() if h != expected[p]} <= {RELEASE}
