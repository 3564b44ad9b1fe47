"""Ducting and layer reflection: signals carried far for a small part of the time (ITU-R P.1812-8, 4.5). Without weight on short paths."""

import math
from typing import NamedTuple

from geodata.mobile.compiled import compiled
from geodata.mobile.links import Link, Radio
from geodata.mobile.paths import Horizons
from geodata.mobile.refractivity import inland_weight

LOW_BAND_GHZ = 0.5
SEA_PATH = 0.75
NEAR_COAST_KM = 5.0
SMOOTH_M = 10.0
ALPHA_MIN = -3.4


class Duct(NamedTuple):
    """The path as ducting sees it: antennas in m above sea level, then their effective heights (eq. 92a, 92b)."""

    path_km: float
    earth_km: float
    incidence: float
    horizons: Horizons
    tx_m: float
    rx_m: float
    tx_effective_m: float
    rx_effective_m: float
    roughness_m: float


@compiled
def low_band_loss(frequency_ghz: float) -> float:
    """Additional coupling loss A_lf in dB below 0.5 GHz (4.5, eq. 47a)."""
    if frequency_ghz < LOW_BAND_GHZ:
        return 45.375 - 137.0 * frequency_ghz + 92.5 * frequency_ghz * frequency_ghz
    return 0.0


@compiled
def shielding_loss(frequency_ghz: float, angle_mrad: float, horizon_km: float) -> float:
    """Site shielding A_st or A_sr in dB of one antenna (4.5, eq. 48 and 48a)."""
    above = angle_mrad - 0.1 * horizon_km
    if above <= 0.0:
        return 0.0
    by_distance = 20.0 * math.log10(1.0 + 0.361 * above * math.sqrt(frequency_ghz * horizon_km))
    return by_distance + 0.264 * above * math.pow(frequency_ghz, 1.0 / 3.0)


@compiled
def sea_coupling(over_sea: float, coast_km: float, horizon_km: float, antenna_m: float) -> float:
    """Coupling A_ct or A_cr in dB into ducts over the sea (4.5, eq. 49); antenna in m above sea level."""
    if over_sea < SEA_PATH or coast_km > horizon_km or coast_km > NEAR_COAST_KM:
        return 0.0
    return -3.0 * math.exp(-0.25 * coast_km * coast_km) * (1.0 + math.tanh(0.07 * (50.0 - antenna_m)))


@compiled
def coupling_loss(frequency_ghz: float, link: Link, duct: Duct) -> float:
    """Fixed coupling losses A_f in dB between the antennas and the layer (4.5, eq. 47)."""
    found = duct.horizons
    return (
        102.45
        + 20.0 * math.log10(frequency_ghz)
        + 20.0 * math.log10(found.tx_km + found.rx_km)
        + low_band_loss(frequency_ghz)
        + shielding_loss(frequency_ghz, found.tx_angle, found.tx_km)
        + shielding_loss(frequency_ghz, found.rx_angle, found.rx_km)
        + sea_coupling(link.over_sea, link.tx_coast_km, found.tx_km, duct.tx_m)
        + sea_coupling(link.over_sea, link.rx_coast_km, found.rx_km, duct.rx_m)
    )


@compiled
def ducting_time(inland_km: float, duct: Duct) -> float:
    """Time percentage beta of ducting on this path (4.5, eq. 54 to 56a)."""
    path_km, found = duct.path_km, duct.horizons
    alpha = max(-0.6 - 3.5e-9 * math.pow(path_km, 3.1) * inland_weight(inland_km), ALPHA_MIN)
    roots = math.sqrt(duct.tx_effective_m) + math.sqrt(duct.rx_effective_m)
    mu2 = min(math.pow(500.0 / duct.earth_km * path_km * path_km / (roots * roots), alpha), 1.0)
    mu3 = 1.0
    if duct.roughness_m > SMOOTH_M:
        between_km = min(path_km - found.tx_km - found.rx_km, 40.0)
        mu3 = math.exp(-4.6e-5 * (duct.roughness_m - SMOOTH_M) * (43.0 + 6.0 * between_km))
    return duct.incidence * mu2 * mu3


@compiled
def time_loss(percent: float, beta: float, path_km: float) -> float:
    """Loss A(p) in dB by the share of time (4.5, eq. 53 and 53a)."""
    by_beta = math.log10(beta)
    curve = (9.51 - 4.8 * by_beta + 0.198 * by_beta * by_beta) * 1e-6 * math.pow(path_km, 1.13)
    gamma = 1.076 / math.pow(2.0058 - by_beta, 1.012) * math.exp(-curve)
    ratio = percent / beta
    return -12.0 + (1.2 + 3.7e-3 * path_km) * math.log10(ratio) + 12.0 * math.pow(ratio, gamma)


@compiled
def angular_loss(frequency_ghz: float, duct: Duct) -> float:
    """Loss gamma_d * theta' in dB by the angle of the path (4.5, eq. 51 to 52a)."""
    found = duct.horizons
    angle = 1000.0 * duct.path_km / duct.earth_km + min(found.tx_angle, 0.1 * found.tx_km) + min(found.rx_angle, 0.1 * found.rx_km)
    return 5e-5 * duct.earth_km * math.pow(frequency_ghz, 1.0 / 3.0) * angle


@compiled
def ducting_loss(radio: Radio, link: Link, duct: Duct) -> float:
    """Loss L_ba in dB by ducting and layer reflection (4.5, eq. 46 and 50)."""
    f = radio.frequency_ghz
    beta = ducting_time(link.inland_km, duct)
    return coupling_loss(f, link, duct) + angular_loss(f, duct) + time_loss(radio.time_percent, beta, duct.path_km)
