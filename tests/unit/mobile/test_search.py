"""The search for the best server: the same bits as brute force, and bounds that no level exceeds, over random terrain."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.mobile.around import DIRECTIONS, direction, look_around, surroundings
from geodata.mobile.scene import Masts, in_reach, level, loss_floor, power_towards, spot_at
from geodata.mobile.search import air_of, best_server, brute_force
from geodata.mobile.settings import Settings
from geodata.mobile.tiles import ceilings, nearest_first, room_for
from tests.unit.mobile.worlds import SETTINGS, landscape, masts_on, with_receiver, world_of

CELLS = 60
CASES = {
    "median": SETTINGS,
    "careful places": with_receiver(location_percent=95.0),
    "few places": with_receiver(location_percent=10.0),
    "tenth of the time": with_receiver(time_percent=10.0),
    "high receiver": with_receiver(height_m=12.0),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("relief_m", [0.0, 60.0])
@pytest.mark.parametrize("bands", [("800",), ("700", "3600")])
def test_the_search_gives_the_bits_of_brute_force(case: str, relief_m: float, bands: tuple[str, ...]) -> None:
    ground = landscape(7, cells=CELLS, relief_m=relief_m)
    masts = masts_on(ground, 8, sites=12, bands=bands)
    air = air_of(CASES[case])
    wanted = np.random.default_rng(9).random((CELLS, CELLS)) < 0.2
    found, brute = (f(ground, masts, air, wanted) for f in (best_server, brute_force))
    assert np.array_equal(found.power_dbm, brute.power_dbm)
    assert np.array_equal(found.mast, brute.mast)
    assert np.isfinite(found.power_dbm[wanted]).all()
    assert (found.mast[~wanted] == -1).all()
    assert found.evaluations < brute.evaluations


def test_the_number_of_threads_changes_nothing() -> None:
    ground = landscape(1, cells=2 * CELLS + 20, relief_m=40.0)
    masts, air = masts_on(ground, 2, sites=20, bands=("1800",)), air_of(SETTINGS)
    wanted = np.random.default_rng(3).random(ground.terrain.shape) < 0.1
    one, four = (best_server(ground, masts, air, wanted, threads=n) for n in (1, 4))
    assert np.array_equal(one.power_dbm, four.power_dbm)
    assert np.array_equal(one.mast, four.mast)
    assert one.evaluations == four.evaluations


def test_of_two_equal_masts_the_lower_number_counts() -> None:
    ground = landscape(4, cells=CELLS, relief_m=30.0)
    masts = masts_on(ground, 5, sites=6, bands=("800",))
    twice = Masts(np.concatenate([masts.mast, masts.mast]), masts.sector)
    wanted = np.ones(ground.terrain.shape, dtype=bool)
    found = best_server(ground, twice, air_of(SETTINGS), wanted)
    assert found.mast.max() < len(masts.mast)
    assert np.array_equal(found.mast, brute_force(ground, twice, air_of(SETTINGS), wanted).mast)


def test_no_mast_in_reach_is_no_level() -> None:
    ground = landscape(4, cells=100, relief_m=0.0)
    masts = masts_on(ground, 5, sites=1, bands=("3600",))
    found = best_server(ground, masts, air_of(SETTINGS), np.ones(ground.terrain.shape, dtype=bool))
    column, row = (np.arange(100) + 0.5) * 100 + 400_000.0, (np.arange(100) + 0.5) * 100 + 5_700_000.0
    away = np.hypot(column[None, :] - masts.mast["easting_m"][0], row[:, None] - masts.mast["northing_m"][0])
    assert np.array_equal(found.mast == -1, away > 5000.0)
    assert np.array_equal(np.isneginf(found.power_dbm), away > 5000.0)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.sampled_from([0.0, 5.0, 40.0, 200.0]), st.sampled_from(list(CASES)), st.data())
def test_no_level_exceeds_its_bounds(seed: int, relief_m: float, case: str, data: st.DataObject) -> None:
    """Every mast against every bound at random receivers."""
    chosen: Settings = CASES[case]
    ground = landscape(seed, cells=CELLS, relief_m=relief_m)
    masts = masts_on(ground, seed + 1, sites=8, bands=("700", "1800"))
    world = world_of(ground, masts, settings=chosen)
    room = room_for(world, len(masts.mast))
    window = np.array([0, CELLS, 0, CELLS])
    around = surroundings(world.air)
    near = nearest_first(world, around, window, np.arange(len(masts.mast)))
    for _ in range(5):
        spot = spot_at(world, data.draw(st.integers(0, CELLS - 1)), data.draw(st.integers(0, CELLS - 1)))
        look_around(ground.surface, around, spot, room.slopes)
        count = ceilings(near, spot, -np.inf, room)
        highest = dict(zip(near.order[room.mast[:count]], room.highest[:count].copy(), strict=True))
        at_most = dict(zip(near.order, near.facts[:, 4], strict=True))
        for mast in range(len(masts.mast)):
            assert (mast in highest) == in_reach(world, spot, mast)
            found = level(world, spot, mast, room)
            if mast in highest:
                towards = power_towards(world, spot, mast)
                assert found <= highest[mast] + towards - masts.mast["strongest_dbm"][mast] + 1e-6
                assert highest[mast] <= at_most[mast] + 1e-6
                if around.median:
                    for points in (6, 20):
                        assert found <= towards - loss_floor(world, spot, mast, points, room)


@given(st.floats(0.0, 2.0 * np.pi), st.integers(1, 6))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_each_direction_knows_every_cell_it_meets(angle: float, step: int) -> None:
    around = surroundings(air_of(SETTINGS))
    east, north = np.sin(angle), np.cos(angle)
    heading = direction(east, north)
    assert 0 <= heading < DIRECTIONS
    entries = slice(around.first[heading, step - 1], around.first[heading, step])
    cells = set(map(tuple, around.offsets[entries].tolist()))
    assert (int(np.floor(0.5 + step * north)), int(np.floor(0.5 + step * east))) in cells
