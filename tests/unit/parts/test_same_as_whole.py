"""Work in parts gives what the whole gives: the same rows, the same numbers, the same bits, however many parts there are."""

import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geodata import cell_areas, cell_points, matching, mobile_cells
from geodata.cell_index import CellIndex
from geodata.fixed.places import address_places, zensus_places
from geodata.mobile import coverage
from geodata.mobile.antennas import ANTENNAS, completed, site_settings
from geodata.mobile.masts import layers
from geodata.mobile.scene import Ground
from geodata.mobile.search import air_of
from geodata.mobile.settings import load_settings
from geodata.mobile.terrain import Grid
from geodata.parts import cell_areas as area_parts
from geodata.parts import matching as matching_parts
from geodata.parts import mobile_cells as cell_parts
from geodata.parts import points, radio
from geodata.parts.clusters import clusters_of_points, outlines_of_clusters
from geodata.parts.run import over, ranges
from geodata.parts.workers import Inline, Pool
from geodata.readers import monitoring
from geodata.readers.deliveries import OFFERS
from geodata.readers.gebref import ADDRESSES
from geodata.session import Limits
from geodata.whitespots.linkage import chained
from geodata.whitespots.outlines import discs
from tests.unit.test_matching import address, offer

CORNER = (365_400.0, 5_721_500.0)
LIMITS = Limits("500MB")
PARTS = st.integers(2, 9)
COORDINATES = st.tuples(st.integers(-40, 40), st.integers(-40, 40))


def split(parts: int) -> Pool:
    """Parts one after another in this process: the same cutting and joining as on a cluster."""
    return Pool(Inline(), parts)


def gemeinden() -> gpd.GeoDataFrame:
    east, north = CORNER
    boxes = [shapely.box(east, north, east + 250, north + 300), shapely.box(east + 250, north, east + 500, north + 300)]
    return gpd.GeoDataFrame({"ags": ["05000001", "05000002"]}, geometry=boxes, crs="EPSG:25832")


def neighbours() -> gpd.GeoDataFrame:
    """Gemeinden with slanted and curved borders, a hole, an island and a gap."""
    east, north = CORNER
    lake = shapely.Point(east + 1010, north + 990).buffer(333.3)
    west = shapely.box(east - 700.5, north, east + 1000, north + 2000).union(shapely.Point(east + 4000, north).buffer(140)) - lake
    other = shapely.Polygon([(east + 1000, north - 77), (east + 2900.25, north + 400), (east + 1000, north + 2333)]) - lake
    columns = {"boundary_edition": ["e"] * 3, "ags": ["05000001", "05000002", "05000003"], "level": ["gemeinde"] * 3}
    return gpd.GeoDataFrame(columns, geometry=[west, other, lake.buffer(-60)], crs="EPSG:25832")


def alike(found: gpd.GeoDataFrame, whole: gpd.GeoDataFrame) -> bool:
    """Whether two tables of cells have the same rows and the same bits in each piece."""
    same = found.drop(columns="geometry").equals(whole.drop(columns="geometry"))
    return same and found.geometry.to_wkb().equals(whole.geometry.to_wkb())


def scattered(count: int, seed: int = 1) -> pa.Table:
    rng = np.random.default_rng(seed)
    x, y = (np.round(c + rng.uniform(-50, 550, count), 3) for c in CORNER)
    return pa.table({"easting_m": x, "northing_m": y, "households": rng.integers(0, 10**9, count)})


@pytest.mark.parametrize("parts", [2, 5, 40])
def test_counts_of_points(tmp_path: Path, parts: int) -> None:
    pq.write_table(scattered(5000), tmp_path / "points.parquet", row_group_size=301)
    index = CellIndex.build(gemeinden())
    index.save(tmp_path / "index")
    whole = cell_points.count_by_gemeinde(index, tmp_path / "points.parquet")
    assert points.count_by_gemeinde(tmp_path / "index", tmp_path / "points.parquet", pool=split(parts)).equals(whole)
    assert sum(whole["points"].to_pylist()) == 5000


@pytest.mark.parametrize("count", [0, 1, 2000])
def test_places_of_addresses(tmp_path: Path, count: int) -> None:
    pq.write_table(scattered(count).drop_columns(["households"]), tmp_path / "addresses.parquet", row_group_size=130)
    zensus = pa.table({"x_m": np.arange(4_100_050, 4_100_950, 100), "y_m": np.full(9, 3_100_050)})
    pq.write_table(zensus, tmp_path / "zensus.parquet")
    whole = address_places(pq.read_table(tmp_path / "addresses.parquet"), zensus, gemeinden())
    files = (tmp_path / "addresses.parquet", tmp_path / "zensus.parquet", gemeinden())
    found = points.address_places(*files, pool=split(7), scratch=tmp_path / "scratch")
    assert found.equals(whole.combine_chunks())
    for name, table in (("whole", whole), ("parts", found)):
        pq.write_table(table, tmp_path / name)
    assert (tmp_path / "whole").read_bytes() == (tmp_path / "parts").read_bytes()


@pytest.mark.parametrize("count", [0, 1, 2000])
def test_places_of_zensus_cells(tmp_path: Path, count: int) -> None:
    pq.write_table(scattered(count), tmp_path / "zensus.parquet", row_group_size=130)
    whole = zensus_places(scattered(count), gemeinden())
    found = points.zensus_places(tmp_path / "zensus.parquet", gemeinden(), pool=split(7), scratch=tmp_path / "scratch")
    for name, table in (("whole", whole), ("parts", found)):
        pq.write_table(table, tmp_path / name)
    assert (tmp_path / "whole").read_bytes() == (tmp_path / "parts").read_bytes()


@given(st.lists(COORDINATES, max_size=60), st.integers(1, 400), PARTS)
@example([(0, 0), (0, 3), (0, 3), (0, 6)], 9, 4)
@example([(-40, 0), (-20, 0), (0, 0), (20, 0), (40, 0)], 400, 5)
@example([(-40, 0), (-20, 0), (0, 0), (20, 0), (40, 0)], 399, 5)
def test_clusters(where: list[tuple[int, int]], reach: int, parts: int) -> None:
    table = np.array(where, dtype="int64").reshape(-1, 2)
    x, y = table[:, 0], table[:, 1]
    assert clusters_of_points(x, y, reach=reach, pool=split(parts)).tolist() == chained(x, y, reach=reach).tolist()


@given(st.lists(st.tuples(COORDINATES, st.integers(0, 5)), min_size=1, max_size=40), PARTS)
@settings(max_examples=30)
def test_outlines(members: list[tuple[tuple[int, int], int]], parts: int) -> None:
    of = np.unique([number for _, number in members], return_inverse=True)[1].astype("int64")
    east, north = (np.array([place[i] for place, _ in members], dtype="float64") + CORNER[i] for i in (0, 1))
    count = int(of.max()) + 1
    whole = discs(east, north, of, count, radius_m=7.3)
    found = outlines_of_clusters(east, north, of, count, radius_m=7.3, pool=split(parts))
    assert shapely.to_wkb(found).tolist() == shapely.to_wkb(whole).tolist()


NAMES = st.sampled_from(["Marl", "Halle", "Halle (Westf.)", "Nirgends", "Sinsen"])
HOUSES = st.builds(
    dict,
    place=st.sampled_from(["Marl", "Halle", "Halle (Westf.)"]),
    ags=st.sampled_from(["05562024", "05754008", "05978020"]),
    district=st.sampled_from(["", "Sinsen"]),
    street=st.sampled_from(["Hauptstraße", "Weg"]),
    house_number=st.integers(1, 2),
    easting_m=st.integers(0, 90).map(lambda d: CORNER[0] + d),
)
WANTED = st.builds(
    dict,
    operator=st.sampled_from(["a", "b"]),
    place=NAMES,
    postcode=st.sampled_from(["", "45768", "45770", "33790"]),
    street=st.sampled_from(["Hauptstr.", "Weg", "Gasse"]),
    house_number=st.integers(1, 3),
    easting_m=st.one_of(st.none(), st.integers(-40, 130).map(lambda d: CORNER[0] + d)),
)


@given(st.lists(HOUSES, min_size=1, max_size=12), st.lists(WANTED, min_size=1, max_size=15), PARTS)
@settings(max_examples=25)
def test_matches_of_offers(houses: list[dict[str, object]], wanted: list[dict[str, object]], parts: int) -> None:
    register = [address(f"{k:02}", **house) for k, house in enumerate(houses)]
    offers = [offer(k, **one | {"northing_m": CORNER[1] if one["easting_m"] else None}) for k, one in enumerate(wanted)]
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / "offers.parquet", Path(folder) / "addresses.parquet"]
        for path, rows, schema in zip(paths, (offers, register), (OFFERS, ADDRESSES), strict=True):
            pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
        whole = matching.match(*paths, limits=LIMITS)
        assert matching_parts.match(*paths, limits=LIMITS, pool=split(parts)).equals(whole.combine_chunks())


def test_cells_of_the_mobile_grid(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    ids = np.sort(rng.choice(np.arange(10**6), 3000, replace=False)).astype("int32")
    counts = {f"operators_{t}": pa.array(rng.integers(0, 4, 3000), pa.int8(), mask=rng.random(3000) < 0.1) for t in ("2g", "4g", "5g")}
    cells = pa.table({"cell_id": ids, **counts, "edition_max": np.full(3000, 3), "is_5g_total": [True] * 3000})
    columns = [cells[f.name].cast(f.type) if f.name in cells.column_names else pa.nulls(3000, f.type) for f in monitoring.CELLS]
    pq.write_table(pa.table(columns, schema=monitoring.CELLS), tmp_path / "cells.parquet", row_group_size=500)
    where = np.sort(rng.integers(0, 10**6, 4000).astype("int32"))
    where[::2] = np.sort(rng.choice(ids, 2000))
    ags = rng.choice(["05111000", "05112000", "06000000"], 4000)
    areas = pa.table({"boundary_edition": ["e"] * 4000, "cell_id": where, "ags": ags, "area_cm2": rng.integers(1, 10**8, 4000)})
    pq.write_table(areas, tmp_path / "areas.parquet")
    pq.write_table(pa.table({"cell_id": where, "ags": ags, "units": rng.integers(1, 10**6, 4000)}), tmp_path / "homes.parquet")
    files = [tmp_path / f"{name}.parquet" for name in ("cells", "areas", "homes")]
    rows = [{"subject": s, "source_id": "monitoring__grid", "origin": "demo", "visibility": "public"} for s in mobile_cells.SUBJECTS]
    sources = pa.Table.from_pylist(rows, schema=mobile_cells.SOURCES)
    same = {"stand": "2024-01-31", "land": "05", "boundary_edition": "e", "sources": sources, "limits": LIMITS}
    whole = mobile_cells.mobile_shares(*files, **same)
    assert whole.num_rows
    for parts in (2, 11):
        assert cell_parts.mobile_shares(*files, **same, pool=split(parts)).equals(whole)


def test_the_radio_model(tmp_path: Path) -> None:
    """Three strips; of every mast the strips within its reach know it, under its own number."""
    chosen = load_settings()
    wanted = np.array([570000000 + r * 10000 + 4000 + c for r in range(0, 150, 3) for c in range(20)], "int32")
    grid = Grid.around(wanted, coverage.reach_margin_m(chosen))
    rng = np.random.default_rng(5)
    terrain = rng.integers(0, 60, grid.shape).astype("float32")
    ground = Ground(grid.column * 100.0, grid.row * 100.0, terrain, terrain + rng.integers(0, 15, grid.shape).astype("float32"))
    same: dict[str, object] = {"operator": "telekom", "technology": "4g", "source_id": "s", "origin": "demo", "visibility": "public"}
    sites = [
        same | {"site_id": f"{k}", "easting_m": 400_000.0 + 90 * k, "northing_m": 5_700_050.0 + 1400.0 * (k % 11), "height_m": 20.0}
        | {"band": ("800", "3600")[k % 2], "azimuth_deg": float(40 * k % 360)}
        for k in range(12)
    ]  # fmt: skip
    antennas = completed(pa.Table.from_pylist(sites, schema=ANTENNAS), chosen, site_settings())[0]
    whole = coverage.modelled(antennas, ground, grid, wanted, chosen)
    found = radio.modelled(antennas, ground, grid, wanted, chosen, pool=split(3), scratch=tmp_path)
    assert found.cells.equals(whole.cells)
    assert found.evaluations == whole.evaluations
    (layer,) = layers(antennas, ground, chosen)
    masts, numbers = radio.within_reach(layer.masts, air_of(chosen), ground.south_m, (57_000 - grid.row, 57_001 - grid.row))
    assert 0 < len(numbers) < len(layer.masts.mast)
    assert (masts.mast["easting_m"] == layer.masts.mast["easting_m"][numbers]).all()


@given(st.integers(0, 50), st.integers(1, 60))
def test_ranges_leave_nothing_out(count: int, parts: int) -> None:
    found = ranges(count, parts)
    assert [i for a, b in found for i in range(a, b)] == list(range(count))
    assert all(b > a for a, b in found)


def test_results_stay_in_the_order_of_the_parts_and_errors_come_out() -> None:
    assert over(split(3), str, [3, 1, 2]) == ["3", "1", "2"]
    with pytest.raises(ValueError, match="invalid literal"):
        over(split(3), int, ["1", "x"])


@pytest.mark.parametrize("parts", [2, 3, 7, 1000])
def test_cells_of_gemeinden_are_those_of_the_whole(parts: int) -> None:
    whole = cell_areas.area_cells(neighbours())
    assert whole["is_border"].sum() > 100
    assert alike(area_parts.area_cells(neighbours(), threads=1, pool=split(parts)), whole)
