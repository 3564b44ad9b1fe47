"""Sector pattern and level at the receiver."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.mobile.antenna import Sector, depression_deg, pattern_loss, power_per_element, rsrp, turn_deg

SECTOR = Sector(120.0, 6.0, 65.0, 10.0, everywhere=False)


def test_the_main_lobe_loses_nothing_and_half_width_three_db() -> None:
    assert pattern_loss(SECTOR, 120.0, 6.0) == 0.0
    assert pattern_loss(SECTOR, 120.0 + 32.5, 6.0) == pytest.approx(3.0)
    assert pattern_loss(SECTOR, 120.0 - 32.5, 6.0) == pytest.approx(3.0)
    assert pattern_loss(SECTOR, 120.0, 11.0) == pytest.approx(3.0)
    assert pattern_loss(SECTOR, 120.0 + 32.5, 1.0) == pytest.approx(6.0)


def test_the_back_is_thirty_db_down() -> None:
    assert pattern_loss(SECTOR, 300.0, 6.0) == 30.0
    assert pattern_loss(SECTOR, 300.0, 90.0) == 30.0


def test_an_antenna_without_direction_knows_only_the_tilt() -> None:
    around = SECTOR._replace(everywhere=True)
    assert {pattern_loss(around, float(b), 6.0) for b in range(0, 360, 30)} == {0.0}
    assert pattern_loss(around, 0.0, 11.0) == pytest.approx(3.0)


@given(st.floats(-720.0, 720.0), st.floats(0.0, 360.0), st.floats(-90.0, 90.0))
def test_the_pattern_stays_between_zero_and_thirty(bearing: float, azimuth: float, below: float) -> None:
    assert -180.0 <= turn_deg(bearing, azimuth) <= 180.0
    assert 0.0 <= pattern_loss(SECTOR._replace(azimuth_deg=azimuth), bearing, below) <= 30.0


def test_turns_across_north() -> None:
    assert turn_deg(10.0, 350.0) == 20.0
    assert turn_deg(350.0, 10.0) == -20.0


def test_depression() -> None:
    assert depression_deg(1.0, 1100.0, 100.0) == pytest.approx(45.0)
    assert depression_deg(2.0, 50.0, 50.0) == 0.0


def test_level_by_hand() -> None:
    """20 MHz LTE: 100 blocks of 12 subcarriers are 30.79 dB; 63 - 30.79 - 3 - 120 = -90.79 dBm."""
    assert power_per_element(63.0, 100.0) == pytest.approx(32.21, abs=0.01)
    assert rsrp(63.0, 100.0, 3.0, 120.0) == pytest.approx(-90.79, abs=0.01)
