"""Recommendation ITU-R P.1812-8 as a whole: the basic transmission loss of one path. The sections are in the modules beside.

Not the antennas and not the level at the receiver: antenna.py.
"""

import math
from typing import NamedTuple

from geodata.mobile.compiled import compiled
from geodata.mobile.diffraction import MEDIAN_PERCENT, Diffraction, delta_bullington, loss_at_time, time_weight
from geodata.mobile.ducting import Duct, ducting_loss
from geodata.mobile.free_space import NEAR_KM, TOUCHING_KM, free_space_loss, multipath_gain, slant_km
from geodata.mobile.links import Link, Radio, View
from geodata.mobile.location import loss_at_share
from geodata.mobile.paths import Heights, Horizons, Profile, horizons, roughness, smooth_heights
from geodata.mobile.refractivity import beta_earth_radius, ducting_incidence, median_earth_radius
from geodata.mobile.troposcatter import troposcatter_loss

LIGHT_M_GHZ = 0.2998  # speed of light as the Recommendation rounds it
ETA = 2.5
THETA_MRAD = 0.3
XI = 0.8
D_SW_KM = 20.0
KAPPA = 0.5


class Moment(NamedTuple):
    """Share of the time in percent, incidence beta_0 of ducting, and the factor F_i between them (eq. 40)."""

    percent: float
    incidence: float
    weight: float


class Losses(NamedTuple):
    """Every quantity on the way to the loss, losses in dB, with its equation."""

    horizons: Horizons  # 76-82
    heights: Heights  # 85-90
    tx_effective_m: float  # 92a
    rx_effective_m: float  # 92b
    roughness_m: float  # 93
    incidence: float  # 5
    earth_km: float  # 7a
    time_weight: float  # 40
    angle_weight: float  # 57
    distance_weight: float  # 58
    free_space: float  # 8
    sight: float  # 10, L_b0p
    sight_rare: float  # 11, L_b0beta
    diffraction: Diffraction  # 21-39, median
    diffraction_rare: Diffraction  # 21-39, beta_0
    diffraction_at_time: float  # 41, L_dp
    beyond_median: float  # 42, L_bd50
    beyond: float  # 43, L_bd
    sight_floor: float  # 59, L_minb0p
    duct: float  # 46, L_ba
    duct_floor: float  # 60, L_minbap
    beyond_or_duct: float  # 61, L_bda
    mixed: float  # 62, L_bam
    scatter: float  # 44, L_bs
    median: float  # 63, L_bc
    loss: float  # 69, L_b


@compiled
def angle_weight(angle_mrad: float) -> float:
    """Factor F_j: near 1 with sight, 0 beyond the horizon (4.6, eq. 57)."""
    return 1.0 - 0.5 * (1.0 + math.tanh(3.0 * XI * (angle_mrad - THETA_MRAD) / THETA_MRAD))


@compiled
def distance_weight(path_km: float) -> float:
    """Factor F_k: 0.95 on the shortest paths, falling through one half at 20 km (4.6, eq. 58)."""
    return 1.0 - 0.5 * (1.0 + math.tanh(3.0 * KAPPA * (path_km - D_SW_KM) / D_SW_KM))


@compiled
def sight_floor(moment: Moment, sight: float, sight_rare: float, on_land: float, beyond_median: float) -> float:
    """Lower loss L_minb0p in dB of sight and sub-path diffraction (4.6, eq. 59); `on_land` is (1 - omega) L_dp."""
    if moment.percent < moment.incidence:
        return sight + on_land
    return beyond_median + (sight_rare + on_land - beyond_median) * moment.weight


@compiled
def duct_floor(duct: float, sight: float) -> float:
    """Lower loss L_minbap in dB of sight and ducting (4.6, eq. 60), with the larger exponent taken out so that none overflows."""
    least, most = min(duct, sight), max(duct, sight)
    return most + ETA * math.log(1.0 + math.exp((least - most) / ETA))


@compiled
def beyond_or_duct(beyond: float, floor: float, weight: float) -> float:
    """Loss L_bda in dB of diffraction with enhancement by ducting (4.6, eq. 61)."""
    if floor > beyond:
        return beyond
    return floor + (beyond - floor) * weight


@compiled
def scatter_or_rest(scatter: float, mixed: float) -> float:
    """Median loss L_bc in dB: scatter and all else in parallel (4.6, eq. 63)."""
    return -5.0 * math.log10(10.0 ** (-0.2 * scatter) + 10.0 ** (-0.2 * mixed))


@compiled
def evaluate(distance: Profile, terrain: Profile, surface: Profile, radio: Radio, link: Link) -> Losses:
    """All sections in their order.

    At 50 % of the time the diffraction for beta_0 has no weight: it is left out (the median stands in its place) unless `radio.complete`.
    """
    f, p = radio.frequency_ghz, radio.time_percent
    path_km = distance[-1]
    tx_m, rx_m = terrain[0] + link.tx_above_ground_m, terrain[-1] + link.rx_above_ground_m
    earth = median_earth_radius(radio.delta_n)
    incidence = ducting_incidence(link.latitude_deg, link.land_km, link.inland_km)
    found = horizons(distance, terrain, tx_m, rx_m, earth)
    heights = smooth_heights(distance, terrain, tx_m, rx_m)
    tx_effective, rx_effective = tx_m - heights.tx_ducting, rx_m - heights.rx_ducting
    rough = roughness(distance, terrain, heights, found.tx_index, found.rx_index)

    free = free_space_loss(f, slant_km(path_km, tx_m, rx_m))
    sight = free + multipath_gain(p, found.tx_km, found.rx_km)
    sight_rare = free + multipath_gain(incidence, found.tx_km, found.rx_km)

    view = View(tx_m, rx_m, earth, f, LIGHT_M_GHZ / f, radio.vertical, link.over_sea)
    bent = delta_bullington(distance, surface, heights, view)
    rare = bent
    if radio.complete or p < MEDIAN_PERCENT:
        flat = View(tx_m, rx_m, beta_earth_radius(), f, LIGHT_M_GHZ / f, radio.vertical, link.over_sea)
        rare = delta_bullington(distance, surface, heights, flat)
    moment = Moment(p, incidence, time_weight(p, incidence))
    at_time = loss_at_time(p, bent.total, rare.total, moment.weight)
    beyond_median, beyond = free + bent.total, sight + at_time

    scatter = troposcatter_loss(f, path_km, found.path_angle, radio.sea_level_n0, p)
    duct = ducting_loss(radio, link, Duct(path_km, earth, incidence, found, tx_m, rx_m, tx_effective, rx_effective, rough))

    by_angle, by_distance = angle_weight(found.path_angle), distance_weight(path_km)
    low_sight = sight_floor(moment, sight, sight_rare, (1.0 - link.over_sea) * at_time, beyond_median)
    low_duct = duct_floor(duct, sight)
    either = beyond_or_duct(beyond, low_duct, by_distance)
    mixed = either + (low_sight - either) * by_angle
    median = scatter_or_rest(scatter, mixed)
    loss = loss_at_share(median, sight, link.sigma_db, radio.location_percent)
    # fmt: off
    return Losses(
        found, heights, tx_effective, rx_effective, rough, incidence, earth, moment.weight, by_angle, by_distance, free, sight, sight_rare,
        bent, rare, at_time, beyond_median, beyond, low_sight, duct, low_duct, either, mixed, scatter, median, loss,
    )
    # fmt: on


@compiled
def all_losses(distance: Profile, terrain: Profile, surface: Profile, radio: Radio, link: Link) -> Losses:
    """Every intermediate quantity of one path, for tests and for a closer look; the loss is the one of `basic_loss`."""
    f, p, places = radio.frequency_ghz, radio.time_percent, radio.location_percent
    whole = Radio(f, radio.vertical, p, places, radio.delta_n, radio.sea_level_n0, complete=True)
    return evaluate(distance, terrain, surface, whole, link)


@compiled
def basic_loss(distance: Profile, terrain: Profile, surface: Profile, radio: Radio, link: Link) -> float:
    """Basic transmission loss L_b in dB of one path (4.9, eq. 69); below 250 m free space. Allocates nothing.

    `distance` in km, `terrain` in m above sea level, `surface` = terrain and clutter (clutter.py), all of one length of at least 3.
    """
    if distance[-1] < NEAR_KM:
        tx_m, rx_m = terrain[0] + link.tx_above_ground_m, terrain[-1] + link.rx_above_ground_m
        return free_space_loss(radio.frequency_ghz, max(slant_km(distance[-1], tx_m, rx_m), TOUCHING_KM))
    return evaluate(distance, terrain, surface, radio, link).loss
