"""Paper: the controls stay away, the map and every column of a wide table are there whole."""

import io

from playwright.sync_api import Browser
from pypdf import PdfReader

from tests.browser.watched import Watched

# Whether all areas lie within the box of the map, and the box within a page of A4.
WHOLE = """() => { const box = document.querySelector(".map").getBoundingClientRect();
    return [...document.querySelectorAll(".map path.leaflet-interactive")].map((path) => path.getBoundingClientRect())
        .every((r) => r.left >= box.left && r.right <= box.right && r.top >= box.top && r.bottom <= box.bottom)
        && box.width <= 700 && box.height <= 700; }"""
# As many Stände as the real tables have.
WIDEN = """document.querySelectorAll(".scroll:has(tbody td.num) tr").forEach((row) => {
    for (let i = 0; i < 13; i += 1) row.append(row.lastElementChild.cloneNode(true));
    if (row.closest("thead")) row.lastElementChild.textContent = "LETZTE"; })"""


def test_printing_hides_the_controls_and_keeps_map_legend_and_table(chromium: Browser, home: str) -> None:
    watched = Watched(chromium, 1280)
    page = watched.page
    page.goto(f"{home}/karten/haushalte-gigabit.html")
    watched.ready()
    page.emulate_media(media="print")
    assert not page.locator(".controls").is_visible()
    for kept in (".map", ".legend", "#tabelle"):
        assert page.locator(kept).is_visible()
    assert page.evaluate(WHOLE)
    watched.check(home)


def test_the_last_column_of_a_wide_table_is_on_the_paper(chromium: Browser, home: str) -> None:
    watched = Watched(chromium, 1280)
    page = watched.page
    page.goto(f"{home}/kreise/05111.html")
    page.evaluate(WIDEN)
    found: list[tuple[float, float]] = []
    for sheet in PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages:
        width = float(sheet.mediabox.width)
        sheet.extract_text(
            visitor_text=lambda text, cm, tm, _font, _size, width=width: (
                found.append((tm[4] * cm[0] + cm[4], width)) if "LETZTE" in text else None
            )
        )
    assert found
    assert [place for place in found if place[0] > place[1] - 30] == []
    watched.check(home)
