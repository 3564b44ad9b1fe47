"""The strongest mast of each cell: the search that leaves out what cannot win, and brute force beside it. Compiled loops.

Both give the same bits: the level comes from the same function, and of equal levels the lowest mast counts. Not threads: search.py.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geodata.mobile.around import DIRECTIONS, KM_COUNT, NU_COUNT, direction, look_around
from geodata.mobile.compiled import compiled
from geodata.mobile.free_space import NEAR_KM
from geodata.mobile.scene import (
    LAST_POINTS,
    STEP_M,
    Around,
    Ground,
    Masts,
    Room,
    Spot,
    Whole,
    World,
    in_reach,
    level,
    loss_floor,
    power_towards,
    spot_at,
    steps_between,
)

TILE = 8  # cells on a side
NONE = -1
NEAREST_KM = 0.001
ROUNDING_DB = 1e-6
EAST, NORTH, TOP, AT_ONE_KM, AT_MOST, REACH, BAND, FACTS = range(8)  # columns of what the bounds need of a mast
Facts = NDArray[np.float64]


class Work(NamedTuple):
    """Which cells are wanted, and where their results go."""

    wanted: NDArray[np.bool_]
    power_dbm: NDArray[np.float64]
    mast: NDArray[np.int32]


class Lead(NamedTuple):
    """The strongest level so far, its mast, and how many paths were evaluated for it."""

    power_dbm: float
    mast: int
    evaluations: int


@compiled
def room_for(world: World, masts: int) -> Room:
    """Memory for the longest path and a number of masts."""
    points = int(world.air.reach_m.max() / STEP_M) + 4
    slopes = np.empty((DIRECTIONS, LAST_POINTS))
    return Room(np.empty(points), np.empty(points), np.empty(points), slopes, np.empty(masts, np.int64), np.empty(masts))


@compiled
def rectangle_m(masts: Masts, ground: Ground, window: Whole, mast: int) -> float:
    """Distance in m from a mast to the nearest point of a window of cells; 0 within."""
    west, south = ground.west_m + window[2] * STEP_M, ground.south_m + window[0] * STEP_M
    east, north = ground.west_m + window[3] * STEP_M, ground.south_m + window[1] * STEP_M
    x, y = masts.easting_m[mast], masts.northing_m[mast]
    dx, dy = max(west - x, x - east, 0.0), max(south - y, y - north, 0.0)
    return math.sqrt(dx * dx + dy * dy)


@compiled
def block_masts(world: World, window: Whole) -> Whole:
    """The masts that any cell of the window (row from, to, column from, to) may have in reach, ascending."""
    masts = world.masts
    found = np.empty(len(masts.band), np.int64)
    count = 0
    for i in range(len(masts.band)):
        if rectangle_m(masts, world.ground, window, i) <= world.air.reach_m[masts.band[i]]:
            found[count] = i
            count += 1
    return found[:count]


@compiled
def nearest_first(world: World, window: Whole, near: Whole) -> tuple[Whole, Facts]:
    """Of the masts `near`, those that a tile may have in reach, the strongest by free space first, and what the bounds need of each."""
    masts, around = world.masts, world.around
    kept, facts = np.empty(len(near), np.int64), np.empty((len(near), FACTS))
    count = 0
    for mast in near:
        away = rectangle_m(masts, world.ground, window, mast)
        band = masts.band[mast]
        if away <= world.air.reach_m[band]:
            kept[count] = mast
            strongest = masts.strongest_dbm[mast] + around.margin_db + ROUNDING_DB - around.base_db[band]
            facts[count, EAST], facts[count, NORTH] = masts.easting_m[mast], masts.northing_m[mast]
            facts[count, TOP], facts[count, AT_ONE_KM] = masts.ground_m[mast] + masts.height_m[mast], strongest
            facts[count, AT_MOST] = strongest - 20.0 * math.log10(max(away / 1000.0, NEAREST_KM))
            facts[count, REACH], facts[count, BAND] = world.air.reach_m[band], band
            count += 1
    order = np.argsort(-facts[:count, AT_MOST], kind="mergesort")
    return kept[:count][order], facts[:count][order]


@compiled
def ceilings(facts: Facts, around: Around, spot: Spot, best: float, room: Room) -> int:
    """The masts that may reach `best` by strongest lobe, free space and the surface around the receiver; their number.

    Fills the room with their positions in `facts` and with the level in dBm that none exceeds.
    """
    excess, slopes, places = around.excess, room.slopes, around.places_db
    count = 0
    for i in range(len(facts)):
        if facts[i, AT_MOST] < best:
            break
        east, north = facts[i, EAST] - spot.easting_m, facts[i, NORTH] - spot.northing_m
        path_m = math.sqrt(east * east + north * north)
        if path_m > facts[i, REACH]:
            continue
        path_km, rise = path_m / 1000.0, facts[i, TOP] - spot.antenna_m
        found = facts[i, AT_ONE_KM] - 10.0 * math.log10(max(path_km * path_km + 1e-6 * rise * rise, NEAREST_KM * NEAREST_KM))
        if found < best:
            continue
        if path_km >= NEAR_KM:
            band, heading, to_mast = int(facts[i, BAND]), direction(east, north), rise / path_km
            nu = 0.0
            for k in range(min(LAST_POINTS, steps_between(path_m))):
                nu = max(nu, slopes[heading, k] - to_mast * around.roots[k])
            step = min(int(nu * around.wave[band]), NU_COUNT - 1)
            found -= max(excess[band, min(int(path_km), KM_COUNT - 1), step] - spot.places_share * places[band], 0.0)
        if found >= best:
            room.mast[count], room.highest[count] = i, found
            count += 1
    return count


@compiled
def sharpen(world: World, spot: Spot, lead: Lead, room: Room, waiting: int) -> int:
    """Lower the bounds by the exact direction and by the last points of each path; keep what may still win, and count it."""
    count = 0
    for i in range(waiting):
        mast = room.mast[i]
        if mast == lead.mast:
            continue
        towards = power_towards(world, spot, mast)
        most = room.highest[i] + towards - world.masts.strongest_dbm[mast] + ROUNDING_DB
        if most < lead.power_dbm:
            continue
        if world.around.median:
            most = min(most, towards - loss_floor(world, spot, mast, room))
        if most >= lead.power_dbm:
            room.mast[count], room.highest[count] = mast, most
            count += 1
    return count


@compiled
def settle(world: World, spot: Spot, lead: Lead, room: Room, waiting: int) -> Lead:
    """Evaluate those waiting in the order of their best possible power until none left can win."""
    best, winner, evaluations = lead
    while waiting:
        at = 0
        for i in range(1, waiting):
            if room.highest[i] > room.highest[at]:
                at = i
        if room.highest[at] < best:
            break
        mast = room.mast[at]
        found = level(world, spot, mast, room)
        evaluations += 1
        if found > best or (found == best and mast < winner):
            best, winner = found, mast
        waiting -= 1
        room.mast[at], room.highest[at] = room.mast[waiting], room.highest[waiting]
    return Lead(best, winner, evaluations)


@compiled
def strongest(world: World, spot: Spot, guess: int, tile: tuple[Whole, Facts], room: Room) -> Lead:
    """The strongest mast of one cell; `guess` is one that may well be it, -1 if there is none."""
    order, facts = tile
    lead = Lead(-math.inf, NONE, 0)
    if guess != NONE and in_reach(world, spot, guess):
        lead = Lead(level(world, spot, guess, room), guess, 1)
    look_around(world, spot, room.slopes)
    count = ceilings(facts, world.around, spot, lead.power_dbm, room)
    for i in range(count):
        room.mast[i] = order[room.mast[i]]
    count = sharpen(world, spot, lead, room, count)
    return settle(world, spot, lead, room, count)


@compiled
def search_block(world: World, window: Whole, work: Work) -> int:
    """Fill level and mast of the wanted cells of a window; the number of path evaluations. Cells of a tile share what is near."""
    near = block_masts(world, window)
    room = room_for(world, len(near))
    evaluations = 0
    for south in range(window[0], window[1], TILE):
        for west in range(window[2], window[3], TILE):
            tile = np.array([south, min(south + TILE, window[1]), west, min(west + TILE, window[3])])
            if not work.wanted[tile[0] : tile[1], tile[2] : tile[3]].any():
                continue
            order = nearest_first(world, tile, near)
            guess = NONE
            for row in range(tile[0], tile[1]):
                for column in range(tile[2], tile[3]):
                    if work.wanted[row, column]:
                        lead = strongest(world, spot_at(world, row, column), guess, order, room)
                        guess = lead.mast
                        evaluations += lead.evaluations
                        work.power_dbm[row, column], work.mast[row, column] = lead.power_dbm, lead.mast
    return evaluations


@compiled
def brute_block(world: World, window: Whole, work: Work) -> int:
    """The same with every mast in reach evaluated."""
    near = block_masts(world, window)
    room = room_for(world, 1)
    evaluations = 0
    for row in range(window[0], window[1]):
        for column in range(window[2], window[3]):
            if not work.wanted[row, column]:
                continue
            spot = spot_at(world, row, column)
            best, winner = -math.inf, NONE
            for mast in near:
                if in_reach(world, spot, mast):
                    found = level(world, spot, mast, room)
                    evaluations += 1
                    if found > best:
                        best, winner = found, mast
            work.power_dbm[row, column], work.mast[row, column] = best, winner
    return evaluations
