"""The run report: checks with their results, how sources stand, files and rows; no date of today."""

import html
import re
from dataclasses import replace

import pandas as pd

from maps.content import SiteContent
from maps.language import ENGLISH, GERMAN, Language
from maps.render import Renderer
from maps.run_report import run_page
from tests.unit.maps.content import EVIL, site_content


def table(content: SiteContent, heading: str, language: Language = GERMAN) -> list[list[str]]:
    page = run_page(content, Renderer(content), language)
    body = page.partition(f'id="{heading}"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    return [[html.unescape(c) for c in re.findall(r"<td[^>]*>(.*?)</td>", row)] for row in body.split("<tr>")[1:]]


def test_checks_stand_with_what_they_found() -> None:
    content = site_content(name=EVIL)
    assert table(content, "pruefungen") == [
        ["Land, Regierungsbezirke, Kreise und Gemeinden sind vollständig.", "core_boundaries__areas", "bestanden", "0", "–"],
        [
            "Kein Anteil des Landes springt von Stand zu Stand um mehr als 15 Punkte.",
            "out_coverage__shares",
            "Warnung",
            "2",
            f"Sprung {EVIL}",
        ],
    ]
    assert [row[2] for row in table(content, "pruefungen", ENGLISH)] == ["passed", "warning"]


def test_sources_stand_with_new_missing_and_changed_editions() -> None:
    content = site_content()
    (row,) = table(content, "quellenstand")
    assert row[:3] == ["breitbandatlas__kreise", "30.06.2021", "30.06.2021"]
    assert "households 31.12.2020" in row[3]
    assert row[4:] == ["households 30.06.2021", "31.12.2021", "29.06.2022", "keine neuere Ausgabe bekannt"]
    older = replace(content, files=content.files.assign(stand=pd.Timestamp("2018-12-31").date()))
    assert table(older, "quellenstand")[0][7] == "neuer Stand veröffentlicht, nicht geladen"
