"""The antennas: sector pattern after 3GPP TR 38.901, and the level at the receiver. Not the way between them: p1812.py."""

import math
from typing import NamedTuple

from geodata.mobile.compiled import compiled

PATTERN_WIDTH_DEG = 65.0  # TR 38.901, table 7.3-1, in azimuth and in elevation
PATTERN_FLOOR_DB = 30.0  # table 7.3-1: A_max and SLA_V, the front-to-back ratio
SUBCARRIERS = 12.0  # per resource block


class Sector(NamedTuple):
    """One antenna: direction of the main lobe from north, its tilt below the horizon, both widths at half power; degrees."""

    azimuth_deg: float
    tilt_deg: float
    azimuth_width_deg: float
    vertical_width_deg: float
    everywhere: bool  # radiates alike to all sides: direction unknown or omnidirectional


@compiled
def turn_deg(bearing_deg: float, azimuth_deg: float) -> float:
    """Angle in -180 to 180 degrees from the main lobe to a bearing, both from north."""
    return (bearing_deg - azimuth_deg + 180.0) % 360.0 - 180.0


@compiled
def depression_deg(path_km: float, tx_m: float, rx_m: float) -> float:
    """Angle in degrees below the horizon at which the transmitter sees the receiver; heights above sea level, the earth taken as flat.

    The earth's curve would add 0.03 degrees on 10 km.
    """
    return math.degrees(math.atan2(tx_m - rx_m, 1000.0 * path_km))


@compiled
def pattern_loss(sector: Sector, bearing_deg: float, below_deg: float) -> float:
    """Attenuation in dB against the main lobe, 0 to 30 (TR 38.901, table 7.3-1).

    `below_deg` is the depression of the receiver. The tilt is taken off the depression for all bearings, as electrical tilt does.
    """
    vertical = (below_deg - sector.tilt_deg) / sector.vertical_width_deg
    elevation = min(12.0 * vertical * vertical, PATTERN_FLOOR_DB)
    if sector.everywhere:
        return elevation
    horizontal = turn_deg(bearing_deg, sector.azimuth_deg) / sector.azimuth_width_deg
    return min(elevation + min(12.0 * horizontal * horizontal, PATTERN_FLOOR_DB), PATTERN_FLOOR_DB)


@compiled
def power_per_element(eirp_dbm: float, resource_blocks: float) -> float:
    """EIRP in dBm of one resource element of a carrier that spreads its power evenly: EIRP - 10 log10(12 N_RB)."""
    return eirp_dbm - 10.0 * math.log10(SUBCARRIERS * resource_blocks)


@compiled
def rsrp(eirp_dbm: float, resource_blocks: float, pattern_db: float, loss_db: float) -> float:
    """RSRP (LTE) or SS-RSRP (NR) in dBm at a receiver with 0 dBi; `eirp_dbm` of the whole carrier in the main lobe."""
    return power_per_element(eirp_dbm, resource_blocks) - pattern_db - loss_db
