"""The index answers as GEOS does with the full polygons, point for point, and counts points exactly."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.cell_index import CellIndex, locate_table
from geodata.cell_points import BATCH, count_by_gemeinde
from geodata.cell_sides import INSIDE, UNSURE, sides
from geodata.demo.boundaries import gemeinden
from geodata.errors import InputError
from tests.unit.test_cells import CORNER, framed

SIDE = 1600.0


def exact(areas: gpd.GeoDataFrame, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """By GEOS: the lowest position of an area that intersects each point, -1 for none; `areas` by AGS."""
    number = np.isfinite(x) & np.isfinite(y)
    points = shapely.points(np.where(number, x, 0.0), np.where(number, y, 0.0))
    area, point = shapely.STRtree(points).query(areas.geometry.to_numpy(), predicate="intersects")
    codes = np.full(len(x), len(areas))
    np.minimum.at(codes, point, area)
    return np.where(number & (codes < len(areas)), codes, -1)


def awkward(areas: gpd.GeoDataFrame, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Points on vertices, on edges, a rounding beside them, on grid lines and corners, anywhere, and far away."""
    rings = shapely.get_rings(shapely.get_parts(areas.geometry.to_numpy()))
    ends = np.concatenate([np.hstack([c[:-1], c[1:]]) for c in map(shapely.get_coordinates, rings)])
    share = rng.choice([0.0, 0.25, 0.5, 1.0, rng.random()], (len(ends), 1))
    edge = ends[:, :2] + share * (ends[:, 2:] - ends[:, :2])
    west, south, east, north = areas.total_bounds
    any_ = np.column_stack([rng.uniform(west - 250, east + 250, 200), rng.uniform(south - 250, north + 250, 200)])
    lines, corners = any_.copy(), np.round(any_ / 100) * 100
    lines[:, 0] = corners[:, 0]
    lines[::2] = np.column_stack([any_[::2, 0], corners[::2, 1]])
    far = np.array([[np.nan, south], [0.0, 0.0], [-1e300, 1e300], [np.inf, -np.inf], [east, north], [west, south]])
    border = np.concatenate([ends[:, :2], edge])
    beside = np.nextafter(border, rng.choice([-np.inf, np.inf], border.shape))
    points = np.concatenate([border, beside, any_, lines, corners, far])
    return points[:, 0].copy(), points[:, 1].copy()


def check(areas: gpd.GeoDataFrame, seed: int) -> None:
    x, y = awkward(areas, np.random.default_rng(seed))
    np.testing.assert_array_equal(CellIndex.build(areas).locate(x, y), exact(areas, x, y))


spot = st.tuples(st.integers(0, 32), st.integers(0, 32)).map(lambda c: (c[0] * SIDE / 32, c[1] * SIDE / 32))


@given(st.lists(spot, min_size=2, max_size=9, unique=True), st.integers(0, 2**32 - 1))
@settings(max_examples=80, deadline=None)
def test_coverages(sites: list[tuple[float, float]], seed: int) -> None:
    box = shapely.box(0, 0, SIDE, SIDE)
    faces = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(sites), extend_to=box))
    check(framed([p for p in shapely.intersection(faces, box) if p.geom_type == "Polygon"]), seed)


@given(st.lists(st.lists(spot, min_size=3, max_size=6, unique=True), min_size=2, max_size=5), st.integers(0, 2**32 - 1))
@settings(max_examples=80, deadline=None)
def test_areas_that_overlap_or_leave_gaps_or_have_holes(shapes: list[list[tuple[float, float]]], seed: int) -> None:
    hulls = [h for h in (shapely.MultiPoint(s).convex_hull for s in shapes) if h.area > 0]
    if len(hulls) < 2:
        return
    with_hole = hulls[0].difference(hulls[-1])
    check(framed([p for p in [with_hole, *hulls] if p.geom_type.endswith("Polygon") and p.area > 0]), seed)


@given(
    st.lists(st.integers(1, 31), min_size=1, max_size=3, unique=True),
    st.lists(st.integers(1, 31), min_size=1, max_size=3, unique=True),
    st.sampled_from([50.0, 100.0]),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=50, deadline=None)
def test_borders_on_the_grid(columns: list[int], rows: list[int], unit: float, seed: int) -> None:
    xs, ys = (np.array([0, *sorted(v), 32]) * unit for v in (columns, rows))
    boxes = [shapely.box(x, y, x1, y1) for y, y1 in pairwise(ys) for x, x1 in pairwise(xs)]
    check(framed(boxes), seed)


def test_the_demo_and_an_index_from_disk(tmp_path: Path) -> None:
    areas = gemeinden().sort_values("ags", ignore_index=True)
    built = CellIndex.build(areas)
    built.save(tmp_path / "index")
    x, y = awkward(areas, np.random.default_rng(1))
    codes = CellIndex.load(tmp_path / "index").locate(x, y)
    np.testing.assert_array_equal(codes, exact(areas, x, y))
    np.testing.assert_array_equal(codes, built.locate(x, y))
    built.save(tmp_path / "again")
    assert {p.name: p.read_bytes() for p in (tmp_path / "index").iterdir()} == {
        p.name: p.read_bytes() for p in (tmp_path / "again").iterdir()
    }


def test_the_land(shared: Path) -> None:
    areas = gpd.read_file(shared / "boundaries/dvg2gem_nw.shp").rename(columns={"KN": "ags"})[["ags", "geometry"]].to_crs("EPSG:25832")
    areas = areas.sort_values("ags", ignore_index=True)
    x, y = awkward(areas, np.random.default_rng(2))
    at = np.random.default_rng(3).choice(len(x), 60_000, replace=False)
    np.testing.assert_array_equal(CellIndex.build(areas).locate(x[at], y[at]), exact(areas, x[at], y[at]))


def test_tables_of_points_and_cells() -> None:
    index = CellIndex.build(framed([shapely.box(0, 0, 250, 200), shapely.box(250, 0, 400, 200)]))
    x, y = CORNER[0] + np.array([250.0, 399, 401, np.nan]), CORNER[1] + np.array([10.0, 10, 10, 10])
    table = locate_table(index, x, y)
    assert table["ags"].to_pylist() == ["05000001", "05000002", None, None]
    assert table["cell_id"].to_pylist() == [570004002, 570004003, 570004004, None]
    cells = index.cells_table()
    assert cells.schema.field("cell_id").type == pa.int32()
    rows = {r["cell_id"]: (r["ags"], r["is_border"]) for r in cells.to_pylist()}
    assert rows[570014001] == ("05000001", False)
    assert rows[570014002] == (None, True)
    assert list(rows) == sorted(rows)


@pytest.mark.parametrize("damage", ["index.json", "cells.npy", "format", "json"])
def test_a_damaged_index_is_refused(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "index"
    CellIndex.build(framed([shapely.box(0, 0, 250, 200)])).save(folder)
    if damage == "format":
        (folder / "index.json").write_text('{"format": "other"}', "utf-8")
    elif damage == "json":
        (folder / "index.json").write_text("{", "utf-8")
    else:
        (folder / damage).unlink()
    with pytest.raises(InputError) as caught:
        CellIndex.load(folder)
    assert caught.value.code == "cell_index_unreadable"


POINTS = {"easting_m": CORNER[0] + np.array([10.0, 20, 310, 900]), "northing_m": CORNER[1] + np.array([10.0, 20, 30, 40])}


def halves() -> CellIndex:
    return CellIndex.build(framed([shapely.box(0, 0, 250, 200), shapely.box(250, 0, 400, 200), shapely.box(0, 200, 400, 300)]))


@pytest.mark.parametrize(
    ("households", "sums"),
    [
        (
            pa.array([Decimal("1.2500"), Decimal("-0.2501"), None, Decimal("7.0000")], pa.decimal128(18, 4)),
            ["0.9999", None, None, "7.0000"],
        ),
        (pa.array([Decimal("1.25"), Decimal("2.25"), Decimal("99999.99"), None], pa.decimal64(9, 2)), ["3.50", "99999.99", None, None]),
        (pa.array([2**62, 2**61, -5, -(2**62)], pa.int64()), [2**62 + 2**61, -5, None, -(2**62)]),
        (pa.array([1, None, 3, 4], pa.int32()), [1, 3, None, 4]),
    ],
)
def test_sums_are_exact_and_unknown_is_not_zero(tmp_path: Path, households: pa.Array, sums: list[object]) -> None:
    pq.write_table(pa.table(POINTS | {"households": households}), tmp_path / "points.parquet", row_group_size=2)
    table = count_by_gemeinde(halves(), tmp_path / "points.parquet")
    assert table["ags"].to_pylist() == ["05000001", "05000002", "05000003", None]
    assert table["points"].to_pylist() == [2, 1, 0, 1]
    assert table["households"].to_pylist() == [Decimal(s) if isinstance(s, str) else s for s in sums]


@pytest.mark.parametrize("group", [700, 10**6])
def test_many_points_of_many_batches(tmp_path: Path, group: int) -> None:
    rng, number = np.random.default_rng(4), 2 * BATCH + 10
    x, y = CORNER[0] + rng.uniform(-50, 450, number), CORNER[1] + rng.uniform(-50, 350, number)
    values = rng.integers(-(10**12), 10**12, number)
    table = pa.table({"easting_m": x, "northing_m": y, "households": values})
    pq.write_table(table, tmp_path / "points.parquet", row_group_size=group)
    index = halves()
    results = [count_by_gemeinde(index, tmp_path / "points.parquet", threads=threads) for threads in (1, 2, 3)]
    codes = index.locate(x, y)
    expected = [[int((codes == c).sum()), int(values[codes == c].sum())] for c in (0, 1, 2, -1)]
    for result in results:
        assert [list(r) for r in zip(result["points"].to_pylist(), result["households"].to_pylist(), strict=True)] == expected


def test_no_points_and_points_without_coordinates(tmp_path: Path) -> None:
    empty = pa.table(
        {"easting_m": pa.nulls(2, pa.float64()), "northing_m": pa.nulls(2, pa.float64()), "households": pa.nulls(2, pa.int64())}
    )
    for rows, outside in ((0, 0), (2, 2)):
        pq.write_table(empty.slice(0, rows), tmp_path / "points.parquet")
        table = count_by_gemeinde(halves(), tmp_path / "points.parquet")
        assert table["points"].to_pylist() == [0, 0, 0, outside]
        assert table["households"].null_count == 4


@pytest.mark.parametrize(
    ("households", "code"),
    [
        (pa.array([1.5, 2, 3, 4]), "points_column_type"),
        (pa.array([Decimal(1)] * 4, pa.decimal128(38, 0)), "points_column_type"),
        (None, "column_missing"),
    ],
)
def test_what_cannot_be_summed_exactly_is_refused(tmp_path: Path, households: pa.Array | None, code: str) -> None:
    table = pa.table(POINTS if households is None else POINTS | {"households": households})
    pq.write_table(table, tmp_path / "points.parquet")
    with pytest.raises(InputError) as caught:
        count_by_gemeinde(halves(), tmp_path / "points.parquet")
    assert caught.value.code == code


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "points.parquet"
    pq.write_table(pa.table(POINTS | {"households": [1, 2, 3, 4]}), path)
    whole = path.read_bytes()
    for content in (b"", whole[:-20], whole[:4] + b"\xff" * 400 + whole[404:]):
        path.write_bytes(content)
        with pytest.raises(InputError) as caught:
            count_by_gemeinde(halves(), path)
        assert caught.value.code == "points_unreadable"


def test_a_side_is_said_only_where_it_is_certain() -> None:
    """Against exact fractions: points a few roundings beside an edge near the origin, where plain arithmetic errs."""
    rng, number = np.random.default_rng(5), 3000
    x0, y0, x1, y1 = 0.1, 0.3, 24.7, 23.9
    edges = np.array([[x0, y0, x1, y1], [x1, y1, x1, y0], [x1, y0, x0, y0]])
    share = rng.uniform(0.05, 0.95, number)
    x, y = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
    x, y = (c + rng.integers(-2, 3, number) * np.spacing(c) for c in (x, y))
    found = sides(x, y, edges, np.zeros(number, "int64"), np.full(number, len(edges)))
    width, height = Fraction(x1) - Fraction(x0), Fraction(y1) - Fraction(y0)
    below = [
        width * (Fraction(b) - Fraction(y0)) <= height * (Fraction(a) - Fraction(x0)) for a, b in zip(x.tolist(), y.tolist(), strict=True)
    ]
    certain = found != UNSURE
    np.testing.assert_array_equal(found[certain] == INSIDE, np.array(below)[certain])
    assert 0.05 < certain.mean() < 0.95
