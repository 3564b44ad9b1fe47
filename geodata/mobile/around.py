"""What stands around a receiver, by direction: the cheapest bound of the search. Not a loss of any path.

The points of a profile lie every 100 m from the receiver, so the cells of the first six depend on the direction alone. For each of 32
directions and each of these distances, the lowest surface that any path of that direction can meet gives one edge, and one edge is never
more than all of them together (docs/funkmodell.md). What an edge costs over free space is read from a table, rounded down.
"""

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from geodata.mobile.bounds import SLACK_DB
from geodata.mobile.compiled import compiled
from geodata.mobile.diffraction import bullington_loss
from geodata.mobile.free_space import free_space_loss
from geodata.mobile.location import inverse_normal
from geodata.mobile.p1812 import LIGHT_M_GHZ, distance_weight, scatter_or_rest
from geodata.mobile.scene import BOUND, LAST_POINTS, STEP_KM, Air, Around, Heights, Spot
from geodata.mobile.troposcatter import troposcatter_loss

DIRECTIONS = 32
HALF_TURN = 2.0  # on the unit diamond
PER_SIDE = DIRECTIONS // 4  # of the four sides of the unit diamond
NU_STEPS = 16  # per unit of the edge parameter
NU_COUNT = 32 * NU_STEPS
KM_COUNT = 40
MEDIAN_PERCENT = 50.0
FINE = 400  # looks per direction
NEIGHBOUR = 1e-6  # of a cell, against rounding


@compiled
def direction(east: float, north: float) -> int:
    """The direction 0 to 31 of a vector, by its place on the unit diamond; not equal angles, but no trigonometry."""
    size = abs(east) + abs(north)
    if size <= 0.0:
        return 0
    along = east / size
    turn = 1.0 - along if north >= 0.0 else 3.0 + along
    return min(int(turn * PER_SIDE), DIRECTIONS - 1)


@compiled
def excess_table(air: Air, steps: int, kilometres: int) -> NDArray[np.float64]:
    """Loss in dB over free space that an edge makes at 50 % of the time, at least; nu = 0 counts as no edge."""
    found = np.zeros((len(air.bands), kilometres, steps))
    for band in range(len(air.bands)):
        f = air.bands[band].frequency_ghz
        for km in range(kilometres - 1):
            near = max(float(km), 0.25)
            # over free space, scatter is the same on every path length
            scatter = troposcatter_loss(f, near, 0.0, air.sea_level_n0, MEDIAN_PERCENT) - free_space_loss(f, near)
            for i in range(1, steps):
                bent = bullington_loss(i / NU_STEPS, near)
                found[band, km, i] = scatter_or_rest(scatter, distance_weight(km + 1.0) * bent) - SLACK_DB
    return found


def surroundings(air: Air) -> Around:
    """The tables of a run. Below 50 % of the time no edge is looked at, and free space has a margin (eq. 9a)."""
    first, offsets = _offsets()
    excess = excess_table(air, NU_COUNT, KM_COUNT)
    margin, shift = SLACK_DB, float(inverse_normal(air.location_percent / 100.0))
    if air.time_percent < MEDIAN_PERCENT:
        excess[:] = 0.0
        margin, shift = margin + 2.6 * math.log10(MEDIAN_PERCENT / air.time_percent), 0.0
    bands = np.zeros(len(air.bands), BOUND)
    bands["wave"] = NU_STEPS * np.sqrt(0.002 * air.bands["frequency_ghz"] / LIGHT_M_GHZ)
    bands["base_db"] = [free_space_loss(f, 1.0) for f in air.bands["frequency_ghz"]]
    bands["places_db"] = shift * air.bands["sigma_db"]
    roots = np.sqrt(STEP_KM * np.arange(1.0, LAST_POINTS + 1.0))
    return Around(first, offsets, excess, roots, bands, margin, not margin > SLACK_DB)


@cache
def _offsets() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which cells a path of each direction can meet: those of many looks, each widened by the way to the next."""
    first, cells = np.zeros((DIRECTIONS, LAST_POINTS + 1), "int64"), []
    count = 0
    looks = np.arange(FINE + 1) / FINE
    for d in range(DIRECTIONS):
        turn = (d + looks) / PER_SIDE
        along = np.where(turn <= HALF_TURN, 1.0 - turn, turn - 3.0)
        across = np.where(turn <= HALF_TURN, 1.0, -1.0) * (1.0 - np.abs(along))
        size = np.hypot(along, across)
        for k in range(1, LAST_POINTS + 1):
            first[d, k - 1] = count
            x, y = 0.5 + k * along / size, 0.5 + k * across / size
            wide = np.hypot(np.diff(x), np.diff(y)).max() + NEIGHBOUR
            corners = [(np.floor(y + sy), np.floor(x + sx)) for sx in (-wide, wide) for sy in (-wide, wide)]
            near = np.unique(np.concatenate([np.column_stack(pair) for pair in corners]).astype("int64"), axis=0)
            cells.append(near)
            count += len(near)
        first[d, LAST_POINTS] = count
    return first, np.concatenate(cells)


@compiled
def look_around(surface: Heights, around: Around, spot: Spot, slopes: NDArray[np.float64]) -> None:
    """Fill `slopes` (direction, distance): the lowest slope in m/km from receiver to surface, times the root of the distance."""
    rows, columns = surface.shape
    for d in range(DIRECTIONS):
        for k in range(LAST_POINTS):
            lowest = math.inf
            for i in range(around.first[d, k], around.first[d, k + 1]):
                row, column = spot.row + around.offsets[i, 0], spot.column + around.offsets[i, 1]
                inside = 0 <= row < rows and 0 <= column < columns
                lowest = min(lowest, float(surface[row, column])) if inside else -math.inf
            slopes[d, k] = (lowest - spot.antenna_m) / (STEP_KM * (k + 1)) * around.roots[k]
