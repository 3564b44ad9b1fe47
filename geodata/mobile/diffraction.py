"""Diffraction over terrain and clutter: Bullington, delta-Bullington and its share of time (ITU-R P.1812-8, 4.3.1, 4.3.4, 4.3.5)."""

import math
from typing import NamedTuple

from geodata.mobile.compiled import compiled
from geodata.mobile.links import View
from geodata.mobile.location import inverse_normal
from geodata.mobile.paths import Heights, Profile
from geodata.mobile.spherical import spherical_loss

NU_CLEAR = -0.78
MEDIAN_PERCENT = 50.0


class Diffraction(NamedTuple):
    """Losses in dB: Bullington over the surface, Bullington over the smooth earth, spherical earth, and delta-Bullington of them."""

    actual: float
    smooth: float
    spherical: float
    total: float


@compiled
def knife_edge_loss(nu: float) -> float:
    """Loss J(nu) in dB of one edge (4.3, eq. 12); it grows with nu."""
    if nu <= NU_CLEAR:
        return 0.0
    low = nu - 0.1
    return 6.9 + 20.0 * math.log10(math.sqrt(low * low + 1.0) + low)


@compiled
def edge_parameter(distance: Profile, surface: Profile, view: View, relief: float, first: int) -> float:
    """Parameter nu of the edge that stands for the points from index `first` to the last but one (4.3.1, eq. 13 to 20).

    `relief` is 1 for the surface as given, 0 for the same distances with all heights zero (4.3.4).
    Points left out can only make nu smaller (docs/funkmodell.md): `first` = 1 is the Recommendation's value, a larger one a lower bound.
    Without any point in between it is minus infinity.
    """
    path_km = distance[-1]
    tx_m, rx_m, bend = view.tx_m, view.rx_m, 500.0 / view.earth_km
    scale = 0.002 * path_km / view.wavelength_m
    from_tx = from_rx = best = -math.inf
    for i in range(first, len(distance) - 1):
        near, far = distance[i], path_km - distance[i]
        height = relief * surface[i] + bend * near * far
        from_tx = max(from_tx, (height - tx_m) / near)
        from_rx = max(from_rx, (height - rx_m) / far)
    if from_tx < (rx_m - tx_m) / path_km:
        for i in range(first, len(distance) - 1):
            near, far = distance[i], path_km - distance[i]
            above = relief * surface[i] + bend * near * far - (tx_m * far + rx_m * near) / path_km
            best = max(best, above * math.sqrt(scale / (near * far)))
        return best
    near = (rx_m - tx_m + from_rx * path_km) / (from_tx + from_rx)
    far = path_km - near
    above = tx_m + from_tx * near - (tx_m * far + rx_m * near) / path_km
    return float(above * math.sqrt(scale / (near * far)))


@compiled
def bullington_loss(nu: float, path_km: float) -> float:
    """Loss L_bull in dB from the edge parameter (4.3.1, eq. 16, 20 and 21); it grows with nu."""
    edge = knife_edge_loss(nu)
    return edge + (1.0 - math.exp(-edge / 6.0)) * (10.0 + 0.02 * path_km)


@compiled
def delta_bullington(distance: Profile, surface: Profile, heights: Heights, view: View) -> Diffraction:
    """The complete diffraction loss for one effective Earth radius (4.3.4, eq. 37a to 39); antennas of the view above sea level."""
    path_km = distance[-1]
    tx_m, rx_m = view.tx_m - heights.tx_diffraction, view.rx_m - heights.rx_diffraction
    above_smooth = View(tx_m, rx_m, view.earth_km, view.frequency_ghz, view.wavelength_m, view.vertical, view.over_sea)
    actual = bullington_loss(edge_parameter(distance, surface, view, 1.0, 1), path_km)
    smooth = bullington_loss(edge_parameter(distance, surface, above_smooth, 0.0, 1), path_km)
    spherical = spherical_loss(above_smooth, path_km)
    return Diffraction(actual, smooth, spherical, actual + max(spherical - smooth, 0.0))


@compiled
def time_weight(percent: float, incidence: float) -> float:
    """Factor F_i between the median and beta_0 (4.3.5, eq. 40)."""
    if percent <= incidence:
        return 1.0
    return inverse_normal(percent / 100.0) / inverse_normal(incidence / 100.0)


@compiled
def loss_at_time(percent: float, median: float, rare: float, weight: float) -> float:
    """Diffraction loss L_dp in dB not exceeded for `percent` of the time (4.3.5, eq. 41)."""
    if percent >= MEDIAN_PERCENT:
        return median
    return median + weight * (rare - median)
