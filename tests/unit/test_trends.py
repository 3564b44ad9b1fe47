"""Trends held against later Stände, by hand, by chance, and on the published series of 2018 to 2021."""

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.facts import FACTS, METHODS
from geodata.projection import measures, projections
from geodata.readers.breitbandatlas import read_shares
from geodata.session import Limits, query, session
from geodata.targets import METHOD_BREAK, load_targets
from geodata.trends import CANDIDATES, Series, backtest_table, gathered_series, later, logit_trend, months, pairs_of, straight_line
from tests.conftest import snapshot

STANDS = {"2018_2": "2018-12-31", "2019_2": "2019-12-31", "2020_2": "2020-12-31", "2021_1": "2021-06-30"}
DAYS = [dt.date(2022, 6, 30), dt.date(2022, 12, 31), dt.date(2023, 6, 30), dt.date(2023, 12, 31)]


def series(values: dict[str, list[float]], *, technology: str = "fttb_h", reach: float = 1.0, days: list[dt.date] = DAYS) -> Series:
    measure = {"subject": "households", "technology": technology, "min_mbits": 1000, "basis": "reported", "method": "published"}
    shares = {ags: dict(zip(days, some, strict=False)) for ags, some in values.items()}
    reaches = {ags: dict.fromkeys(some, reach) for ags, some in shares.items()}
    return Series(measure | {"source_id": "s", "is_after_break": True}, shares, reaches, "official")


def test_ends_of_months() -> None:
    assert later(dt.date(2021, 6, 30), 6) == dt.date(2021, 12, 31)
    assert later(dt.date(2023, 8, 31), 6) == dt.date(2024, 2, 29)
    assert months(dt.date(2022, 1, 31)) - months(dt.date(2021, 12, 31)) == 1


def test_the_trends_by_hand() -> None:
    assert straight_line([0, 1, 1.5], [0.1, 0.2, 0.3], 2) == pytest.approx(0.4)
    # Odds of 1:4, 1:1, 4:1 in three years: 16:1 in the fourth.
    assert logit_trend([0, 1, 2], [0.2, 0.5, 0.8], 3) == pytest.approx(16 / 17)
    assert logit_trend([0, 1], [0.0, 0.0], 2) == pytest.approx(0.005)


def test_cable_never_passes_its_network_nor_anything_all_or_nothing() -> None:
    cable = series({"05111": [0.5, 0.6]}, technology="hfc", reach=0.62)
    assert cable.fitted("straight_line", "05111", DAYS[1], DAYS[3]) == 0.62
    fibre = series({"05111": [0.5, 0.6], "05112": [0.2, 0.1]})
    assert fibre.fitted("straight_line", "05111", DAYS[1], dt.date(2030, 12, 31)) == 1.0
    assert fibre.fitted("straight_line", "05112", DAYS[1], dt.date(2030, 12, 31)) == 0.0


def test_every_pair_of_stands_is_tested_on_the_same_kreise() -> None:
    found = pairs_of(series({"05111": [0.1, 0.2, 0.3, 0.5], "05112": [0.5, 0.5, 0.5]}))
    assert [(p.until, p.compared) for p in found] == [(DAYS[1], DAYS[2]), (DAYS[1], DAYS[3]), (DAYS[2], DAYS[3])]
    assert [{len(e) for e in p.errors.values()} for p in found] == [{2}, {1}, {1}]
    assert found[2].miss("straight_line") == pytest.approx(0.1)
    assert found[2].miss("no_change") == pytest.approx(0.2)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.floats(0, 1), min_size=4, max_size=4), min_size=1, max_size=6))
def test_a_later_figure_never_changes_what_was_said_before_it(values: list[list[float]]) -> None:
    """Out of sample: other later Stände, same prediction."""
    keys = [f"05{i:03}" for i in range(len(values))]
    whole = series(dict(zip(keys, values, strict=True)))
    cut = series({k: v[:3] for k, v in zip(keys, values, strict=True)})
    for name in CANDIDATES:
        for ags in keys:
            assert whole.fitted(name, ags, DAYS[2], DAYS[3]) == cut.fitted(name, ags, DAYS[2], DAYS[3])


@pytest.fixture(scope="module")
def published(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Series]:
    """The published series of the Kreise, by the reader and the SQL of a run."""
    folder = tmp_path_factory.mktemp("published")
    keys = {
        line.split(";")[0].strip('"') for line in (shared / "broadband/bba_landkreis_privat_2021_1.csv").read_text("ascii").splitlines()
    }
    nrw = {k for k in keys if k.startswith("05")}
    facts = []
    with session(Limits()) as con:
        for name, stand in STANDS.items():
            path = shared / f"broadband/bba_landkreis_privat_{name}.csv"
            table, _ = read_shares([snapshot(path, "breitbandatlas__kreise", "households", stand)], kreise=nrw, gemeinden=set(), land="05")
            pq.write_table(table, folder / f"shares_{name}.parquet")
            facts.append(folder / f"{stand}.parquet")
            pq.write_table(query(con, "coverage_reported", shares=folder / f"shares_{name}.parquet").cast(FACTS), facts[-1])
        rows: pa.Table = query(
            con,
            "targets_series",
            measures=measures(load_targets()),
            facts=facts,
            boundary_edition="as_published",
            methods=METHODS,
            method_break=METHOD_BREAK,
        )
    return gathered_series(rows)


@pytest.mark.parametrize(
    ("technology", "expected"),
    [("any", (2.6, 5.9, 19.7)), ("fttb_h", (1.50, 1.11, 2.53)), ("hfc", (2.01, 5.49, 14.20))],
)
def test_the_published_series_of_2018_to_2021(published: list[Series], technology: str, expected: tuple[float, float, float]) -> None:
    """Fitted on 2018 to 2020, compared with mid-2021, 53 Kreise: all fixed lines miss by 2.6, 5.9 and 19.7 points."""
    found = [
        r
        for r in backtest_table(published).to_pylist()
        if (r["technology"], str(r["fitted_until"]), str(r["compared_with"])) == (technology, "2020-12-31", "2021-06-30")
    ]
    assert [(r["candidate"], r["kreise"]) for r in found] == [("no_change", 53), ("straight_line", 53), ("logit_trend", 53)]
    assert [r["mean_abs_error_points"] for r in found] == pytest.approx(expected, abs=0.1)


def test_on_the_published_series_only_fibre_is_projected_and_only_half_a_year(published: list[Series]) -> None:
    rows = projections(published, load_targets()).to_pylist()
    said = {(r["technology"], r["horizon_months"]) for r in rows if r["verdict"] == "projected"}
    assert said == {("fttb_h", 6)}
    reasons = {(r["technology"], r["horizon_months"]): r["reason"] for r in rows}
    assert reasons["any", 6] == "part_not_reliable"
    assert reasons["hfc", 6] == "no_change_is_better"
    assert {reasons[t, h] for t in ("any", "hfc", "fttb_h") for h in (12, 18, 24)} == {"across_method_break"}
    assert {str(r["projected_stand"]) for r in rows if r["target_id"] == "households_gigabit_2025"} == {"2025-12-31"}
    assert {r["visibility"] for r in rows} == {"internal"}
