"""The compiled loops of the cell index: point in area by its edges of one row of cells, and the look-up of many points.

Not the index itself (cell_index.py). All loops lie in this one file, because numba keeps machine code per file.
Arithmetic is exactly as written (no fastmath). Where a sign is not certain, a loop says so and GEOS decides.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

CELL_M = 100.0
NOWHERE, UNDECIDED = -1, -2
OUTSIDE, INSIDE, UNSURE = -1, 1, 0
# Above this share of |left| + |right| the sign of their difference is certain: (3 + 16 e) e with e = 2^-53,
# J. R. Shewchuk, Adaptive Precision Floating-Point Arithmetic, Discrete & Computational Geometry 18 (1997), section 4.1.
CERTAIN = (3.0 + 16.0 * 2.0**-53) * 2.0**-53
TINY = 1e-280  # products below this may have lost digits to underflow


@njit(cache=True, nogil=True)
def in_area(x: float, y: float, edges: np.ndarray, first: int, last: int) -> int:
    """Whether a point lies in an area or on its edge: INSIDE, OUTSIDE, or UNSURE (within rounding of an edge).

    `edges[first:last]` (x0, y0, x1, y1) are the area's edges in the point's row of cells: a ray to the east meets no others.
    """
    inside = False
    for i in range(first, last):
        x0, y0, x1, y1 = edges[i, 0], edges[i, 1], edges[i, 2], edges[i, 3]
        if x == x1 and y == y1:
            return INSIDE
        if y0 == y1:
            if y == y0 and min(x0, x1) <= x <= max(x0, x1):
                return INSIDE
            continue
        if (y0 > y) == (y1 > y) or (x0 < x and x1 < x):
            continue
        left, right = (x0 - x) * (y1 - y), (y0 - y) * (x1 - x)
        turn = left - right
        if abs(turn) <= CERTAIN * (abs(left) + abs(right)) + TINY:
            return UNSURE
        if (turn > 0.0) == (y1 > y0):
            inside = not inside
    return INSIDE if inside else OUTSIDE


class Lookup(NamedTuple):
    """What the loops read; all arrays read-only and contiguous, rows and columns counted from the south-west cell of the index.

    `cells[row, column]`: the code of the area that fills the cell, -1 for outside, -2 - k for the k-th border cell.
    `candidates[starts[k]:starts[k + 1]]`: the codes that the k-th border cell may belong to, ascending.
    `edges[row_starts[b]:row_starts[b + 1]]` with b = `offsets[code] + row`: the edges of an area in a row.
    """

    west: int
    south: int
    cells: np.ndarray
    starts: np.ndarray
    candidates: np.ndarray
    offsets: np.ndarray
    row_starts: np.ndarray
    edges: np.ndarray


@njit(cache=True, nogil=True)
def find(easting: np.ndarray, northing: np.ndarray, index: Lookup, codes: np.ndarray) -> int:
    """Fill `codes`: the lowest code of each point, -1 for outside, -2 where it is unsure; returns how many are unsure."""
    rows, columns = index.cells.shape
    unsure = 0
    for i in range(len(codes)):
        codes[i] = NOWHERE
        x, y = easting[i], northing[i]
        column, row = np.floor(x / CELL_M) - index.west, np.floor(y / CELL_M) - index.south
        # Written so that a point without a number (NaN) fails it, and no float too large is made an int.
        if not (0 <= column < columns and 0 <= row < rows):
            continue
        r = int(row)
        value = index.cells[r, int(column)]
        if value >= NOWHERE:
            codes[i] = value
            continue
        k = UNDECIDED - value
        for c in range(index.starts[k], index.starts[k + 1]):
            code = index.candidates[c]
            b = index.offsets[code] + r
            place = in_area(x, y, index.edges, index.row_starts[b], index.row_starts[b + 1])
            if place == OUTSIDE:
                continue
            codes[i] = code if place == INSIDE else UNDECIDED
            unsure += place == UNSURE
            break
    return unsure


@njit(cache=True, nogil=True)
def inside_each(x: np.ndarray, y: np.ndarray, buckets: np.ndarray, row_starts: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """The answer of `in_area` for each point and its own bucket of edges."""
    found = np.empty(len(x), np.int8)
    for i in range(len(x)):
        found[i] = in_area(x[i], y[i], edges, row_starts[buckets[i]], row_starts[buckets[i] + 1])
    return found


@njit(cache=True, nogil=True)
def fill(cells: np.ndarray, codes: np.ndarray, first: np.ndarray, last: np.ndarray) -> int:
    """Write each code into its run of flat cells `first` to `last`, where no lower one stands; returns how many cells are border cells.

    Border cells are the ones below -1; they keep their value.
    """
    crossed = 0
    for i in range(len(codes)):
        for flat in range(first[i], last[i] + 1):
            if cells[flat] < NOWHERE:
                crossed += 1
            elif cells[flat] == NOWHERE or cells[flat] > codes[i]:
                cells[flat] = codes[i]
    return crossed


@njit(cache=True, nogil=True)
def border_cells_within(cells: np.ndarray, codes: np.ndarray, first: np.ndarray, last: np.ndarray, pairs: np.ndarray) -> None:
    """Fill `pairs` with (flat cell, code) of the border cells in the runs: areas that overlap a border of others."""
    at = 0
    for i in range(len(codes)):
        for flat in range(first[i], last[i] + 1):
            if cells[flat] < NOWHERE:
                pairs[at, 0], pairs[at, 1] = flat, codes[i]
                at += 1


@njit(cache=True, nogil=True)
def tally(codes: np.ndarray, values: np.ndarray, known: np.ndarray, sums: np.ndarray) -> None:
    """Add to `sums[code]`: points, values known, their high and their low 32 bits; the last row takes code -1 (outside).

    `known` may be empty: all are. Two halves cannot overflow in fewer than 2^31 points; the caller joins them without a bound.
    """
    for i in range(len(codes)):
        code = codes[i]
        sums[code, 0] += 1
        if len(known) == 0 or known[i]:
            sums[code, 1] += 1
            sums[code, 2] += values[i] >> 32
            sums[code, 3] += values[i] & 0xFFFFFFFF
