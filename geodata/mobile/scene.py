"""One antenna mast seen from one cell: the profile between them, its loss and the level at the receiver. Not which mast is best.

A mast is all antennas of one operator, technology and band on one spot and height: its sectors share the path and with it the loss.
Row 0 of a grid is its south; heights are metres above sea level; positions EPSG:25832.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geodata.mobile.antenna import Sector, depression_deg, pattern_loss
from geodata.mobile.bounds import partial_floor
from geodata.mobile.compiled import compiled
from geodata.mobile.links import INLAND_COAST_KM, Link, Radio
from geodata.mobile.location import height_weight
from geodata.mobile.p1812 import basic_loss

STEP_M = 100.0  # between the points of a profile, counted from the receiver
STEP_KM = 0.1
M_PER_KM = 1000.0
LAST_POINTS = 6  # before the receiver: what the second bound looks at
NORTHING_51_5, M_PER_DEGREE, LATITUDE_51_5 = 5_706_000.0, 111_250.0, 51.5

Floats = NDArray[np.float64]
Heights = NDArray[np.float32]
Whole = NDArray[np.int64]


class Ground(NamedTuple):
    """Terrain, and terrain with clutter, per 100 m cell; both complete. `west_m` and `south_m` are the corner of row 0, column 0."""

    west_m: float
    south_m: float
    terrain: Heights
    surface: Heights


class Masts(NamedTuple):
    """Masts in ascending number. `first[i]` to `first[i + 1]` are the sectors of mast i; `power` is dBm per resource element."""

    easting_m: Floats
    northing_m: Floats
    ground_m: Floats  # terrain of the mast's cell
    height_m: Floats  # antennas above ground
    band: Whole
    strongest_dbm: Floats  # of its sectors, in the main lobe
    first: Whole
    power_dbm: Floats
    azimuth_deg: Floats
    tilt_deg: Floats
    azimuth_width_deg: Floats
    vertical_width_deg: Floats
    everywhere: NDArray[np.bool_]


class Air(NamedTuple):
    """What is the same for all cells; the arrays have one value per band."""

    receiver_m: float
    time_percent: float
    location_percent: float
    delta_n: float
    sea_level_n0: float
    frequency_ghz: Floats
    reach_m: Floats
    sigma_db: Floats  # over the places of a cell, receiver among the clutter


class Around(NamedTuple):
    """The tables of the cheapest bound: around.py.

    `row` and `column` are the offsets of the cells that direction d can meet at distance k: entries `first[d, k]` to `first[d, k + 1]`.
    `excess` holds dB over free space per band, whole kilometres and edge parameter.
    """

    first: NDArray[np.int64]
    row: Whole
    column: Whole
    excess: NDArray[np.float64]
    roots: Floats  # of the distances in km
    wave: Floats  # steps of the edge parameter per m/km and root of km, per band
    base_db: Floats  # free-space loss at 1 km, per band
    places_db: Floats  # what the share of places takes off the median among clutter (eq. 69), per band
    margin_db: float  # by which a loss may lie under free space
    median: bool  # 50 % of the time: the bounds by diffraction hold


class World(NamedTuple):
    """All that a level depends on but the receiver's place."""

    ground: Ground
    masts: Masts
    air: Air
    around: Around


class Spot(NamedTuple):
    """A receiver in the middle of a cell."""

    row: int
    column: int
    easting_m: float
    northing_m: float
    ground_m: float
    antenna_m: float  # above sea level
    places_share: float  # of the standard deviation over places (4.7, eq. 67): 1 among clutter


class Room(NamedTuple):
    """Memory for one profile, for what stands around one receiver, and for the masts that may win; used again and again."""

    distance: Floats
    terrain: Floats
    surface: Floats
    slopes: NDArray[np.float64]
    mast: Whole
    highest: Floats


@compiled
def spot_at(world: World, row: int, column: int) -> Spot:
    """The receiver of one cell."""
    ground, receiver_m = world.ground, world.air.receiver_m
    height = float(ground.terrain[row, column])
    clutter = float(ground.surface[row, column]) - height
    east, north = ground.west_m + (column + 0.5) * STEP_M, ground.south_m + (row + 0.5) * STEP_M
    return Spot(row, column, east, north, height, height + receiver_m, height_weight(receiver_m, clutter))


@compiled
def steps_between(path_m: float) -> int:
    """How many points lie between the antennas: every 100 m from the receiver, the last one 50 to 150 m from the mast."""
    return max(int(path_m / STEP_M - 0.5), 0)


@compiled
def distance_m(masts: Masts, spot: Spot, mast: int) -> float:
    """Horizontal distance of mast and receiver."""
    east, north = masts.easting_m[mast] - spot.easting_m, masts.northing_m[mast] - spot.northing_m
    return math.sqrt(east * east + north * north)


@compiled
def in_reach(world: World, spot: Spot, mast: int) -> bool:
    """Whether the path to a mast is looked at."""
    return bool(distance_m(world.masts, spot, mast) <= world.air.reach_m[world.masts.band[mast]])


@compiled
def radio_of(air: Air, band: int) -> Radio:
    """The radio of one band."""
    f = air.frequency_ghz[band]
    return Radio(f, True, air.time_percent, air.location_percent, air.delta_n, air.sea_level_n0, False)  # noqa: FBT003 - numba


@compiled
def link_between(world: World, spot: Spot, mast: int, path_km: float) -> Link:
    """Inland, at a latitude that is linear in northing: in Nordrhein-Westfalen right to 0.03 degrees, which no loss feels."""
    masts = world.masts
    middle = 0.5 * (masts.northing_m[mast] + spot.northing_m)
    latitude = LATITUDE_51_5 + (middle - NORTHING_51_5) / M_PER_DEGREE
    sigma = world.air.sigma_db[masts.band[mast]] * spot.places_share
    receiver_m = world.air.receiver_m
    return Link(masts.height_m[mast], receiver_m, latitude, sigma, 0.0, path_km, path_km, INLAND_COAST_KM, INLAND_COAST_KM)


@compiled
def sample(world: World, spot: Spot, mast: int, most: int, room: Room) -> int:
    """Fill the profile with at most `most` points before the receiver, each the cell it lies in; its length."""
    masts, ground = world.masts, world.ground
    path_m = distance_m(masts, spot, mast)
    points = min(steps_between(path_m), most)
    last = points + 1
    path_km = path_m / M_PER_KM
    room.distance[0], room.distance[last] = 0.0, path_km
    room.terrain[0] = room.surface[0] = masts.ground_m[mast]
    room.terrain[last] = room.surface[last] = spot.ground_m
    if points:
        east = (masts.easting_m[mast] - spot.easting_m) / path_m
        north = (masts.northing_m[mast] - spot.northing_m) / path_m
        for i in range(1, points + 1):
            column = int(spot.column + 0.5 + i * east)
            row = int(spot.row + 0.5 + i * north)
            room.distance[last - i] = path_km - i * STEP_KM
            room.terrain[last - i] = ground.terrain[row, column]
            room.surface[last - i] = ground.surface[row, column]
    return last + 1


@compiled
def power_towards(world: World, spot: Spot, mast: int) -> float:
    """Power in dBm per resource element that the strongest sector sends into the exact geometric direction of the receiver."""
    masts = world.masts
    bearing = math.degrees(math.atan2(spot.easting_m - masts.easting_m[mast], spot.northing_m - masts.northing_m[mast]))
    top_m = masts.ground_m[mast] + masts.height_m[mast]
    below = depression_deg(distance_m(masts, spot, mast) / M_PER_KM, top_m, spot.antenna_m)
    best = -math.inf
    for i in range(masts.first[mast], masts.first[mast + 1]):
        sector = Sector(
            masts.azimuth_deg[i], masts.tilt_deg[i], masts.azimuth_width_deg[i], masts.vertical_width_deg[i], masts.everywhere[i]
        )
        best = max(best, masts.power_dbm[i] - pattern_loss(sector, bearing, below))
    return best


@compiled
def level(world: World, spot: Spot, mast: int, room: Room) -> float:
    """RSRP in dBm at the receiver: one path evaluation over the whole profile."""
    n = sample(world, spot, mast, len(room.distance), room)
    link = link_between(world, spot, mast, room.distance[n - 1])
    radio = radio_of(world.air, world.masts.band[mast])
    return power_towards(world, spot, mast) - basic_loss(room.distance[:n], room.terrain[:n], room.surface[:n], radio, link)


@compiled
def loss_floor(world: World, spot: Spot, mast: int, room: Room) -> float:
    """Loss in dB that `level` does not undercut at 50 % of the time, from the last points before the receiver (bounds.py)."""
    n = sample(world, spot, mast, LAST_POINTS, room)
    link = link_between(world, spot, mast, room.distance[n - 1])
    return partial_floor(room.distance[:n], room.surface[:n], 1, radio_of(world.air, world.masts.band[mast]), link)
