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


# Sectors `first` to `last` - 1 are those of a mast; `strongest_dbm` is theirs, in the main lobe; ground is the terrain of its cell.
MAST = np.dtype(
    [(name, "f8") for name in ("easting_m", "northing_m", "ground_m", "height_m", "strongest_dbm")]
    + [(name, "i8") for name in ("band", "first", "last")]
)
# Power per resource element.
SECTOR = np.dtype(
    [(name, "f8") for name in ("power_dbm", "azimuth_deg", "tilt_deg", "azimuth_width_deg", "vertical_width_deg")] + [("everywhere", "?")]
)
# `sigma_db` over the places of a cell, receiver among the clutter.
BAND = np.dtype([(name, "f8") for name in ("frequency_ghz", "reach_m", "sigma_db")])
# `wave`: steps of the edge parameter per m/km and root of km; `base_db`: free space at 1 km; `places_db`: what the share of places takes
# off the median among clutter (eq. 69).
BOUND = np.dtype([(name, "f8") for name in ("wave", "base_db", "places_db")])


class Masts(NamedTuple):
    """Records of masts (MAST) in ascending number, and of their sectors (SECTOR). Few arrays, because each costs at every call."""

    mast: NDArray[np.void]
    sector: NDArray[np.void]


class Air(NamedTuple):
    """What is the same for all cells; one record (BAND) per band."""

    receiver_m: float
    time_percent: float
    location_percent: float
    delta_n: float
    sea_level_n0: float
    bands: NDArray[np.void]


class Around(NamedTuple):
    """The tables of the cheapest bound: around.py.

    `offsets` are rows and columns of the cells that direction d can meet at distance k: entries `first[d, k]` to `first[d, k + 1]`.
    `excess` holds dB over free space per band, whole kilometres and edge parameter.
    """

    first: NDArray[np.int64]
    offsets: NDArray[np.int64]
    excess: NDArray[np.float64]
    roots: Floats  # of the distances in km
    bands: NDArray[np.void]  # BOUND
    margin_db: float  # by which a loss may lie under free space
    median: bool  # 50 % of the time: the bounds by diffraction hold


class World(NamedTuple):
    """All that a level depends on but the receiver's place."""

    ground: Ground
    masts: Masts
    air: Air


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
    towards: Floats
    sharpness: Whole


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
    east, north = masts.mast[mast].easting_m - spot.easting_m, masts.mast[mast].northing_m - spot.northing_m
    return math.sqrt(east * east + north * north)


@compiled
def in_reach(world: World, spot: Spot, mast: int) -> bool:
    """Whether the path to a mast is looked at."""
    return bool(distance_m(world.masts, spot, mast) <= world.air.bands[world.masts.mast[mast].band].reach_m)


@compiled
def radio_of(air: Air, band: int) -> Radio:
    """The radio of one band."""
    f = air.bands[band].frequency_ghz
    return Radio(f, True, air.time_percent, air.location_percent, air.delta_n, air.sea_level_n0, False)  # noqa: FBT003 - numba


@compiled
def link_between(world: World, spot: Spot, mast: int, path_km: float) -> Link:
    """Inland, at a latitude that is linear in northing: in Nordrhein-Westfalen right to 0.03 degrees, which no loss feels."""
    masts = world.masts
    middle = 0.5 * (masts.mast[mast].northing_m + spot.northing_m)
    latitude = LATITUDE_51_5 + (middle - NORTHING_51_5) / M_PER_DEGREE
    sigma = world.air.bands[masts.mast[mast].band].sigma_db * spot.places_share
    receiver_m = world.air.receiver_m
    return Link(masts.mast[mast].height_m, receiver_m, latitude, sigma, 0.0, path_km, path_km, INLAND_COAST_KM, INLAND_COAST_KM)


@compiled
def sample(world: World, spot: Spot, mast: int, most: int, room: Room) -> int:
    """Fill the profile with at most `most` points before the receiver, each the cell it lies in; its length."""
    masts, ground = world.masts, world.ground
    path_m = distance_m(masts, spot, mast)
    points = min(steps_between(path_m), most)
    last = points + 1
    path_km = path_m / M_PER_KM
    room.distance[0], room.distance[last] = 0.0, path_km
    room.terrain[0] = room.surface[0] = masts.mast[mast].ground_m
    room.terrain[last] = room.surface[last] = spot.ground_m
    if points:
        east = (masts.mast[mast].easting_m - spot.easting_m) / path_m
        north = (masts.mast[mast].northing_m - spot.northing_m) / path_m
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
    bearing = math.degrees(math.atan2(spot.easting_m - masts.mast[mast].easting_m, spot.northing_m - masts.mast[mast].northing_m))
    top_m = masts.mast[mast].ground_m + masts.mast[mast].height_m
    below = depression_deg(distance_m(masts, spot, mast) / M_PER_KM, top_m, spot.antenna_m)
    best = -math.inf
    for i in range(masts.mast[mast].first, masts.mast[mast].last):
        at = masts.sector[i]
        sector = Sector(at.azimuth_deg, at.tilt_deg, at.azimuth_width_deg, at.vertical_width_deg, at.everywhere)
        best = max(best, at.power_dbm - pattern_loss(sector, bearing, below))
    return best


@compiled
def path_loss(world: World, spot: Spot, mast: int, room: Room) -> float:
    """Loss in dB to the receiver: one path evaluation over the whole profile."""
    n = sample(world, spot, mast, len(room.distance), room)
    link = link_between(world, spot, mast, room.distance[n - 1])
    return basic_loss(room.distance[:n], room.terrain[:n], room.surface[:n], radio_of(world.air, world.masts.mast[mast].band), link)


@compiled
def level(world: World, spot: Spot, mast: int, room: Room) -> float:
    """RSRP in dBm at the receiver."""
    return power_towards(world, spot, mast) - path_loss(world, spot, mast, room)


@compiled
def loss_floor(world: World, spot: Spot, mast: int, points: int, room: Room) -> float:
    """Loss in dB that `level` does not undercut at 50 % of the time, from the last points before the receiver (bounds.py)."""
    n = sample(world, spot, mast, points, room)
    link = link_between(world, spot, mast, room.distance[n - 1])
    return partial_floor(room.distance[:n], room.surface[:n], 1, radio_of(world.air, world.masts.mast[mast].band), link)
