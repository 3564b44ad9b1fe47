"""The two pictures of a report with their captions and the words for people who do not see them."""

from collections.abc import Mapping

import pandas as pd

from maps.report.area_map import area_map
from maps.report.chart import Series, chart
from maps.report.places import best_clusters
from maps.report.scene import Scene
from maps.report.words import Words, missing

LAND = "05"
# Colour, width, filled markers: the Kreis and the Land differ in grey print too.
OWN, WHOLE = ("#7f3b4b", 2.1, True), ("#8a8699", 1.1, False)
BASES = ("reported", "derived", "modelled")
MAP, CHART = "map.svg", "chart.svg"


def map_block(scene: Scene, pictures: dict[str, bytes]) -> Mapping[str, object]:
    """The Gemeinden in the colours of their newest share, and the clusters; the picture goes into `pictures`."""
    data, words = scene.data, scene.words
    own = scene.gemeinden
    rows = data.shares[(data.shares["technology"] == "any") & data.shares["ags"].isin(own["ags"])]
    if rows.empty:
        return {"kind": "text", "text": words("map_none")}
    rows = rows[rows["stand"] == rows["stand"].max()]
    # One basis in one map: where the published table has some Gemeinden, the others stay without data.
    basis = next(b for b in BASES if (rows["basis"] == b).any())
    rows = rows[rows["basis"] == basis]
    shares = dict(zip(rows["ags"], rows["share"], strict=True))
    gemeinden = own.assign(share=own["ags"].map(shares)).reset_index(drop=True)
    others = data.areas[(data.areas["level"] == "kreis") & (data.areas["ags"] != scene.ags)]
    used = {*rows["source_id"], *own["source_id"]}
    credit = "; ".join(dict.fromkeys(data.sources.loc[data.sources["source_id"].isin(used), "attribution"]))
    rings = best_clusters(data)
    pictures[MAP] = area_map(gemeinden, others, rings=rings, notes=(credit, scene.mark), words=words)
    ranked = gemeinden[~gemeinden["share"].map(missing)].sort_values("share")
    named = [f"{name} {words.percent(share)}" for name, share in zip(ranked["name"], ranked["share"], strict=True)]
    stand = words.date(rows["stand"].iloc[0])
    caption = words("map_caption", stand=stand, basis=words.basis(basis))
    if rings is not None and len(rings):
        caption += " " + words("map_clusters")
    alt = words("map_alt", kreis=scene.kreis, stand=stand, lowest=named[0], highest=named[-1])
    return {"kind": "figure", "name": MAP, "alt": alt, "caption": caption}


def chart_block(scene: Scene, pictures: dict[str, bytes]) -> Mapping[str, object]:
    """The shares of the Kreis and the Land over the Stände; the picture goes into `pictures`."""
    data, ags, words = scene.data, scene.ags, scene.words
    series = []
    for place, label, (colour, width, filled) in ((ags, scene.kreis, OWN), (LAND, words("land_name"), WHOLE)):
        for technology, dash in (("any", "-"), ("fttb_h", "--")):
            rows = data.shares[(data.shares["ags"] == place) & (data.shares["technology"] == technology)].sort_values("stand")
            points = tuple(zip(rows["stand"], rows["share"].astype(float), rows["basis"], strict=True))
            series.append(Series(f"{label}\n{words(technology)}", colour, dash, width, filled, points))
    if not any(one.points for one in series):
        return {"kind": "text", "text": words("chart_none")}
    pictures[CHART] = chart([one for one in series if one.points], mark=scene.mark, words=words)
    own, land = _ends(data.shares, ags, words), _ends(data.shares, LAND, words)
    stands = data.shares.loc[data.shares["ags"].isin([ags, LAND]), "stand"]
    alt = words(
        "chart_alt",
        kreis=scene.kreis,
        first=words.date(min(stands)),
        last=words.date(max(stands)),
        own_first=own[0],
        own_last=own[1],
        land_first=land[0],
        land_last=land[1],
    )
    return {"kind": "figure", "name": CHART, "alt": alt, "caption": words("chart_caption", kreis=scene.kreis)}


def _ends(shares: pd.DataFrame, ags: str, words: Words) -> tuple[str, str]:
    rows = shares[(shares["ags"] == ags) & (shares["technology"] == "any")].sort_values("stand")
    if rows.empty:
        return words("no_data"), words("no_data")
    return words.percent(rows["share"].iloc[0]), words.percent(rows["share"].iloc[-1])
