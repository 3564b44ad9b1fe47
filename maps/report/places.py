"""Schools and Gewerbegebiete without a connection by name, and the best expansion clusters, as blocks of a report."""

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from geodata.report import ReportData
from geodata.whitespots.variants import load_variants
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
    """The ten best clusters of one variant as a table."""
    words, best = scene.words, best_clusters(scene.data)
    if best is None or best.empty:
        return [{"kind": "text", "text": words("clusters_none")}]
    first = best.iloc[0]
    rows = [
        [
            str(row["rang"]),
            str(row["gemeinde"]),
            words.number(row["adressen"]) if first["kind"] == "fixed_addresses" else "–",
            words.number(row["haushalte"]),
            f"{words.number(row['schulen'])} / {words.number(row['gewerbegebiete'])}",
            words.number(row["trasse_m"]),
            words.number(row["anschluss_m"]),
            words.percent(row["anteil_der_luecke"], 1),
        ]
        for row in best.to_dict("records")
    ]
    columns = ("rank", "gemeinde", "addresses", "households", "places", "trench", "connection", "gap_share")
    caption = words(
        "clusters_caption",
        variant=_label(str(first["variante"]), words),
        stand=words.date(first["stand"]),
        made=words("clusters_from_addresses" if first["kind"] == "fixed_addresses" else "clusters_from_cells"),
    )
    return [
        {
            "kind": "table",
            "caption": caption,
            "head": [words(f"col_{c}") for c in columns],
            "rows": rows,
            "right": [2, 3, 4, 5, 6, 7],
            "bold": [],
            "widths": [7, 25, 11, 12, 14, 12, 13, 14],
        }
    ]


def best_clusters(data: ReportData) -> gpd.GeoDataFrame | None:
    """The ten best clusters of one variant, best first; None where the run has no clusters."""
    if data.clusters is None:
        return None
    # From addresses rather than from cells; the Land's first variant that fills the table, else the one with most clusters.
    own = data.clusters[data.clusters["kind"] == data.clusters["kind"].min()]
    counts = {name: min(int((own["variante"] == name).sum()), BEST) for name in load_variants()}
    chosen = own[own["variante"] == max(counts, key=lambda name: counts[name])].sort_values("rang")
    found: gpd.GeoDataFrame = chosen.head(BEST)
    return found


def _label(variant: str, words: Words) -> str:
    found = load_variants()[variant]
    return found.label_en if words.lang == "en" else found.label_de


def _groups(rows: pd.DataFrame, data: ReportData, words: Words) -> list[dict[str, object]]:
    names = dict(zip(data.areas["ags"], data.areas["name"], strict=True))
    found = []
    for ags, group in rows.groupby("ags", sort=True):
        parts = [(words(f"place_{s}"), list(group.loc[group["status"] == s, "name"])) for s in STATUSES]
        shown = [{"status": text, "names": "; ".join(listed)} for text, listed in parts if listed]
        found.append({"place": names.get(ags, ags), "parts": shown})
    return found
