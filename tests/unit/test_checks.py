"""Checks of a run: what each says of tables that keep its rule and of tables that break it, and whose rows it tells of."""

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geodata.checks import CHECKS, Checked, check_results
from geodata.facts import FACTS
from geodata.messages import LANGUAGES, sentence
from geodata.session import Limits
from geodata.tables import Tables

LEVELS = {"land": 1, "regierungsbezirk": 5, "kreis": 53, "gemeinde": 396}
STANDS = ("2022-06-30", "2022-12-31")


def share(stand: str, value: float, **more: object) -> dict[str, object]:
    base = dict.fromkeys(FACTS.names, "x") | {"ags": "05", "level": "land", "stand": dt.date.fromisoformat(stand), "min_mbits": 100}
    return base | {"numerator": None, "denominator": None, "share": value, "visibility": "public"} | more


def difference(points: float, visibility: str) -> dict[str, object]:
    texts = dict.fromkeys(("subject", "technology", "method", "boundary_edition"), "x")
    return texts | {
        "ags": "05111", "level": "kreis", "stand": dt.date(2022, 6, 30), "min_mbits": 100, "difference_points": points, "visibility": visibility,
    }  # fmt: skip


@pytest.fixture
def run(tmp_path: Path) -> Checked:
    """Tables that keep every rule."""
    found = Checked(Tables(tmp_path), "05", "e", Limits("200MB", 1, tmp_path / "spill"))
    areas = [{"boundary_edition": "e", "ags": str(i), "level": level} for level, count in LEVELS.items() for i in range(count)]
    source = {"source_id": "breitbandatlas__kreise", "stand": dt.date(2021, 6, 30), "visibility": "public"}
    put(found, "core_boundaries__areas", areas)
    for stand in STANDS:
        put(found, f"out_coverage__shares/{stand}", [share(stand, 0.5)], FACTS)
    put(found, "out_run__accounting", [{"file": "a", "read": 3, "accepted": 1, "outside_area": 1, "quarantined": 1}])
    put(found, "out_coverage__differences", [difference(1.9, "public")])
    put(found, "out_run__sources", [source])
    return found


def put(run: Checked, name: str, rows: list[dict[str, object]], schema: pa.Schema | None = None) -> None:
    path = run.tables.root / f"{name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)


def states(run: Checked) -> dict[tuple[str, str], tuple[str, int, str]]:
    rows = check_results(run).to_pylist()
    return {(r["check_name"], r["visibility"]): (r["state"], r["findings"], r["examples"]) for r in rows}


def test_good_tables_pass_every_check_in_both_languages(run: Checked) -> None:
    assert states(run) == {(name, "public"): ("passed", 0, "") for name in CHECKS}
    assert len({sentence(f"check_{name}", lang) for name in CHECKS for lang in LANGUAGES}) == 2 * len(CHECKS)


def test_a_broken_contract_fails_and_drift_warns(run: Checked) -> None:
    put(run, "core_boundaries__areas", [{"boundary_edition": "other", "ags": "05", "level": "land"}])
    put(run, "out_run__accounting", [{"file": "a", "read": 4, "accepted": 1, "outside_area": 1, "quarantined": 1}])
    put(run, f"out_coverage__shares/{STANDS[1]}", [share(STANDS[1], 0.7), share(STANDS[1], 1.1, ags="05111", level="kreis")], FACTS)
    put(run, "out_run__sources", [{"source_id": "breitbandatlas__kreise", "stand": dt.date(2018, 12, 31), "visibility": "public"}])
    found = states(run)
    assert found["areas_are_complete", "public"][0] == "failed"
    assert found["areas_are_complete", "public"][2].startswith("Ausgabe e fehlt")
    assert found["rows_are_accounted_for", "internal"] == ("failed", 1, "a: gelesen 4, verbucht anders")
    assert found["facts_keep_their_contract", "internal"][:2] == ("failed", 1)
    assert found["shares_do_not_jump", "public"][:2] == ("warned", 1)
    assert found["shares_do_not_jump", "public"][2].endswith("2022-06-30 → 2022-12-31: +20.00 Punkte")
    assert found["newest_stand_is_loaded", "public"] == (
        "warned", 1, "breitbandatlas__kreise: geladen 2018-12-31, veröffentlicht 2021-06-30",
    )  # fmt: skip


def test_what_is_found_in_internal_rows_stands_apart(run: Checked) -> None:
    put(run, "out_coverage__differences", [difference(-5.0, "internal"), difference(2.1, "public")])
    put(run, f"out_coverage__shares/{STANDS[1]}", [share(STANDS[1], 0.7, visibility="internal")], FACTS)
    put(run, "out_run__sources", [{"source_id": "breitbandatlas__kreise", "stand": dt.date(2018, 12, 31), "visibility": "internal"}])
    found = states(run)
    assert found["derived_is_near_reported", "public"][1:] == (1, "05111 x x ≥ 100 Mbit/s, 2022-06-30, x, x: +2.10 Punkte")
    assert "-5.00" in found["derived_is_near_reported", "internal"][2]
    for name in ("shares_do_not_jump", "newest_stand_is_loaded"):
        assert found[name, "public"] == ("passed", 0, "")
        assert found[name, "internal"][:2] == ("warned", 1)
