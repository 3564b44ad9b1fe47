"""TopoJSON: the borders of all areas as shared arcs of whole numbers, so that a border is sent once. Simplifying is in geometry.py.

Format: "The TopoJSON Format Specification", sections 2.1.3 (arcs) and 2.1.4 (negative indexes name an arc backwards).
"""

from collections import defaultdict
from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import shapely

QUANTA = 20_000
Point = tuple[int, int]
Ring = list[Point]


def topology(areas: gpd.GeoDataFrame, *, name: str) -> dict[str, object]:
    """The areas (`ags`, EPSG:4326) as one topology with the object `name`; a position is exact to a 20,000th of the extent."""
    west, south, east, north = (float(v) for v in areas.total_bounds)
    scale = ((east - west) / QUANTA or 1.0, (north - south) / QUANTA or 1.0)
    shapes = [_rings(geometry, (west, south), scale) for geometry in areas.geometry]
    junctions = _junctions(ring for polygons in shapes for polygon in polygons for ring in polygon)
    book = _Arcs(junctions)
    geometries = [
        {"type": "MultiPolygon", "id": ags, "arcs": [[book.cut(ring) for ring in polygon] for polygon in polygons]}
        for ags, polygons in zip(areas["ags"].astype(str), shapes, strict=True)
    ]
    return {
        "type": "Topology",
        "bbox": [round(v, 6) for v in (west, south, east, north)],
        "transform": {"scale": list(scale), "translate": [west, south]},
        "objects": {name: {"type": "GeometryCollection", "geometries": geometries}},
        "arcs": [_deltas(arc) for arc in book.arcs],
    }


class _Arcs:
    """The arcs found so far; a ring is given back as the numbers of its arcs."""

    def __init__(self, junctions: set[Point]) -> None:
        self.junctions = junctions
        self.arcs: list[Ring] = []
        self.numbers: dict[tuple[Point, ...], int] = {}

    def cut(self, ring: Ring) -> list[int]:
        """The arcs of a ring, which is closed: its first point is not repeated."""
        cuts = [i for i, point in enumerate(ring) if point in self.junctions]
        start = cuts[0] if cuts else ring.index(min(ring))
        turned = [*ring[start:], *ring[:start], ring[start]]
        ends = [i - start for i in cuts[1:]] + [len(ring)]
        numbers, begin = [], 0
        for end in ends:
            numbers.append(self._number(turned[begin : end + 1]))
            begin = end
        return numbers

    def _number(self, arc: Ring) -> int:
        forward = tuple(arc)
        if forward in self.numbers:
            return self.numbers[forward]
        backward = tuple(reversed(arc))
        if backward in self.numbers:
            return ~self.numbers[backward]
        self.numbers[forward] = len(self.arcs)
        self.arcs.append(arc)
        return self.numbers[forward]


def _rings(geometry: shapely.Geometry, origin: tuple[float, float], scale: tuple[float, float]) -> list[list[Ring]]:
    """Polygons of rings of whole numbers, without repeated points; a ring that has shrunk to a line is dropped."""
    polygons = []
    for polygon in shapely.get_parts(geometry):
        rings = [_whole(ring, origin, scale) for ring in (polygon.exterior, *polygon.interiors)]
        if rings[0]:
            polygons.append([ring for ring in rings if ring])
    return polygons


def _whole(ring: shapely.LinearRing, origin: tuple[float, float], scale: tuple[float, float]) -> Ring:
    points = np.round((shapely.get_coordinates(ring)[:-1] - origin) / scale).astype(int)
    kept = points[np.any(points != np.roll(points, 1, axis=0), axis=1)]
    return [(int(x), int(y)) for x, y in kept] if len({tuple(p) for p in kept.tolist()}) > 2 else []  # noqa: PLR2004


def _junctions(rings: Iterable[Ring]) -> set[Point]:
    """Points where borders part: they have another number of neighbours than two."""
    neighbours: dict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        for before, point, after in zip([ring[-1], *ring], ring, [*ring[1:], ring[0]], strict=False):
            neighbours[point] |= {before, after}
    return {point for point, found in neighbours.items() if len(found) != 2}  # noqa: PLR2004


def _deltas(arc: Ring) -> list[list[int]]:
    steps = np.diff(np.array(arc), axis=0, prepend=[[0, 0]])
    return [[int(x), int(y)] for x, y in steps]
