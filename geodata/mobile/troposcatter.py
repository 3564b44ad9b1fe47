"""Tropospheric scatter: the way over the horizon that is always open (ITU-R P.1812-8, 4.4). On short paths only a ceiling of the loss."""

import math

from geodata.mobile.compiled import compiled


@compiled
def troposcatter_loss(frequency_ghz: float, path_km: float, angle_mrad: float, sea_level_n0: float, percent: float) -> float:
    """Loss L_bs in dB by scatter, not exceeded for `percent` of the time (4.4, eq. 44 and 45).

    `angle_mrad` is the angular distance of the path (eq. 82).
    """
    half = math.log10(frequency_ghz / 2.0)
    by_frequency = 25.0 * math.log10(frequency_ghz) - 2.5 * half * half
    by_time = 10.125 * math.pow(math.log10(50.0 / percent), 0.7)
    return 190.1 + by_frequency + 20.0 * math.log10(path_km) + 0.573 * angle_mrad - 0.15 * sea_level_n0 - by_time
