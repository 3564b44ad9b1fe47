"""Shared borders: what goes into the arcs comes out again, and a border between two areas is one arc."""

import json

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from maps.topology import QUANTA, topology


def decoded(found: dict) -> dict[str, shapely.Geometry]:
    """The areas from the topology, by the rules of the specification."""
    scale, shift = (np.array(found["transform"][k]) for k in ("scale", "translate"))
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in found["arcs"]]

    def ring(numbers: list[int]) -> np.ndarray:
        pieces = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
        return np.concatenate([pieces[0], *(p[1:] for p in pieces[1:])])

    return {
        g["id"]: shapely.MultiPolygon([shapely.Polygon(ring(p[0]), [ring(h) for h in p[1:]]) for p in g["arcs"]])
        for g in found["objects"]["gebiete"]["geometries"]
    }


def areas(shapes: list[shapely.Geometry]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"ags": [f"{i:05d}" for i in range(len(shapes))]}, geometry=shapes, crs="EPSG:4326")


@given(st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1), st.integers(1, 4))
def test_squares_in_any_order_come_back(cells: set[tuple[int, int]], groups: int) -> None:
    """Squares put together to areas of any form, with holes, enclaves and parts that meet in a point."""
    members = [[c for i, c in enumerate(sorted(cells)) if (i * 7 + c[0]) % groups == g] for g in range(groups)]
    shapes = [shapely.unary_union([shapely.box(x / 8, y / 8, (x + 1) / 8, (y + 1) / 8) for x, y in m]) for m in members if m]
    found = topology(areas(shapes), name="gebiete")
    for shape, back in zip(shapes, decoded(found).values(), strict=True):
        assert shapely.symmetric_difference(shape, back).area <= shape.length / QUANTA


def test_a_border_is_one_arc_and_an_enclave_shares_its_ring() -> None:
    outer = shapely.box(0, 0, 4, 4) - shapely.box(1, 1, 2, 2)
    found = topology(areas([outer, shapely.box(1, 1, 2, 2), shapely.box(4, 0, 8, 4)]), name="gebiete")
    assert len(found["arcs"]) == 4  # the outer borders of two areas, the border between them, the enclave's ring
    (hole,) = found["objects"]["gebiete"]["geometries"][0]["arcs"][0][1]
    (enclave,) = found["objects"]["gebiete"]["geometries"][1]["arcs"][0][0]
    assert hole in (enclave, ~enclave)
    assert json.loads(json.dumps(found)) == found
