"""The pages in a real browser: the Stand switches, the tooltip tells, names stay text, and nothing but localhost is asked."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from maps.site import build
from tests.conftest import ROOT, Run
from tests.unit.maps.content import EVIL, site_content

WIDTHS = [(1280, 900), (360, 740)]
Serving = Callable[[Path], Any]


class Watched:
    """A page that remembers what it asked for and what went wrong."""

    def __init__(self, browser: Browser, width: int, height: int) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": height})
        self.page: Page = self.context.new_page()
        self.asked: list[str] = []
        self.wrong: list[str] = []
        self.page.on("request", lambda r: self.asked.append(r.url))
        self.page.on("console", lambda m: self.wrong.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda e: self.wrong.append(str(e)))
        self.page.on("dialog", lambda d: self.wrong.append(f"dialog {d.message}"))

    def check(self, base: str) -> None:
        assert self.asked
        assert [u for u in self.asked if not u.startswith((base, "data:"))] == []
        assert self.wrong == []
        self.context.close()


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_a_map_of_the_demo_switches_its_stand_and_tells_its_values(
    chromium: Browser, serving: Serving, demo_run: Run, width: int, height: int
) -> None:
    with serving(demo_run.folder / "site") as base:
        watched = Watched(chromium, width, height)
        page = watched.page
        page.goto(f"{base}/karten/haushalte-gigabit.html")
        areas = page.locator("path.leaflet-interactive")
        assert areas.count() == 53
        assert page.locator("#stand").input_value() == "2025-12-31"
        newest = [a.get_attribute("fill") for a in areas.all()]
        page.locator("#stand").focus()
        page.select_option("#stand", "2018-12-31")
        oldest = [a.get_attribute("fill") for a in areas.all()]
        assert newest != oldest
        assert "31.12.2018" in page.locator("#grundlage").inner_text()
        areas.nth(0).hover(force=True)
        told = page.locator(".leaflet-tooltip").inner_text()
        for word in ("Stand 31.12.2018", "veröffentlicht", "Ziel 100,00", "%"):
            assert word in told
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("tbody tr").count() == 53
        watched.check(base)


def test_every_page_of_the_demo_asks_nobody_else(chromium: Browser, serving: Serving, demo_run: Run) -> None:
    site = demo_run.folder / "site"
    with serving(site) as base:
        for path in sorted(site.rglob("*.html")):
            watched = Watched(chromium, 1280, 900)
            watched.page.goto(f"{base}/{path.relative_to(site).as_posix()}")
            assert "Demonstrationsdaten, schematische Grenzen" in watched.page.locator("body").inner_text()
            watched.check(base)


def test_names_from_data_show_as_text(chromium: Browser, serving: Serving, tmp_path: Path) -> None:
    build(site_content(name=EVIL), tmp_path, vendor=ROOT / "node_modules")
    with serving(tmp_path) as base:
        watched = Watched(chromium, 1280, 900)
        page = watched.page
        page.goto(f"{base}/karten/haushalte-gigabit.html")
        assert page.locator("tbody th").first.text_content() == EVIL
        page.locator("path.leaflet-interactive").first.hover(force=True)
        assert page.locator(".leaflet-tooltip strong").text_content() == EVIL
        assert page.locator("img[src='x']").count() == 0
        hatched = page.locator("path.leaflet-interactive[fill='url(#keine-daten)']")
        assert hatched.count() == 1
        hatched.hover(force=True)
        assert "keine Daten" in page.locator(".leaflet-tooltip").last.inner_text()  # the first fades away
        page.goto(f"{base}/index.html")
        assert EVIL in (page.locator("main").text_content() or "")
        watched.check(base)


def test_without_scripts_the_values_stand_in_the_table(chromium: Browser, serving: Serving, demo_run: Run) -> None:
    with serving(demo_run.folder / "site") as base:
        context = chromium.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{base}/karten/haushalte-gigabit.html")
        row = page.locator("tbody tr", has_text="05966").inner_text()
        assert "19,19" in row
        context.close()
