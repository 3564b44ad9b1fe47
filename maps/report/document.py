"""The report as one document: headings, tables, pictures with their words, all finished text. PDF and HTML are made of the same one."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from geodata.messages import sentence
from geodata.report import ReportData
from maps.report.figures import chart_block, map_block
from maps.report.places import cluster_blocks, unconnected_blocks
from maps.report.scene import Scene
from maps.report.target_tables import neighbour_table, summary, target_table
from maps.report.words import Words

DEFINITIONS = ("available", "gigabit", "basis", "stand", "missing", "places", "cluster")
NEWEST_LAST = 3


@dataclass(frozen=True)
class Section:
    """A heading and its blocks; `new_page`: the PDF starts a page here."""

    name: str
    heading: str
    blocks: list[Mapping[str, object]]
    new_page: bool = False


@dataclass(frozen=True)
class Document:
    """A whole report. `marks` stand on every page; `pictures` are SVG by the name that a block gives."""

    lang: str
    title: str
    subtitle: str
    marks: list[str]
    summary: list[str]
    sections: list[Section]
    made: str
    page_word: str
    created: dt.date
    pictures: dict[str, bytes] = field(default_factory=dict)


def document(data: ReportData, ags: str, lang: Literal["de", "en"]) -> Document:
    """The report on the Kreis `ags`; `data` may hold only what it needs (`ReportData.only`)."""
    words = Words(lang)
    mark = sentence("demo_mark", lang) if data.demo else ""
    own = (data.areas["level"] == "gemeinde") & data.areas["ags"].str.startswith(ags)
    scene = Scene(data, ags, kreis_title(data.kreise()[ags], gemeinden=int(own.sum()), words=words), mark, words)
    pictures: dict[str, bytes] = {}
    sections = [
        Section("targets", words("targets"), [target_table(scene), {"kind": "text", "text": words("estimated_note")}]),
        Section("neighbours", words("neighbours"), [neighbour_table(scene)]),
        Section("chart", words("chart"), [chart_block(scene, pictures)]),
        Section("map", words("map"), [map_block(scene, pictures)]),
    ]
    if data.clusters is not None:
        sections.append(Section("clusters", words("clusters"), cluster_blocks(scene)))
    sections += [
        Section("schools", words("unconnected_schools"), unconnected_blocks(scene, "schools"), new_page=True),
        Section("business_parks", words("unconnected_business_parks"), unconnected_blocks(scene, "business_parks")),
        Section("definitions", words("definitions"), [{"kind": "list", "items": _definitions(data, words)}]),
        Section("sources", words("sources"), [{"kind": "list", "items": _sources(data, words)}]),
    ]
    return Document(
        lang=lang,
        title=words("title", kreis=scene.kreis),
        subtitle=words("subtitle", ags=ags, edition=data.edition),
        marks=[text for text in (mark, words("internal" if data.internal else "public")) if text],
        summary=summary(scene),
        sections=sections,
        made=words("made", ags=ags),
        page_word=words("page"),
        created=max(data.targets["stand"]),
        pictures=pictures,
    )


def kreis_title(name: str, *, gemeinden: int, words: Words) -> str:
    """`Kreis Olpe`, `Stadt Köln`, `Rhein-Sieg-Kreis`: boundaries name the Kreis by its bare name."""
    if "kreis" in name.casefold() or "region" in name.casefold():
        return name
    return words("stadt" if gemeinden == 1 else "kreis", name=name)


def _definitions(data: ReportData, words: Words) -> list[str]:
    names = [d for d in DEFINITIONS if d != "cluster" or data.clusters is not None]
    return [words(f"definition_{name}") for name in names]


def _sources(data: ReportData, words: Words) -> list[str]:
    found = []
    for row in data.sources.to_dict("records"):
        days = [words.date(day) for day in row["stands"]]
        text = words(
            "source",
            publisher=row["publisher"],
            attribution=row["attribution"],
            licence=row["licence"],
            stands=", ".join(days) if len(days) <= NEWEST_LAST else f"{days[0]} … {days[-1]}",
            changed=words("changed") if row["changes_marked"] else "",
        )
        found.append(f"{row['title']}. {text}")
    return found
