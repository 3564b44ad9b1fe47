"""The site in a real browser: accessible on every template, at home, usable by keyboard, without scripts, and with hostile names."""

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Request, Route

from maps.publisher import load_publisher
from maps.site import build
from tests.browser.watched import Watched
from tests.conftest import ROOT
from tests.unit.maps.content import EVIL, site_content

Serving = Callable[[Path], Any]
TEMPLATES = (
    "index.html",
    "karten/index.html",
    "karten/haushalte-gigabit.html",
    "karten/schulen.html",
    "gebiete.html",
    "kreise/05111.html",
    "gemeinden/05112004.html",
    "methode.html",
    "laufbericht.html",
    "impressum.html",
    "datenschutz.html",
    "barrierefreiheit.html",
    "leichte-sprache.html",
)
PAGES = [
    *TEMPLATES,
    "en/index.html",
    "en/karten/haushalte-gigabit.html",
    "en/kreise/05111.html",
    "einzelkarten/haushalte-gigabit.html",
    "en/einzelkarten/haushalte-gigabit.html",
]
# 640 px is a window of 1280 px at a zoom of 200 %.
SIGHTS = [(320, "light"), (320, "dark"), (640, "light"), (1280, "light"), (1280, "dark")]
MAP = "karten/haushalte-gigabit.html"
# One transparent pixel, for the tiles of the base map.
TILE = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=")


@pytest.fixture(scope="module")
def evil(serving: Serving, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The small site with a hostile name everywhere."""
    folder = tmp_path_factory.mktemp("evil")
    build(site_content(name=EVIL), folder, vendor=ROOT / "node_modules")
    with serving(folder) as base:
        yield base


@pytest.mark.parametrize(("width", "scheme"), SIGHTS)
def test_axe_finds_nothing_and_nothing_sticks_out(chromium: Browser, home: str, width: int, scheme: str) -> None:
    found = {}
    watched = Watched(chromium, width, color_scheme=scheme)
    for path in PAGES:
        watched.page.goto(f"{home}/{path}")
        watched.ready()
        if wrong := watched.axe() + watched.overflow():
            found[path] = wrong
        assert watched.page.locator("html").get_attribute("lang") == ("en" if path.startswith("en/") else "de")
    watched.check(home)
    assert found == {}


def test_hostile_names_stay_text_on_every_page(chromium: Browser, evil: str) -> None:
    watched = Watched(chromium, 1280)
    page = watched.page
    for path in PAGES:
        page.goto(f"{evil}/{path}")
        watched.ready()
        assert page.locator("img[src='x']").count() == 0
        if path.endswith("kreise/05111.html"):
            assert page.locator("h1").text_content() == EVIL
        if path in {MAP, f"en/{MAP}"}:
            page.select_option("#gebiet", "05111")
            assert page.locator("[data-ablesen] strong").text_content() == EVIL
    watched.check(evil)


def test_the_address_holds_stand_area_and_extent_and_shows_them_again(chromium: Browser, home: str) -> None:
    watched = Watched(chromium, 1280)
    page = watched.page
    page.goto(f"{home}/{MAP}")
    watched.ready()
    assert page.locator("path.leaflet-interactive").count() == 2
    page.locator("#stand").focus()
    page.keyboard.press("ArrowLeft")
    watched.until("location.hash.includes('stand=2020-12-31')")
    assert page.locator("[data-stand-text]").inner_text() == "31.12.2020"
    assert "31.12.2020" in page.locator("[data-grundlage]").inner_text()
    page.select_option("#gebiet", "05112")
    watched.until("location.hash.includes('ort=05112')")
    told = page.locator("[data-ablesen]").inner_text()
    assert "0,00" in told
    assert "31.12.2020" in told
    address = page.url
    again = Watched(chromium, 1280)
    again.page.goto(address)
    again.ready()
    assert again.page.locator("#stand").input_value() == "0"
    assert again.page.locator("[data-ablesen]").inner_text() == told
    assert again.page.url == address
    again.check(home)
    watched.check(home)


def test_legend_counts_and_colours_follow_the_stand(chromium: Browser, home: str) -> None:
    watched = Watched(chromium, 1280)
    page = watched.page
    page.goto(f"{home}/{MAP}")
    watched.ready()
    counts = page.locator("[data-legende] tbody td")
    fills = [a.get_attribute("fill") for a in page.locator("path.leaflet-interactive").all()]
    assert fills == ["#533650", "url(#keine-daten)"]
    assert counts.all_inner_texts() == ["0", "1", "0", "0", "0", "0", "0", "0", "1"]
    page.locator("#stand").press("ArrowLeft")
    watched.until("document.querySelectorAll('path.leaflet-interactive')[1].getAttribute('fill') === '#fff3c4'")
    assert counts.all_inner_texts() == ["0", "0", "0", "0", "1", "0", "0", "1", "0"]
    page.locator("#muster").check()
    assert page.locator("path.leaflet-interactive").first.get_attribute("fill") == "url(#muster-3)"
    watched.check(home)


def test_gemeinden_show_on_zoom_and_two_stands_side_by_side(chromium: Browser, home: str) -> None:
    watched = Watched(chromium, 1280)
    page = watched.page
    page.goto(f"{home}/{MAP}")
    watched.ready()
    page.locator(".leaflet-container").focus()
    for _ in range(3):
        page.keyboard.press("+")
        page.wait_for_timeout(100)
    watched.until("document.querySelectorAll('.leaflet-links-pane path').length === 3")
    page.select_option("#ebene", "kreis")
    watched.until("document.querySelectorAll('.leaflet-links-pane path').length === 2")
    page.locator("[data-vergleich-teil] summary").click()
    page.select_option("#vergleich-stand", "2020-12-31")
    page.locator("[data-vergleichen]").click()
    watched.until("location.hash.includes('vergleich=haushalte-gigabit:2020-12-31')")
    assert page.locator(".leaflet-rechts-pane path").count() == 2
    before = page.locator(".leaflet-rechts-pane").evaluate("e => e.style.clipPath")
    page.locator("#wischer").press("ArrowRight")
    assert page.locator(".leaflet-rechts-pane").evaluate("e => e.style.clipPath") != before
    page.locator("[data-vergleichen]").click()
    assert page.locator(".leaflet-rechts-pane").count() == 0
    watched.check(home)


def test_the_base_map_is_asked_for_after_a_click_alone(chromium: Browser, home: str) -> None:
    basemap = load_publisher().basemap
    assert basemap
    watched = Watched(chromium, 1280)
    page, sent = watched.page, list[Request]()

    def answer(route: Route) -> None:
        if route.request.url.startswith(home):
            route.continue_()
            return
        sent.append(route.request)
        route.fulfill(content_type="image/png", body=TILE)

    page.route("**/*", answer)  # nothing leaves this machine
    page.goto(f"{home}/{MAP}")
    watched.ready()
    page.locator("[data-hintergrund-teil] summary").click()
    told = page.locator("[data-hintergrund-teil]").inner_text()
    assert "IP-Adresse" in told
    assert "Ausschnitt" in told
    assert basemap.operator in told
    page.locator(".leaflet-container").focus()
    page.keyboard.press("+")
    page.wait_for_timeout(300)
    assert sent == []
    page.locator("[data-hintergrund]").click()
    watched.until("document.querySelectorAll('.leaflet-tile-loaded').length > 0")
    tile = re.compile(re.sub(r"\\\{[zxy]\\\}", r"\\d+", re.escape(basemap.url)))
    assert [r.url for r in sent if not tile.fullmatch(r.url)] == []
    assert [r for r in sent if r.resource_type != "image" or {"referer", "cookie"} & set(r.all_headers())] == []
    assert watched.wrong == []
    # The choice lives no longer than the page: neither storage nor the address knows of it.
    assert page.evaluate("[document.cookie, localStorage.length, sessionStorage.length].join()") == ",0,0"
    assert "hintergrund" not in page.url
    before = len(sent)
    page.reload()
    watched.ready()
    page.wait_for_timeout(300)
    assert len(sent) == before
    watched.context.close()


@pytest.mark.parametrize("path", [MAP, "en/index.html", "kreise/05111.html"])
def test_the_policy_allows_the_images_of_the_base_map_and_nothing_else(chromium: Browser, home: str, path: str) -> None:
    basemap = load_publisher().basemap
    assert basemap
    shows_map = not path.startswith("kreise")
    watched = Watched(chromium, 1280)
    page, sent = watched.page, list[str]()
    page.route(re.compile("^https://"), lambda route: (sent.append(route.request.url), route.fulfill(content_type="image/png", body=TILE)))
    page.goto(f"{home}/{path}")
    watched.ready()
    loads = "u => new Promise((d) => { const i = new Image(); i.onload = () => d(true); i.onerror = () => d(false); i.src = u; })"
    assert page.evaluate(loads, f"{basemap.host}/a.png") is shows_map
    assert page.evaluate(loads, "https://other.example/a.png") is False
    assert page.evaluate("u => fetch(u).then(() => true, () => false)", f"{basemap.host}/a.json") is False
    assert sent == ([f"{basemap.host}/a.png"] if shows_map else [])
    watched.context.close()


def test_without_scripts_pictures_and_tables_remain(chromium: Browser, home: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{home}/{MAP}")
    assert page.locator("[data-bild]").is_visible()
    assert page.locator("[data-bild]").evaluate("e => e.naturalWidth") > 0
    assert "95,67" in page.locator("tbody tr", has_text="05111").inner_text()
    assert not page.locator("#stand").is_visible()
    page.goto(f"{home}/kreise/05111.html")
    assert page.locator("svg.sketch path").count() == 2
    assert page.locator("figure.chart polyline").count() >= 1
    page.goto(f"{home}/index.html")
    page.get_by_role("link", name="Alle Gebiete").click()
    assert page.locator("main a[href*='gemeinden/05112004']").count() == 1
    context.close()


@pytest.mark.parametrize(
    ("query", "page_of"),
    [
        ("koeln-mulheim", "gemeinden/05112008"),
        ("Kölln Mülheim", "gemeinden/05112008"),
        ("nachbrkreis", "kreise/05112"),
        ("40000", "gemeinden/05111000"),
        ("05112004", "gemeinden/05112004"),
        ("Ortsteil", "gemeinden/05112008"),
        ("Kreis Nachbarkreis", "kreise/05112"),
    ],
)
def test_the_search_forgives_typing_errors(chromium: Browser, home: str, query: str, page_of: str) -> None:
    watched = Watched(chromium, 320)
    page = watched.page
    page.goto(f"{home}/index.html")
    page.locator("#suche").fill(query)
    page.wait_for_selector("[data-suche-treffer] a")
    assert page_of in (page.locator("[data-suche-treffer] a").first.get_attribute("href") or "")
    page.locator("#suche").press("Enter")
    page.wait_for_url(f"**/{page_of}.html")
    watched.check(home)


def test_everything_can_be_reached_by_keyboard_and_focus_shows(chromium: Browser, home: str) -> None:
    watched = Watched(chromium, 1280)
    page = watched.page
    page.goto(f"{home}/{MAP}")
    watched.ready()
    reached, hidden = [], []
    for _ in range(80):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
            return [e.id || e.className || e.textContent.trim().slice(0, 30), s.outlineStyle !== "none" || s.boxShadow !== "none"] }"""
        )
        if page.evaluate("document.activeElement === document.body"):
            break
        reached.append(found[0])
        if not found[1]:
            hidden.append(found[0])
    assert hidden == []
    assert reached[0] == "skip"
    for one in ("thema", "stand", "gebiet", "ebene", "muster"):
        assert one in reached, reached
    assert any("leaflet-container" in one for one in reached)
    watched.check(home)
