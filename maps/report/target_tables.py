"""The tables of targets: one Kreis against the Land, and against its neighbours. Every figure with its Stand and basis."""

from collections.abc import Mapping

import pandas as pd

from geodata.report import neighbours
from geodata.targets import verdict_of
from maps.report.scene import Scene
from maps.report.words import Words, missing

LAND = "land"


def target_table(scene: Scene) -> Mapping[str, object]:
    """One row per target: the Kreis at its newest Stand, the Land at that same Stand, the gap, the verdict."""
    data, ags, words = scene.data, scene.ags, scene.words
    rows = []
    for target_id in data.targets["target_id"].unique():
        own, land = _pair(data.targets, target_id, ags)
        row = own if own is not None else land
        if row is None:
            continue
        known = not (missing(row["actual_share"]) and missing(row["actual_count"]))
        rows.append(
            [
                str(row[f"label_{words.lang}"]),
                words("by", required=_required(row, words), due=words.date(row["due"])),
                words("scope_land") if own is None else _actual(own, words),
                words("no_data") if land is None else _actual(land, words),
                "–" if own is None else _gap(own, words),
                _verdict(own, land, words),
                f"{words.date(row['stand'])}, {words.basis(row['basis'])}" if known and not missing(row["basis"]) else "–",
            ]
        )
    heads = [words(f"col_{c}") for c in ("target", "required", "own", "land", "gap", "status", "basis")]
    return {
        "kind": "table",
        "caption": words("targets_caption", kreis=scene.kreis),
        "head": heads,
        "rows": rows,
        "right": [2, 3],
        "bold": [],
        "widths": [20, 16, 9, 9, 17, 16, 13],
    }


def neighbour_table(scene: Scene) -> Mapping[str, object]:
    """The share targets in columns, the Kreis, the Land and the neighbours in rows."""
    data, ags, words = scene.data, scene.ags, scene.words
    names = data.kreise()
    shares = data.targets[data.targets["required_share"].notna()]
    places = [ags, LAND, *sorted(neighbours(data.areas, ags), key=lambda a: names[a])]
    columns, heads = [], [words("col_area")]
    for target_id in shares["target_id"].unique():
        own, land = _pair(shares, target_id, ags)
        row = own if own is not None else land
        if row is None:
            continue
        at_stand = shares[(shares["target_id"] == target_id) & (shares["stand"] == row["stand"])]
        values = dict(zip(at_stand["ags"], at_stand["actual_share"], strict=True))
        values[LAND] = at_stand.loc[at_stand["level"] == LAND, "actual_share"].max()
        columns.append([words.percent(values.get(place)) for place in places])
        basis = "" if missing(row["basis"]) else f", {words.basis(row['basis'])}"
        heads.append(f"{row[f'label_{words.lang}']} ({words.date(row['stand'])}{basis})")
    titles = [words("land_name") if place == LAND else names[place] for place in places]
    return {
        "kind": "table",
        "caption": words("neighbours_caption"),
        "head": heads,
        "rows": [list(cells) for cells in zip(titles, *columns, strict=True)],
        "right": list(range(1, len(heads))),
        "bold": [0],
        "widths": [28] + [18] * len(columns),
    }


def summary(scene: Scene) -> list[str]:
    """A sentence for each target with a figure of the Kreis that must be reached there."""
    data, ags, words = scene.data, scene.ags, scene.words
    sentences = []
    for target_id in data.targets.loc[data.targets["scope"] == "kreis", "target_id"].unique():
        own, land = _pair(data.targets, target_id, ags)
        if own is None:
            continue
        gap = words("gap_none") if own["gap_points"] == 0 else words("gap", points=_points(own, words), count=_count(own, words))
        sentences.append(
            words(
                "summary",
                label=own[f"label_{words.lang}"],
                own=_actual(own, words),
                unit_stand=f"{words.date(own['stand'])}, {words.basis(own['basis'])}",
                land=words("no_data") if land is None else _actual(land, words),
                gap=gap,
            )
        )
    return sentences


def _pair(targets: pd.DataFrame, target_id: str, ags: str) -> tuple[pd.Series | None, pd.Series | None]:
    """The newest row of the Kreis with a figure, and the Land at that Stand (without one of the Kreis: the Land's newest)."""
    rows = targets[targets["target_id"] == target_id].sort_values("stand")
    own = rows[(rows["ags"] == ags) & rows["actual_share"].notna()]
    land = rows[rows["level"] == LAND]
    if len(own):
        land = land[land["stand"] == own["stand"].iloc[-1]]
    return (own.iloc[-1] if len(own) else None), (land.iloc[-1] if len(land) else None)


def _actual(row: pd.Series, words: Words) -> str:
    return words.percent(row["actual_share"]) if missing(row["actual_count"]) else words.number(row["actual_count"])


def _required(row: pd.Series, words: Words) -> str:
    count = missing(row["required_share"])
    amount = f"{words.number(row['required_count'])} {row[f'unit_{words.lang}']}" if count else words.percent(row["required_share"], 0)
    return words("above", required=amount) if row["strictly_above"] else amount


def _points(row: pd.Series, words: Words) -> str:
    return words("points", value=words.decimal(float(row["gap_points"])))


def _count(row: pd.Series, words: Words) -> str:
    if missing(row["gap_count"]):
        return ""
    text = words("gap_count", count=words.number(row["gap_count"]), unit=row[f"unit_{words.lang}"])
    return text + (words("estimated") if row["gap_estimated"] else "")


def _gap(row: pd.Series, words: Words) -> str:
    if missing(row["gap_points"]):
        return "–"
    if missing(row["gap_count"]):
        return _points(row, words)
    count = f"{words.number(row['gap_count'])} {row[f'unit_{words.lang}']}"
    return f"{_points(row, words)}; {count}" + (words("estimated") if row["gap_estimated"] else "")


def _verdict(own: pd.Series | None, land: pd.Series | None, words: Words) -> str:
    if own is not None and own["scope"] == "kreis":
        return words.status(verdict_of(own))
    return words("status_land", status=words.status("no_data" if land is None else verdict_of(land)))
