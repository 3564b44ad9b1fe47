"""What may be projected: only what beat "no change" unseen, with an interval; and the bounds of fibre and cable together."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.projection import PROJECTION, bounds, projections, ruling, width
from geodata.targets import load_targets
from geodata.trends import BACKTEST, Series, backtest_table, later, pairs_of
from tests.unit.test_trends import series

DAYS = [later(dt.date(2022, 6, 30), 6 * i) for i in range(5)]
KREISE = [f"05{i:03}" for i in range(111, 141)]


def growing(step: float, technology: str = "fttb_h", start: float = 0.3) -> Series:
    return series({k: [start + step * j + i / 1000 for j in range(5)] for i, k in enumerate(KREISE)}, technology=technology, days=DAYS)


def jumping(technology: str = "fttb_h") -> Series:
    """One jump, then nothing: a trend that follows it is wrong ever after."""
    return series({k: [0.2, 0.6, 0.6, 0.6, 0.6] for k in KREISE}, technology=technology, days=DAYS)


def test_steady_growth_is_projected_and_a_single_jump_is_not() -> None:
    steady, jump = growing(0.02), jumping()
    found = ruling(steady, pairs_of(steady), 6)
    assert (found.reason, found.candidate, len(found.pairs)) == ("", "straight_line", 3)
    assert found.left_out == 1.0
    refused = ruling(jump, pairs_of(jump), 6)
    assert (refused.reason, refused.candidate) == ("no_change_is_better", "")


def test_a_horizon_without_a_test_and_a_series_of_one_stand_are_not_projected() -> None:
    steady = growing(0.02)
    assert ruling(steady, pairs_of(steady), 24).reason == "horizon_not_tested"
    short = series({k: [0.5] for k in KREISE}, days=DAYS)
    assert ruling(short, pairs_of(short), 6).reason == "too_few_stands"
    few = series({k: [0.1, 0.2, 0.3, 0.4] for k in KREISE[:2]}, days=DAYS)
    assert ruling(few, pairs_of(few), 6).reason == "too_few_errors"


def test_never_across_the_method_break() -> None:
    old = series({k: [0.1, 0.2, 0.3, 0.4] for k in KREISE}, days=[later(d, -24) for d in DAYS])
    old = Series(dict(old.measure) | {"is_after_break": False}, old.shares, old.footprints, "official")
    assert str(old.stands[-1]) == "2021-12-31"
    assert ruling(old, pairs_of(old), 6).reason == "across_method_break"


def test_the_table_says_for_each_kreis_what_may_be_said() -> None:
    every = [growing(0.02), growing(0.001, "hfc", 0.5), growing(0.01, "any", 0.6)]
    rows = projections(every, load_targets()).to_pylist()
    fibre = next(r for r in rows if (r["technology"], r["ags"], r["horizon_months"]) == ("fttb_h", KREISE[0], 6))
    assert fibre["projected_share"] == pytest.approx(0.4)
    assert fibre["lower_share"] <= fibre["projected_share"] <= fibre["upper_share"]
    whole = next(r for r in rows if (r["technology"], r["ags"], r["horizon_months"]) == ("any", KREISE[0], 6))
    assert (whole["candidate"], whole["projected_share"], whole["interval"]) == ("bounds", None, pytest.approx(0.6))
    assert whole["lower_share"] == pytest.approx(0.64)
    assert whole["upper_share"] == pytest.approx(0.64 + 0.02 + 0.001, abs=1e-6)
    due = [r for r in rows if r["target_id"] == "households_gigabit_2025" and r["technology"] == "any"]
    assert {(str(r["projected_stand"]), r["verdict"]) for r in due} == {("2025-12-31", "projected")}
    assert {r["visibility"] for r in rows} == {"internal"}


def test_without_both_parts_there_are_no_bounds() -> None:
    rows = projections([growing(0.02), jumping("hfc"), growing(0.01, "any", 0.6)], load_targets()).to_pylist()
    assert {r["reason"] for r in rows if r["technology"] == "any"} == {"part_not_reliable"}
    assert all(r["projected_share"] is None and r["lower_share"] is None for r in rows if r["technology"] == "any")


def test_other_gigabit_lines_leave_no_bounds() -> None:
    part = {"verdict": "projected", "last_share": 0.3, "lower_share": 0.3, "upper_share": 0.35}
    assert bounds({"last_share": 0.65}, part, part) == "other_lines"
    assert bounds({"last_share": 0.6}, part, part | {"verdict": "not_reliable"}) == "part_not_reliable"


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(*[st.booleans()] * 4), min_size=1, max_size=60))
def test_the_bounds_hold_for_any_households_that_lose_no_line(households: list[tuple[bool, bool, bool, bool]]) -> None:
    """Each household: fibre now, cable now, fibre added, cable added."""
    n = len(households)
    fibre_now, cable_now, whole_now = (
        sum(x) / n for x in ([h[0] for h in households], [h[1] for h in households], [h[0] | h[1] for h in households])
    )
    fibre, cable = sum(h[0] | h[2] for h in households) / n, sum(h[1] | h[3] for h in households) / n
    whole = sum(any(h) for h in households) / n
    found = bounds(
        {"last_share": whole_now},
        {"verdict": "projected", "last_share": fibre_now, "lower_share": fibre, "upper_share": fibre},
        {"verdict": "projected", "last_share": cable_now, "lower_share": cable, "upper_share": cable},
    )
    assert not isinstance(found, str)
    assert found[0] - 1e-9 <= whole <= found[1] + 1e-9


@given(st.lists(st.floats(-1, 1), min_size=20, max_size=200))
def test_the_width_holds_four_fifths_of_the_errors(errors: list[float]) -> None:
    found = width(errors)
    assert sum(abs(e) <= found for e in errors) >= 0.8 * len(errors)
    assert sum(abs(e) < found for e in errors) <= 0.8 * (len(errors) + 1)


def test_without_figures_the_tables_are_empty_and_have_their_columns() -> None:
    for table, schema in ((projections([], load_targets()), PROJECTION), (backtest_table([]), BACKTEST)):
        assert table.num_rows == 0
        assert table.schema == schema
