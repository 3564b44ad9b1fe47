"""Point in area by the edges of one row of cells, for many points at once; where a sign is not certain, it says so and GEOS decides.

Not the index (cell_index.py). Plain array arithmetic: compiled loops were measured, and their start cost more than all points of the Land.
"""

import numpy as np

OUTSIDE, INSIDE, UNSURE = -1, 1, 0
# Above this share of |left| + |right| the sign of their difference is certain: (3 + 16 e) e with e = 2^-53,
# J. R. Shewchuk, Adaptive Precision Floating-Point Arithmetic, Discrete & Computational Geometry 18 (1997), section 4.1.
_CERTAIN = (3.0 + 16.0 * 2.0**-53) * 2.0**-53
_TINY = 1e-280  # products below this may have lost digits to underflow


def sides(x: np.ndarray, y: np.ndarray, edges: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Whether each point lies in its area or on its edge: INSIDE, OUTSIDE, or UNSURE (within rounding of an edge); int8.

    `edges[first:last]` (x0, y0, x1, y1) are the area's edges in the point's row of cells: a ray to the east meets no others.
    """
    at, edge = expanded(first, last)
    x0, y0, x1, y1 = edges[edge].T
    px, py = x[at], y[at]
    level = (y0 == y1) & (y0 == py) & (np.minimum(x0, x1) <= px) & (px <= np.maximum(x0, x1))
    on_edge = level | ((px == x1) & (py == y1))
    met = np.flatnonzero(((y0 > py) != (y1 > py)) & ~((x0 < px) & (x1 < px)))
    at_met, px, py, up = at[met], px[met], py[met], (y1 > y0)[met]
    left, right = (x0[met] - px) * (y1[met] - py), (y0[met] - py) * (x1[met] - px)
    turn = left - right
    unsure = np.abs(turn) <= _CERTAIN * (np.abs(left) + np.abs(right)) + _TINY
    crossings = np.bincount(at_met[(turn > 0.0) == up], minlength=len(x))
    found = np.where(crossings % 2 == 1, INSIDE, OUTSIDE).astype("int8")
    found[at_met[unsure]] = UNSURE
    found[at[on_edge]] = INSIDE
    return found


def expanded(first: np.ndarray, last: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every whole number from `first` up to `last` (not included) of each position, after that position."""
    count = last - first
    at = np.repeat(np.arange(len(first)), count)
    return at, np.arange(len(at)) + np.repeat(first - (np.cumsum(count) - count), count)
