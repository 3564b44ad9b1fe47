"""The air: refractivity of Germany, effective Earth radius, incidence of ducting (ITU-R P.1812-8, sections 3.5 to 3.7). Not the losses."""

import math

from geodata.mobile.compiled import compiled

# Median values. The Recommendation reads them from its digital maps DN50.TXT and N050.TXT, which may not be passed on with a program;
# one pair for all of Germany is enough here (docs/funkmodell.md says how certain it is and what an error costs).
DELTA_N = 45.0  # N-units/km, lapse rate of the lowest kilometre
SEA_LEVEL_N0 = 325.0  # N-units

EARTH_RADIUS_KM = 6371.0
K_BETA = 3.0
HIGH_LATITUDE_DEG = 70.0


@compiled
def median_earth_radius(delta_n: float) -> float:
    """Median effective Earth radius a_e in km (3.7, eq. 6 and 7a)."""
    return EARTH_RADIUS_KM * (157.0 / (157.0 - delta_n))


@compiled
def beta_earth_radius() -> float:
    """Effective Earth radius a_beta in km, exceeded for beta_0 percent of the time (3.7, eq. 7b)."""
    return EARTH_RADIUS_KM * K_BETA


@compiled
def inland_weight(inland_km: float) -> float:
    """Parameter tau from the longest inland section of the path (3.6, eq. 3)."""
    return 1.0 - math.exp(-(4.12e-4 * inland_km**2.41))


@compiled
def ducting_incidence(latitude_deg: float, land_km: float, inland_km: float) -> float:
    """Time beta_0 in percent with a lapse rate above 100 N-units/km in the lowest 100 m (3.6, eq. 2, 3 and 5).

    `latitude_deg` of the middle of the path; `land_km` the longest section over land, `inland_km` the longest inland, both along the path.
    """
    tau = inland_weight(inland_km)
    latitude = abs(latitude_deg)
    near = 10.0 ** (-land_km / (16.0 - 6.6 * tau))
    far = 10.0 ** (-5.0 * (0.496 + 0.354 * tau))
    mu1 = min((near + far) ** 0.2, 1.0)
    if latitude <= HIGH_LATITUDE_DEG:
        mu4 = mu1 ** (-0.935 + 0.0176 * latitude)
        return float(10.0 ** (-0.015 * latitude + 1.67) * mu1 * mu4)
    mu4 = mu1**0.3
    return float(4.17 * mu1 * mu4)


@compiled
def middle_latitude(tx_latitude: float, tx_longitude: float, rx_latitude: float, rx_longitude: float, path_km: float) -> float:
    """Latitude in degrees of the point half the path length along the great circle from transmitter to receiver (3.6, eq. 4).

    `path_km` is the length of the profile, which need not be that of the coordinates.
    """
    lat1, lat2 = math.radians(tx_latitude), math.radians(rx_latitude)
    east = math.radians(rx_longitude - tx_longitude)
    bearing = math.atan2(
        math.sin(east) * math.cos(lat2), math.cos(lat1) * math.sin(lat2) - math.sin(lat1) * math.cos(lat2) * math.cos(east)
    )
    arc = 0.5 * path_km / EARTH_RADIUS_KM
    return math.degrees(math.asin(math.sin(lat1) * math.cos(arc) + math.cos(lat1) * math.sin(arc) * math.cos(bearing)))
