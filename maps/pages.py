"""The pages as HTML text: jinja2 with escaping everywhere; data reach scripts as JSON that cannot end its element."""

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import cache

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from maps import words
from maps.choropleth import MapParts, style
from maps.content import SiteContent
from maps.palette import BREAKS, COLOURS, NO_DATA_GROUND, NO_DATA_LINE, class_of, labels
from maps.themes import BASIS_DE, StandView, Theme

NO_CLASS = -1
GOOD = {"reached", "on_track"}


@cache
def _environment() -> Environment:
    environment = Environment(loader=PackageLoader("maps"), autoescape=select_autoescape(default=True), undefined=StrictUndefined)
    environment.filters |= {"percent": words.percent, "date": words.date}
    return environment


def theme_page(theme: Theme, views: list[StandView], content: SiteContent, parts: MapParts | None, *, picture: str) -> str:
    """The page of one theme; without views, a page that says so."""
    kreise = list(zip(content.kreise["ags"], content.kreise["name"], strict=True))
    used = {source for view in views for source in view.source_ids} | _boundary_sources(content)
    target = _target(theme, content) if views else None
    return (
        _environment()
        .get_template("theme.html")
        .render(
            root="../",
            demo=content.demo,
            demo_scale=content.demo_scale,
            title=theme.title,
            theme=theme,
            views=views,
            bases=BASIS_DE,
            target=target,
            kreise=kreise,
            legend=list(zip(COLOURS, labels(), strict=True)),
            no_data_line=NO_DATA_LINE,
            no_data_ground=NO_DATA_GROUND,
            picture=picture,
            sources=_sources(content, used),
            script_hashes=[script_hash(parts.script)] if parts else [],
            map_body=Markup(parts.body) if parts else "",  # noqa: S704  # made by folium, holds no data
            map_script=Markup(parts.script) if parts else "",  # noqa: S704  # coordinates and keys; cannot end its element
            data=_json(_data(views, kreise, target, parts)) if parts else "",
        )
    )


def index_page(content: SiteContent, maps: list[Mapping[str, object]]) -> str:
    """The start page: the six targets, the maps, what the figures mean, the sources."""
    return (
        _environment()
        .get_template("index.html")
        .render(
            root="",
            demo=content.demo,
            demo_scale=content.demo_scale,
            title="Start",
            targets=[_card(rows) for _, rows in content.targets.groupby("target_id", sort=False)],
            maps=maps,
            sources=_sources(content, set(content.sources["source_id"])),
            script_hashes=[],
        )
    )


def script_hash(script: str) -> str:
    """The hash of an inline script for the Content-Security-Policy."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _data(views: list[StandView], kreise: list[tuple[str, str]], target: dict[str, object] | None, parts: MapParts) -> dict[str, object]:
    return {
        "map": parts.map_name,
        "layer": parts.layer_name,
        "names": dict(kreise),
        "styles": {str(NO_CLASS): style(None)} | {str(i): style(low / 100) for i, low in enumerate(BREAKS)},
        "target": {"share": target["required"], "label": f"Ziel {words.percent(_float(target['required']))}"} if target else None,
        "views": {
            view.stand.isoformat(): {
                "label": words.date(view.stand),
                "basis": BASIS_DE[view.basis].split(" (")[0],
                "shares": view.shares,
                "classes": {ags: NO_CLASS if share is None else class_of(share) for ags, share in view.shares.items()},
            }
            for view in views
        },
    }


def _json(data: object) -> Markup:
    """JSON for a script element: no character in it can end the element or start a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704  # escaped here


def _target(theme: Theme, content: SiteContent) -> dict[str, object] | None:
    rows = content.targets[(content.targets["target_id"] == theme.target_id) & (content.targets["level"] == "land")]
    known = rows[rows["actual_share"].notna()]
    if known.empty:
        return None
    newest = known.sort_values("stand").iloc[-1]
    return {
        "wording": newest["wording_de"],
        "due": newest["due"],
        "stand": newest["stand"],
        "actual": newest["actual_share"],
        "required": float(newest["required_share"]),
        "status": words.STATUS_DE[newest["status"]],
    }


def _card(rows: pd.DataFrame) -> dict[str, object]:
    land = rows[rows["level"] == "land"]
    known = land[land["actual_share"].notna()].sort_values("stand")
    newest = known.iloc[-1] if len(known) else land.iloc[-1]
    measured = len(known) > 0
    share, status = newest["actual_share"], str(newest["status"])
    text = words.STATUS_DE[status]
    if status == "not_observed_at_due_date":
        text += f" (letzter: {words.date(newest['stand'])})"
    if words.missing(newest["required_share"]):
        required = f"{words.number(newest['required_count'])} {newest['unit_de']}"
    else:
        required = words.percent(newest["required_share"]).replace(",00", "")
    return {
        "wording": newest["wording_de"],
        "value": words.percent(share if measured else None),
        "bar": round(float(share) * 100, 2) if measured else None,
        "required_bar": float(newest["required_share"]) * 100 if measured else None,
        "status": text,
        "state": "good" if status in GOOD else "none" if status == "no_data" else "open",
        "required": required,
        "due": newest["due"],
        "stand": newest["stand"] if measured else None,
        "basis": BASIS_DE[newest["basis"]] if measured else "",
        "gap": _gap(newest) if measured else "",
        "note": "Gemessen mit mindestens 2 Mbit/s." if newest["target_id"] == "households_5g_2022" and measured else "",
    }


def _gap(row: pd.Series) -> str:
    if row["gap_points"] == 0:
        return "keine"
    count = "" if words.missing(row["gap_count"]) else f", {words.number(row['gap_count'])} {row['unit_de']}"
    return (
        words.points(row["gap_points"])
        + count
        + (" (Anteilslücke × Zensus-Haushalte, geschätzt)" if row["gap_estimated"] and count else "")
    )


def _sources(content: SiteContent, used: set[str]) -> list[dict[str, object]]:
    rows = content.sources[content.sources["source_id"].isin(used)]
    return [{str(k): v for k, v in row.items()} for row in rows.to_dict("records")]


def _boundary_sources(content: SiteContent) -> set[str]:
    return set(content.areas["source_id"])


def _float(value: object) -> float:
    return float(str(value))
