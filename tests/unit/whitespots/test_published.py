"""Clusters as the public may see them: whole parts of the grid, multiples of three, and ratios that give no exact number away."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.whitespots.clusters import TYPES, no_clusters
from geodata.whitespots.published import published_clusters

PARTS = gpd.GeoSeries([shapely.box(x, y, x + 100, y + 100) for x in range(0, 500, 100) for y in (0, 100)] + [None], crs="EPSG:25832")


def clusters(*rows: tuple[int, float, float, shapely.Geometry]) -> gpd.GeoDataFrame:
    """Clusters of `units`, trench, share of the gap and outline."""
    fixed = {"variant": "v", "kind": "fixed_addresses", "cluster_id": "a", "members_hash": "ab", "origin": "demo", "visibility": "public"}
    numbers = dict.fromkeys(("rank", "rank_in_kreis", "schools", "business_parks", "addresses", "cells"), 1)
    frame = pd.DataFrame(
        [
            fixed
            | numbers
            | {"units": u, "person_units": u, "trench_m": t, "nearest_covered_m": 123.456, "connection_m": 160.493, "gap_share": g}
            for u, t, g, _ in rows
        ]
    ).reindex(columns=list(TYPES))
    return gpd.GeoDataFrame(frame.astype(TYPES), geometry=[r[3] for r in rows], crs="EPSG:25832")


def test_an_outline_is_made_of_the_parts_it_touches() -> None:
    around = shapely.MultiPoint([(150, 50), (250, 50)]).buffer(20, quad_segs=4)
    far = shapely.Point(9_000, 9_000).buffer(20)
    found = published_clusters(clusters((70_000, 812.345, 0.5, around), (70_000, 0.0, np.nan, far)), PARTS)
    assert found.geometry.iloc[0].equals(shapely.box(100, 0, 300, 100))
    assert found.geometry.iloc[1].is_empty
    assert found[["nearest_covered_m", "connection_m", "trench_m"]].iloc[0].tolist() == [120.0, 160.0, 810.0]
    assert found["units"].tolist() == [60_000, 60_000]
    assert found["units_per_trench_m"].iloc[0] == pytest.approx(60_000 / 810, abs=0.001)
    assert found["gap_share"].iloc[0] == pytest.approx(0.5 * 6 / 7, abs=0.001)
    assert found[["units_per_trench_m", "gap_share"]].iloc[1].isna().all()
    assert found.dtypes.drop("geometry").to_dict() == clusters((1, 1.0, 0.1, far)).dtypes.drop("geometry").to_dict()


@given(st.integers(0, 10**9), st.integers(1, 10**6))
def test_clusters_that_differ_by_less_than_the_rounding_look_the_same(units: int, metres: int) -> None:
    """The figures of a cluster of a whole Kreis are those of the multiple of three, whatever the exact number was."""
    three = (units + 15_000) // 30_000 * 30_000
    gap = 2 * 10**9
    exact, told = (published_clusters(clusters((u, float(metres), u / gap, PARTS[0])), PARTS) for u in (units, three))
    shown = ["units", "person_units", "trench_m", "units_per_trench_m"]
    pd.testing.assert_frame_equal(exact[shown], told[shown])
    assert units == 0 or three == 0 or exact["gap_share"].iloc[0] == told["gap_share"].iloc[0]


def test_without_clusters_there_are_none() -> None:
    assert len(published_clusters(no_clusters(), PARTS)) == 0
