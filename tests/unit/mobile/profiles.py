"""Random terrain profiles for the property tests of the radio model."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from geodata.mobile.links import Link, Radio, View, inland
from geodata.mobile.paths import Profile
from geodata.mobile.refractivity import DELTA_N, SEA_LEVEL_N0, median_earth_radius


@dataclass(frozen=True)
class Path:
    """A profile with clutter, and the radio and the link on it."""

    distance: Profile
    terrain: Profile
    surface: Profile
    radio: Radio
    link: Link

    def view(self) -> View:
        f = self.radio.frequency_ghz
        tx = float(self.terrain[0] + self.link.tx_above_ground_m)
        rx = float(self.terrain[-1] + self.link.rx_above_ground_m)
        return View(tx, rx, median_earth_radius(self.radio.delta_n), f, 0.2998 / f, self.radio.vertical, self.link.over_sea)

    def reversed(self) -> "Path":
        back = np.ascontiguousarray
        link = self.link._replace(tx_above_ground_m=self.link.rx_above_ground_m, rx_above_ground_m=self.link.tx_above_ground_m)
        return Path(self.distance[-1] - back(self.distance[::-1]), back(self.terrain[::-1]), back(self.surface[::-1]), self.radio, link)


@st.composite
def paths(draw: st.DrawFn, longest_km: float = 60.0) -> Path:
    """Paths from 250 m on, at 50 % of the time and 50 % or more of the places, steep or flat, with and without clutter."""
    count = draw(st.integers(3, 40))
    path_km = draw(st.floats(0.25, longest_km))
    relief = draw(st.sampled_from([0.0, 5.0, 50.0, 500.0]))
    heights = draw(st.lists(st.floats(0.0, 1.0), min_size=count, max_size=count))
    clutter = draw(st.lists(st.sampled_from([0.0, 0.0, 10.0, 15.0, 20.0]), min_size=count, max_size=count))
    steps = np.array(draw(st.lists(st.floats(0.1, 1.0), min_size=count - 1, max_size=count - 1)))
    distance = np.concatenate([[0.0], np.cumsum(steps) / steps.sum() * path_km])
    terrain = relief * np.array(heights)
    surface = terrain + np.array(clutter)
    surface[0], surface[-1] = terrain[0], terrain[-1]
    frequency = draw(st.sampled_from([0.03, 0.7, 0.8, 0.9, 1.8, 2.1, 2.6, 3.6, 6.0]))
    radio = Radio(frequency, draw(st.booleans()), 50.0, draw(st.sampled_from([50.0, 75.0, 95.0])), DELTA_N, SEA_LEVEL_N0)
    tx, rx = draw(st.floats(1.0, 150.0)), draw(st.floats(1.0, 20.0))
    sigma = draw(st.sampled_from([0.0, 2.0, 6.0]))
    return Path(distance, terrain, surface, radio, inland(float(distance[-1]), tx_m=tx, rx_m=rx, latitude_deg=51.5, sigma_db=sigma))
