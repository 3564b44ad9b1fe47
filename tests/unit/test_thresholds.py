"""Threshold sets: what is below, what is not known, which sets contradict themselves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import InputError
from geodata.thresholds import Supply, below, judge, load_thresholds, parsed, threshold_set, unknown

NAN = float("nan")
SPEEDS = st.lists(
    st.tuples(*[st.one_of(st.just(NAN), st.sampled_from([0.0, 16, 29.9, 30, 99.9, 100, 200, 399.9, 400, 500, 1000]))] * 2), max_size=30
)
HEAD = 'label_de = "a"\nlabel_en = "a"\nsource = "s"\n'


def arrays(lines: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    table = np.array(lines, dtype="float64").reshape(-1, 2)
    return table[:, 0], table[:, 1]


@given(SPEEDS)
def test_each_line_is_in_exactly_one_of_four(lines: list[tuple[float, float]]) -> None:
    down, up = arrays(lines)
    for chosen in load_thresholds().values():
        found = judge(Supply(down, up, np.minimum(down, up), np.zeros(len(down), dtype=bool)), chosen)
        assert (found.covered.astype(int) + found.below + found.below_floor + found.unknown == 1).all()


@given(SPEEDS)
def test_parts_make_up_the_whole(lines: list[tuple[float, float]]) -> None:
    down, up = arrays(lines)
    whole = [s for s in load_thresholds().values() if s.parts]
    assert whole
    for chosen in whole:
        parts = np.sum([below(down, up, threshold_set(p)) for p in chosen.parts], axis=0)
        assert (parts == below(down, up, chosen)).all()
        assert all((unknown(down, up, threshold_set(p)) == unknown(down, up, chosen)).all() for p in chosen.parts)


@pytest.mark.parametrize(
    ("down", "up", "expected"),
    [
        (199, 1000, "below"),
        (200, 199, "below"),
        (200, 200, "covered"),
        (499, 50, "below"),
        (500, 0, "covered"),
        (500, NAN, "covered"),
        (300, NAN, "unknown"),
        (100, NAN, "below"),
        (NAN, 100, "unknown"),
        (NAN, NAN, "unknown"),
    ],
)
def test_the_guideline_of_2023(down: float, up: float, expected: str) -> None:
    both = np.array([float(down)]), np.array([float(up)])
    found = judge(Supply(*both, np.minimum(*both)), threshold_set("richtlinie_2023"))
    assert [w for w in ("covered", "below", "below_floor", "unknown") if getattr(found, w)[0]] == [expected]


def test_symmetric_is_a_matter_of_one_offer() -> None:
    """400 down by one operator and 250 up by another, who has no more than 100 down, are not 200 both ways."""
    down, up, both = np.array([400.0]), np.array([250.0]), np.array([100.0])
    assert below(down, up, threshold_set("richtlinie_2023"), symmetric=both).tolist() == [True]
    assert below(down, up, threshold_set("richtlinie_2023")).tolist() == [False]


def test_fibre_of_an_address_without_any_report_is_not_known() -> None:
    found = judge(
        Supply(np.array([NAN, 100, 100]), np.full(3, NAN), np.full(3, NAN), np.array([False, False, True])), threshold_set("ohne_glasfaser")
    )
    assert found.unknown.tolist() == [True, False, False]
    assert found.below.tolist() == [False, True, False]


def test_an_unknown_name_offers_the_near_ones() -> None:
    with pytest.raises(InputError, match="weiss_30"):
        threshold_set("weis_30")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("covered = [{ down = 100 }]\nfloor = { down = 100 }\ndate = 2020-01-01", "threshold_empty"),
        ("covered = [{ down = 100 }]\nfloor = { up = 10 }\ndate = 2020-01-01", "threshold_floor_beside"),
        ("covered = [{ down = 100 }, { down = 200, up = 50 }]\ndate = 2020-01-01", "threshold_superfluous"),
        ("covered = [{ symmetric = 200 }, { down = 300, up = 200, symmetric = 200 }]\ndate = 2020-01-01", "threshold_superfluous"),
        ("covered = [{ down = 100 }]\nparts = ['weiss_30']\ndate = 2020-01-01", "threshold_parts_differ"),
        ("covered = [{ down = 200 }]\nparts = ['weiss_30', 'nichts']\ndate = 2020-01-01", "threshold_part_unknown"),
        ("covered = [{ down = -5 }]\ndate = 2020-01-01", "threshold_wrong"),
        ("covered = [{ down = true }]\ndate = 2020-01-01", "threshold_wrong"),
        ("covered = []\ndate = 2020-01-01", "threshold_wrong"),
        ("covered = [{ down = 100 }]\ndate = 'gestern'", "threshold_wrong"),
        ("covered = [{ down = 100 }]", "threshold_wrong"),
        ("covered = [{ down = 100 }]\ndate = 2020-01-01\nuper = 3", "threshold_wrong"),
    ],
)
def test_sets_that_contradict_themselves_are_refused(fields: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        parsed(f"[eigene]\n{HEAD}{fields}\n", "eigene.toml", known=load_thresholds())
    assert caught.value.code == code
    assert "eigene.toml" in caught.value.message("de")


def test_a_file_that_is_no_toml_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        parsed("[", "eigene.toml")
    assert caught.value.code == "threshold_not_toml"
