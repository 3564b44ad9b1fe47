"""The compiled loops behind `linkage.py`: union-find over occupied boxes, nearest neighbours by octant, Kruskal. Whole numbers only.

Points come in the order of their boxes. A box is so small that all its points are within reach of each other (`linkage.boxes`).
"""

import numpy as np
from numba import njit

# Boxes that can hold a point within reach, one half of them: the other half sees them from the other side. Two boxes off in both
# directions is out of reach.
ROWS = np.array([0, 0, 1, 1, 1, 1, 1, 2, 2, 2], dtype=np.int64)
COLUMNS = np.array([1, 2, -2, -1, 0, 1, 2, -1, 0, 1], dtype=np.int64)
OCTANTS = 8


@njit(cache=True, nogil=True)
def root(parent: np.ndarray, i: int) -> int:
    """The root of `i`, halving the path on the way."""
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@njit(cache=True, nogil=True)
def find_box(boxes: np.ndarray, row: int, column: int) -> int:
    """The position of a box among the occupied ones (ascending by row, column); −1 where it is empty."""
    low, high = 0, len(boxes)
    while low < high:
        middle = (low + high) // 2
        if boxes[middle, 0] < row or (boxes[middle, 0] == row and boxes[middle, 1] < column):
            low = middle + 1
        else:
            high = middle
    return low if low < len(boxes) and boxes[low, 0] == row and boxes[low, 1] == column else -1


@njit(cache=True, nogil=True)
def touching(xy: np.ndarray, a: tuple[int, int], b: tuple[int, int], reach: int) -> bool:
    """Whether some point of one box lies within squared distance `reach` of one of the other; boxes as first and last + 1 point."""
    west, east, south, north = xy[b[0], 0], xy[b[0], 0], xy[b[0], 1], xy[b[0], 1]
    for j in range(b[0], b[1]):
        west, east = min(west, xy[j, 0]), max(east, xy[j, 0])
        south, north = min(south, xy[j, 1]), max(north, xy[j, 1])
    for i in range(a[0], a[1]):
        dx, dy = max(west - xy[i, 0], xy[i, 0] - east, 0), max(south - xy[i, 1], xy[i, 1] - north, 0)
        if dx * dx + dy * dy > reach:
            continue
        for j in range(b[0], b[1]):
            dx, dy = xy[i, 0] - xy[j, 0], xy[i, 1] - xy[j, 1]
            if dx * dx + dy * dy <= reach:
                return True
    return False


@njit(cache=True, nogil=True)
def linked_boxes(xy: np.ndarray, start: np.ndarray, boxes: np.ndarray, reach: int) -> np.ndarray:
    """Per occupied box (row, column) the root of its component; `start` has the first point of each box and one past the last."""
    parent = np.arange(len(boxes))
    for box in range(len(boxes)):
        for k in range(len(ROWS)):
            other = find_box(boxes, boxes[box, 0] + ROWS[k], boxes[box, 1] + COLUMNS[k])
            if other < 0:
                continue
            mine, theirs = root(parent, box), root(parent, other)
            if mine != theirs and touching(xy, (start[box], start[box + 1]), (start[other], start[other + 1]), reach):
                parent[max(mine, theirs)] = min(mine, theirs)
    for box in range(len(boxes)):
        parent[box] = root(parent, box)
    return parent


@njit(cache=True, nogil=True)
def octant(dx: int, dy: int) -> int:
    """One of eight half-open sectors of 45° for a direction that is not zero."""
    if dy >= 0 and dx > 0:
        return 0 if dy < dx else 1
    if dx <= 0 and dy > 0:
        return 2 if -dx < dy else 3
    if dy <= 0 and dx < 0:
        return 4 if -dy < -dx else 5
    return 6 if dx < -dy else 7


@njit(cache=True, nogil=True)
def sector_neighbours(xy: np.ndarray, start: np.ndarray, boxes: np.ndarray, reach: int) -> np.ndarray:
    """For each point and octant the nearest other point within reach, shape (points, 8); −1: none.

    Of points at the same distance the first counts. No two points are alike.
    """
    near = np.full((len(xy), OCTANTS), -1, dtype=np.int32)
    around, best = np.empty(25, dtype=np.int64), np.empty(OCTANTS, dtype=np.int64)
    for box in range(len(boxes)):
        for k in range(25):
            around[k] = find_box(boxes, boxes[box, 0] + k // 5 - 2, boxes[box, 1] + k % 5 - 2)
        for i in range(start[box], start[box + 1]):
            best[:] = reach + 1
            for other in around:
                if other < 0:
                    continue
                for j in range(start[other], start[other + 1]):
                    dx, dy = xy[j, 0] - xy[i, 0], xy[j, 1] - xy[i, 1]
                    square = dx * dx + dy * dy
                    if square == 0 or square > reach:
                        continue
                    o = octant(dx, dy)
                    if square < best[o] or (square == best[o] and j < near[i, o]):
                        best[o], near[i, o] = square, j
    return near


@njit(cache=True, nogil=True)
def mutual_edges(xy: np.ndarray, near: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The edges that both of their ends chose: lower end, higher end, squared length."""
    count = 0
    for i in range(len(near)):
        for o in range(OCTANTS):
            count += near[i, o] > i and near[near[i, o], (o + OCTANTS // 2) % OCTANTS] == i
    low, high, square = np.empty(count, dtype=np.int32), np.empty(count, dtype=np.int32), np.empty(count, dtype=np.int64)
    e = 0
    for i in range(len(near)):
        for o in range(OCTANTS):
            j = near[i, o]
            if j > i and near[j, (o + OCTANTS // 2) % OCTANTS] == i:
                dx, dy = xy[j, 0] - xy[i, 0], xy[j, 1] - xy[i, 1]
                low[e], high[e], square[e] = i, j, dx * dx + dy * dy
                e += 1
    return low, high, square


@njit(cache=True, nogil=True)
def kruskal(one: np.ndarray, other: np.ndarray, points: int) -> np.ndarray:
    """Which of the edges, in their order, join two trees."""
    parent = np.arange(points)
    chosen = np.zeros(len(one), dtype=np.bool_)
    for e in range(len(one)):
        a, b = root(parent, one[e]), root(parent, other[e])
        if a != b:
            parent[max(a, b)] = min(a, b)
            chosen[e] = True
    return chosen


@njit(cache=True, nogil=True)
def joined_rows(rows: np.ndarray, labels: np.ndarray, points: int, groups: int) -> np.ndarray:
    """Per point the root of its component where points and groups are joined; −1 for a point in no group."""
    parent = np.arange(points + groups)
    seen = np.zeros(points, dtype=np.bool_)
    for k in range(len(rows)):
        seen[rows[k]] = True
        a, b = root(parent, rows[k]), root(parent, points + labels[k])
        parent[max(a, b)] = min(a, b)
    found = np.full(points, -1, dtype=np.int64)
    for i in range(points):
        if seen[i]:
            found[i] = root(parent, i)
    return found
