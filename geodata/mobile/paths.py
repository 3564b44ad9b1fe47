"""The path profile: horizons, smooth-earth surface, effective heights, roughness (ITU-R P.1812-8, Attachment 1). Geometry only, no losses.

A profile is two or three arrays of the same length, from the transmitter to the receiver: distance in km (first 0, ascending), terrain in m
above sea level, and for diffraction the surface, which is terrain plus clutter. At least one point must lie between the antennas.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geodata.mobile.compiled import compiled

Profile = NDArray[np.float64]


class Horizons(NamedTuple):
    """Angles in mrad, distances in km and indices of the horizon points; one point in between where the antennas see each other."""

    tx_angle: float
    rx_angle: float
    path_angle: float
    tx_km: float
    rx_km: float
    tx_index: int
    rx_index: int


class Heights(NamedTuple):
    """The smooth-earth surface below the antennas in m above sea level: as fitted, for diffraction, for ducting."""

    tx_fitted: float
    rx_fitted: float
    tx_diffraction: float
    rx_diffraction: float
    tx_ducting: float
    rx_ducting: float


@compiled
def clearance_index(distance: Profile, terrain: Profile, tx_m: float, rx_m: float, earth_km: float) -> int:
    """Index of the point with the largest diffraction parameter, the horizon of a line-of-sight path (Attachment 1, eq. 78)."""
    path_km = distance[-1]
    bend = 500.0 / earth_km
    best, index = -math.inf, 0
    for i in range(1, len(distance) - 1):
        near, far = distance[i], path_km - distance[i]
        above = terrain[i] + bend * near * far - (tx_m * far + rx_m * near) / path_km
        nu = above * math.sqrt(path_km / (near * far))  # the wavelength is the same for all points
        if nu > best:
            best, index = nu, i
    return index


@compiled
def horizons(distance: Profile, terrain: Profile, tx_m: float, rx_m: float, earth_km: float) -> Horizons:
    """Horizon angles and distances of both antennas (Attachment 1, eq. 76 to 82); antennas in m above sea level."""
    path_km = distance[-1]
    half_bend = 0.5 / earth_km
    direct = (rx_m - tx_m) / (1000.0 * path_km) - path_km * half_bend
    tx_slope, rx_slope, tx_index, rx_index = -math.inf, -math.inf, 0, 0
    for i in range(1, len(distance) - 1):
        near, far = distance[i], path_km - distance[i]
        slope = (terrain[i] - tx_m) / (1000.0 * near) - near * half_bend
        if slope > tx_slope:
            tx_slope, tx_index = slope, i
        slope = (terrain[i] - rx_m) / (1000.0 * far) - far * half_bend
        if slope > rx_slope:
            rx_slope, rx_index = slope, i
    if tx_slope <= direct:  # the antennas see each other
        tx_slope = direct
        rx_slope = (tx_m - rx_m) / (1000.0 * path_km) - path_km * half_bend
        tx_index = rx_index = clearance_index(distance, terrain, tx_m, rx_m, earth_km)
    tx_angle, rx_angle = 1000.0 * math.atan(tx_slope), 1000.0 * math.atan(rx_slope)
    path_angle = 1000.0 * path_km / earth_km + tx_angle + rx_angle
    return Horizons(tx_angle, rx_angle, path_angle, distance[tx_index], path_km - distance[rx_index], tx_index, rx_index)


@compiled
def smooth_earth(distance: Profile, terrain: Profile) -> tuple[float, float]:
    """Heights in m at both ends of the straight line fitted to the terrain (Attachment 1, eq. 83 to 86)."""
    path_km = distance[-1]
    v1 = v2 = 0.0
    for i in range(1, len(distance)):
        d0, d1, h0, h1 = distance[i - 1], distance[i], terrain[i - 1], terrain[i]
        v1 += (d1 - d0) * (h1 + h0)
        v2 += (d1 - d0) * (h1 * (2.0 * d1 + d0) + h0 * (d1 + 2.0 * d0))
    square = path_km * path_km
    return (2.0 * v1 * path_km - v2) / square, (v2 - v1 * path_km) / square


@compiled
def smooth_heights(distance: Profile, terrain: Profile, tx_m: float, rx_m: float) -> Heights:
    """The smooth-earth surface at both ends for each use (Attachment 1, eq. 85 to 90b); antennas in m above sea level."""
    path_km = distance[-1]
    tx_fitted, rx_fitted = smooth_earth(distance, terrain)
    highest = from_tx = from_rx = -math.inf
    for i in range(1, len(distance) - 1):
        near, far = distance[i], path_km - distance[i]
        above = terrain[i] - (tx_m * far + rx_m * near) / path_km
        highest = max(highest, above)
        from_tx = max(from_tx, above / near)
        from_rx = max(from_rx, above / far)
    tx_lowered, rx_lowered = tx_fitted, rx_fitted
    if highest > 0.0:
        tx_lowered -= highest * from_tx / (from_tx + from_rx)
        rx_lowered -= highest * from_rx / (from_tx + from_rx)
    tx_ground, rx_ground = terrain[0], terrain[-1]
    return Heights(
        tx_fitted,
        rx_fitted,
        min(tx_lowered, tx_ground),
        min(rx_lowered, rx_ground),
        min(tx_fitted, tx_ground),
        min(rx_fitted, rx_ground),
    )


@compiled
def roughness(distance: Profile, terrain: Profile, heights: Heights, tx_index: int, rx_index: int) -> float:
    """Height h_m in m of the terrain above the ducting surface between the horizon points (Attachment 1, eq. 91 and 93)."""
    slope = (heights.rx_ducting - heights.tx_ducting) / distance[-1]
    highest = -math.inf
    for i in range(tx_index, rx_index + 1):
        highest = max(highest, terrain[i] - (heights.tx_ducting + slope * distance[i]))
    return highest
