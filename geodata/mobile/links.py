"""What a path has besides its profile: the radio of a run, the link of a path, the view of one diffraction calculation. No formulas."""

from typing import NamedTuple


class Radio(NamedTuple):
    """What is the same for all paths of a run."""

    frequency_ghz: float  # 0.03 to 6
    vertical: bool  # polarisation
    time_percent: float  # 1 to 50: share of the time for which the loss is not exceeded
    location_percent: float  # 1 to 99: share of the places
    delta_n: float
    sea_level_n0: float
    complete: bool = False  # compute at 50 % of the time also what has no weight there


class Link(NamedTuple):
    """What belongs to one path (ITU-R P.1812-8, 3.1, 3.3, 3.4, 3.6). Antennas in m above ground."""

    tx_above_ground_m: float
    rx_above_ground_m: float
    latitude_deg: float  # middle of the path
    sigma_db: float  # standard deviation over places at the receiver (location.py); 0 = none
    over_sea: float  # share of the path
    land_km: float  # longest section over land
    inland_km: float  # longest inland section
    tx_coast_km: float  # distance to the coast along the path
    rx_coast_km: float


class View(NamedTuple):
    """Heights of both antennas in m (above sea level, or above the smooth earth), effective Earth radius, wave and ground."""

    tx_m: float
    rx_m: float
    earth_km: float
    frequency_ghz: float
    wavelength_m: float
    vertical: bool
    over_sea: float


INLAND_COAST_KM = 500.0


def inland(path_km: float, *, tx_m: float, rx_m: float, latitude_deg: float, sigma_db: float = 0.0) -> Link:
    """A link without sea or coast, as everywhere in Nordrhein-Westfalen."""
    return Link(tx_m, rx_m, latitude_deg, sigma_db, 0.0, path_km, path_km, INLAND_COAST_KM, INLAND_COAST_KM)
