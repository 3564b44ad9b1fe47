"""The small map that Dagster shows beside the fact table: households with gigabit per Kreis at the Stand of the partition."""

import base64

import dagster as dg
import geopandas as gpd
import pyarrow as pa
import pyarrow.compute as pc

from assets.house import House
from geodata.facts import METHODS
from maps.thumbnail import thumbnail

MEASURE = {"level": "kreis", "subject": "households", "technology": "any", "direction": "down", "min_mbits": 1000, "rollout": "existing"}


def preview(house: House, facts: pa.Table) -> dict[str, dg.MetadataValue[str]]:
    """The map as metadata; nothing where the facts have no such share."""
    keep = pc.is_valid(facts["share"])
    for column, value in MEASURE.items():
        keep = pc.and_(keep, pc.equal(facts[column], value))
    rows = facts.filter(keep).select(["ags", "share", "method"]).to_pylist()
    if not rows:
        return {}
    best = sorted(rows, key=lambda r: METHODS.index(r["method"]), reverse=True)
    areas = gpd.read_parquet(
        house.tables.path("core_boundaries__areas"),
        columns=["ags", "geometry"],
        filters=[("level", "==", "kreis"), ("boundary_edition", "==", house.profile.boundaries)],
    )
    data = base64.b64encode(thumbnail(areas, {r["ags"]: r["share"] for r in best})).decode()
    return {"map": dg.MetadataValue.md(f"![Haushalte mit Gigabit je Kreis](data:image/png;base64,{data})")}
