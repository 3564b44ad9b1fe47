"""The standalone maps in a real browser: the Stand switches, the tooltip tells, names stay text, and nothing but localhost is asked."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from maps.site import build
from tests.browser.watched import Watched
from tests.conftest import ROOT, Run
from tests.unit.maps.content import EVIL, site_content

WIDTHS = [(1280, 900), (360, 740)]
Serving = Callable[[Path], Any]


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_a_map_of_the_demo_switches_its_stand_and_tells_its_values(
    chromium: Browser, serving: Serving, demo_run: Run, width: int, height: int
) -> None:
    with serving(demo_run.folder / "site") as base:
        watched = Watched(chromium, width, height)
        page = watched.page
        page.goto(f"{base}/einzelkarten/haushalte-gigabit.html")
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


def test_the_english_map_speaks_english(chromium: Browser, serving: Serving, demo_run: Run) -> None:
    with serving(demo_run.folder / "site") as base:
        watched = Watched(chromium, 1280, 900)
        page = watched.page
        page.goto(f"{base}/en/einzelkarten/haushalte-gigabit.html")
        page.select_option("#stand", "2018-12-31")
        page.locator("path.leaflet-interactive").nth(0).hover(force=True)
        told = page.locator(".leaflet-tooltip").inner_text()
        for word in ("As of 31 December 2018", "reported", "Target 100.00%"):
            assert word in told
        assert not {"Stand", "Ziel", "keine"} & set(page.locator("main").inner_text().split())
        watched.check(base)


def test_names_from_data_show_as_text(chromium: Browser, serving: Serving, tmp_path: Path) -> None:
    build(site_content(name=EVIL), tmp_path, vendor=ROOT / "node_modules")
    with serving(tmp_path) as base:
        watched = Watched(chromium, 1280, 900)
        page = watched.page
        page.goto(f"{base}/einzelkarten/haushalte-gigabit.html")
        assert page.locator("tbody th").first.text_content() == EVIL
        page.locator("path.leaflet-interactive").first.hover(force=True)
        assert page.locator(".leaflet-tooltip strong").text_content() == EVIL
        assert page.locator("img[src='x']").count() == 0
        hatched = page.locator("path.leaflet-interactive[fill='url(#keine-daten)']")
        assert hatched.count() == 1
        hatched.hover(force=True)
        assert "keine Daten" in page.locator(".leaflet-tooltip").last.inner_text()  # the first fades away
        watched.check(base)
