"""Diffraction over the smooth spherical earth (ITU-R P.1812-8, 4.3.2 and 4.3.3). The terrain comes in through effective heights only."""

import math
from typing import NamedTuple

from geodata.mobile.compiled import compiled
from geodata.mobile.links import View

X_SPLIT = 1.6
B_SPLIT = 2.0


class Ground(NamedTuple):
    """Relative permittivity, and conductivity in S/m."""

    permittivity: float
    conductivity: float


LAND = Ground(22.0, 0.003)
SEA = Ground(80.0, 5.0)


@compiled
def _distance_term(x: float) -> float:
    """F_X (eq. 33)."""
    if x >= X_SPLIT:
        return 11.0 + 10.0 * math.log10(x) - 17.6 * x
    return -20.0 * math.log10(x) - 5.6488 * math.pow(x, 1.425)


@compiled
def _height_gain(y: float, beta: float, admittance: float) -> float:
    """G(Y) (eq. 34 and 35)."""
    b = beta * y
    gain = 17.6 * math.sqrt(b - 1.1) - 5.0 * math.log10(b - 1.1) - 8.0 if b > B_SPLIT else 20.0 * math.log10(b + 0.1 * b * b * b)
    return max(gain, 2.0 + 20.0 * math.log10(admittance))


@compiled
def first_term_over(view: View, path_km: float, ground: Ground) -> float:
    """Loss L_dft in dB over ground of one kind (4.3.3, eq. 29a to 36)."""
    f, earth = view.frequency_ghz, view.earth_km
    lossy = 18.0 * ground.conductivity / f
    square = lossy * lossy
    k = 0.036 * math.pow(earth * f, -1.0 / 3.0) * math.pow((ground.permittivity - 1.0) ** 2 + square, -0.25)
    if view.vertical:
        k *= math.sqrt(ground.permittivity**2 + square)
    k2 = k * k
    beta = (1.0 + 1.6 * k2 + 0.67 * k2 * k2) / (1.0 + 4.5 * k2 + 1.53 * k2 * k2)
    x = 21.88 * beta * math.pow(f / (earth * earth), 1.0 / 3.0) * path_km
    y = 0.9575 * beta * math.pow(f * f / earth, 1.0 / 3.0)
    return -_distance_term(x) - _height_gain(y * view.tx_m, beta, k) - _height_gain(y * view.rx_m, beta, k)


@compiled
def first_term(view: View, path_km: float) -> float:
    """Loss L_dft in dB over land and sea in their shares of the path (4.3.3, eq. 28)."""
    land = first_term_over(view, path_km, LAND)
    if view.over_sea <= 0.0:
        return land
    return view.over_sea * first_term_over(view, path_km, SEA) + (1.0 - view.over_sea) * land


@compiled
def spherical_loss(view: View, path_km: float) -> float:
    """Loss L_dsph in dB over the smooth earth (4.3.2, eq. 22 to 27); the heights of the view are above the smooth earth."""
    earth, tx_m, rx_m = view.earth_km, view.tx_m, view.rx_m
    roots = math.sqrt(tx_m) + math.sqrt(rx_m)
    if path_km >= math.sqrt(0.002 * earth) * roots:
        return first_term(view, path_km)
    both = tx_m + rx_m
    c = (tx_m - rx_m) / both
    m = 250.0 * path_km * path_km / (earth * both)
    cosine = min(max(1.5 * c * math.sqrt(3.0 * m / (m + 1.0) ** 3), -1.0), 1.0)  # rounding may step beyond 1
    b = 2.0 * math.sqrt((m + 1.0) / (3.0 * m)) * math.cos(math.pi / 3.0 + math.acos(cosine) / 3.0)
    d1 = 0.5 * path_km * (1.0 + b)
    d2 = path_km - d1
    clear = ((tx_m - 500.0 * d1 * d1 / earth) * d2 + (rx_m - 500.0 * d2 * d2 / earth) * d1) / path_km
    needed = 17.456 * math.sqrt(d1 * d2 * view.wavelength_m / path_km)
    if clear > needed:
        return 0.0
    touching_km = 500.0 * (path_km / roots) ** 2
    touching = first_term(View(tx_m, rx_m, touching_km, view.frequency_ghz, view.wavelength_m, view.vertical, view.over_sea), path_km)
    if touching < 0.0:
        return 0.0
    return (1.0 - clear / needed) * touching
