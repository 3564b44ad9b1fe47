"""The counting of the fixed line, against the same counted in SQL and against sums done by hand."""

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.fixed.addresses import Offers, fixed_cells, offers_from, places_of
from geodata.fixed.grid import business_cells, household_cells
from geodata.fixed.households import per_address, resolution, units, zensus_rows
from geodata.fixed.measures import CLASSES, COUNTS_FOR, COVERED, FIXED_CELLS, amounts, class_codes
from geodata.session import Limits, query, session

KINDS = list(COUNTS_FOR)


def test_speeds_reach_classes() -> None:
    found = class_codes(np.array([np.nan, 0, 9.99, 10, 15, 16, 30, 99, 100, 1000, 2500]))
    assert found.tolist() == [0, 0, 0, 1, 1, 2, 3, 4, 5, 8, 8]


@given(st.lists(st.integers(-(10**9) + 1, 10**9 - 1), max_size=20))
def test_amounts_are_exact(values: list[int]) -> None:
    found = amounts(np.array(values, dtype=np.int64)).to_pylist()
    assert [int(v * 10_000) for v in found] == values


def test_an_amount_that_does_not_fit_is_no_amount() -> None:
    with pytest.raises(OverflowError):
        amounts(np.array([10**9], dtype=np.int64))


@settings(deadline=None)  # the first call compiles
@given(st.lists(st.integers(-1, 3), max_size=30), st.lists(st.integers(-1, 1000), min_size=4, max_size=4), st.data())
def test_households_are_shared_out_to_the_last_unit(zensus: list[int], cells: list[int], data: st.DataObject) -> None:
    delivered = data.draw(st.lists(st.integers(-1, 3), min_size=len(zensus), max_size=len(zensus)))
    cell_units = np.array([c * 10_000 + 7 if c >= 0 else -1 for c in cells], dtype=np.int64)
    found = per_address(np.array(zensus, dtype=np.int32), cell_units, np.array(delivered, dtype=np.int32))
    for cell, total in enumerate(cell_units):
        mine = [i for i, z in enumerate(zensus) if z == cell]
        free = [i for i in mine if delivered[i] < 0]
        used = sum(delivered[i] for i in mine if delivered[i] >= 0) * 10_000
        if total < 0:
            assert all(found[i] == -1 for i in free)
        elif free:
            assert sum(int(found[i]) for i in free) == max(int(total) - used, 0)
            assert max(found[i] for i in free) - min(found[i] for i in free) <= 1
    for i, number in enumerate(delivered):
        if number >= 0:
            assert found[i] == number * 10_000
        elif zensus[i] < 0:
            assert found[i] == -1


def test_addresses_find_their_zensus_cell_in_its_own_grid() -> None:
    cells = pa.table({"x_m": pa.array([4100050, 4100150, 4100050], pa.int32()), "y_m": pa.array([3100050, 3100050, 3100150], pa.int32())})
    assert resolution(cells) == 100
    addresses = pa.table(
        {
            "easting_m": [355_000.0, 900_000.0],
            "northing_m": [5_640_000.0, 5_640_000.0],
        }
    )
    assert zensus_rows(addresses, cells).tolist() == [-1, -1]
    from pyproj import Transformer  # noqa: PLC0415  # an independent way back

    x, y = Transformer.from_crs("EPSG:3035", "EPSG:25832", always_xy=True).transform(
        [4100001.0, 4100199.0, 4100099.0], [3100001.0, 3100099.0, 3100101.0]
    )
    assert zensus_rows(pa.table({"easting_m": x, "northing_m": y}), cells).tolist() == [0, 1, 2]


OFFER = st.tuples(
    st.integers(-1, 5),
    st.integers(0, 2),
    st.sampled_from(KINDS),
    st.sampled_from([0, 9, 10, 50, 99, 100, 1000]),
    st.sampled_from([None, 5, 10, 40, 1000]),
    st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(OFFER, max_size=25))
def test_union_and_best_operator_are_what_sql_counts(drawn: list[tuple[int, int, str, int, int | None, bool]]) -> None:
    weights = np.array([10_000, 25_000, 3, 0, -1, 40_001], dtype=np.int64)
    cell = np.array([1, 1, 2, 2, 3, 3], dtype=np.int32)
    ags = pa.array(["05111000", "05111000", "05111000", "05112000", "05112000", None])
    table = pa.table(
        {
            "operator": pa.array([f"o{d[1]}" for d in drawn], pa.string()),
            "technology": pa.array([d[2] for d in drawn], pa.string()),
            "download_mbits": pa.array([d[3] for d in drawn], pa.int32()),
            "upload_mbits": pa.array([d[4] for d in drawn], pa.int32()),
            "rollout": pa.array(["planned" if d[5] else "existing" for d in drawn], pa.string()),
        }
    )
    row = np.array([d[0] for d in drawn], dtype=np.int32)
    found = pa.concat_tables(fixed_cells(offers_from(table, row), weights, places_of(cell, ags), subject="households"))
    addresses = pa.table({"a": range(6), "weight": [max(int(w), 0) for w in weights], "cell": cell, "ags": ags})
    offers = table.append_column("a", pa.array(row))
    kinds = pa.table({"kind": [k for k in KINDS for _ in COUNTS_FOR[k]], "t": [t for k in KINDS for t in COUNTS_FOR[k]]})
    with duckdb.connect(":memory:") as con:
        for name, frame in (("addresses", addresses), ("offers", offers), ("kinds", kinds)):
            con.register(name, frame)
        for method, rollout in (
            ("addresses_union", "existing"),
            ("addresses_union", "with_announced"),
            ("addresses_best_operator", "existing"),
        ):
            for direction in ("down", "up"):
                for at, mbits in enumerate(CLASSES):
                    expected = con.execute(
                        f"""
                        WITH hits AS (
                            SELECT DISTINCT k.t, o.operator, a.a, a.cell, a.ags, a.weight FROM offers AS o JOIN addresses AS a USING (a)
                            JOIN kinds AS k ON k.kind = o.technology
                            WHERE a.ags IS NOT NULL AND o.{direction}load_mbits >= $mbits AND ($announced OR o.rollout = 'existing')
                        ),
                        by_operator AS (SELECT t, cell, ags, operator, sum(weight) AS n FROM hits GROUP BY ALL)
                        SELECT t, cell, ags, max(n) FROM by_operator WHERE $best GROUP BY ALL HAVING max(n) > 0 UNION ALL
                        SELECT t, cell, ags, sum(weight) FROM (SELECT DISTINCT t, a, cell, ags, weight FROM hits) WHERE NOT $best
                        GROUP BY ALL HAVING sum(weight) > 0
                        """,  # noqa: S608  # the direction is one of two words
                        {"mbits": mbits, "announced": rollout != "existing", "best": method.endswith("operator")},
                    ).fetchall()
                    mine = [
                        (r["technology"], r["cell_id"], r["ags"], int(r[COVERED[at]] * 10_000))
                        for r in found.to_pylist()
                        if (r["method"], r["rollout"], r["direction"]) == (method, rollout, direction) and r[COVERED[at]] > 0
                    ]
                    assert sorted(mine) == sorted(expected)


def test_every_place_has_its_denominator() -> None:
    nothing = Offers(*(np.zeros(0, dtype=t) for t in ("int32", "int16", "uint8")), np.zeros((0, 2), dtype="uint8"), np.zeros(0, dtype=bool))
    places = places_of(np.array([7, 7, 8], dtype=np.int32), pa.array(["05111000"] * 3))
    found = pa.concat_tables(fixed_cells(nothing, np.array([10_000, 20_000, 5], dtype=np.int64), places, subject="households"))
    rows = [r for r in found.to_pylist() if r["method"] == "addresses_union" and r["rollout"] == "existing" and r["direction"] == "down"]
    assert [(r["cell_id"], r["ags"], int(r["total"] * 10_000), r["technology"]) for r in rows] == [
        (7, "05111000", 30_000, "any"),
        (8, "05111000", 5, "any"),
    ]
    assert all(r[name] == 0 for r in rows for name in COVERED)


def gitterzellen() -> pa.Table:
    columns: dict[str, list[int | None]] = {
        "down_fn_hh_alle_10": [10_000, 5_000, None],
        "down_fn_hh_alle_1000": [3_333, None, None],
        "down_fn_hh_ftthb_10": [3_333, None, None],
        "down_fn_hh_ftthb_1000": [3_333, None, None],
        "down_fn_gew_alle_10": [10_000, None, None],
        "down_fn_gew_alle_1000": [7_500, None, None],
    }
    return pa.table(
        {"cell_id": pa.array([11, 12, 13], pa.int32()), "ags": ["05111000"] * 3} | {k: pa.array(v, pa.int32()) for k, v in columns.items()}
    )


def test_shares_of_cells_times_households_and_what_null_means(tmp_path: Path) -> None:
    households = pa.table(
        {"cell_id": pa.array([11, 12, 13, 14], pa.int32()), "ags": ["05111000"] * 4, "units": [30_000, 10_000, 20_000, 40_000]}
    )
    cells = pa.concat_tables(household_cells(gitterzellen(), households))
    assert cells.schema == FIXED_CELLS
    path = tmp_path / "cells.parquet"
    pq.write_table(cells, path)
    sources = pa.table({"method": ["cells"], "source_id": ["g"], "origin": ["demo"], "visibility": ["public"]})
    with session(Limits()) as con:
        facts = query(con, "fixed_shares", cells=path, stand="2022-06-30", land="05", boundary_edition="e", sources=sources).to_pylist()
    found = {
        (f["ags"], f["method"], f["technology"], f["min_mbits"]): (float(f["numerator"]), float(f["denominator"]))
        for f in facts
        if f["direction"] == "down"
    }
    for ags in ("05", "051", "05111", "05111000"):
        # Cell 13 reports nothing and 14 has no row: 6 of 10 households are unknown; cell 12's missing class is zero.
        assert found[ags, "cells", "any", 10] == (3.5, 10.0)
        assert found[ags, "cells_known", "any", 10] == (3.5, 4.0)
        assert found[ags, "cells", "any", 1000] == (0.9999, 10.0)
        assert found[ags, "cells_known", "fttb_h", 1000] == (0.9999, 4.0)


def test_businesses_count_cells_because_the_source_has_no_numbers() -> None:
    found = pa.concat_tables(business_cells(gitterzellen(), "gew", "businesses")).to_pylist()
    rows = [r for r in found if r["technology"] == "any" and r["direction"] == "down"]
    assert [(r["cell_id"], float(r["total"]), float(r["covered_1000"])) for r in rows] == [(11, 1.0, 0.75)]


@pytest.mark.parametrize("values", [[None, "1.5000"], []])
def test_null_households_stay_no_figure(values: list[str | None]) -> None:
    column = pa.chunked_array([pa.array(values, pa.string()).cast(pa.decimal128(18, 4))])
    assert units(column).tolist() == ([-1, 15_000] if values else [])
    assert pc.sum(column).as_py() is None or values
