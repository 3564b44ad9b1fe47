"""The SQL files on small tables written by hand, against results worked out by hand."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.facts import FACTS, METHODS
from geodata.readers.breitbandatlas_values import SHARES
from geodata.session import Limits, query, session
from geodata.targets import METHOD_BREAK, targets_table

STAND = dt.date(2021, 6, 30)
EDITION = "test-2021"


@pytest.fixture
def areas(tmp_path: Path) -> Path:
    """Two Gemeinden of 1 km² side by side, each its own Kreis, in one Regierungsbezirk."""
    rows = [("05", "land", (0, 2)), ("051", "regierungsbezirk", (0, 2)), ("05111", "kreis", (0, 1)), ("05112", "kreis", (1, 2))]
    rows += [("05111000", "gemeinde", (0, 1)), ("05112000", "gemeinde", (1, 2))]
    frame = gpd.GeoDataFrame(
        {"boundary_edition": EDITION, "ags": [r[0] for r in rows], "level": [r[1] for r in rows]},
        geometry=[shapely.MultiPolygon([shapely.box(a * 1000, 0, b * 1000, 1000)]) for _, _, (a, b) in rows],
        crs="EPSG:25832",
    )
    path = tmp_path / "areas.parquet"
    frame.to_parquet(path)
    return path


def write(folder: Path, name: str, rows: list[dict[str, object]], schema: pa.Schema) -> Path:
    path = folder / f"{name}.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
    return path


def run(name: str, **values: object) -> list[dict[str, object]]:
    with session(Limits()) as con:
        return query(con, name, **values).to_pylist()


CELLS = pa.schema(
    [
        ("zensus_id", pa.string()),
        ("easting_m", pa.float64()),
        ("northing_m", pa.float64()),
        ("persons", pa.int64()),
        ("households", pa.decimal128(18, 4)),
    ]
)


def cell(name: str, x: float, households: str | None, persons: int = 10) -> dict[str, object]:
    value = Decimal(households) if households else None
    return {"zensus_id": name, "easting_m": x, "northing_m": 500.0, "persons": persons, "households": value}


def test_households_by_area_and_the_rule_for_a_centre_on_the_border(tmp_path: Path, areas: Path) -> None:
    cells = write(tmp_path, "cells", [cell("a", 500, "1.5"), cell("b", 1000, "2.25"), cell("c", 1500, None), cell("d", 9000, "7")], CELLS)
    found = {r["ags"]: (r["cells"], r["persons"], r["households"]) for r in run("households_by_area", areas=areas, cells=cells)}
    # The centre at 1000 lies on the border of both: the lowest AGS has it. No figure at all is null, not zero.
    assert found["05111000"] == (2, 20, Decimal("3.7500"))
    assert found["05112000"] == (1, 10, None)
    assert found["05"] == (3, 30, Decimal("3.7500"))


HOUSEHOLDS = pa.schema(
    [("boundary_edition", pa.string()), ("ags", pa.string()), ("level", pa.string()), ("households", pa.decimal128(18, 4))]
)


def weights(folder: Path, one: str, two: str) -> Path:
    both = str(Decimal(one) + Decimal(two))
    rows = [("05", "land", both), ("051", "regierungsbezirk", both), ("05111", "kreis", one), ("05112", "kreis", two)]
    return write(
        folder,
        "households",
        [{"boundary_edition": EDITION, "ags": a, "level": lv, "households": Decimal(h)} for a, lv, h in rows],
        HOUSEHOLDS,
    )


def share(ags: str, percent: str | None, level: str = "kreis") -> dict[str, object]:
    base = {"stand": STAND, "subject": "households", "technology": "any", "direction": "down", "min_mbits": 1000, "operator": "any"}
    base |= {"rollout": "existing", "source_id": "s", "origin": "official", "visibility": "public"}
    return base | {"ags": ags, "level": level, "share_pct": Decimal(percent) if percent else None}


def derived(folder: Path, shares: list[dict[str, object]], households: Path) -> dict[str, dict[str, object]]:
    path = write(folder, "shares", shares, SHARES)
    rows = run("coverage_derived_households", shares=path, households=households, part_level="kreis", method="kreise_by_households")
    return {str(r["ags"]): r for r in rows}


def test_the_land_is_weighted_not_averaged(tmp_path: Path) -> None:
    found = derived(tmp_path, [share("05111", "100.01"), share("05112", "20.00")], weights(tmp_path, "100", "300"))["05"]
    # 100.01 counts as 100: 100 + 60 of 400.
    assert (found["numerator"], found["denominator"], found["share"]) == (Decimal("160.0000"), Decimal("400.0000"), 0.4)
    assert (found["basis"], found["method"], found["boundary_edition"]) == ("derived", "kreise_by_households", EDITION)


def test_a_gap_is_not_a_zero(tmp_path: Path) -> None:
    found = derived(tmp_path, [share("05111", "50.00"), share("05112", None)], weights(tmp_path, "100", "300"))["05"]
    assert (found["numerator"], found["share"], found["denominator"]) == (None, None, Decimal("400.0000"))
    absent = derived(tmp_path, [share("05111", "50.00")], weights(tmp_path, "100", "300"))["05"]
    assert absent["share"] is None
    uninhabited = derived(tmp_path, [share("05111", "50.00"), share("05112", None)], weights(tmp_path, "100", "0"))["05"]
    assert uninhabited["share"] == 0.5


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 10**9)), min_size=2, max_size=2))
def test_the_arithmetic_is_exact(tmp_path_factory: pytest.TempPathFactory, parts: list[tuple[int, int]]) -> None:
    """Against integers: shares in hundredths of a percent, households in ten-thousandths."""
    folder = tmp_path_factory.mktemp("exact")
    (p1, h1), (p2, h2) = parts
    households = weights(folder, str(Decimal(h1) / 10_000), str(Decimal(h2) / 10_000))
    found = derived(folder, [share("05111", str(Decimal(p1) / 100)), share("05112", str(Decimal(p2) / 100))], households)["05"]
    exact = Decimal(p1 * h1 + p2 * h2) / Decimal(10_000) / Decimal(10_000)
    assert abs(Decimal(str(found["numerator"])) - exact) <= Decimal("0.00005")


SCHOOLS = pa.schema([(n, pa.string()) for n in ("ags", "status", "source_id", "origin", "visibility")] + [("is_open", pa.bool_())])


def school(ags: str, status: str, *, is_open: bool = True) -> dict[str, object]:
    return {"ags": ags, "status": status, "is_open": is_open, "source_id": "s", "origin": "demo", "visibility": "public"}


def test_schools_with_and_without_a_status(tmp_path: Path, areas: Path) -> None:
    options = {"areas": areas, "boundary_edition": EDITION, "stand": "2021-09-30"}
    rows = [
        school("05111000", "connected"),
        school("05111000", "planned"),
        school("05111000", "unknown"),
        school("05111000", "connected", is_open=False),
    ]
    found = {(r["ags"], r["rollout"]): r for r in run("coverage_schools", schools=write(tmp_path, "schools", rows, SCHOOLS), **options)}
    assert (found["05111", "existing"]["numerator"], found["05111", "existing"]["denominator"]) == (1, 3)
    assert found["05111", "with_announced"]["numerator"] == 2
    assert (found["05112", "existing"]["denominator"], found["05112", "existing"]["share"]) == (0, None)
    bare = run("coverage_schools", schools=write(tmp_path, "bare", [school("05111000", "unknown")], SCHOOLS), **options)
    assert {(r["basis"], r["rollout"], r["share"], r["numerator"]) for r in bare} == {("derived", "existing", None, None)}
    assert run("coverage_schools", schools=write(tmp_path, "none", [], SCHOOLS), **options) == []


def test_a_park_across_a_border_counts_once_and_its_area_twice(tmp_path: Path, areas: Path) -> None:
    parks = tmp_path / "parks.parquet"
    gpd.GeoDataFrame(
        {"park_id": ["p"], "status": ["connected"], "source_id": ["s"], "origin": ["demo"], "visibility": ["public"]},
        geometry=[shapely.MultiPolygon([shapely.box(900, 0, 1300, 100)])],
        crs="EPSG:25832",
    ).to_parquet(parks)
    pieces = run("business_parks_by_gemeinde", parks=parks, areas=areas)
    assert [(p["ags"], p["area_cm2"], p["is_main"]) for p in pieces] == [("05111000", 10**8, False), ("05112000", 3 * 10**8, True)]
    path = tmp_path / "pieces.parquet"
    pq.write_table(pa.Table.from_pylist(pieces), path)
    rows = run("coverage_business_parks", pieces=path, parks=parks, areas=areas, stand="2021-06-30", covered=["05112", "05"])
    found = {(r["ags"], r["subject"], r["rollout"]): (r["numerator"], r["denominator"]) for r in rows}
    assert found["05112", "business_parks", "existing"] == (1, 1)
    assert found["05111", "business_parks", "existing"] == (0, 0)
    assert found["05", "area_commercial", "existing"] == (4 * 10**8, 4 * 10**8)
    narrow = run("coverage_business_parks", pieces=path, parks=parks, areas=areas, stand="2021-06-30", covered=["05112"])
    assert {r["ags"] for r in narrow} == {"05112", "05112000"}


def fact(ags: str, level: str, stand: str, value: float | None, **more: object) -> dict[str, object]:
    base: dict[str, object] = {
        "ags": ags,
        "level": level,
        "stand": dt.date.fromisoformat(stand),
        "subject": "households",
        "technology": "any",
    }
    base |= {"direction": "down", "min_mbits": 1000, "operator": "any", "rollout": "existing", "basis": "reported", "method": "published"}
    base |= {
        "boundary_edition": "as_published",
        "source_id": "s",
        "numerator": None,
        "denominator": None,
        "origin": "official",
        "visibility": "public",
    }
    return base | {"share": value} | more


def status(folder: Path, areas: Path, facts: list[dict[str, object]], target: str = "households_gigabit_2025") -> list[dict[str, object]]:
    path = write(folder, "facts", facts, FACTS)
    values = {
        "facts": [path],
        "areas": areas,
        "households": weights(folder, "100", "300"),
        "targets": targets_table(),
        "methods": METHODS,
        "boundary_edition": EDITION,
        "method_break": METHOD_BREAK,
    }
    return [r for r in run("targets_status", **values) if r["target_id"] == target]


def test_a_verdict_belongs_to_its_stand(tmp_path: Path, areas: Path) -> None:
    facts = [
        fact("05111", "kreis", s, v) for s, v in (("2022-12-31", 0.5), ("2023-12-31", 0.8), ("2024-12-31", 0.82), ("2025-12-31", 0.99))
    ]
    facts += [fact("05112", "kreis", s, v) for s, v in (("2022-12-31", 0.5), ("2024-12-31", 1.0), ("2025-12-31", 1.0))]
    found = {(r["ags"], str(r["stand"])): r["status"] for r in status(tmp_path, areas, facts)}
    assert [found["05111", f"{y}-12-31"] for y in range(2022, 2026)] == ["not_observed_at_due_date", "on_track", "behind", "missed"]
    assert [found["05112", f"{y}-12-31"] for y in range(2022, 2026)] == ["not_observed_at_due_date", "no_data", "reached", "reached"]
    assert found["05", "2025-12-31"] == "no_data"


def test_without_a_stand_at_the_due_date_nothing_is_claimed(tmp_path: Path, areas: Path) -> None:
    facts = [fact("05111", "kreis", "2020-12-31", 0.5), fact("05111", "kreis", "2021-06-30", 0.9)]
    last = [r for r in status(tmp_path, areas, facts) if r["ags"] == "05111"][-1]
    assert last["status"] == "not_observed_at_due_date"
    assert (last["gap_count"], last["gap_estimated"]) == (10, True)
    assert last["gap_points"] == pytest.approx(10)


def test_more_than_90_percent_means_more(tmp_path: Path, areas: Path) -> None:
    exactly = [fact("05", "land", "2022-12-31", 0.9, technology="5g", min_mbits=2)]
    above = [fact("05", "land", "2022-12-31", 0.9001, technology="5g", min_mbits=2)]
    found = [[r["status"] for r in status(tmp_path, areas, f, "households_5g_2022") if r["ags"] == "05"] for f in (exactly, above)]
    assert found == [["missed"], ["reached"]]


def test_reported_comes_before_derived_and_counts_give_an_exact_gap(tmp_path: Path, areas: Path) -> None:
    derived_row = {"basis": "derived", "method": "gemeinden_by_households", "boundary_edition": EDITION}
    counted = {"numerator": Decimal(150), "denominator": Decimal(400)}
    facts = [
        fact("05", "land", "2021-06-30", 0.4),
        fact("05", "land", "2021-06-30", 0.375, **derived_row, **counted),
        fact("05111", "kreis", "2021-06-30", 0.375, **derived_row, **counted),
    ]
    found = {r["ags"]: (r["basis"], r["gap_count"], r["gap_estimated"]) for r in status(tmp_path, areas, facts)}
    assert found["05"] == ("reported", 240, True)
    assert found["05111"] == ("derived", 250, False)


def test_facts_that_break_their_contract_are_found(tmp_path: Path) -> None:
    good = fact("05", "land", "2021-06-30", 1.0)
    bad = [good, good, fact("05111", "kreis", "2021-06-30", 1.3), fact("05112", "kreis", "2021-06-30", 0.5, operator=None)]
    bad += [fact("05113", "kreis", "2021-06-30", 0.5, numerator=Decimal(2), denominator=Decimal(1))]
    found = {r["defect"]: r["rows"] for r in run("facts_that_fail", facts=[write(tmp_path, "facts", bad, FACTS)])}
    assert found == {"Schlüssel doppelt": 1, "Anteil außerhalb 0 bis 1": 1, "Schlüssel unvollständig": 1, "Zähler größer als Nenner": 1}
    assert run("facts_that_fail", facts=[write(tmp_path, "good", [good], FACTS)]) == []
