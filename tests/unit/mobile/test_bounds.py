"""The bounds that a search for the best server may rely on, and reciprocity, over random terrain."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.mobile.bounds import free_space_floor, partial_floor
from geodata.mobile.diffraction import bullington_loss, delta_bullington, edge_parameter, knife_edge_loss
from geodata.mobile.p1812 import all_losses, basic_loss
from geodata.mobile.paths import smooth_heights
from tests.unit.mobile.profiles import Path, paths

ROUNDING = 1e-9
EXAMPLES = settings(max_examples=100, deadline=None, derandomize=True)


def loss_of(path: Path) -> float:
    return basic_loss(path.distance, path.terrain, path.surface, path.radio, path.link)


@EXAMPLES
@given(paths())
def test_no_path_loses_less_than_free_space(path: Path) -> None:
    view = path.view()
    floor = free_space_floor(path.radio.frequency_ghz, float(path.distance[-1]), view.tx_m, view.rx_m)
    assert loss_of(path) >= floor


@EXAMPLES
@given(paths(), st.data())
def test_a_part_of_the_profile_never_says_more_than_the_whole(path: Path, data: st.DataObject) -> None:
    whole = loss_of(path)
    last = len(path.distance) - 1
    for first in {1, last, data.draw(st.integers(1, last))}:
        assert partial_floor(path.distance, path.surface, first, path.radio, path.link) <= whole


@EXAMPLES
@given(paths(), st.data())
def test_the_edge_grows_with_every_added_point(path: Path, data: st.DataObject) -> None:
    """From no point between to all of them, in any order."""
    view, last = path.view(), len(path.distance) - 1
    order = data.draw(st.permutations(range(1, last)))
    before = -np.inf
    for count in range(last):
        kept = [0, *sorted(order[:count]), last]
        nu = edge_parameter(path.distance[kept], path.surface[kept], view, 1.0, 1)
        assert nu >= before - ROUNDING * (1.0 + abs(before) if np.isfinite(before) else 1.0)
        before = nu
    assert before == edge_parameter(path.distance, path.surface, view, 1.0, 1)


@EXAMPLES
@given(paths(), st.data())
def test_points_before_the_first_are_not_read(path: Path, data: st.DataObject) -> None:
    last = len(path.distance) - 1
    first = data.draw(st.integers(1, last))
    blind = path.surface.copy()
    blind[1:first] = np.nan
    seen = partial_floor(path.distance, blind, first, path.radio, path.link)
    assert seen == partial_floor(path.distance, path.surface, first, path.radio, path.link)


@EXAMPLES
@given(st.floats(-3.0, 200.0), st.floats(0.0, 5.0), st.floats(0.25, 100.0))
def test_bullington_grows_with_its_edge(nu: float, more: float, path_km: float) -> None:
    assert bullington_loss(nu + more, path_km) >= bullington_loss(nu, path_km) >= knife_edge_loss(nu) >= 0.0


@EXAMPLES
@given(paths())
def test_diffraction_is_reciprocal(path: Path) -> None:
    there, back = path, path.reversed()
    totals = []
    for p in (there, back):
        view = p.view()
        heights = smooth_heights(p.distance, p.terrain, view.tx_m, view.rx_m)
        totals.append(delta_bullington(p.distance, p.surface, heights, view))
    assert totals[0] == pytest.approx(totals[1], rel=1e-6, abs=1e-6)


@EXAMPLES
@given(paths())
def test_delta_bullington_is_never_below_bullington(path: Path) -> None:
    found = all_losses(path.distance, path.terrain, path.surface, path.radio, path.link).diffraction
    assert found.total >= found.actual >= 0.0
    assert found.spherical >= 0.0


@EXAMPLES
@given(paths(), st.floats(1.0, 50.0))
def test_the_loss_grows_with_the_share_of_places_and_is_finite(path: Path, percent: float) -> None:
    radio = path.radio._replace(time_percent=percent)
    losses = [
        basic_loss(path.distance, path.terrain, path.surface, radio._replace(location_percent=share), path.link)
        for share in (5.0, 50.0, 95.0)
    ]
    assert np.isfinite(losses).all()
    assert losses == sorted(losses)
