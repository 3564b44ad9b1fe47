"""Clusters: ids of the same members, outlines that never overlap, sums that add up, Kreis and rank, and what became of them."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from geodata.session import Limits
from geodata.thresholds import load_thresholds
from geodata.whitespots.areas import AREAS
from geodata.whitespots.changes import StandFiles, changes, cluster_changes
from geodata.whitespots.clusters import TYPES, Around, cluster_counts, clusters_of, clusters_of_each, no_clusters
from geodata.whitespots.from_addresses import CELLS
from geodata.whitespots.members import ADDRESS_KIND, CELL_KIND, Points, members_of
from geodata.whitespots.places import Places, Register, cells_of, nearest_rows, rows_inside
from geodata.whitespots.variants import Variant, load_variants, parsed

HEAD = {"label_de": "a", "label_en": "a", "threshold_set": "unter_400", "source": "s", "date": load_variants()["potenzial_100"].date}
SMALL = Variant(name="klein", chain_m=100, min_addresses=3, min_households=2, **HEAD)
EMPTY = gpd.GeoDataFrame({"ags": []}, geometry=[], crs="EPSG:25832")
EAST, NORTH = 400_000.0, 5_650_000.0
SPOTS = st.lists(st.tuples(st.integers(0, 600), st.integers(0, 600), st.sampled_from(["05966024", "05966028", "05111000"])), max_size=40)


def points_of(spots: list[tuple[float, float, str]], *, names: list[str] | None = None) -> Points:
    x, y = EAST + np.array([s[0] for s in spots], dtype="float64"), NORTH + np.array([s[1] for s in spots], dtype="float64")
    units = np.full(len(spots), 10_000, dtype="int64")
    cells = ((y // 100) * 10_000 + x // 100).astype("int32")
    ids = names or [f"A{i:04d}" for i in range(len(spots))]
    return Points(pa.array(ids, pa.string()), x, y, cells, pa.array([s[2] for s in spots], pa.string()), units, units * 2)


def found(
    points: Points, variant: Variant = SMALL, kind: str = ADDRESS_KIND, register: Register | None = None
) -> tuple[pa.Table, gpd.GeoDataFrame]:
    everything = np.ones(len(points.easting), dtype=bool)
    members = members_of(points, everything, variant, kind=kind, origin="demo", visibility="public")
    around = Around(np.zeros(len(everything), dtype=bool), {"05966": 200_000, "05111": 100_000}, register or Register(EMPTY, EMPTY))
    return members, clusters_of(members, points, variant, around)


@settings(max_examples=30)
@given(SPOTS)
def test_members_and_the_others_are_all_and_no_two_outlines_overlap(spots: list[tuple[int, int, str]]) -> None:
    members, clusters = found(points_of(spots))
    counts = cluster_counts(members)
    land = [r for r in counts.to_pylist() if r["level"] == "land"]
    assert sum(r["chained"] for r in land) == len(spots)
    assert all(r["members"] + r["unclustered"] == r["chained"] for r in counts.to_pylist())
    assert all(r["member_units"] + r["unclustered_units"] == r["chained_units"] for r in counts.to_pylist())
    assert clusters["addresses"].sum() == members["cluster_id"].is_valid().to_numpy().sum()
    assert (clusters["addresses"] >= SMALL.min_addresses).all()
    shapes = clusters.geometry.to_numpy()
    for i, one in enumerate(shapes):
        assert shapely.is_valid(one)
        assert not shapely.intersects(shapes[i + 1 :], one).any()
    home = (
        shapely.points(EAST + np.array([s[0] for s in spots], "float64"), NORTH + np.array([s[1] for s in spots], "float64"))
        if spots
        else []
    )
    for name, point in zip(members["cluster_id"].to_pylist(), home, strict=True):
        assert name is None or shapely.contains(clusters.set_index("cluster_id").geometry[name], point)


@settings(max_examples=30)
@given(SPOTS, st.integers(0, 1000))
def test_the_same_members_have_the_same_id_in_any_order_and_company(spots: list[tuple[int, int, str]], seed: int) -> None:
    points = points_of(spots)
    order = np.random.default_rng(seed).permutation(len(spots))
    names = [f"A{i:04d}" for i in order]
    far = [(5000, 5000 + i, "05111000") for i in range(4)]
    moved = points_of([spots[i] for i in order] + far, names=names + [f"B{i}" for i in range(4)])
    here, there = found(points)[1], found(moved)[1]
    assert set(here["members_hash"]) < set(there["members_hash"])


@settings(max_examples=30)
@given(SPOTS)
def test_variants_measured_together_are_those_measured_alone(spots: list[tuple[int, int, str]]) -> None:
    points, everything = points_of(spots), np.ones(len(spots), dtype=bool)
    many = [Variant(name=f"v{n}{h}", chain_m=100, min_addresses=n, min_households=h, **HEAD) for n, h in ((4, 0), (1, 6), (2, 3), (40, 0))]
    members = [(v, members_of(points, everything, v, kind=ADDRESS_KIND, origin="demo", visibility="public")) for v in many]
    around = Around(np.arange(len(spots)) % 3 == 0, {"05966": 200_000, "05111": 100_000}, Register(EMPTY, EMPTY))
    together = clusters_of_each(members, points, around)
    for (variant, own), here in zip(members, together, strict=True):
        alone = clusters_of(own, points, variant, around)
        pd.testing.assert_frame_equal(here.drop(columns="geometry"), alone.drop(columns="geometry"))
        assert here.geometry.to_wkb().tolist() == alone.geometry.to_wkb().tolist()


def test_a_cluster_belongs_to_the_kreis_of_most_and_closes_only_its_own_gap() -> None:
    spots = [(0, 0, "05111000"), (30, 0, "05966024"), (60, 0, "05966028"), (90, 40, "05966024")]
    _, clusters = found(points_of(spots))
    one = clusters.iloc[0]
    assert (one["kreis_ags"], one["ags"], one["kreise"]) == ("05966", "05966024", "05111,05966")
    assert one["gap_share"] == pytest.approx(30_000 / 200_000)
    assert one["trench_m"] == pytest.approx(30 + 30 + 50)
    assert one["units"] == 40_000
    assert np.isnan(one["nearest_covered_m"])


def test_the_best_has_most_households_per_metre_and_ties_go_by_id() -> None:
    near, wide = [(i * 10, 0, "05966024") for i in range(4)], [(1000 + i * 90, 0, "05966024") for i in range(4)]
    point = [(3000, 0, "05111000")] * 3
    _, clusters = found(points_of(near + wide + point))
    assert clusters["trench_m"].tolist() == [0.0, 30.0, 270.0]
    assert clusters["rank"].tolist() == [1, 2, 3]
    assert clusters["rank_in_kreis"].tolist() == [1, 1, 2]
    assert np.isnan(clusters["units_per_trench_m"][0])


def test_schools_and_parks_of_a_cluster_lie_in_or_touch_its_outline() -> None:
    schools = gpd.GeoDataFrame(
        {"ags": ["05966024"] * 2}, geometry=gpd.points_from_xy([EAST + 30, EAST + 300], [NORTH + 20] * 2), crs="EPSG:25832"
    )
    parks = gpd.GeoDataFrame({"ags": ["05966024"]}, geometry=[shapely.box(EAST + 100, NORTH, EAST + 400, NORTH + 90)], crs="EPSG:25832")
    _, clusters = found(points_of([(0, 0, "05966024"), (40, 0, "05966024"), (80, 0, "05966024")]), register=Register(schools, parks))
    assert (clusters["schools"][0], clusters["business_parks"][0]) == (1, 1)


def test_cells_that_touch_at_a_corner_are_one_cluster() -> None:
    spots = [(50, 50, "05966024"), (150, 150, "05966024"), (350, 150, "05966024"), (450, 150, "05966024")]
    members, clusters = found(points_of(spots), kind=CELL_KIND)
    assert clusters["cells"].tolist() == [2, 2]
    assert sorted(clusters["trench_m"]) == [100.0, pytest.approx(141.421)]
    assert members["cluster_id"].null_count == 0
    assert clusters["addresses"].isna().all()
    assert clusters.geometry.area.tolist() == [20_000.0, 20_000.0]


def test_no_clusters_have_the_types_of_some() -> None:
    some = found(points_of([(0, 0, "05966024")] * 3))[1].assign(origin="demo", visibility="public").astype(TYPES)
    assert dict(no_clusters().dtypes) == dict(some.dtypes)


@pytest.mark.parametrize(
    "change", ["chain_m = 0", "min_addresses = 0", "min_households = -1", "threshold_set = 'grau_100'", "date = 'heute'", "mehr = 1"]
)
def test_wrong_variants_are_refused(change: str) -> None:
    lines = {"label_de": "'a'", "label_en": "'a'", "threshold_set": "'unter_100'", "chain_m": 100, "min_addresses": 50, "min_households": 0, "date": "2021-01-01", "source": "'s'"}  # fmt: skip
    key, value = change.split(" = ")
    text = "[eigene]\n" + "\n".join(f"{k} = {v}" for k, v in (lines | {key: value}).items())
    with pytest.raises(InputError) as caught:
        parsed(text, "eigene.toml", load_thresholds())
    assert caught.value.code == "variant_wrong"


def test_schools_take_the_nearest_address_and_parks_those_inside() -> None:
    points = points_of([(10, 10, "05966024"), (99, 10, "05966024"), (250, 10, "05966024")])
    places = Places(points.easting, points.northing, points.cell_id)
    schools = gpd.GeoDataFrame(geometry=gpd.points_from_xy([EAST + 101, EAST + 500], [NORTH + 10] * 2), crs="EPSG:25832")
    assert nearest_rows(schools, places, reach_m=100).tolist() == [1, -1]
    parks = gpd.GeoDataFrame(geometry=[shapely.box(EAST, NORTH, EAST + 99, NORTH + 20)], crs="EPSG:25832")
    assert [a.tolist() for a in rows_inside(parks, places)] == [[0, 0], [0, 1]]
    assert cells_of(np.array([[0, 0, 100, 99]]))[1].tolist() == [0, 1]


def files(folder: Path, stand: str, members: pa.Table, cells: list[dict[str, object]], addresses: pa.Table) -> StandFiles:
    made = StandFiles(stand, *(folder / f"{name}-{stand}.parquet" for name in ("areas", "cells", "addresses", "members")))
    row = {"ags": "05", "kind": "fixed_addresses", "threshold_set": "weiss_30", "bound": "exact", "origin": "demo"}
    marks = [row | {"visibility": "internal" if stand == "2021-06-30" else "public"}]
    pq.write_table(pa.Table.from_pylist(marks, schema=AREAS), made.areas)
    plain = {"kind": "fixed_addresses", "bound": "exact", "ags": "05966024", "all_units": 0}
    pq.write_table(pa.Table.from_pylist([plain | c for c in cells], schema=pa.schema([(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in CELLS])), made.cells)  # fmt: skip
    pq.write_table(addresses, made.addresses)
    pq.write_table(members, made.members)
    return made


def test_what_became_of_spots_and_clusters_between_two_stands(tmp_path: Path) -> None:
    row = [(i * 50, 0, "05966024") for i in range(5)]
    gone, come = [(2000 + i * 50, 0, "05966024") for i in range(3)], [(4000 + i * 50, 0, "05966024") for i in range(3)]
    points = points_of(row + gone + come)
    before, after = np.arange(11) < 8, (np.arange(11) < 4) | (np.arange(11) >= 8)
    tables = [members_of(points, chosen, SMALL, kind=ADDRESS_KIND, origin="demo", visibility="public") for chosen in (before, after)]

    def cell(number: int, count: int, name: str = "weiss_30") -> dict[str, object]:
        return {"cell_id": number, "threshold_set": name, "all_addresses": count}

    below = [
        pa.table({"threshold_set": ["weiss_30"] * len(r), "address_row": r, "ags": ["05966024"] * len(r)})
        for r in ([1, 2, 3], [2, 3, 4, 5])
    ]
    stands = [
        files(tmp_path, "2021-06-30", tables[0], [cell(1, 3), cell(2, 3), cell(3, 3), cell(4, 3), cell(6, 1)], below[0]),
        files(tmp_path, "2025-12-31", tables[1], [cell(2, 2), cell(3, 3), cell(4, 4), cell(5, 1), cell(6, 1, "unknown")], below[1]),
    ]
    land = next(r for r in changes(stands, land="05", limits=Limits()).to_pylist() if r["ags"] == "05")
    assert {k: land[f"{k}_cells"] for k in ("closed", "shrunk", "unchanged", "grown", "new", "lost")} == {
        "closed": 1, "shrunk": 1, "unchanged": 1, "grown": 1, "new": 1, "lost": 1,
    }  # fmt: skip
    assert (land["left_addresses"], land["kept_addresses"], land["new_addresses"]) == (1, 2, 2)
    assert land["crosses_method_break"] is True
    assert land["visibility"] == "internal"
    moved = cluster_changes(stands, limits=Limits()).to_pylist()
    assert sorted((r["change"], r["shared_members"]) for r in moved) == [("closed", 0), ("new", 0), ("shrunk", 4)]
