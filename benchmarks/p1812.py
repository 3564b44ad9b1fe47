"""Path losses per second: 150,000 paths of 4 km with 40 points on one core, over rough terrain with clutter; no peer.

As a program (`python -m benchmarks.p1812`) it prints instead what other refractivity would change.
"""

import time

import numpy as np

from benchmarks.processes import own_peak_mb
from benchmarks.run import Row, row
from geodata.mobile.compiled import compiled
from geodata.mobile.links import Link, Radio, inland
from geodata.mobile.p1812 import basic_loss
from geodata.mobile.paths import Profile
from geodata.mobile.refractivity import DELTA_N, SEA_LEVEL_N0

PATHS, POINTS, PATH_KM = 150_000, 40, 4.0
CLUTTER_M = (0.0, 0.0, 10.0, 15.0, 20.0)


@compiled
def all_paths(distance: Profile, terrain: Profile, surface: Profile, radio: Radio, link: Link) -> Profile:
    """The loss of each row."""
    found = np.empty(len(terrain))
    for i in range(len(terrain)):
        found[i] = basic_loss(distance, terrain[i], surface[i], radio, link)
    return found


def _terrain(paths: int) -> tuple[Profile, Profile]:
    random = np.random.default_rng(1812)
    terrain = 100.0 + np.cumsum(random.normal(0.0, 5.0, (paths, POINTS)), axis=1)
    surface = terrain + random.choice(CLUTTER_M, terrain.shape)
    surface[:, [0, -1]] = terrain[:, [0, -1]]
    return terrain, surface


def _radio(percent: float = 50.0, delta_n: float = DELTA_N, n0: float = SEA_LEVEL_N0) -> Radio:
    return Radio(1.8, vertical=True, time_percent=percent, location_percent=50.0, delta_n=delta_n, sea_level_n0=n0)


def rows() -> list[Row]:
    """Seconds for all paths at 50 % and at 10 % of the time, compiled code ready."""
    distance = np.linspace(0.0, PATH_KM, POINTS)
    terrain, surface = _terrain(PATHS)
    link = inland(PATH_KM, tx_m=30.0, rx_m=1.5, latitude_deg=51.5)
    result = []
    for percent in (50.0, 10.0):
        radio = _radio(percent)
        all_paths(distance, terrain[:2], surface[:2], radio, link)
        start = time.perf_counter()
        all_paths(distance, terrain, surface, radio, link)
        seconds = time.perf_counter() - start
        name = f"P.1812, {PATHS:,} paths of {PATH_KM:g} km with {POINTS} points, {percent:g} % of the time, 1 core"
        result.append(row(name, seconds, peak_mb=own_peak_mb()))
    return result


def sensitivity() -> list[str]:
    """Change of the loss in dB at 50 % of the time by other refractivity: the 99th percentile and the largest of 2,000 paths."""
    terrain, surface = _terrain(2_000)
    lines = []
    for path_km in (4.0, 15.0):
        distance, link = np.linspace(0.0, path_km, POINTS), inland(path_km, tx_m=30.0, rx_m=1.5, latitude_deg=51.5)
        base = all_paths(distance, terrain, surface, _radio(), link)
        for name, step in (("delta_n", 5.0), ("n0", 10.0)):
            changes = [all_paths(distance, terrain, surface, _radio(**{name: value}), link) for value in _around(name, step)]
            change = np.abs(np.concatenate(changes) - np.tile(base, 2))
            lines.append(f"{path_km:g} km, {name} +- {step:g}: 99 % {np.quantile(change, 0.99):.3f} dB, max {change.max():.3f} dB")
    return lines


def _around(name: str, step: float) -> tuple[float, float]:
    middle = DELTA_N if name == "delta_n" else SEA_LEVEL_N0
    return middle - step, middle + step


if __name__ == "__main__":
    print("\n".join(sensitivity()))
