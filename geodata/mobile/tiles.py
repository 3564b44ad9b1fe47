"""The strongest mast of each cell: the search that leaves out what cannot win, and brute force beside it. Compiled loops.

Both give the same bits: the level comes from the same function, and of equal levels the lowest mast counts. Not threads: search.py.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geodata.mobile.around import DIRECTIONS, KM_COUNT, MEDIAN_PERCENT, NU_COUNT, direction, look_around
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
    path_loss,
    power_towards,
    spot_at,
    steps_between,
)

TILE = 8  # cells on a side
NONE = -1
EVALUATE = 3  # after so many steps of sharpening
MORE_POINTS = 40  # before the receiver: a look at those whom the last six do not rule out
NEAREST_KM = 0.001
ROUNDING_DB = 1e-6
EAST, NORTH, TOP, AT_ONE_KM, AT_MOST, REACH, BAND, FACTS = range(8)  # columns of what the bounds need of a mast


class Work(NamedTuple):
    """Which cells are wanted, and where their results go."""

    wanted: NDArray[np.bool_]
    power_dbm: NDArray[np.float64]
    mast: NDArray[np.int32]


class Near(NamedTuple):
    """The masts near a tile, the strongest by free space first, what the bounds need of each, and the tables of the bounds."""

    order: Whole
    facts: NDArray[np.float64]
    around: Around


class Lead(NamedTuple):
    """The strongest level so far, its mast, and how many paths were evaluated for it."""

    power_dbm: float
    mast: int
    evaluations: int


@compiled
def room_for(world: World, masts: int) -> Room:
    """Memory for the longest path and a number of masts."""
    points = int(world.air.bands["reach_m"].max() / STEP_M) + 4
    slopes, profile = np.empty((DIRECTIONS, LAST_POINTS)), (np.empty(points), np.empty(points), np.empty(points))
    return Room(*profile, slopes, np.empty(masts, np.int64), np.empty(masts), np.empty(masts), np.empty(masts, np.int64))


@compiled
def rectangle_m(masts: Masts, ground: Ground, window: Whole, mast: int) -> float:
    """Distance in m from a mast to the nearest point of a window of cells; 0 within."""
    west, south = ground.west_m + window[2] * STEP_M, ground.south_m + window[0] * STEP_M
    east, north = ground.west_m + window[3] * STEP_M, ground.south_m + window[1] * STEP_M
    x, y = masts.mast[mast].easting_m, masts.mast[mast].northing_m
    dx, dy = max(west - x, x - east, 0.0), max(south - y, y - north, 0.0)
    return math.sqrt(dx * dx + dy * dy)


@compiled
def block_masts(world: World, window: Whole) -> Whole:
    """The masts that any cell of the window (row from, to, column from, to) may have in reach, ascending."""
    masts = world.masts
    found = np.empty(len(masts.mast), np.int64)
    count = 0
    for i in range(len(masts.mast)):
        if rectangle_m(masts, world.ground, window, i) <= world.air.bands[masts.mast[i].band].reach_m:
            found[count] = i
            count += 1
    return found[:count]


@compiled
def nearest_first(world: World, around: Around, window: Whole, near: Whole) -> Near:
    """Of the masts `near`, those that a tile may have in reach, the strongest by free space first, and what the bounds need of each."""
    masts = world.masts
    kept, facts = np.empty(len(near), np.int64), np.empty((len(near), FACTS))
    count = 0
    for mast in near:
        away = rectangle_m(masts, world.ground, window, mast)
        band = masts.mast[mast].band
        if away <= world.air.bands[band].reach_m:
            kept[count] = mast
            strongest = masts.mast[mast].strongest_dbm + around.margin_db + ROUNDING_DB - around.bands[band].base_db
            facts[count, EAST], facts[count, NORTH] = masts.mast[mast].easting_m, masts.mast[mast].northing_m
            facts[count, TOP], facts[count, AT_ONE_KM] = masts.mast[mast].ground_m + masts.mast[mast].height_m, strongest
            facts[count, AT_MOST] = strongest - 20.0 * math.log10(max(away / 1000.0, NEAREST_KM))
            facts[count, REACH], facts[count, BAND] = world.air.bands[band].reach_m, band
            count += 1
    order = np.argsort(-facts[:count, AT_MOST], kind="mergesort")
    return Near(kept[:count][order], facts[:count][order], around)


@compiled
def ceilings(near: Near, spot: Spot, best: float, room: Room) -> int:
    """The masts that may reach `best` by strongest lobe, free space and the surface around the receiver; their number.

    Fills the room with their positions in `facts` and with the level in dBm that none exceeds.
    """
    facts, around, slopes = near.facts, near.around, room.slopes
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
            step = min(int(nu * around.bands[band].wave), NU_COUNT - 1)
            found -= max(around.excess[band, min(int(path_km), KM_COUNT - 1), step] - spot.places_share * around.bands[band].places_db, 0.0)
        if found >= best:
            room.mast[count], room.highest[count] = i, found
            count += 1
    return count


@compiled
def sharpen(world: World, spot: Spot, room: Room, at: int) -> None:
    """Lower the level that a waiting mast cannot exceed: by the exact direction (step 0), by the last points of its path (1, 2)."""
    mast, step = room.mast[at], room.sharpness[at]
    if step == 0:
        room.towards[at] = power_towards(world, spot, mast)
        room.highest[at] += room.towards[at] - world.masts.mast[mast].strongest_dbm + ROUNDING_DB
    else:
        floor = loss_floor(world, spot, mast, LAST_POINTS if step == 1 else MORE_POINTS, room)
        room.highest[at] = min(room.highest[at], room.towards[at] - floor)
    room.sharpness[at] = step + 1


@compiled
def settle(world: World, spot: Spot, lead: Lead, room: Room, waiting: int) -> Lead:
    """Take those waiting in the order of their best possible power, sharpen that step by step, evaluate; stop when none left can win."""
    best, winner, evaluations = lead
    last = EVALUATE if world.air.time_percent >= MEDIAN_PERCENT else 1
    while waiting:
        at = 0
        for i in range(1, waiting):
            if room.highest[i] > room.highest[at]:
                at = i
        if room.highest[at] < best:
            break
        if room.sharpness[at] < last:
            sharpen(world, spot, room, at)
            continue
        mast = room.mast[at]
        found = room.towards[at] - path_loss(world, spot, mast, room)
        evaluations += 1
        if found > best or (found == best and mast < winner):
            best, winner = found, mast
        waiting -= 1
        room.mast[at], room.highest[at] = room.mast[waiting], room.highest[waiting]
        room.sharpness[at], room.towards[at] = room.sharpness[waiting], room.towards[waiting]
    return Lead(best, winner, evaluations)


@compiled
def strongest(world: World, near: Near, spot: Spot, guess: int, room: Room) -> Lead:
    """The strongest mast of one cell; `guess` is one that may well be it, -1 if there is none: then the first in reach."""
    if guess == NONE or not in_reach(world, spot, guess):
        guess = NONE
        for mast in near.order:
            if in_reach(world, spot, mast):
                guess = mast
                break
        if guess == NONE:
            return Lead(-math.inf, NONE, 0)
    lead = Lead(level(world, spot, guess, room), guess, 1)
    look_around(world.ground.surface, near.around, spot, room.slopes)
    found = ceilings(near, spot, lead.power_dbm, room)
    waiting = 0
    for i in range(found):
        mast = near.order[room.mast[i]]
        if mast != lead.mast:
            room.mast[waiting], room.highest[waiting], room.sharpness[waiting] = mast, room.highest[i], 0
            waiting += 1
    return settle(world, spot, lead, room, waiting)


@compiled
def search_block(world: World, around: Around, window: Whole, work: Work) -> int:
    """Fill level and mast of the wanted cells of a window; the number of path evaluations. Cells of a tile share what is near."""
    near = block_masts(world, window)
    room = room_for(world, len(near))
    evaluations, guess = 0, NONE
    for south in range(window[0], window[1], TILE):
        for west in range(window[2], window[3], TILE):
            tile = np.array([south, min(south + TILE, window[1]), west, min(west + TILE, window[3])])
            if not work.wanted[tile[0] : tile[1], tile[2] : tile[3]].any():
                continue
            order = nearest_first(world, around, tile, near)
            for row in range(tile[0], tile[1]):
                for i in range(tile[3] - tile[2]):
                    column = tile[2] + i if (row - tile[0]) % 2 == 0 else tile[3] - 1 - i  # to and fro: the last cell is a neighbour
                    if work.wanted[row, column]:
                        lead = strongest(world, order, spot_at(world, row, column), guess, room)
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
