"""The frames of a run that the pages are made of: public rows alone, of what the site shows."""

import datetime as dt

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from assets.core.mobile_model import model_notes
from assets.house import House
from geodata.facts import KEY
from geodata.gate import PUBLIC
from geodata.search_places import search_places
from maps.content import PLACES, SiteContent
from maps.publisher import load_publisher
from maps.themes import LEVELS, THEMES

THRESHOLDS = ("weiss_30", "grau_100")
UNITS = 10_000
FACT_COLUMNS = [*KEY, "numerator", "denominator", "share", "visibility"]


def site_content(house: House) -> SiteContent:
    """The frames that the pages are made of."""
    areas = gpd.read_parquet(house.tables.path("core_boundaries__areas"))
    sources = pq.read_table(house.tables.path("out_run__sources")).to_pandas()
    public = sources[sources["visibility"] == PUBLIC]
    return SiteContent(
        shares=pd.concat([_shares(house), _below(house)], ignore_index=True),
        targets=_frame(pq.read_table(house.tables.path("out_targets__status"), filters=[("visibility", "=", PUBLIC)])),
        areas=areas[areas["boundary_edition"] == house.profile.boundaries].reset_index(drop=True),
        sources=_summary(sources),
        profile=house.profile.name,
        demo="demo" in set(sources["origin"]),
        demo_scale=house.profile.demo.scale if house.profile.demo else 1.0,
        places=_places(house, districts="gebref__addresses" in set(public["source_id"])),
        files=public.sort_values(["source_id", "stand", "file"]),
        accounting=_notes(house, "out_run__accounting", set(public["source_id"])),
        warnings=_notes(house, "out_run__warnings", set(public["source_id"])),
        checks=_frame(pq.read_table(house.tables.path("out_run__checks"), filters=[("visibility", "=", PUBLIC)])),
        model_notes=model_notes(house),
        publisher=load_publisher(house.profile.publisher),
    )


def _shares(house: House) -> pd.DataFrame:
    """What the themes show: the rest of the fact table is for the downloads."""
    shown = [
        ("level", "in", list(LEVELS)),
        ("direction", "=", "down"),
        ("rollout", "=", "existing"),
        ("visibility", "=", PUBLIC),
        ("subject", "in", sorted({t.subject for t in THEMES})),
        ("technology", "in", sorted({t.technology for t in THEMES})),
        ("min_mbits", "in", sorted({t.min_mbits for t in THEMES})),
        ("operator", "in", sorted({t.operator for t in THEMES})),
    ]
    paths = house.tables.all_stands("out_coverage__shares")
    return _frame(pa.concat_tables([pq.read_table(p, columns=FACT_COLUMNS, filters=shown) for p in paths]))


def _below(house: House) -> pd.DataFrame:
    """Households below a threshold as rows of the fact table's form: today from grid cells, less what is announced from addresses."""
    units = ["all_units", "less_announced_units", "total_units"]
    columns = ["ags", "level", "stand", "threshold_set", "kind", "basis", "method", "boundary_edition", "source_id", "visibility", *units]
    shown = [("level", "in", list(LEVELS)), ("visibility", "=", PUBLIC), ("threshold_set", "in", list(THRESHOLDS))]
    paths = house.tables.all_stands("out_whitespots__areas")
    rows = _frame(pa.concat_tables([pq.read_table(p, columns=columns, filters=shown) for p in paths]))
    found = []
    for kind, part, rollout in (("fixed_cells", "all_units", "existing"), ("fixed_addresses", "less_announced_units", "with_announced")):
        own = rows[(rows["kind"] == kind) & rows[part].notna() & (rows["total_units"] > 0)]
        facts = own.assign(
            subject="households_below",
            technology=own["threshold_set"],
            direction="down",
            min_mbits=0,
            operator="any",
            rollout=rollout,
            numerator=own[part].astype(float) / UNITS,
            denominator=own["total_units"].astype(float) / UNITS,
            share=own[part].astype(float) / own["total_units"].astype(float),
        )
        found.append(facts[FACT_COLUMNS])
    return pd.concat(found, ignore_index=True)


def _places(house: House, *, districts: bool) -> pd.DataFrame:
    """From the newest Stand with deliveries; none where the run has none."""
    filled = [p for p in house.tables.all_stands("core_deliveries__offers") if pq.read_metadata(p).num_rows]
    newest = (filled or house.tables.all_stands("core_deliveries__offers"))[-1:]
    addresses = house.tables.path("core_gebref__addresses")
    if not newest or not addresses.is_file():
        return pd.DataFrame(columns=list(PLACES))
    found = search_places(
        addresses,
        house.tables.path("core_addresses__places"),
        newest[0],
        house.tables.path("core_deliveries__matches", newest[0].stem),
        districts=districts,
        limits=house.limits,
    )
    return _frame(found)


def _notes(house: House, name: str, public: set[str]) -> pd.DataFrame:
    found = _frame(pq.read_table(house.tables.path(name)))
    return found[found["source_id"].isin(public)].reset_index(drop=True)


def _frame(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas(date_as_object=True)
    return frame


def _summary(sources: pd.DataFrame) -> pd.DataFrame:
    """One row per source, its Stände in one text."""
    stands = sources.groupby("source_id")["stand"].agg(lambda s: ", ".join(_german(d) for d in sorted(set(s))))
    fields = ["source_id", "title", "publisher", "licence", "attribution", "changes_marked"]
    return sources[fields].drop_duplicates("source_id").sort_values("source_id").assign(stands=lambda f: f["source_id"].map(stands))


def _german(date: dt.date) -> str:
    return f"{date:%d.%m.%Y}"
