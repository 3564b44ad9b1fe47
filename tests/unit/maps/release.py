"""A whole small release: tables of a run on two Kreise and two Stände, and what it is made of."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.catalogue import load_catalogue
from geodata.dictionary import read_dictionary
from geodata.gate import Gate
from geodata.session import Limits
from maps.publication import Material
from maps.publisher import load_publisher
from tests.conftest import ROOT
from tests.unit.maps.content import EDITION, STANDS, fact, site_content

KREISE = "breitbandatlas__kreise"
DECIMAL = pa.decimal128(24, 4)
SCHEMA = pa.schema(
    [(c, pa.string()) for c in ("ags", "level")]
    + [("stand", pa.date32())]
    + [(c, pa.string()) for c in ("subject", "technology", "direction")]
    + [("min_mbits", pa.int32())]
    + [(c, pa.string()) for c in ("operator", "rollout", "basis", "method", "boundary_edition", "source_id")]
    + [("numerator", DECIMAL), ("denominator", DECIMAL), ("share", pa.float64()), ("origin", pa.string()), ("visibility", pa.string())]
)


def source(source_id: str = KREISE, *, origin: str = "official", visibility: str = "public") -> dict[str, object]:
    """A row of out_run__sources."""
    found = load_catalogue()[source_id]
    return {
        "source_id": source_id, "table": "households", "stand": STANDS[0], "file": "a.csv", "sha256": "0", "bytes": 1, "origin": origin,
        "visibility": visibility, "title": found.title, "publisher": found.publisher, "landing_page": found.landing_page,
        "licence": found.licence, "attribution": found.attribution, "changes_marked": found.changes_marked,
    }  # fmt: skip


def material(
    folder: Path,
    *,
    sources: list[dict[str, object]] | None = None,
    demo: bool = False,
    shift: float = 0.0,
    rows: list[dict[str, object]] | None = None,
) -> Material:
    """A material whose tables are written into `folder`; `shift` is added to every share, `rows` are added to the newest Stand."""
    tables = folder / "tables"
    (tables / "out_coverage__shares").mkdir(parents=True, exist_ok=True)
    origin = "demo" if demo else "official"
    sources = sources or [source(origin=origin)]
    facts = []
    for i, stand in enumerate(STANDS):
        found = [fact(ags, stand, 0.5 + 0.1 * i + shift, source_id=KREISE, origin=origin) for ags in ("05111", "05112")]
        found += (rows or []) if i else []
        facts += [row for row in found if row["visibility"] == "public"]
        pq.write_table(pa.Table.from_pylist(found, schema=SCHEMA), tables / "out_coverage__shares" / f"{stand}.parquet")
    pq.write_table(pa.Table.from_pylist(sources), tables / "out_run__sources.parquet")
    content = site_content(demo=demo)
    pq.write_table(pa.Table.from_pandas(content.targets, preserve_index=False), tables / "out_targets__status.parquet")
    return Material(
        content=replace(content, shares=pd.DataFrame(facts), areas=content.areas.assign(source_id="vg250__boundaries")),
        tables={
            "out_coverage__shares": sorted((tables / "out_coverage__shares").glob("*.parquet")),
            "out_targets__status": [tables / "out_targets__status.parquet"],
            "out_run__sources": [tables / "out_run__sources.parquet"],
        },
        gate=Gate.of(pq.read_table(tables / "out_run__sources.parquet"), load_catalogue()),
        dictionary=read_dictionary(),
        publisher=load_publisher(),
        edition=EDITION,
        land="05",
        limits=Limits("200MB", 1, folder / "spill"),
        vendor=ROOT / "node_modules",
    )


NEWEST = dt.date(2021, 6, 30)
