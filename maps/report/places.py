"""Schools and Gewerbegebiete without a connection by name, and the best expansion clusters, as blocks of a report."""

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from geodata.report import ReportData
from maps.report.scene import Scene
from maps.report.words import Words

# Letters of names that fit on the pages that a report may have.
LETTERS = 4700
# What nobody plans comes first.
STATUSES = ("none", "unknown", "planned", "in_progress")
BEST = 10


def unconnected_blocks(scene: Scene, subject: str) -> list[Mapping[str, object]]:
    """Names by Gemeinde and status, as many as LETTERS allow, and how many more there are."""
    data, ags, words = scene.data, scene.ags, scene.words
    rows = data.unconnected[(data.unconnected["subject"] == subject) & data.unconnected["ags"].str.startswith(ags)]
    if rows.empty:
        return [{"kind": "text", "text": words("unconnected_none")}]
    counts = [(words(f"place_{s}"), int((rows["status"] == s).sum())) for s in STATUSES]
    note = words(
        "unconnected_note",
        count=len(rows),
        stand=words.date(rows["stand"].iloc[0]),
        counts=", ".join(f"{number} {text}" for text, number in counts if number),
    )
    shown = int((rows["name"].str.len().add(2).cumsum() <= LETTERS).sum())
    blocks: list[Mapping[str, object]] = [
        {"kind": "text", "text": note},
        {"kind": "groups", "groups": _groups(rows.head(shown), data, words)},
    ]
    if len(rows) > shown:
        blocks.append({"kind": "text", "text": words("more", count=len(rows) - shown, ags=ags)})
    return blocks


def cluster_blocks(scene: Scene) -> list[Mapping[str, object]]:
    """The ten best clusters."""
    del scene
    return []


def best_clusters(data: ReportData) -> gpd.GeoDataFrame | None:
    """The ten best clusters by rank; None where the run has no clusters."""
    return None if data.clusters is None else data.clusters.sort_values("rank").head(BEST)


def _groups(rows: pd.DataFrame, data: ReportData, words: Words) -> list[dict[str, object]]:
    names = dict(zip(data.areas["ags"], data.areas["name"], strict=True))
    found = []
    for ags, group in rows.groupby("ags", sort=True):
        parts = [(words(f"place_{s}"), list(group.loc[group["status"] == s, "name"])) for s in STATUSES]
        shown = [{"status": text, "names": "; ".join(listed)} for text, listed in parts if listed]
        found.append({"place": names.get(ags, ags), "parts": shown})
    return found
