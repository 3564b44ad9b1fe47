"""Single linkage and minimum spanning trees of points, exact: coordinates are whole numbers, distances are compared as their squares.

Pure functions over arrays; what the points are is not known here. The distance counts as reached when it is equal.
"""

from dataclasses import dataclass
from math import isqrt

import numpy as np
import numpy.typing as npt

from geodata.whitespots.kernels import joined_rows, kruskal, linked_boxes, mutual_edges, sector_neighbours

Ints = npt.NDArray[np.int64]
MILLIMETRES = 1000


def millimetres(metres: np.ndarray) -> Ints:
    """Metres as whole millimetres, as the Gebäudereferenzen give them."""
    found: Ints = np.rint(metres * MILLIMETRES).astype("int64")
    return found


def chained(x: Ints, y: Ints, *, reach: int) -> Ints:
    """Per point the smallest position in its cluster: points within squared distance `reach` of each other are in one, and so on.

    `reach` in squared units of `x` and `y` (100 m between millimetres: (100 · 1000)²); points exactly that far apart are chained.
    """
    if not len(x):
        return np.zeros(0, dtype=np.int64)
    found = _boxes(x, y, reach)
    order = found.order
    label_of_box = linked_boxes(np.column_stack([x[order], y[order]]), found.start, found.at, reach)
    group = np.empty(len(x), dtype=np.int64)
    group[order] = np.repeat(label_of_box, np.diff(found.start))
    return first_of(group)


def first_of(group: Ints) -> Ints:
    """Per entry the first position with the same group; groups are small numbers from 0."""
    first = np.zeros(int(group.max(initial=-1)) + 1, dtype=np.int64)
    # Of several values for one place numpy keeps the last.
    first[group[::-1]] = np.arange(len(group) - 1, -1, -1)
    found: Ints = first[group]
    return found


@dataclass(frozen=True)
class Tree:
    """The edges of minimum spanning trees: positions of their ends and length in the units of the points."""

    one: Ints
    other: Ints
    length: npt.NDArray[np.float64]


def spanning(x: Ints, y: Ints, *, reach: int) -> Tree:
    """The edges of a Euclidean minimum spanning tree of each cluster that `chained` gives for the same `reach`.

    No edge of such a tree is longer than the chain distance, and from each point it needs at most the nearest neighbour of each sector of
    45°: of two in a sector under 60° the farther one is nearer to the other (Yao 1982). That holds at both ends of an edge, so that only
    edges count which both chose; of equally near points both take the first, which keeps one of the shortest trees. Kruskal does the rest.
    Points that coincide are joined by edges of length 0.
    """
    if not len(x):
        empty = np.zeros(0, dtype=np.int64)
        return Tree(empty, empty, np.zeros(0))
    order = np.lexsort((y, x))
    twin = np.append([False], (np.diff(x[order]) == 0) & (np.diff(y[order]) == 0))
    # The first of each place stands for the others; they hang on it at no length.
    single = np.sort(order[~twin])
    leader = order[~twin][np.cumsum(~twin) - 1]
    boxes = _boxes(x[single], y[single], reach)
    at = single[boxes.order]
    xy = np.column_stack([x[at], y[at]])
    low, high, squares = mutual_edges(xy, sector_neighbours(xy, boxes.start, boxes.at, reach))
    by_length = np.argsort(squares, kind="stable")
    chosen = by_length[kruskal(low[by_length], high[by_length], len(at))]
    return Tree(
        np.concatenate([at[low[chosen]], leader[twin]]),
        np.concatenate([at[high[chosen]], order[twin]]),
        np.concatenate([np.sqrt(squares[chosen].astype("float64")), np.zeros(int(twin.sum()))]),
    )


def joined(rows: Ints, labels: Ints, points: int) -> Ints:
    """One labelling of many parts: per point the smallest position in its cluster, −1 where no part has the point.

    `rows` and `labels`: a point and its cluster within some part, the parts one after another with labels that no other part uses. Parts
    that overlap by the chain distance give the same as `chained` of the whole.
    """
    _, group = np.unique(labels, return_inverse=True)
    found = joined_rows(rows, group, points, int(group.max()) + 1 if len(group) else 0)
    known = np.flatnonzero(found >= 0)
    found[known] = known[first_of(found[known])]
    return np.asarray(found, dtype=np.int64)


@dataclass(frozen=True)
class _Boxes:
    """Points by box: their order, the first of each occupied box (and one past the last), its row and column (n, 2), ascending."""

    order: Ints
    start: Ints
    at: Ints


def _boxes(x: Ints, y: Ints, reach: int) -> _Boxes:
    """Boxes in which any two points are within reach: (side − 1)² · 2 ≤ reach; three boxes off is out of reach."""
    side = isqrt(reach // 2) + 1
    column, row = (x - x.min()) // side, (y - y.min()) // side
    width = int(column.max()) + 1
    key = row * width + column
    order = np.argsort(key, kind="stable")
    first = np.flatnonzero(np.diff(key[order], prepend=-1))
    occupied = order[first]
    return _Boxes(order, np.append(first, len(x)), np.column_stack([row[occupied], column[occupied]]))
