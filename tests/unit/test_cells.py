"""The cell as a number, its square, and the table of cells and pieces: areas that add up, borders on the grid, bad areas refused."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.cell_areas import area_cells
from geodata.cells import CELL_CM2, cell_ids, cells_of_raster_ids, corners, raster_ids, squares
from geodata.demo.boundaries import gemeinden
from geodata.errors import InputError
from geodata.session import Limits, session

CORNER = np.array([400_000.0, 5_700_000.0])


def framed(polygons: list[shapely.Geometry], edition: str = "e-2022-01-01") -> gpd.GeoDataFrame:
    """Polygons in metres from a corner, as Gemeinden from 05000001 on."""
    moved = shapely.transform(np.array(polygons, dtype=object), lambda c: c + CORNER)
    ags = [f"05{i:06d}" for i in range(1, len(polygons) + 1)]
    return gpd.GeoDataFrame({"boundary_edition": edition, "ags": ags, "level": "gemeinde"}, geometry=moved, crs="EPSG:25832")


def test_the_cell_of_the_publisher() -> None:
    assert cell_ids(np.array([398_200.0, 398_299.999]), np.array([5_268_200.0, 5_268_299.999])).tolist() == [526823982] * 2
    assert raster_ids(pa.array([526823982, None], pa.int32())).to_pylist() == ["100mN52682E3982", None]
    assert cells_of_raster_ids(pa.array(["100mN52682E3982", None])).to_pylist() == [526823982, None]


@given(st.integers(0, 214_747), st.integers(0, 9999))
def test_number_text_square_and_corner_agree(row: int, column: int) -> None:
    x, y = column * 100, row * 100
    inside = np.array([x, np.nextafter(x + 100, 0)]), np.array([y, np.nextafter(y + 100, 0)])
    number = cell_ids(*inside)
    assert number.tolist() == [row * 10_000 + column] * 2
    assert [c[0] for c in corners(number)] == [x, y]
    assert squares(number)[0].bounds == (x, y, x + 100, y + 100)
    assert cells_of_raster_ids(raster_ids(pa.array(number))).equals(pa.array(number))


@pytest.mark.parametrize(
    "text", ["", "100mN52682", "1kmN5268E398", "100mN52682E39820", "100mN999999E3982", " 100mN52682E3982", "100mN5268２E3982"]
)
def test_other_texts_are_no_cell(text: str) -> None:
    assert cells_of_raster_ids(pa.array([text])).to_pylist() == [None]


@pytest.mark.parametrize("point", [(np.nan, 5e6), (-1.0, 5e6), (1e6, 5e6), (4e5, np.inf), (4e5, 2.2e7)])
def test_a_point_off_the_grid_is_an_error(point: tuple[float, float]) -> None:
    with pytest.raises(InputError) as caught:
        cell_ids(np.array([4e5, point[0]]), np.array([5e6, point[1]]))
    assert caught.value.code == "cell_outside_grid"


def test_a_border_on_the_grid_cuts_nothing() -> None:
    table = area_cells(framed([shapely.box(0, 0, 300, 300), shapely.box(300, 0, 500, 300)]))
    assert table["cell_id"].is_monotonic_increasing
    assert (table["area_cm2"] == CELL_CM2).all()
    assert len(table) == 15
    assert table["ags"].value_counts().to_dict() == {"05000001": 9, "05000002": 6}
    assert table.geometry.notna().equals(table["is_border"])


def test_a_slanted_border_a_hole_and_an_island() -> None:
    hole = shapely.box(110, 110, 130, 130)
    outer = shapely.Polygon([(0, 0), (450, 0), (250, 400), (0, 400)], [hole.exterior.coords[::-1]])
    areas = framed([outer, shapely.MultiPolygon([hole, shapely.box(610, 10, 890, 290)])])
    table = area_cells(areas)
    sums = table.groupby("ags")["area_cm2"].sum()
    np.testing.assert_allclose(sums.to_numpy(), areas.area.to_numpy() * 1e4, rtol=1e-9)
    assert table[table["ags"] == "05000002"]["is_border"].tolist().count(False) == 1
    pieces = table[table["is_border"]]
    assert shapely.is_valid(pieces.geometry.to_numpy()).all()
    assert (np.rint(pieces.area * 1e4) == pieces["area_cm2"]).all()
    assert shapely.covered_by(pieces.geometry.to_numpy(), shapely.buffer(squares(pieces["cell_id"].to_numpy()), 1e-6)).all()


corner = st.tuples(st.integers(0, 24), st.integers(0, 24)).map(lambda c: (c[0] * 37.5, c[1] * 37.5))


@given(st.lists(st.lists(corner, min_size=3, max_size=6, unique=True), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_areas_add_up_even_where_areas_overlap(shapes: list[list[tuple[float, float]]]) -> None:
    hulls = [shapely.MultiPoint(s).convex_hull for s in shapes]
    polygons = [h for h in hulls if h.area > 0]
    if not polygons:
        return
    table = area_cells(framed(polygons), threads=1)
    sums = table.groupby("ags")["area_cm2"].sum()
    np.testing.assert_allclose(sums.to_numpy(), [p.area * 1e4 for p in polygons], atol=len(table))


def check_whole(areas: gpd.GeoDataFrame, table: gpd.GeoDataFrame) -> None:
    sums = table.groupby("ags")["area_cm2"].sum()
    np.testing.assert_allclose(sums.to_numpy(), areas.sort_values("ags").area.to_numpy() * 1e4, rtol=1e-9)
    inner = table[~table["is_border"]]
    assert inner["cell_id"].is_unique
    assert (inner["area_cm2"] == CELL_CM2).all()
    assert not set(inner["cell_id"]) & set(table.loc[table["is_border"], "cell_id"])
    assert not table.duplicated(["cell_id", "ags"]).any()


def test_a_regierungsbezirk_of_the_demo_adds_up(tmp_path: Path) -> None:
    areas = gemeinden().assign(boundary_edition="demo-2021-12-31")
    areas = areas[areas["ags"].str.startswith("051")]
    table = area_cells(areas)
    check_whole(areas, table)
    table.to_parquet(tmp_path / "cells.parquet", index=False)
    with session(Limits()) as con:
        kinds = con.execute("DESCRIBE SELECT * FROM read_parquet($path)", {"path": str(tmp_path / "cells.parquet")}).fetchall()
    assert [k[:2] for k in kinds][:5] == [
        ("boundary_edition", "VARCHAR"),
        ("cell_id", "INTEGER"),
        ("ags", "VARCHAR"),
        ("is_border", "BOOLEAN"),
        ("area_cm2", "BIGINT"),
    ]
    assert kinds[5][1].startswith("GEOMETRY")


def test_the_land_adds_up(shared: Path) -> None:
    areas = gpd.read_file(shared / "boundaries/dvg2gem_nw.shp").rename(columns={"KN": "ags"}).to_crs("EPSG:25832")
    areas = areas[["ags", "geometry"]].assign(boundary_edition="dvg2-2022-03-08", level="gemeinde")
    table = area_cells(areas)
    check_whole(areas, table)
    assert table["cell_id"].nunique() > 3_400_000
    assert table["is_border"].sum() == pytest.approx(260_686, abs=50)


@pytest.mark.parametrize(
    ("areas", "code"),
    [
        (framed([shapely.box(0, 0, 1, 1)] * 2).assign(ags="05000001"), "cell_areas_repeated"),
        (framed([shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])]), "cell_areas_invalid"),
        (framed([shapely.LineString([(0, 0), (9, 9)])]), "cell_areas_invalid"),
        (framed([shapely.Polygon()]), "cell_areas_invalid"),
        (framed([shapely.box(0, 0, 1, 1)]).to_crs("EPSG:3035"), "cell_areas_crs"),
        (framed([shapely.box(0, 0, 1, 1)]).set_crs(None, allow_override=True), "cell_areas_crs"),
        (framed([shapely.box(0, 0, 1, 1)]).assign(level="kreis"), "cell_areas_editions"),
        (framed([shapely.box(0, 0, 1, 1)]).iloc[:0], "cell_areas_editions"),
        (framed([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]).assign(boundary_edition=["a", "b"]), "cell_areas_editions"),
    ],
)
def test_areas_that_cannot_be_used_are_refused(areas: gpd.GeoDataFrame, code: str) -> None:
    with pytest.raises(InputError) as caught:
        area_cells(areas)
    assert caught.value.code == code
