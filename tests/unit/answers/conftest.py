"""A published database of two Kreise and three Gemeinden, written by hand: small enough to work every sum out on paper."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geodata.facts import FACTS, METHODS
from geodata.targets import METHOD_BREAK, targets_table
from tests.sql.test_sql import EDITION, fact, run, write

AREAS = {
    "05": ("land", "Nordrhein-Westfalen"),
    "05966": ("kreis", "Olpe"),
    "05958": ("kreis", "Hochsauerlandkreis"),
    "05966004": ("gemeinde", "Attendorn"),
    "05966024": ("gemeinde", "Olpe"),
    "05958004": ("gemeinde", "Arnsberg"),
    "05958040": ("gemeinde", "Schmallenberg"),
}
HOUSEHOLDS = {"05": 1000, "05966": 300, "05958": 700, "05966004": 100, "05966024": 200, "05958004": 700}
STANDS = ("2020-12-31", "2021-06-30")


def facts() -> list[dict[str, object]]:
    rows = [fact("09", "land", "2021-06-30", 0.68), fact("00", "bund", "2021-06-30", 0.62)]
    for stand, shift in zip(STANDS, (0.0, 0.1), strict=True):
        rows += [
            fact(ags, AREAS[ags][0], stand, share + shift)
            for ags, share in (("05", 0.5), ("05966", 0.1), ("05958", 0.7), ("05966004", 0.4), ("05966024", 0.1), ("05958004", 0.2))
        ]
    rows.append(fact("05966", "kreis", "2021-06-30", 0.9, visibility="internal", min_mbits=30))
    for ags, connected, all_of_them in (("05966", 9, 44), ("05958", 62, 83)):
        counts = {"numerator": Decimal(connected), "denominator": Decimal(all_of_them), "boundary_edition": EDITION}
        share = connected / all_of_them
        rows.append(fact(ags, "kreis", "2021-06-30", share, subject="schools", method="status_list", source_id="msb__schools", **counts))
    rows += [fact(a, "kreis", "2021-06-30", 0.5, subject="businesses") for a in ("05966", "05958")]
    count = {"subject": "extensions_5g", "technology": "5g", "min_mbits": 0, "basis": "derived", "method": "site_list"}
    for ags, level, number in (("05", "land", 4500), ("05966", "kreis", 40), ("05958", "kreis", 60)):
        rows.append(fact(ags, level, "2021-06-30", None, numerator=Decimal(number), boundary_edition=EDITION, **count))
    return rows


ERRORS = {"mean_abs_error_points": 1.11, "no_change_error_points": 1.5}


def projected(technology: str, **more: object) -> dict[str, object]:
    base = {"subject": "households", "technology": technology, "min_mbits": 1000, "ags": "05966", "interval": 0.8, "tested_pairs": 1}
    base |= {"projected_stand": dt.date(2021, 12, 31), "verdict": "projected", "reason": "", "candidate": "straight_line"}
    return base | {"projected_share": 0.25, "lower_share": 0.2, "upper_share": 0.3, "visibility": "internal", **ERRORS} | more


PROJECTION = [
    projected("fttb_h"),
    projected("any", verdict="not_reliable", reason="part_not_reliable"),
    projected("any", projected_stand=dt.date(2022, 6, 30), candidate="bounds", interval=0.6),
]


@pytest.fixture(params=["official"])
def output(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The output folder with the database; `demo` in the parameter makes every row invented."""
    rows = [f | {"origin": request.param} for f in facts()]
    areas = pa.table(
        {
            "boundary_edition": [EDITION] * len(AREAS),
            "ags": list(AREAS),
            "level": [level for level, _ in AREAS.values()],
            "name": [name for _, name in AREAS.values()],
        }
    )
    zensus = pa.table(
        {
            "boundary_edition": [EDITION] * len(HOUSEHOLDS),
            "ags": list(HOUSEHOLDS),
            "households": pa.array([Decimal(h) for h in HOUSEHOLDS.values()], pa.decimal128(18, 4)),
        }
    )
    sources = [
        (source, part, dt.date.fromisoformat(stand), f"{part}_{stand}.csv", f"{source}{part}{stand}".encode().hex()[:64])
        for source, part, stand in (
            ("s", "households", "2020-12-31"),
            ("s", "households", "2021-06-30"),
            ("s", "businesses", "2021-06-30"),
            ("msb__schools", "register", "2021-06-30"),
            ("msb__schools_status", "status", "2021-06-30"),
            ("zensus__grid", "households", "2022-05-15"),
        )
    ]
    place = {"areas": tmp_path / "areas.parquet", "households": tmp_path / "zensus.parquet"}
    for table, path in ((areas, place["areas"]), (zensus, place["households"])):
        pq.write_table(table, path)
    status = run(
        "targets_status",
        facts=[write(tmp_path, "facts", rows, FACTS)],
        targets=targets_table(),
        methods=METHODS,
        **{"boundary_edition": EDITION, "method_break": METHOD_BREAK, **place},
    )
    with duckdb.connect(str(tmp_path / "netzlage.duckdb")) as con:
        for name, table in {
            "core_boundaries__areas": areas,
            "core_zensus__areas": zensus,
            "core_area_cells": areas.select(["boundary_edition"]),
            "out_coverage__shares": pa.Table.from_pylist(rows, schema=FACTS),
            "out_targets__status": pa.Table.from_pylist(status),
            "out_targets__projection": pa.Table.from_pylist(PROJECTION),
        }.items():
            con.register("new", table)
            con.execute(f"CREATE TABLE {name} AS FROM new")
        con.execute(
            "CREATE TABLE out_run__sources (source_id TEXT, \"table\" TEXT, stand DATE, file TEXT, sha256 TEXT, title TEXT DEFAULT 't', "
            "publisher TEXT DEFAULT 'p', licence TEXT DEFAULT 'dl-de/by-2-0', attribution TEXT DEFAULT '© p', visibility TEXT DEFAULT 'public')"
        )
        con.executemany('INSERT INTO out_run__sources (source_id, "table", stand, file, sha256) VALUES (?, ?, ?, ?, ?)', sources)
    return tmp_path
