"""From the middle of the places to a share of them: location variability (ITU-R P.1812-8, 4.7, 4.9, Attachment 2). Outdoors only."""

import math

from geodata.mobile.compiled import compiled

MEDIAN = 0.5
SHARE_MIN, SHARE_MAX = 1e-6, 1.0 - 1e-6
TRANSITION_M = 10.0


@compiled
def _upper_tail(share: float) -> float:
    root = math.sqrt(-2.0 * math.log(share))
    top = (0.010328 * root + 0.802853) * root + 2.515516698
    bottom = ((0.001308 * root + 0.189269) * root + 1.432788) * root + 1.0
    return root - top / bottom


@compiled
def inverse_normal(share: float) -> float:
    """Inverse complementary cumulative normal distribution I(x), in its approximation (Attachment 2), for shares 1e-6 to 1 - 1e-6.

    Positive below one half: what only few exceed lies above the median.
    """
    x = min(max(share, SHARE_MIN), SHARE_MAX)
    if x <= MEDIAN:
        return _upper_tail(x)
    return -_upper_tail(1.0 - x)


@compiled
def location_sigma(frequency_ghz: float, resolution_m: float, height_m: float, clutter_m: float) -> float:
    """Standard deviation in dB of the loss within a square of `resolution_m` (4.7, eq. 66 and 67).

    `height_m` of the receiver above ground, `clutter_m` the representative height of what stands around it.
    """
    sigma = (0.52 + 0.024 * frequency_ghz) * math.pow(resolution_m, 0.28)
    return sigma * height_weight(height_m, clutter_m)


@compiled
def height_weight(height_m: float, clutter_m: float) -> float:
    """Factor u(h): whole among the clutter, nothing 10 m above it (4.7, eq. 67)."""
    above = height_m - clutter_m
    if above < 0.0:
        return 1.0
    if above >= TRANSITION_M:
        return 0.0
    return 1.0 - above / TRANSITION_M


@compiled
def loss_at_share(loss_median: float, loss_floor: float, sigma_db: float, location_percent: float) -> float:
    """Loss in dB not exceeded at `location_percent` of the places, outdoors (4.9, eq. 69).

    `loss_median` is L_bc (eq. 63), `loss_floor` L_b0p (eq. 10): the loss never falls below the latter.
    """
    return max(loss_floor, loss_median - inverse_normal(location_percent / 100.0) * sigma_db)


@compiled
def field_strength(frequency_ghz: float, loss_db: float) -> float:
    """Field strength in dB(uV/m) for 1 kW effective radiated power (4.10, eq. 70)."""
    return 199.36 + 20.0 * math.log10(frequency_ghz) - loss_db
