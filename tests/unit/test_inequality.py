"""The Gini coefficient against its definition over all pairs, and the deciles of the Kreise."""

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.inequality import gini, inequality

PLACES = st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 100)), min_size=1, max_size=30)


def by_pairs(values: list[float], weights: list[float]) -> float:
    """The mean absolute difference of two households drawn at random, over twice the mean."""
    pairs = [(v, w) for v, w in zip(values, weights, strict=True)]
    whole = sum(weights)
    mean = sum(v * w for v, w in pairs) / whole
    return sum(a * b * abs(x - y) for x, a in pairs for y, b in pairs) / (2 * mean * whole**2)


@settings(max_examples=200, deadline=None)
@given(PLACES)
def test_gini_is_half_the_relative_mean_difference(places: list[tuple[float, float]]) -> None:
    values, weights = [p[0] for p in places], [p[1] for p in places]
    found = gini(values, weights)
    if sum(v * w for v, w in places) < 1e-6:
        return
    assert found is not None
    assert found == pytest.approx(by_pairs(values, weights), abs=1e-6)
    assert 0 <= found < 1


@given(PLACES, st.integers(2, 5))
def test_a_kreis_cut_in_pieces_of_the_same_share_changes_nothing(places: list[tuple[float, float]], pieces: int) -> None:
    whole = gini([p[0] for p in places], [p[1] for p in places])
    cut = gini([p[0] for p in places for _ in range(pieces)], [p[1] / pieces for p in places for _ in range(pieces)])
    assert (whole is None) == (cut is None)
    assert cut is None or cut == pytest.approx(whole, abs=1e-9)


def test_gini_at_its_ends() -> None:
    assert gini([0.5, 0.5], [1, 9]) == 0
    assert gini([0, 1], [99, 1]) == pytest.approx(0.99)
    assert gini([0, 0], [1, 1]) is None
    assert gini([], []) is None


def row(ags: str, share: float | None, **more: object) -> dict[str, object]:
    base = {"target_id": "t", "stand": dt.date(2022, 6, 30), "basis": "reported", "method": "published", "source_id": "s"}
    return base | {
        "ags": ags,
        "level": "kreis",
        "actual_share": share,
        "denominator": None,
        "subject": "households",
        "is_met": share == 1,
        "origin": "official",
        "visibility": "public",
        **more,
    }


def test_lowest_and_highest_tenth() -> None:
    rows = [row(f"05{i}", (i - 100) / 20) for i in range(100, 120)] + [row("05999", None), row("05", 0.9, level="land")]
    (found,) = inequality(pa.Table.from_pylist(rows), {f"05{i}": 1.0 for i in range(100, 120)}).to_pylist()
    assert (found["kreise"], found["lowest_ags"], found["highest_ags"]) == (20, "05100", "05119")
    assert (found["lowest_decile_share"], found["highest_decile_share"]) == (pytest.approx(0.025), pytest.approx(0.925))
    assert found["decile_gap_points"] == pytest.approx(90)
    assert (found["gini_weight"], found["kreise_met"]) == ("zensus_households", 0)


def test_without_weights_there_is_no_gini_and_the_strictest_visibility_wins() -> None:
    rows = [row("05100", 0.5, subject="schools"), row("05101", 1.0, subject="schools", visibility="internal")]
    (found,) = inequality(pa.Table.from_pylist(rows), {}).to_pylist()
    assert (found["gini"], found["gini_weight"], found["visibility"]) == (None, "none", "internal")
    assert (found["lowest_decile_share"], found["kreise_met"]) == (None, 1)
