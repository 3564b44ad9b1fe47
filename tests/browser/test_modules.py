"""The pure modules against their Python counterparts, in the browser that runs them."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

import maps
from maps.language import ENGLISH, GERMAN, Language
from maps.map_data import hundredths
from maps.palette import SCALES, class_of
from tests.conftest import ROOT

SHARES = [
    0.0,
    0.0005,
    0.00099,
    0.001,
    0.0999,
    0.09995,
    0.1,
    0.2499,
    0.25,
    0.5,
    0.6567,
    0.89999,
    0.9,
    0.95,
    0.98994,
    0.98996,
    0.99,
    1.0,
    1.0001,
]

MINISEARCH = "node_modules/minisearch/dist/umd/index.js"
# Name, kind and key of what the search knows in its test.
PLACES = [
    ("Nordrhein-Westfalen", "land", "05"),
    ("Olpe", "kreis", "05966"),
    ("Rhein-Kreis Neuss", "kreis", "05162"),
    ("Köln", "city", "05315"),
    ("Mülheim a.d. Ruhr", "city", "05117"),
    ("Olpe", "gemeinde", "05966024"),
    ("Neuss", "gemeinde", "05162024"),
    ("Sankt Augustin", "gemeinde", "05382056"),
    ("Stadtlohn", "gemeinde", "05554056"),
    ("Halle (Westf.)", "gemeinde", "05754012"),
]


@pytest.fixture(scope="module")
def page(chromium: Browser, serving: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("modules")
    for file in (Path(maps.__file__).parent / "static").glob("*.mjs"):
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "index.html").write_text("<!doctype html><title>m</title>", "utf-8")
    with serving(folder) as base:
        page = chromium.new_page()
        page.goto(f"{base}/index.html")
        yield page
        page.close()


@pytest.mark.parametrize("scale", SCALES)
def test_classes_are_those_of_the_tables(page: Page, scale: str) -> None:
    values = [hundredths(s) for s in SHARES] + [None]
    found = page.evaluate(
        "async ([v, b]) => { const m = await import('/klassen.mjs'); return v.map((x) => m.classOf(x, b)); }", [values, list(SCALES[scale])]
    )
    assert found == [class_of(s, scale) for s in SHARES] + [-1]


@pytest.mark.parametrize("language", [GERMAN, ENGLISH], ids=["de", "en"])
def test_numbers_and_dates_are_those_of_the_tables(page: Page, language: Language) -> None:
    values = [hundredths(s) for s in SHARES] + [None]
    found = page.evaluate(
        "async ([v, l]) => { const m = await import('/klassen.mjs'); return v.map((x) => m.percent(x, l, '?')); }", [values, language.code]
    )
    assert found == [language.percent(s) for s in SHARES] + ["?"]
    assert page.evaluate("async (l) => (await import('/klassen.mjs')).date('2021-06-30', l)", language.code) == language.date(
        dt.date(2021, 6, 30)
    )


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"stand": "2021-06-30"},
        {"stand": "2021-06-30", "ort": "05111000", "zoom": 9.25, "mitte": [51.5, 7.25], "ebene": "gemeinde"},
        {"vergleich": {"theme": "haushalte-100", "stand": "2020-12-31"}},
    ],
)
def test_an_address_gives_back_its_state(page: Page, state: dict[str, object]) -> None:
    assert (
        page.evaluate("async (s) => { const m = await import('/adresse.mjs'); return m.readAddress(m.writeAddress(s)); }", state) == state
    )


@pytest.mark.parametrize(
    "hostile", ["#ort=<img>", "#zoom=1e9", "#mitte=NaN,1", "#mitte=", "#stand=x", "#vergleich=../x:2020-01-01", "#ebene=land", "#%E0%A4%A"]
)
def test_an_address_that_is_not_well_formed_is_ignored(page: Page, hostile: str) -> None:
    assert page.evaluate("async (h) => (await import('/adresse.mjs')).readAddress(h)", hostile) == {}


def test_the_search_knows_how_people_call_a_place(page: Page) -> None:
    page.add_script_tag(path=ROOT / MINISEARCH)
    asked = {
        "Kreis Olpe": "05966",
        "Gemeinde Olpe": "05966024",
        "Stadt Olpe": "05966024",
        "Kreis Neuss": "05162",
        "Neuss": "05162024",
        "Stadt Köln": "05315",
        "Stadt Kölln": "05315",
        "Mülheim an der Ruhr": "05117",
        "Mülheim an": "05117",
        "muelhaim a. d. ruhr": "05117",
        "St. Augustin": "05382056",
        "st augustin": "05382056",
        "St": "05554056",
        "Halle Westfalen": "05754012",
        "NRW": "05",
        "Land": "05",
        "Land NRW": "05",
        "nordrhein westfahlen": "05",
        "North Rhine-Westphalia": "05",
    }
    found = page.evaluate(
        """async ([rows, asked]) => { const m = await import('/suchwerk.mjs'), index = m.makeIndex(MiniSearch, rows);
        return asked.map((query) => m.search(index, rows, query)[0]?.[2] ?? null); }""",
        [[list(place) for place in PLACES], list(asked)],
    )
    assert dict(zip(asked, found, strict=True)) == asked
