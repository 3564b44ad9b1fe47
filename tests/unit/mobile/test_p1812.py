"""Values of the radio model that a person can check with a table or a pocket calculator; no shared data needed."""

import math
from pathlib import Path

import numpy as np
import pytest
from numba import njit
from numba.core.runtime import _nrt_python, rtsys

from geodata.mobile import ducting, free_space, location, refractivity, troposcatter
from geodata.mobile.clutter import add_clutter
from geodata.mobile.compiled import digest, sources
from geodata.mobile.diffraction import edge_parameter, knife_edge_loss
from geodata.mobile.links import Radio, View, inland
from geodata.mobile.p1812 import all_losses, basic_loss, distance_weight, duct_floor
from geodata.mobile.paths import Profile, horizons, smooth_earth
from geodata.mobile.spherical import LAND, SEA, first_term, first_term_over, spherical_loss
from tests.conftest import ROOT

RADIO = Radio(1.8, vertical=True, time_percent=50.0, location_percent=50.0, delta_n=45.0, sea_level_n0=325.0)


def flat(path_km: float, count: int = 40) -> tuple[Profile, Profile]:
    return np.linspace(0.0, path_km, count), np.full(count, 60.0)


def test_free_space_at_one_ghz_and_one_km() -> None:
    assert free_space.free_space_loss(1.0, 1.0) == 92.4
    assert free_space.free_space_loss(2.0, 10.0) == pytest.approx(92.4 + 6.0206 + 20.0, abs=1e-4)
    assert free_space.slant_km(3.0, 4100.0, 100.0) == 5.0
    assert free_space.multipath_gain(50.0, 3.0, 4.0) == 0.0
    assert free_space.multipath_gain(5.0, 1e6, 1e6) == pytest.approx(-2.6)


def test_the_knife_edge_at_the_line_of_sight_costs_six_db() -> None:
    assert knife_edge_loss(0.0) == pytest.approx(6.03, abs=0.01)
    assert knife_edge_loss(-0.78) == 0.0
    assert knife_edge_loss(2.4) == pytest.approx(13.0 + 20 * math.log10(2.4), abs=0.4)  # the approximation for large nu


def test_one_ridge_by_hand() -> None:
    """100 m above the line in the middle of 10 km at 1 GHz, the earth nearly flat: nu = 100 * sqrt(0.002 * 10 / (0.2998 * 25))."""
    distance, surface = np.array([0.0, 5.0, 10.0]), np.array([0.0, 120.0, 0.0])
    view = View(20.0, 20.0, 1e12, 1.0, 0.2998, vertical=True, over_sea=0.0)
    assert edge_parameter(distance, surface, view, 1.0, 1) == pytest.approx(100.0 * math.sqrt(0.02 / (0.2998 * 25.0)), rel=1e-6)


def test_effective_earth_radius() -> None:
    assert refractivity.median_earth_radius(refractivity.DELTA_N) == pytest.approx(8930.8, abs=0.1)
    assert refractivity.median_earth_radius(39.25) == pytest.approx(6371.0 * 4 / 3)
    assert refractivity.beta_earth_radius() == 19113.0


def test_incidence_of_ducting() -> None:
    """A path so short that mu_1 is 1 leaves 10^(-0.015 * 50 + 1.67) = 8.318 %; inland it falls with the length; beyond 70 degrees 4.17 %."""
    assert refractivity.ducting_incidence(50.0, 0.0, 0.0) == pytest.approx(10**0.92)
    assert refractivity.ducting_incidence(75.0, 0.0, 0.0) == pytest.approx(4.17)
    assert refractivity.ducting_incidence(50.0, 100.0, 100.0) < 2.0


@pytest.mark.parametrize(("share", "value"), [(0.05, 1.6449), (0.1, 1.2816), (0.5, 0.0), (0.9, -1.2816), (0.99, -2.3263)])
def test_inverse_normal_against_the_table(share: float, value: float) -> None:
    assert location.inverse_normal(share) == pytest.approx(value, abs=5e-4)


def test_location_variability() -> None:
    assert location.location_sigma(1.8, 100.0, 1.5, 10.0) == pytest.approx((0.52 + 0.0432) * 100**0.28)
    assert location.location_sigma(1.8, 100.0, 1.5, 0.0) == pytest.approx(0.85 * (0.52 + 0.0432) * 100**0.28)
    assert location.height_weight(20.0, 10.0) == 0.0
    assert location.loss_at_share(120.0, 100.0, 5.0, 95.0) == pytest.approx(120.0 + 1.6449 * 5.0, abs=3e-3)
    assert location.loss_at_share(101.0, 100.0, 5.0, 5.0) == 100.0
    assert location.field_strength(1.0, 199.36) == 0.0


def test_smooth_earth_of_a_straight_slope_is_the_slope() -> None:
    distance = np.array([0.0, 1.0, 4.0, 10.0])
    assert smooth_earth(distance, 100.0 + 5.0 * distance) == pytest.approx((100.0, 150.0))


def test_horizons_of_a_ridge() -> None:
    """Seen from 20 m above the sea, 5 km away and 270 m high: 50 mrad, less the bend of the earth."""
    distance, terrain = np.array([0.0, 5.0, 20.0]), np.array([0.0, 270.0, 0.0])
    found = horizons(distance, terrain, 20.0, 20.0, 8931.0)
    assert found.tx_angle == pytest.approx(1000 * math.atan(0.05 - 5.0 / 2 / 8931))
    assert (found.tx_km, found.rx_km, found.tx_index, found.rx_index) == (5.0, 15.0, 1, 1)


def test_sea_and_land() -> None:
    view = View(30.0, 10.0, 8931.0, 0.6, 0.5, vertical=True, over_sea=0.25)
    land, sea = first_term_over(view, 40.0, LAND), first_term_over(view, 40.0, SEA)
    assert first_term(view, 40.0) == pytest.approx(0.25 * sea + 0.75 * land)
    assert first_term(view._replace(over_sea=0.0), 40.0) == land
    assert spherical_loss(view, 0.5) == 0.0
    assert ducting.sea_coupling(1.0, 0.0, 5.0, 50.0) == -3.0
    assert ducting.sea_coupling(0.7, 0.0, 5.0, 50.0) == 0.0


def test_ducting_and_scatter_by_hand() -> None:
    assert ducting.low_band_loss(0.5) == 0.0
    assert ducting.low_band_loss(0.1) == pytest.approx(45.375 - 13.7 + 0.925)
    assert ducting.shielding_loss(1.0, 1.0, 10.0) == 0.0
    assert troposcatter.troposcatter_loss(2.0, 100.0, 10.0, 320.0, 50.0) == pytest.approx(190.1 + 7.5257 + 40.0 + 5.73 - 48.0, abs=1e-3)


def test_the_lower_loss_of_two_ways() -> None:
    """Equation 60: 2.5 ln(exp(a / 2.5) + exp(b / 2.5)); equal ways add 2.5 ln 2, and large losses do not overflow."""
    assert duct_floor(100.0, 100.0) == pytest.approx(100.0 + 2.5 * math.log(2.0))
    assert duct_floor(110.0, 100.0) == pytest.approx(2.5 * math.log(math.exp(44.0) + math.exp(40.0)))
    assert duct_floor(5000.0, 100.0) == 5000.0


def test_short_paths_are_free_space_and_finite() -> None:
    distance, terrain = flat(0.2)
    link = inland(0.2, tx_m=30.0, rx_m=1.5, latitude_deg=51.0)
    expected = free_space.free_space_loss(1.8, math.hypot(0.2, 0.0285))
    assert basic_loss(distance, terrain, terrain + 20.0, RADIO, link) == pytest.approx(expected)
    assert math.isfinite(basic_loss(distance * 0.0, terrain, terrain, RADIO, link._replace(rx_above_ground_m=30.0)))


def test_a_clear_path_above_flat_land_is_nearly_free_space() -> None:
    distance, terrain = flat(1.0)
    link = inland(1.0, tx_m=100.0, rx_m=100.0, latitude_deg=51.0)
    free = free_space.free_space_loss(1.8, 1.0)
    assert basic_loss(distance, terrain, terrain, RADIO, link) == pytest.approx(free, abs=1e-6)


def test_clutter_leaves_the_ends_bare_and_costs() -> None:
    distance, terrain = flat(4.0)
    surface = np.empty_like(terrain)
    add_clutter(terrain, np.full_like(terrain, 15.0), surface)
    assert (surface[1:-1] == 75.0).all()
    assert (surface[0], surface[-1]) == (60.0, 60.0)
    link = inland(4.0, tx_m=30.0, rx_m=1.5, latitude_deg=51.0)
    bare, covered = (basic_loss(distance, terrain, s, RADIO, link) for s in (terrain, surface))
    assert covered > bare + 10.0


def test_the_lean_function_gives_the_loss_of_the_full_one() -> None:
    distance, terrain = flat(12.0)
    rough = terrain + 80.0 * np.abs(np.sin(np.arange(40.0)))
    link = inland(12.0, tx_m=30.0, rx_m=1.5, latitude_deg=51.0, sigma_db=3.0)
    for percent in (1.0, 10.0, 50.0):
        radio = RADIO._replace(time_percent=percent, location_percent=95.0)
        assert basic_loss(distance, rough, rough, radio, link) == all_losses(distance, rough, rough, radio, link).loss


def test_distance_weight_crosses_one_half_at_20_km() -> None:
    assert distance_weight(20.0) == 0.5
    assert distance_weight(0.25) == pytest.approx(0.951, abs=1e-3)


def test_the_hot_path_allocates_nothing() -> None:
    @njit
    def repeat(count, distance, terrain, radio, link):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - numba takes its own types
        total = 0.0
        for _ in range(count):
            total += basic_loss(distance, terrain, terrain, radio, link)
        return total

    distance, terrain = flat(4.0)
    link = inland(4.0, tx_m=30.0, rx_m=1.5, latitude_deg=51.0)
    repeat(1, distance, terrain, RADIO, link)
    _nrt_python.memsys_enable_stats()
    used = []
    for count in (1, 1000):
        before = rtsys.get_allocation_stats().alloc
        repeat(count, distance, terrain, RADIO, link)
        used.append(rtsys.get_allocation_stats().alloc - before)
    _nrt_python.memsys_disable_stats()
    assert used[0] > 0  # the arrays on their way in: the counter counts
    assert used[0] == used[1]


def test_only_sources_of_compiled_code_name_it() -> None:
    names = {path.name for path in sources(ROOT / "geodata/mobile")}
    assert {"tiles.py", "p1812.py", "links.py", "compiled.py"} <= names
    assert not names & {"coverage.py", "rasters.py", "settings.py", "antennas.py", "terrain.py"}


def test_the_compiled_code_is_named_after_all_sources(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1", "utf-8")
    one = digest(sorted(tmp_path.iterdir()))
    (tmp_path / "b.py").write_text("2", "utf-8")
    two = digest(sorted(tmp_path.iterdir()))
    (tmp_path / "b.py").write_text("3", "utf-8")
    assert len({one, two, digest(sorted(tmp_path.iterdir()))}) == 3
