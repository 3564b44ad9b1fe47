"""From antennas to rasters, shares, disagreement and counts: small worlds whose figures can be added up by hand."""

import datetime as dt
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import rasterio
import shapely

from geodata.cell_index import CellIndex
from geodata.facts import FACTS
from geodata.mobile.antennas import ANTENNAS, completed, on_air, site_settings
from geodata.mobile.coverage import CELLS, cells_of, modelled, numbered_sites, reach_margin_m
from geodata.mobile.masts import layers
from geodata.mobile.measures import MEASURES, measure_counts, placed
from geodata.mobile.rasters import write_rasters
from geodata.mobile.scene import Ground
from geodata.mobile.settings import load_settings
from geodata.mobile.terrain import Grid
from geodata.mobile_model import antennas_at, disagreement, disagreement_facts, listed, lists_at, measure_facts, model_shares
from geodata.session import Limits

SETTINGS = load_settings()
WANTED = np.array([570000000 + r * 10000 + 4000 + c for r in range(30) for c in range(30)], "int32")
GRID = Grid.around(WANTED, 1500.0)
NORTH, SOUTH = "05111000", "05112000"
SOURCES = pa.table(
    {"subject": ["area", "households"], "source_id": ["sites__own"] * 2, "origin": ["demo"] * 2, "visibility": ["public"] * 2}
)


def antennas(*rows: dict[str, object]) -> pa.Table:
    same: dict[str, object] = {"source_id": "sites__own", "origin": "demo", "visibility": "public", "height_m": 30.0}
    return pa.Table.from_pylist([same | row for row in rows], schema=ANTENNAS)


def site(site_id: str, operator: str, technology: str, east: float, north: float, **more: object) -> dict[str, object]:
    return {"site_id": site_id, "operator": operator, "technology": technology, "easting_m": east, "northing_m": north, **more}


@pytest.fixture(scope="module")
def model() -> tuple[pa.Table, pa.Table]:
    """Cells and the names of their sites."""
    ground = Ground(GRID.column * 100.0, GRID.row * 100.0, *(np.full(GRID.shape, h, "float32") for h in (100.0, 120.0)))
    rows = antennas(
        site("B", "telekom", "4g", 400_050.0, 5_700_050.0, band="3600"),
        site("A", "telekom", "4g", 402_950.0, 5_702_950.0, band="3600", azimuth_deg=200.0),
        site("A", "telekom", "4g", 402_950.0, 5_702_950.0, band="3600", azimuth_deg=20.0),
        site("C", "vodafone", "4g", 400_050.0, 5_700_050.0, band="800"),
        site("C", "vodafone", "5g", 400_050.0, 5_700_050.0),
        site("far", "vodafone", "5g", 900_000.0, 5_700_050.0),
    )
    whole, _ = completed(rows, SETTINGS, site_settings())
    return modelled(whole, ground, GRID, WANTED, SETTINGS).cells, numbered_sites(whole, ground, SETTINGS)


def areas(folder: Path) -> tuple[Path, Path]:
    """The southern and northern half as two Gemeinden, a household in each cell."""
    row = (WANTED // 10000) % 100
    ags = np.where(row < 15, SOUTH, NORTH)
    path, homes = folder / "area_cells.parquet", folder / "homes.parquet"
    pq.write_table(pa.table({"boundary_edition": ["e"] * 900, "cell_id": WANTED, "ags": ags, "area_cm2": np.full(900, 10**8)}), path)
    pq.write_table(pa.table({"cell_id": WANTED, "ags": ags, "units": np.full(900, 10_000)}), homes)
    return path, homes


def test_every_layer_and_cell_has_a_row_and_its_rasters(model: tuple[pa.Table, pa.Table], tmp_path: Path) -> None:
    found, sites = model
    assert found.schema == CELLS
    assert len(found) == 3 * len(WANTED)
    assert sites.select(["operator", "technology", "site_number", "site_id"]).to_pylist()[:3] == [
        {"operator": "telekom", "technology": "4g", "site_number": 1, "site_id": "A"},
        {"operator": "telekom", "technology": "4g", "site_number": 2, "site_id": "B"},
        {"operator": "vodafone", "technology": "4g", "site_number": 1, "site_id": "C"},
    ]
    paths = write_rasters(found, GRID, tmp_path, {"origin": "demo"}, prefix="DEMO_")
    assert sorted(p.name.removeprefix("DEMO_") for p in paths) == [
        "operators_4g.tif",
        "operators_5g.tif",
        *(f"rsrp_{n}.tif" for n in ("telekom_4g", "vodafone_4g", "vodafone_5g")),
        *(f"server_{n}.tif" for n in ("telekom_4g", "vodafone_4g", "vodafone_5g")),
    ]
    rows = [r for r in found.to_pylist() if r["operator"] == "telekom"]
    servers = {r["cell_id"]: r["site_number"] for r in rows}
    assert (servers[570004000], servers[570294029]) == (2, 1)
    with rasterio.open(tmp_path / "DEMO_server_telekom_4g.tif") as file:
        assert next(file.sample([(400_050.0, 5_700_050.0)]))[0] == 2
    for r in rows:
        assert r["is_covered"] == (r["rsrp_tenth_dbm"] >= -1050)
    with rasterio.open(tmp_path / "DEMO_operators_4g.tif") as file:
        counts = file.read(1)
    assert set(np.unique(counts)) <= {0, 1, 2, 255}
    covered = sum(r["is_covered"] for r in found.to_pylist() if r["technology"] == "4g")
    assert counts[counts < 255].sum() == covered
    assert (counts < 255).sum() == len(WANTED)


def test_the_shares_are_those_of_the_cells(model: tuple[pa.Table, pa.Table], tmp_path: Path) -> None:
    found, _ = model
    area_cells, homes = areas(tmp_path)
    pq.write_table(found, tmp_path / "cells.parquet")
    facts = model_shares(
        tmp_path / "cells.parquet",
        area_cells,
        homes,
        stand="2024-12-31",
        land="05",
        boundary_edition="e",
        sources=SOURCES,
        limits=Limits(),
    )
    assert facts.schema == FACTS
    rows = {(r["ags"], r["subject"], r["technology"], r["operator"]): r for r in facts.to_pylist()}
    assert {r["basis"] for r in rows.values()} == {"modelled"}
    assert {r["method"] for r in rows.values()} == {"p1812"}
    cells = found.to_pandas()
    four = cells[(cells["technology"] == "4g") & cells["is_covered"]]
    assert rows["05", "area", "4g", "any"]["numerator"] == int(four["cell_id"].nunique()) * 10**8
    assert rows["05", "households", "4g", "telekom"]["numerator"] == int((four["operator"] == "telekom").sum())
    both = int((four.groupby("cell_id").size() == 2).sum())
    assert rows["05", "area", "4g", "at_least_2"]["numerator"] == both * 10**8
    south = four[(four["operator"] == "vodafone") & ((four["cell_id"] // 10000) % 100 < 15)]
    assert rows[SOUTH, "area", "4g", "vodafone"]["share"] == len(south) / 450
    assert ("05", "area", "5g", "at_least_2") not in rows
    assert ("05", "area", "5g", "telekom") not in rows
    assert {k[0] for k in rows} == {"05", "051", "05111", "05112", NORTH, SOUTH}


def test_where_grid_and_model_differ(tmp_path: Path) -> None:
    area_cells, _ = areas(tmp_path)
    row = (WANTED // 10000) % 100
    cells = pa.table({"cell_id": WANTED, "operator": ["telekom"] * 900, "technology": ["4g"] * 900, "is_covered": (row < 10) | (row == 20)})
    reported = pa.table({"cell_id": WANTED[:-30], "operators_4g": pa.array(np.where(row < 12, 2, 0)[:-30], pa.int8()),
                         "operators_5g": pa.nulls(870, pa.int8())})  # fmt: skip
    pq.write_table(cells, tmp_path / "cells.parquet")
    pq.write_table(reported, tmp_path / "reported.parquet")
    found = disagreement(
        tmp_path / "cells.parquet",
        tmp_path / "reported.parquet",
        area_cells,
        stand="2024-12-31",
        land="05",
        boundary_edition="e",
        sources=SOURCES,
        limits=Limits(),
    )
    rows = {r["ags"]: r for r in found.to_pylist()}
    numbers = ("cells", "cells_in_both", "cells_reported_only", "cells_modelled_only")
    assert [rows[SOUTH][n] for n in numbers] == [450, 300, 60, 0]
    assert [rows[NORTH][n] for n in numbers] == [420, 0, 0, 30]
    assert [rows["05"][n] for n in numbers] == [870, 300, 60, 30]
    assert rows["05"]["reported_only_share"] == pytest.approx(60 / 870)
    assert {r["technology"] for r in rows.values()} == {"4g"}


def test_measures_are_counted_once_per_site_at_a_stand() -> None:
    box = gpd.GeoDataFrame({"ags": [SOUTH, NORTH]}, geometry=[shapely.box(4e5, 5.7e6, 4.1e5, 5.705e6), shapely.box(4e5, 5.705e6, 4.1e5, 5.71e6)],
                           crs="EPSG:25832")  # fmt: skip
    day = dt.date(2022, 3, 1)
    five = {"measure": "5g_extension", "in_service_from": day}
    rows = antennas(
        *(site("A", "telekom", "5g", 401_000.0, 5_701_000.0, azimuth_deg=a, **five) for a in (0.0, 120.0, 240.0)),
        site("A", "telekom", "5g", 401_000.0, 5_701_000.0, band="700", **five | {"in_service_from": dt.date(2020, 1, 1)}),
        site("A", "vodafone", "5g", 401_000.0, 5_706_000.0, **five),
        site("B", "telekom", "5g", 401_000.0, 5_706_000.0, **five | {"in_service_from": dt.date(2025, 1, 1)}),
        site("C", "telekom", "5g", 401_000.0, 5_706_000.0, measure="5g_extension"),
        site("D", "telekom", "4g", 401_000.0, 5_706_000.0, band="800", measure="lte_new", in_service_from=dt.date(2021, 7, 1)),
        site("D", "telekom", "4g", 401_000.0, 5_706_000.0, band="1800", measure="lte_upgrade", in_service_from=day),
        site("E", "telekom", "4g", 401_000.0, 5_706_000.0, band="1800", measure="lte_upgrade", in_service_from=dt.date(2021, 6, 30)),
        site("F", "telekom", "5g", 300_000.0, 5_706_000.0, **five),
        site("G", "telekom", "4g", 401_000.0, 5_706_000.0),
    )
    here = placed(rows, CellIndex.build(box))
    found = measure_counts(here, stand="2024-12-31", land="05", kreise=["05111", "05112"], limits=Limits())
    counts = {(r["ags"], r["subject"], r["operator"]): r["measures"] for r in found.to_pylist()}
    zeros = {("05111", "extensions_5g", "telekom"), ("05112", "extensions_5g", "vodafone")}
    zeros |= {("05112", "lte_measures", operator) for operator in ("any", "telekom")}
    assert {key for key, count in counts.items() if count == 0} == zeros
    counts = {key: count for key, count in counts.items() if count}
    assert counts == {
        ("05", "extensions_5g", "any"): 2,
        ("05", "extensions_5g", "telekom"): 1,
        ("05", "extensions_5g", "vodafone"): 1,
        ("05", "lte_measures", "any"): 2,
        ("05", "lte_measures", "telekom"): 2,
        ("05111", "extensions_5g", "any"): 1,
        ("05111", "extensions_5g", "vodafone"): 1,
        ("05111", "lte_measures", "any"): 2,
        ("05111", "lte_measures", "telekom"): 2,
        ("05112", "extensions_5g", "any"): 1,
        ("05112", "extensions_5g", "telekom"): 1,
    }


def test_sectors_of_one_spot_are_one_mast() -> None:
    ground = Ground(GRID.column * 100.0, GRID.row * 100.0, *(np.full(GRID.shape, 10.0, "float32") for _ in range(2)))
    rows = antennas(
        *(site("A", "telekom", "4g", 401_000.0, 5_701_000.0, band="800", azimuth_deg=a) for a in (120.0, 0.0, 240.0)),
        site("A", "telekom", "4g", 401_000.0, 5_701_000.0, band="1800"),
        site("B", "telekom", "4g", 401_000.0, 5_701_000.0, band="800", eirp_dbm=70.0),
    )
    (layer,) = layers(completed(rows, SETTINGS, site_settings())[0], ground, SETTINGS)
    assert [(int(m["first"]), int(m["last"])) for m in layer.masts.mast] == [(0, 1), (1, 4), (4, 5)]
    assert layer.site.tolist() == [1, 1, 2]
    assert layer.masts.sector["everywhere"].tolist() == [True, False, False, False, True]
    assert layer.masts.mast["strongest_dbm"][2] - layer.masts.mast["strongest_dbm"][1] == pytest.approx(9.0)


def test_the_cells_under_a_mask_and_the_margin() -> None:
    assert np.array_equal(cells_of(GRID, GRID.mask(WANTED)), WANTED)
    assert reach_margin_m(SETTINGS) == 15_000.0


def test_on_air_is_what_is_in_service_at_the_stand() -> None:
    days = (None, dt.date(2024, 12, 31), dt.date(2025, 1, 1))
    rows = antennas(*(site(f"S{i}", "telekom", "4g", 0.0, 0.0, in_service_from=day) for i, day in enumerate(days)))
    assert on_air(rows, "2024-12-31")["site_id"].to_pylist() == ["S0", "S1"]


def test_areas_that_are_modelled_in_part_have_no_share(model: tuple[pa.Table, pa.Table], tmp_path: Path) -> None:
    found, _ = model
    area_cells, homes = areas(tmp_path)
    row = (found["cell_id"].to_numpy() // 10000) % 100
    pq.write_table(found.filter(pa.array(row < 16)), tmp_path / "cells.parquet")
    pq.write_table(pa.table({"cell_id": WANTED, "operators_4g": pa.array([1] * 900, pa.int8()), "operators_5g": pa.nulls(900, pa.int8())}),
                   tmp_path / "reported.parquet")  # fmt: skip
    named = {"stand": "2024-12-31", "land": "05", "boundary_edition": "e", "sources": SOURCES, "limits": Limits()}
    facts = model_shares(tmp_path / "cells.parquet", area_cells, homes, **named)
    assert set(facts["ags"].to_pylist()) == {SOUTH, SOUTH[:5]}
    differences = disagreement(tmp_path / "cells.parquet", tmp_path / "reported.parquet", area_cells, **named)
    assert set(differences["ags"].to_pylist()) == {SOUTH, SOUTH[:5]}
    pq.write_table(differences, tmp_path / "differences.parquet")
    facts = disagreement_facts(tmp_path / "differences.parquet", Limits())
    assert facts.schema == FACTS
    assert {r["subject"]: r["numerator"] for r in facts.to_pylist() if r["ags"] == SOUTH} == {
        "cells_reported_only": differences["cells_reported_only"][0].as_py(),
        "cells_modelled_only": 0,
    }


def test_white_and_grey_of_the_model_know_who_is_who(tmp_path: Path) -> None:
    """South: telekom everywhere with 4G, the others with 5G in five rows. North: nobody, but a network of unknown operator in one row."""
    area_cells, homes = areas(tmp_path)
    row = (WANTED // 10000) % 100
    parts = [("telekom", "4g", row < 15), ("vodafone", "5g", row < 5), ("telefonica", "5g", row < 5), ("any", "4g", row == 20)]
    cells = pa.concat_tables(
        pa.table({"cell_id": WANTED, "operator": [o] * 900, "technology": [t] * 900, "is_covered": covered}) for o, t, covered in parts
    )
    pq.write_table(cells, tmp_path / "cells.parquet")
    named = {"stand": "2024-12-31", "land": "05", "boundary_edition": "e", "sources": SOURCES, "limits": Limits()}
    facts = model_shares(tmp_path / "cells.parquet", area_cells, homes, **named).to_pylist()
    rows = {(r["ags"], r["technology"], r["operator"]): r["numerator"] / 10**8 for r in facts if r["subject"] == "area"}
    assert [rows["05", "4g_5g", o] for o in ("any", "at_least_2", "at_least_3", "every_established")] == [480, 150, 150, 150]
    assert [rows[a, "some_4g_5g", "any"] for a in (SOUTH, NORTH, "05")] == [300, 30, 330]
    assert [rows[a, "none_4g_5g", "any"] for a in (SOUTH, NORTH, "05")] == [0, 420, 420]
    assert rows["05", "4g", "any"] == 480
    assert ("05", "4g", "at_least_2") not in rows


def test_one_source_and_the_newest_list_speak_at_a_stand() -> None:
    old = [site("A", "telekom", "4g", 1.0, 1.0), site("B", "telekom", "4g", 1.0, 1.0, in_service_from=dt.date(2020, 1, 1))]
    new = [*old, site("C", "telekom", "4g", 1.0, 1.0), site("D", "telekom", "4g", 1.0, 1.0, in_service_from=dt.date(2026, 1, 1))]
    own = "mobile_sites__own"
    first, last = (
        listed(antennas(*(r | {"source_id": own} for r in rows)), day) for rows, day in ((old, "2023-12-31"), (new, "2025-12-31"))
    )
    cloud = listed(antennas(site("X", "vodafone", "4g", 1.0, 1.0) | {"source_id": "mobile_sites__opencellid"}), "2019-12-31")
    every = pa.concat_tables([last, cloud, first])
    assert antennas_at(every, "2025-12-31")["site_id"].to_pylist() == ["A", "B", "C"]
    assert antennas_at(every, "2024-12-31")["site_id"].to_pylist() == ["A", "B"]
    assert antennas_at(every, "2021-06-30")["site_id"].to_pylist() == ["B"]
    assert lists_at(every, "2021-06-30")["source_id"].to_pylist() == [own]
    assert antennas_at(cloud, "2019-12-31")["site_id"].to_pylist() == ["X"]
    assert len(antennas_at(cloud, "2018-12-31")) == 0
    assert len(lists_at(every.slice(0, 0), "2025-12-31")) == 0


def test_counts_are_facts_without_a_share(tmp_path: Path) -> None:
    row = {"ags": "05", "level": "land", "stand": dt.date(2024, 12, 31), "subject": "extensions_5g", "operator": "any", "measures": 7}
    path = tmp_path / "counts.parquet"
    pq.write_table(pa.Table.from_pylist([row | {"source_id": "s", "origin": "demo", "visibility": "public"}], schema=MEASURES), path)
    (fact,) = measure_facts(path, boundary_edition="e", limits=Limits()).to_pylist()
    assert (fact["numerator"], fact["denominator"], fact["share"], fact["technology"], fact["basis"]) == (7, None, None, "5g", "derived")
