"""Free space and short-term gain: what a path loses with nothing in between (ITU-R P.1812-8, section 4.2). Not diffraction."""

import math

from geodata.mobile.compiled import compiled

NEAR_KM = 0.25  # the Recommendation holds from about 250 m on; nearer, Netzlage takes free space
TOUCHING_KM = 0.001  # no receiver nearer than this, so that no loss is minus infinity


@compiled
def slant_km(path_km: float, tx_m: float, rx_m: float) -> float:
    """Straight distance between the antennas in km (4.2, eq. 8a); heights above sea level."""
    rise = (tx_m - rx_m) / 1000.0
    return math.sqrt(path_km * path_km + rise * rise)


@compiled
def free_space_loss(frequency_ghz: float, distance_km: float) -> float:
    """Free-space loss L_bfs in dB (4.2, eq. 8)."""
    return 92.4 + 20.0 * math.log10(frequency_ghz) + 20.0 * math.log10(distance_km)


@compiled
def multipath_gain(percent: float, tx_horizon_km: float, rx_horizon_km: float) -> float:
    """Correction E_sp in dB for multipath and focusing (4.2, eq. 9a and 9b): zero at 50 %, negative below."""
    return 2.6 * (1.0 - math.exp(-0.1 * (tx_horizon_km + rx_horizon_km))) * math.log10(percent / 50.0)
