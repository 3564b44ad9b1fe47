"""Single linkage and spanning trees against references that look at every pair."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from geodata.whitespots.linkage import chained, joined, millimetres, spanning

POINTS = st.lists(st.tuples(st.integers(-40, 40), st.integers(-40, 40)), max_size=60)
REACHES = st.one_of(st.integers(1, 400), st.sampled_from([1, 2, 4, 25, 50, 100, 144, 169]))


def xy(points: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    table = np.array(points, dtype="int64").reshape(-1, 2)
    return table[:, 0], table[:, 1]


def by_every_pair(x: np.ndarray, y: np.ndarray, reach: int) -> np.ndarray:
    """Labels that spread from neighbour to neighbour until nothing changes."""
    label = np.arange(len(x))
    near = (x[:, None] - x) ** 2 + (y[:, None] - y) ** 2 <= reach
    while True:
        spread = np.array([label[near[i]].min() for i in range(len(x))], dtype="int64")
        if (spread == label).all():
            return label
        label = spread


def prim(x: np.ndarray, y: np.ndarray) -> float:
    """The length of a minimum spanning tree of all points, by growing it from one of them."""
    if len(x) == 0:
        return 0.0
    distance = np.hypot((x[:, None] - x).astype("float64"), y[:, None] - y)
    best, left, total = distance[0].copy(), set(range(1, len(x))), 0.0
    while left:
        nearest = min(left, key=lambda i: best[i])
        total += best[nearest]
        left.remove(nearest)
        best = np.minimum(best, distance[nearest])
    return total


@given(POINTS, REACHES)
@example([(0, 0), (3, 4)], 25)
@example([(0, 0), (3, 4)], 24)
@example([(0, 0), (10, 10)], 199)
@example([(0, 0), (10, 10)], 200)
@example([(5, 5)] * 4, 1)
def test_clusters_are_those_of_the_reference(points: list[tuple[int, int]], reach: int) -> None:
    x, y = xy(points)
    assert chained(x, y, reach=reach).tolist() == by_every_pair(x, y, reach).tolist()


@given(POINTS, REACHES)
@example([(0, 0), (1, 0), (0, 1), (1, 1), (2, 0), (2, 1)], 4)
@example([(0, 0), (0, 0), (3, 0), (3, 0), (0, 3)], 9)
def test_trees_are_as_short_as_those_of_the_reference(points: list[tuple[int, int]], reach: int) -> None:
    x, y = xy(points)
    tree, label = spanning(x, y, reach=reach), chained(x, y, reach=reach)
    assert len(tree.one) == len(x) - len(np.unique(label))
    assert (label[tree.one] == label[tree.other]).all()
    for one in np.unique(label):
        own = label == one
        assert np.isclose(tree.length[own[tree.one]].sum(), prim(x[own], y[own]), rtol=1e-9)


@given(POINTS, REACHES, st.integers(0, 10**6))
def test_the_order_of_the_points_does_not_matter(points: list[tuple[int, int]], reach: int, seed: int) -> None:
    x, y = xy(points)
    order = np.random.default_rng(seed).permutation(len(x))
    here, there = chained(x, y, reach=reach), chained(x[order], y[order], reach=reach)
    assert {frozenset(np.flatnonzero(here == i)) for i in here} == {frozenset(order[there == i]) for i in there}
    assert np.isclose(spanning(x, y, reach=reach).length.sum(), spanning(x[order], y[order], reach=reach).length.sum(), rtol=1e-9)


@given(POINTS, REACHES, st.integers(1, 30))
def test_parts_with_a_halo_give_the_clusters_of_the_whole(points: list[tuple[int, int]], reach: int, width: int) -> None:
    x, y = xy(points)
    halo = int(np.ceil(np.sqrt(reach)))
    rows, labels = [np.zeros(0, dtype="int64")], [np.zeros(0, dtype="int64")]
    for k, west in enumerate(range(-40, 41, width)):
        part = np.flatnonzero((x >= west - halo) & (x < west + width + halo))
        rows.append(part)
        labels.append(k * 1000 + chained(x[part], y[part], reach=reach))
    assert joined(np.concatenate(rows), np.concatenate(labels), len(x)).tolist() == chained(x, y, reach=reach).tolist()


def test_a_distance_of_exactly_the_chain_distance_chains() -> None:
    """0.1 + 0.2 is not 0.3 in floating point; millimetres are whole."""
    east = np.array([345678.123, 345778.123, 345878.124])
    x, y = millimetres(east), millimetres(np.full(3, 5678901.234))
    assert chained(x, y, reach=100_000**2).tolist() == [0, 0, 2]


def test_real_coordinates_are_clustered_as_the_reference_does() -> None:
    rng = np.random.default_rng(3)
    x, y = (millimetres(np.round(rng.uniform(0, 3000, 1500) + base, 3)) for base in (345_000, 5_670_000))
    assert chained(x, y, reach=60_000**2).tolist() == by_every_pair(x, y, 60_000**2).tolist()
    tree, label = spanning(x, y, reach=60_000**2), chained(x, y, reach=60_000**2)
    largest = label == np.bincount(label).argmax()
    assert np.isclose(tree.length[largest[tree.one]].sum(), prim(x[largest], y[largest]), rtol=1e-9)
