"""Schools and Gewerbegebiete against the cells around them, on cells drawn by hand."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from geodata.fixed.measures import rows
from geodata.fixed.parks import PARKS, park_fibre
from geodata.session import Limits, query, session

SOURCES = pa.table({"method": ["cells"], "source_id": ["g"], "origin": ["demo"], "visibility": ["public"]})
SOUTH_WEST = (350_000, 5_640_000)


def cell(column: int, row: int) -> int:
    return (SOUTH_WEST[1] // 100 + row) * 10_000 + SOUTH_WEST[0] // 100 + column


def test_a_school_takes_its_cell_else_the_nearest_within_100_m(tmp_path: Path) -> None:
    places = [(50, 50), (250, 50), (340, 50), (450, 50)]
    schools = gpd.GeoDataFrame(
        {"ags": ["05111000"] * 4, "is_open": [True] * 4},
        geometry=[shapely.Point(SOUTH_WEST[0] + x, SOUTH_WEST[1] + y) for x, y in places],
        crs="EPSG:25832",
    )
    schools.to_parquet(tmp_path / "schools.parquet")
    keys = {"method": "cells", "rollout": "existing", "subject": "households", "technology": "any", "direction": "down"}
    covered = np.zeros((3, 8), dtype=np.int64)
    covered[0], covered[1] = 5_000, 40_000
    ids = np.array([cell(0, 0), cell(1, 0), cell(6, 0)], dtype=np.int32)
    cells = rows(keys, ids, pa.array(["05111000"] * 3).dictionary_encode(), np.array([10_000, 40_000, 10_000]), covered)
    pq.write_table(cells, tmp_path / "cells.parquet")
    with session(Limits()) as con:
        facts = query(
            con,
            "fixed_schools",
            schools=tmp_path / "schools.parquet",
            cells=tmp_path / "cells.parquet",
            stand="2022-06-30",
            land="05",
            boundary_edition="e",
            sources=SOURCES,
        ).to_pylist()
    found = {(f["ags"], f["min_mbits"]): (float(f["numerator"]), float(f["denominator"])) for f in facts}
    # Own cell 0.5; 50 m east of a full cell 1.0; 140 m away and 150 m before the next: none; the last lies 150 m from one.
    assert found["05", 1000] == (1.5, 2.0)
    assert found["05111000", 1000] == (1.5, 2.0)


def grid(fibre: dict[int, int | None]) -> pa.Table:
    known = [None if v is None else 10_000 for v in fibre.values()]
    return pa.table(
        {
            "cell_id": pa.array(fibre, pa.int32()),
            "ags": ["05111000"] * len(fibre),
            "down_fn_gwg_alle_10": pa.array(known, pa.int32()),
            "down_fn_gwg_ftthb_1000": pa.array(fibre.values(), pa.int32()),
        }
    )


def test_fibre_of_a_park_is_weighted_by_area() -> None:
    x, y = SOUTH_WEST
    parks = gpd.GeoDataFrame(
        {"park_id": ["c", "a", "b"]},
        geometry=[
            shapely.box(x + 900, y, x + 950, y + 50),
            shapely.box(x + 50, y, x + 125, y + 100),
            shapely.box(x + 200, y, x + 400, y + 100),
        ],
        crs="EPSG:25832",
    )
    fibre = grid({cell(0, 0): 10_000, cell(1, 0): 4_000, cell(2, 0): 9_600, cell(3, 0): None})
    found = park_fibre(parks, fibre).to_pylist()
    assert [r["park_id"] for r in found] == ["a", "b", "c"]
    assert found[0]["fibre_share"] == pytest.approx((50 * 1.0 + 25 * 0.4) / 75)
    assert (found[0]["is_connected"], found[0]["known_area_cm2"]) == (False, 75 * 100 * 10_000)
    assert found[1]["fibre_share"] == pytest.approx(0.96)  # the cell without a figure weighs nothing
    assert found[1]["is_connected"] is True
    assert (found[2]["fibre_share"], found[2]["is_connected"], found[2]["known_area_cm2"]) == (None, None, 0)


def test_no_parks_and_no_cells_give_an_empty_table() -> None:
    empty = gpd.GeoDataFrame({"park_id": []}, geometry=[], crs="EPSG:25832")
    assert park_fibre(empty, grid({})).schema == PARKS
