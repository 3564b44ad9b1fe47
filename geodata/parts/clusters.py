"""Clusters in parts: strips with a halo of the chain distance, joined by a second union-find; outlines by runs of clusters."""

from dataclasses import dataclass
from math import isqrt

import numpy as np
import numpy.typing as npt
import shapely

from geodata.parts.run import over, ranges
from geodata.parts.workers import Pool
from geodata.whitespots.linkage import chained, joined
from geodata.whitespots.outlines import discs

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Strip:
    """The points of a strip and its halo, and the squared distance that chains; they travel along, 16 bytes each."""

    x: Ints
    y: Ints
    reach: int


@dataclass(frozen=True)
class Discs:
    """The members of some clusters, numbered from 0, and how many clusters these are."""

    easting: Floats
    northing: Floats
    of: Ints
    count: int
    radius_m: float


def clusters_of_points(x: Ints, y: Ints, *, reach: int, pool: Pool) -> Ints:
    """What `linkage.chained` gives for all points: per point the smallest position in its cluster.

    Strips from west to east with about as many points each. A chain that crosses the edge of a strip has a step over it, and both ends of
    that step lie in the strip with its halo: the strips share a point, and so does the cluster.
    """
    if pool.parts == 1 or not len(x):
        return chained(x, y, reach=reach)
    order = np.argsort(x, kind="stable")
    halo = isqrt(reach - 1) + 1 if reach else 0
    found = []
    for first, last in ranges(len(x), pool.parts):
        west, east = x[order[first]] - halo, x[order[last - 1]] + halo
        found.append(order[np.searchsorted(x, west, sorter=order) : np.searchsorted(x, east, side="right", sorter=order)])
    labels = over(pool, chain, [Strip(x[rows], y[rows], reach) for rows in found])
    # A label is a position within its strip: the positions of the strips one after another are in no other.
    start = np.cumsum([0, *(len(rows) for rows in found)])
    unique = np.concatenate([label + offset for label, offset in zip(labels, start[:-1], strict=True)])
    return joined(np.concatenate(found), unique, len(x))


def outlines_of_clusters(easting: Floats, northing: Floats, of: Ints, count: int, *, radius_m: float, pool: Pool) -> np.ndarray:  # noqa: PLR0913  # as `discs`
    """What `outlines.discs` gives for all clusters, from runs of clusters with about as many members each."""
    if pool.parts == 1:
        return discs(easting, northing, of, count, radius_m=radius_m)
    order = np.argsort(of, kind="stable")
    start = np.searchsorted(of[order], np.arange(count + 1))
    edges = np.unique(np.searchsorted(start, [last for _, last in ranges(len(of), pool.parts)]))
    parts, first = [], 0
    for last in edges.tolist():
        rows = order[start[first] : start[last]]
        parts.append(Discs(easting[rows], northing[rows], of[rows] - first, last - first, radius_m))
        first = last
    shapes = [shapely.from_wkb(np.array(found, dtype=object)) for found in over(pool, outline, parts)]
    return np.concatenate(shapes) if shapes else np.zeros(0, dtype=object)


def chain(strip: Strip) -> Ints:
    """The clusters within one strip."""
    return chained(strip.x, strip.y, reach=strip.reach)


def outline(part: Discs) -> list[bytes]:
    """The outlines of some clusters as WKB, which keeps every bit of a coordinate."""
    found: list[bytes] = shapely.to_wkb(discs(part.easting, part.northing, part.of, part.count, radius_m=part.radius_m)).tolist()
    return found
