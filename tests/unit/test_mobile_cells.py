"""Shares from the Monitoring grid: the published Bremen values, exact pieces, what is no data, and which figures are bounds."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.cell_areas import area_cells
from geodata.cells import CELL_CM2
from geodata.facts import FACTS, KEY
from geodata.mobile_cells import HOUSEHOLDS, METHODS, SOURCES, mobile_shares
from geodata.readers import monitoring
from geodata.session import Limits
from tests.conftest import snapshot

EDITION = "test"
STAND = "2024-01-31"
AREA_CELLS = pa.schema(
    [("boundary_edition", pa.string()), ("cell_id", pa.int32()), ("ags", pa.string()), ("is_border", pa.bool_()), ("area_cm2", pa.int64())]
)
A, B, OTHER = "05111000", "05112000", "05315000"
Share = tuple[Decimal, Decimal]


def cell(cell_id: int, *, g2: int | None = 3, g4: int | None = 3, g5: int | None = 3, **more: object) -> dict[str, object]:
    row: dict[str, object] = {"cell_id": cell_id, "operators_2g": g2, "operators_4g": g4, "operators_5g": g5}
    return row | {"edition_max": 3, "is_5g_total": True} | more


def place(cell_id: int, ags: str = A, cm2: int = CELL_CM2) -> dict[str, object]:
    return {"boundary_edition": EDITION, "cell_id": cell_id, "ags": ags, "is_border": cm2 < CELL_CM2, "area_cm2": cm2}


def facts(
    folder: Path, cells: list[dict[str, object]], places: list[dict[str, object]], homes: Sequence[tuple[int, str, int]] = ()
) -> pa.Table:
    tables = {
        "cells": pa.Table.from_pylist(cells, schema=monitoring.CELLS),
        "places": pa.Table.from_pylist(places, schema=AREA_CELLS),
        "homes": pa.Table.from_pylist([dict(zip(HOUSEHOLDS.names, h, strict=True)) for h in homes], schema=HOUSEHOLDS),
    }
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
    return shares(*(folder / f"{name}.parquet" for name in tables), land="05")


def shares(cells: Path, places: Path, homes: Path, *, land: str) -> pa.Table:
    rows = [{"subject": s, "source_id": "monitoring__grid", "origin": "official", "visibility": "public"} for s in ("area", "households")]
    sources = pa.Table.from_pylist(rows, schema=SOURCES)
    return mobile_shares(
        cells, places, homes, stand=STAND, land=land, boundary_edition=EDITION, sources=sources, limits=Limits()
    )  # fmt: skip


def of(table: pa.Table, ags: str, subject: str, technology: str, operator: str = "any") -> dict[str, Share]:
    """Numerator and denominator per method."""
    wanted = {"ags": ags, "subject": subject, "technology": technology, "operator": operator}
    return {r["method"]: (r["numerator"], r["denominator"]) for r in table.to_pylist() if all(r[k] == v for k, v in wanted.items())}


def test_bremen_gives_the_published_shares(shared: Path, tmp_path: Path) -> None:
    path = shared / "broadband/202401_MobilfunkMonitoring_Bremen.csv"
    ids = [line.split(",")[0] for line in path.read_text("ascii").splitlines()[1:]]
    keys = pa.array([int(i[5:10]) * 10_000 + int(i[11:]) for i in ids], pa.int32())
    table, notes = monitoring.read(
        [snapshot(path, "monitoring__grid", "cells", STAND)], land_cells=pa.table({"cell_id": keys}), limits=Limits()
    )
    assert notes.accounting.to_pylist()[0]["accepted"] == table.num_rows == 40_255
    pq.write_table(table, tmp_path / "cells.parquet")
    pq.write_table(pa.Table.from_pylist([place(k, "04011000") for k in keys.to_pylist()], schema=AREA_CELLS), tmp_path / "places.parquet")
    pq.write_table(HOUSEHOLDS.empty_table(), tmp_path / "homes.parquet")
    found = shares(tmp_path / "cells.parquet", tmp_path / "places.parquet", tmp_path / "homes.parquet", land="04")
    land = {
        (r["technology"], r["operator"]): (r["method"], round(100 * r["share"], 4))
        for r in found.to_pylist()
        if r["ags"] == "04" and r["subject"] == "area"
    }
    assert land["4g", "any"] == ("cells", 100)
    assert land["5g", "any"] == ("cells", 99.9925)
    assert land["none_4g_5g", "any"] == ("cells", 0)
    assert land["some_4g_5g", "any"] == ("cells_upper_bound", 0.2310)
    assert land["none_mobile", "any"] == ("cells", 0)
    assert land["4g_5g", "at_least_3"] == ("cells_lower_bound", pytest.approx(100 - 0.2310, abs=1e-4))
    assert land["4g", "at_least_2"][0] == "cells"
    assert not {t for t, _ in land} & {"5g_sa"}


def test_border_cells_count_by_their_exact_pieces(tmp_path: Path) -> None:
    line = [(362_000, 5_680_000), (362_233.3, 5_680_000), (362_150, 5_680_350), (362_000, 5_680_350)]
    left = shapely.Polygon(line)
    right = shapely.box(362_000, 5_680_000, 362_400, 5_680_350).difference(left)
    areas = gpd.GeoDataFrame({"boundary_edition": EDITION, "ags": [A, B]}, geometry=[left, right], crs="EPSG:25832")
    pieces = area_cells(areas)
    pieces.to_parquet(tmp_path / "places.parquet")
    ids = sorted(set(pieces["cell_id"].tolist()))
    rows = [cell(c, g4=1 if c % 2 else 0, g5=0) for c in ids]
    pq.write_table(pa.Table.from_pylist(rows, schema=monitoring.CELLS), tmp_path / "cells.parquet")
    pq.write_table(HOUSEHOLDS.empty_table(), tmp_path / "homes.parquet")
    found = shares(tmp_path / "cells.parquet", tmp_path / "places.parquet", tmp_path / "homes.parquet", land="05")
    odd = shapely.union_all([shapely.box(x, 5_680_000, x + 100, 5_680_400) for x in range(362_100, 362_500, 200)])
    for ags, shape in ((A, left), (B, right)):
        numerator, denominator = of(found, ags, "area", "4g")["cells"]
        assert float(numerator) == pytest.approx(shape.intersection(odd).area * 10_000, abs=20)
        assert float(denominator) == pytest.approx(shape.area * 10_000, abs=20)


def test_what_has_no_row_is_no_data_and_said_beside(tmp_path: Path) -> None:
    homes = [(1, A, 20_000), (2, A, 10_000), (3, B, 5_000), (9, A, 10_000)]
    found = facts(tmp_path, [cell(1), cell(2, g5=0)], [place(1), place(2), place(3, B), place(4, A, 500)], homes)
    cm2 = Decimal(CELL_CM2)
    assert of(found, A, "area", "5g") == {"cells": (cm2, 2 * cm2 + 500), "cells_known": (cm2, 2 * cm2)}
    assert of(found, A, "households", "5g") == {"cells": (Decimal(2), Decimal(4)), "cells_known": (Decimal(2), Decimal(3))}
    assert of(found, B, "area", "5g") == of(found, B, "households", "5g") == {}, "nothing known is no row, not 0 %"
    assert of(found, "05", "households", "5g")["cells"] == (Decimal(2), Decimal("4.5"))
    assert of(found, "051", "area", "5g") == of(found, "05", "area", "5g")


def test_a_technology_that_the_edition_lacks_has_no_row(tmp_path: Path) -> None:
    found = facts(tmp_path, [cell(1, g2=None, edition_max=4)], [place(1)])
    assert set(found["technology"].to_pylist()) == {"4g", "5g", "4g_5g", "none_4g_5g"}
    full = facts(tmp_path, [cell(1, operators_3g=0, operators_5g_nsa_sa=2, operators_5g_sa=1)], [place(1)])
    assert set(full["technology"].to_pylist()) == {
        "2g", "4g", "5g", "5g_nsa_sa", "5g_sa", "4g_5g", "none_4g_5g", "some_4g_5g", "none_mobile", "mobile_any",
    }  # fmt: skip


def test_four_operators_give_white_but_neither_grey_nor_every_established(tmp_path: Path) -> None:
    mixed = [cell(1, g4=0, g5=0, edition_max=4), cell(2, g4=1, g5=0)]
    found = facts(tmp_path, mixed, [place(1), place(2)])
    assert of(found, A, "area", "none_4g_5g") == {"cells": (Decimal(CELL_CM2), Decimal(2 * CELL_CM2))}
    assert not of(found, A, "area", "some_4g_5g")
    assert "every_established" not in found["operator"].to_pylist()
    three = facts(tmp_path, [mixed[1]], [place(2)])
    assert list(of(three, A, "area", "some_4g_5g")) == ["cells_upper_bound"]
    assert list(of(three, A, "area", "4g_5g", "every_established")) == ["cells_lower_bound"]
    assert list(of(three, A, "area", "4g", "every_established")) == ["cells"]


def test_5g_of_2021_is_a_lower_bound_from_the_second_operator_on(tmp_path: Path) -> None:
    found = facts(tmp_path, [cell(1, is_5g_total=False)], [place(1)])
    assert list(of(found, A, "area", "5g")) == ["cells"]
    assert list(of(found, A, "area", "5g", "at_least_2")) == ["cells_lower_bound"]
    assert list(of(found, A, "area", "4g", "at_least_2")) == ["cells"]


def test_a_funkloch_has_no_network_of_any_generation(tmp_path: Path) -> None:
    rows = [cell(1, g2=0, g4=0, g5=0), cell(2, g2=0, g4=1, g5=0), cell(3, g2=1, g4=0, g5=0), cell(4, g2=0, g4=0, g5=0, operators_3g=1)]
    found = facts(tmp_path, rows, [place(i) for i in range(1, 5)])
    cm2 = Decimal(CELL_CM2)
    assert of(found, A, "area", "none_mobile")["cells"] == (cm2, 4 * cm2)
    assert of(found, A, "area", "mobile_any")["cells"] == (3 * cm2, 4 * cm2)
    assert of(found, A, "area", "none_4g_5g")["cells"] == (3 * cm2, 4 * cm2)


COUNT = st.none() | st.integers(0, 3)


@settings(max_examples=15, deadline=None)
@given(
    rows=st.lists(st.tuples(COUNT, COUNT, COUNT, st.sampled_from([A, B, OTHER]), st.integers(0, 10**8), st.integers(0, 10**6)), max_size=9)
)
def test_facts_hold_for_any_grid(
    rows: list[tuple[int | None, int | None, int | None, str, int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("any")
    cells = [cell(i, g2=r[0], g4=r[1], g5=r[2]) for i, r in enumerate(rows)]
    found = facts(folder, cells, [place(i, r[3], r[4]) for i, r in enumerate(rows)], [(i, r[3], r[5]) for i, r in enumerate(rows)])
    assert found.schema == FACTS
    keys = list(zip(*(found[k].to_pylist() for k in KEY), strict=True))
    assert len(set(keys)) == len(keys)
    assert keys == sorted(keys)
    assert set(found["method"].to_pylist()) <= set(METHODS)
    for row in found.to_pylist():
        assert 0 <= row["numerator"] <= row["denominator"]
        assert (row["share"] is None) == (row["denominator"] == 0)
    white = sum(r[4] for r in rows if r[1] == 0 and r[2] == 0)
    if any(r[1] is not None and r[2] is not None for r in rows):
        assert of(found, "05", "area", "none_4g_5g")["cells"] == (Decimal(white), Decimal(sum(r[4] for r in rows)))


def test_tables_in_any_order_and_without_rows(tmp_path: Path) -> None:
    rows, places = [cell(1, g4=0, g5=0), cell(2), cell(3, g5=1)], [place(1), place(1, B, 700), place(2), place(3, B)]
    homes = [(1, A, 5), (3, B, 7), (3, "04011000", 9)]
    found = facts(tmp_path, rows, places, homes)
    assert found.num_rows > 0
    assert "04" not in {a[:2] for a in found["ags"].to_pylist()}
    assert facts(tmp_path, rows[::-1], places[::-1], homes[::-1]).equals(found)
    assert facts(tmp_path, [], places, homes).equals(FACTS.empty_table())
    assert facts(tmp_path, rows, [], []).num_rows == 0
