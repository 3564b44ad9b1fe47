"""Sentences that several pages need: of a target, of a basis, of the sources. They hold no HTML."""

from collections.abc import Iterable, Mapping

import pandas as pd

from geodata.targets import verdict_of
from maps.content import SiteContent
from maps.language import Language, missing
from maps.themes import StandView

GOOD = {"reached", "reached_late", "on_track"}
BADGES = {"reached": "success", "on_track": "success", "reached_late": "warning", "missed": "danger", "behind": "warning"}
SITE_LIST = "site_list"


def basis_line(view: StandView, language: Language) -> str:
    """Stand and basis in one sentence."""
    return language("basis.line", stand=language.date(view.stand), basis=language(f"basis.{view.basis}_long"))


def target_card(rows: pd.DataFrame, language: Language) -> dict[str, object]:
    """One target of the Land: where it stands, by when, and how sure that is."""
    land = rows[rows["level"] == "land"]
    known = land[land["actual_share"].notna() | land["actual_count"].notna()].sort_values("stand")
    newest = {str(k): v for k, v in (known if len(known) else land).iloc[-1].items()}
    measured = len(known) > 0
    status = verdict_of(newest)
    text = language(f"status.{status}")
    if status == "not_observed_at_due_date":
        text = language("status.last", status=text, stand=language.date(newest["stand"]))
    share = newest["actual_share"]
    bars = measured and not missing(share)
    sure = (
        language(f"start.sure_{SITE_LIST if newest['method'] == SITE_LIST else newest['basis']}")
        if measured
        else language("start.sure_none")
    )
    return {
        "wording": language.pick(newest, "wording"),
        "value": language.percent(share) if bars or not measured else language.number(newest["actual_count"]),
        "bar": round(min(float(str(share)), 1) * 100, 2) if bars else None,
        "required_bar": float(str(newest["required_share"])) * 100 if bars else None,
        "status": text,
        "badge": BADGES.get(status, "info"),
        "state": "good" if status in GOOD else "none" if status == "no_data" else "open",
        "required": required(newest, language),
        "due": newest["due"],
        "stand": newest["stand"] if measured else None,
        "sure": sure,
        "gap": gap(newest, language) if measured else "",
        "note": language("start.note_5g") if newest["target_id"] == "households_5g_2022" and measured else "",
    }


def required(row: Mapping[str, object], language: Language) -> str:
    """What a target asks for: a share, or a count with its unit."""
    if missing(row["required_share"]):
        amount = f"{language.number(row['required_count'])} {language.pick(dict(row), 'unit')}"
    else:
        amount = language.round_percent(row["required_share"])
    return language("start.more_than", amount=amount) if row["strictly_above"] else amount


def gap(row: Mapping[str, object], language: Language) -> str:
    """How much is missing, in points and in units."""
    if missing(row["gap_points"]) and missing(row["gap_count"]):
        return "–"
    if row["gap_points"] == 0 or (missing(row["gap_points"]) and row["gap_count"] == 0):
        return language("word.none")
    count = "" if missing(row["gap_count"]) else f"{language.number(row['gap_count'])} {language.pick(dict(row), 'unit')}"
    estimated = language("start.estimated") if row["gap_estimated"] and count else ""
    return ", ".join(part for part in ("" if missing(row["gap_points"]) else language.points(row["gap_points"]), count) if part) + estimated


def sources(content: SiteContent, used: Iterable[str]) -> list[dict[str, object]]:
    """The rows of the used sources, and of the boundaries."""
    wanted = {*used, *content.areas["source_id"]}
    rows = content.sources[content.sources["source_id"].isin(wanted)]
    return [{str(k): v for k, v in row.items()} for row in rows.to_dict("records")]
