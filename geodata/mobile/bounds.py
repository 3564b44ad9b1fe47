"""Lower bounds of the loss that cost less than the loss: for a search that may skip what cannot win. Valid at 50 % of the time only.

Derivation, and what is proven and what only tested: docs/funkmodell.md.
"""

from geodata.mobile.compiled import compiled
from geodata.mobile.diffraction import bullington_loss, edge_parameter
from geodata.mobile.free_space import NEAR_KM, TOUCHING_KM, free_space_loss, slant_km
from geodata.mobile.links import Link, Radio, View
from geodata.mobile.location import loss_at_share
from geodata.mobile.p1812 import LIGHT_M_GHZ, distance_weight, scatter_or_rest
from geodata.mobile.paths import Profile
from geodata.mobile.refractivity import median_earth_radius
from geodata.mobile.troposcatter import troposcatter_loss

SLACK_DB = 1e-6  # for rounding, and for F_i, which the approximation of the normal distribution leaves at 1e-9 instead of 0
MEDIAN_PERCENT = 50.0


@compiled
def free_space_floor(frequency_ghz: float, path_km: float, tx_m: float, rx_m: float) -> float:
    """Loss in dB that no path undercuts: free space over the slant distance; antennas in m above sea level."""
    return free_space_loss(frequency_ghz, max(slant_km(path_km, tx_m, rx_m), TOUCHING_KM))


@compiled
def partial_floor(distance: Profile, surface: Profile, first: int, radio: Radio, link: Link) -> float:
    """Loss in dB that `basic_loss` does not undercut at 50 % of the time, from the surface points with index `first` and more alone.

    Of the points before `first` only the ground at the transmitter is read. `first` = 1 takes the whole profile.
    """
    path_km = distance[-1]
    tx_m, rx_m = surface[0] + link.tx_above_ground_m, surface[-1] + link.rx_above_ground_m
    free = free_space_floor(radio.frequency_ghz, path_km, tx_m, rx_m)
    if path_km < NEAR_KM:
        return free
    view = View(
        tx_m,
        rx_m,
        median_earth_radius(radio.delta_n),
        radio.frequency_ghz,
        LIGHT_M_GHZ / radio.frequency_ghz,
        radio.vertical,
        link.over_sea,
    )
    bent = bullington_loss(edge_parameter(distance, surface, view, 1.0, first), path_km)
    scatter = troposcatter_loss(radio.frequency_ghz, path_km, 0.0, radio.sea_level_n0, MEDIAN_PERCENT)
    median = scatter_or_rest(scatter, free + distance_weight(path_km) * bent) - SLACK_DB
    return loss_at_share(median, free, link.sigma_db, radio.location_percent)
