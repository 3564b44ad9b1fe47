"""The figures that the site must show, read from the tables with SQL: what leads, what is left out, what lies below a threshold."""

import datetime as dt
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.session import Limits
from maps.releases.figures import BELOW, FACTS, Against, expected_figures
from tests.unit.maps.content import EDITION, STANDS, fact
from tests.unit.maps.release import SCHEMA

OLD, NEW = STANDS


def figures(
    folder: Path, rows: list[dict[str, object]], below: list[dict[str, object]] | None = None
) -> dict[tuple[str, str, dt.date], float]:
    pq.write_table(pa.Table.from_pylist(rows, schema=SCHEMA), folder / "facts.parquet")
    tables = {FACTS: [folder / "facts.parquet"]}
    if below:
        pq.write_table(pa.Table.from_pylist(below), folder / "below.parquet")
        tables[BELOW] = [folder / "below.parquet"]
    areas = gpd.GeoDataFrame({"ags": ["05", "05111", "05111000"], "level": ["land", "kreis", "gemeinde"]}, geometry=[None] * 3)
    found = expected_figures(Against(tables, areas, EDITION, False, Limits("200MB", 1, folder / "spill")))  # noqa: FBT003  # demo
    return {(r["theme_id"], r["ags"], r["stand"]): r["share"] for r in found.to_pylist()}


def test_reported_leads_and_is_not_mixed_with_derived(tmp_path: Path) -> None:
    derived = {"basis": "derived", "boundary_edition": EDITION}
    rows = [
        fact("05111", OLD, 0.1),
        fact("05111", OLD, 0.2, method="cells", **derived),
        fact("05111000", OLD, 0.3, level="gemeinde", method="gemeinden_by_households", **derived),
        fact("05111000", OLD, 0.4, level="gemeinde", method="cells", **derived),
        fact("05111", NEW, 0.5, method="cells", **derived),
    ]
    assert figures(tmp_path, rows) == {
        ("haushalte-gigabit", "05111", OLD): 0.1,
        ("haushalte-gigabit", "05111000", OLD): 0.4,
        ("haushalte-gigabit", "05111", NEW): 0.5,
    }


def test_what_the_maps_do_not_show_is_left_out(tmp_path: Path) -> None:
    rows = [
        fact("05", NEW, 0.1, level="land"),
        fact("05999", NEW, 0.1),
        fact("05111", NEW, None),
        *(
            fact("05111", NEW, 0.1, **{c: v})
            for c, v in (
                ("visibility", "internal"),
                ("direction", "up"),
                ("boundary_edition", "other"),
                ("basis", "modelled"),
                ("operator", "o"),
            )
        ),
    ]
    assert figures(tmp_path, rows) == {}


def test_below_a_threshold_cells_count_for_today_and_addresses_for_the_announced(tmp_path: Path) -> None:
    base = {"ags": "05111", "level": "kreis", "stand": NEW, "threshold_set": "weiss_30", "basis": "derived", "method": "cells"}
    base |= {"boundary_edition": EDITION, "visibility": "public", "all_units": 30, "less_announced_units": 10, "total_units": 40}
    below = [base | {"kind": kind} for kind in ("fixed_cells", "fixed_addresses", "other")]
    below += [
        base | {"kind": "fixed_cells", "ags": "05111000", "level": "gemeinde"} | more
        for more in ({"visibility": "internal"}, {"total_units": 0})
    ]
    found = figures(tmp_path, [fact("05111", NEW, None)], below)
    assert found == {("unter-30", "05111", NEW): 0.75, ("weisse-flecken-festnetz", "05111", NEW): 0.25}
