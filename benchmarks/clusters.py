"""Expansion clusters of 500,000 addresses below a threshold: chaining and spanning trees against SciPy, and the whole of a variant.

The addresses stand along invented streets of 40 houses in some thousand villages, so that clusters of all sizes come out. Peers: all pairs
within 100 m from a KD-tree, then connected components; Delaunay triangulation, then a minimum spanning tree of its edges.
"""

import time
from collections.abc import Callable
from typing import TypeVar

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from scipy.spatial import Delaunay, KDTree

from benchmarks.processes import own_peak_mb
from benchmarks.run import Peer, Row, row
from geodata.whitespots.clusters import Around, clusters_of
from geodata.whitespots.linkage import Ints, chained, first_of, millimetres, spanning
from geodata.whitespots.members import ADDRESS_KIND, Points, members_of
from geodata.whitespots.places import Register
from geodata.whitespots.variants import load_variants

ADDRESSES, HOUSES, STREETS_PER_VILLAGE = 500_000, 40, 20
WEST, EAST, SOUTH, NORTH = 290_000, 530_000, 5_580_000, 5_820_000
HOUSE_M, FRONT_M, SPREAD_M = 9.0, 8.0, 400.0
VARIANT = load_variants()["cluster_400_50"]
GEMEINDE = "05966024"
CLOSE = 1e-9
Floats = npt.NDArray[np.float64]
T = TypeVar("T")


def rows() -> list[Row]:
    """Chaining, trees, and all that a variant needs; compiled code ready."""
    east, north = _streets()
    x, y = millimetres(east), millimetres(north)
    chained(x[:HOUSES], y[:HOUSES], reach=VARIANT.reach)
    spanning(x[:HOUSES], y[:HOUSES], reach=VARIANT.reach)
    ours, label = _timed(lambda: chained(x, y, reach=VARIANT.reach))
    theirs, other = _timed(lambda: _components(x, y))
    found = [
        row(
            f"{ADDRESSES:,} addresses chained at {VARIANT.chain_m} m: {len(np.unique(label)):,} clusters",
            ours,
            peak_mb=own_peak_mb(),
            peer=Peer("SciPy KDTree pairs, components", theirs, bool((first_of(other) == label).all())),
        )
    ]
    ours, tree = _timed(lambda: spanning(x, y, reach=VARIANT.reach))
    theirs, length = _timed(lambda: _delaunay_tree(x, y))
    same = abs(float(tree.length.sum()) - length) <= CLOSE * length
    found.append(row("their spanning trees", ours, peak_mb=own_peak_mb(), peer=Peer("SciPy Delaunay, spanning tree", theirs, same)))
    seconds, count = _timed(lambda: _whole(east, north))
    return [*found, row(f"variant whole, with outlines and rank: {count:,} clusters", seconds, peak_mb=own_peak_mb())]


def _streets() -> tuple[Floats, Floats]:
    rng = np.random.default_rng(1)
    streets = ADDRESSES // HOUSES
    villages = streets // STREETS_PER_VILLAGE
    village = rng.integers(0, villages, streets)
    distance, angle, turn = np.abs(rng.normal(0, SPREAD_M, streets)), rng.uniform(0, 2 * np.pi, streets), rng.uniform(0, 2 * np.pi, streets)
    start_x = rng.uniform(WEST, EAST, villages)[village] + distance * np.cos(angle)
    start_y = rng.uniform(SOUTH, NORTH, villages)[village] + distance * np.sin(angle)
    along, across = np.arange(HOUSES) * HOUSE_M, np.where(np.arange(HOUSES) % 2 == 0, FRONT_M, -FRONT_M)
    cos, sin = np.cos(turn)[:, None], np.sin(turn)[:, None]
    return (start_x[:, None] + cos * along - sin * across).ravel(), (start_y[:, None] + sin * along + cos * across).ravel()


def _components(x: Ints, y: Ints) -> Ints:
    points = np.column_stack([x, y]).astype("float64")
    pairs = KDTree(points).query_pairs(float(np.sqrt(VARIANT.reach)), output_type="ndarray")
    graph = coo_matrix((np.ones(len(pairs), dtype=bool), (pairs[:, 0], pairs[:, 1])), shape=(len(x), len(x)))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _delaunay_tree(x: Ints, y: Ints) -> float:
    """The length of the tree's edges up to the chain distance."""
    points = np.column_stack([x - x.min(), y - y.min()]).astype("float64")
    corners = Delaunay(points).simplices
    edges = np.unique(np.sort(np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]), axis=1), axis=0)
    length = np.hypot(*(points[edges[:, 0]] - points[edges[:, 1]]).T)
    near = length <= np.sqrt(VARIANT.reach)
    graph = coo_matrix((length[near], (edges[near, 0], edges[near, 1])), shape=(len(x), len(x)))
    return float(minimum_spanning_tree(graph.tocsr()).sum())


def _whole(east: Floats, north: Floats) -> int:
    names = pa.array([f"DENW{i:012d}" for i in range(ADDRESSES)])
    units = np.full(ADDRESSES, 15_000, dtype=np.int64)
    cells = (north // 100).astype("int32") * 10_000 + (east // 100).astype("int32")
    points = Points(names, east, north, cells, pa.repeat(GEMEINDE, ADDRESSES), units, units * 2)
    everywhere = np.ones(ADDRESSES, dtype=bool)
    members = members_of(points, everywhere, VARIANT, kind=ADDRESS_KIND, origin="demo", visibility="public")
    nothing = gpd.GeoDataFrame({"ags": []}, geometry=[], crs="EPSG:25832")
    around = Around(~everywhere, {GEMEINDE[:5]: int(units.sum())}, Register(nothing, nothing))
    return len(clusters_of(members, points, VARIANT, around))


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found
