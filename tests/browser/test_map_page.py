"""What the map says: figures under the names they belong to, a comparison that follows its controls, links that open as they were sent."""

import pytest
from playwright.sync_api import Browser

from tests.browser.watched import Watched

MAP = "karten/haushalte-gigabit.html"
READING = "[...document.querySelectorAll('[data-ablesen] > span')].map((e) => e.textContent).join('|')"


def test_every_figure_stands_under_the_name_of_its_own_area(chromium: Browser, home: str) -> None:
    watched = Watched(chromium, 1280)
    page = watched.page

    def told(address: str) -> list[str]:
        page.goto("about:blank")
        page.goto(f"{home}/{MAP}#{address}")
        watched.ready()
        return page.locator("[data-ablesen] > :not(a)").all_text_contents()

    # A Kreis among Gemeinden, a Gemeinde among Kreise, and a Gemeinde at a Stand that has Kreise alone.
    about = "Gigabit für Haushalte, Stand 30.06.2021, veröffentlicht"
    assert told("ort=05111&ebene=gemeinde")[:3] == ["Musterkreis", "95,67\u00a0%", about]
    assert told("ort=05112004&ebene=kreis")[:3] == ["Musterkreis 4", "25,00\u00a0%", about]
    assert told("ort=05112004&stand=2020-12-31") == [
        "Musterkreis 4",
        "keine Daten für Gemeinden",
        "Nachbarkreis (Kreis): 0,00\u00a0%",
        "Gigabit für Haushalte, Stand 31.12.2020, veröffentlicht",
    ]
    assert told("ort=05111000&stand=2020-12-31")[2] == "Musterkreis (kreisfreie Stadt): 50,00\u00a0%"
    page.select_option("#gebiet", "05112008")
    page.select_option("#gebiet", "05111")
    watched.until(f"{READING} === '50,00\u00a0%'")
    page.select_option("#gebiet", "")
    watched.until("document.querySelector('[data-ablesen]').textContent.startsWith('Fläche antippen')")
    watched.check(home)


def test_a_running_comparison_follows_its_controls(chromium: Browser, home: str) -> None:
    watched = Watched(chromium, 1280)
    page = watched.page
    page.goto(f"{home}/{MAP}#ort=05111&vergleich=haushalte-gigabit:2020-12-31")
    watched.ready()
    names = page.locator(".swipe-names span")
    title = "Gigabit für Haushalte"
    assert names.all_inner_texts() == [f"← {title}, 30.06.2021", f"{title}, 31.12.2020 →"]
    assert page.evaluate(READING) == "95,67\u00a0%|50,00\u00a0%"
    page.locator("#stand").press("ArrowLeft")
    watched.until("location.hash.includes('stand=2020-12-31')")
    assert names.all_inner_texts() == [f"← {title}, 31.12.2020", f"{title}, 31.12.2020 →"]
    page.select_option("#vergleich-stand", "2021-06-30")
    watched.until("location.hash.includes('vergleich=haushalte-gigabit:2021-06-30')")
    assert names.all_inner_texts()[1] == f"{title}, 30.06.2021 →"
    page.select_option("#vergleich-thema", "weisse-flecken-mobilfunk")
    watched.until("location.hash.includes('vergleich=weisse-flecken-mobilfunk:2021-06-30')")
    assert "30.06.2021" in names.all_inner_texts()[1]
    assert title not in names.all_inner_texts()[1]
    assert page.evaluate(READING) == "50,00\u00a0%|0,30\u00a0%"
    watched.check(home)


def test_a_link_pasted_into_an_open_map_shows_what_it_names(chromium: Browser, home: str) -> None:
    watched = Watched(chromium, 1280)
    page = watched.page
    page.goto(f"{home}/{MAP}")
    watched.ready()
    page.goto(f"{home}/{MAP}#stand=2020-12-31&ort=05111&vergleich=haushalte-gigabit:2021-06-30")
    watched.until(f"{READING} === '50,00\u00a0%|95,67\u00a0%'")
    assert page.locator("#stand").input_value() == "0"
    assert page.locator("#gebiet").input_value() == "05111"
    page.evaluate("location.hash = 'tabelle'")
    page.goto(f"{home}/{MAP}#stand=2021-06-30&ort=05112004&zoom=9&mitte=50.7,6.9&ebene=kreis")
    watched.until(f"{READING} === '25,00\u00a0%'")
    assert page.locator("#ebene").input_value() == "kreis"
    assert not page.locator(".swipe").is_visible()
    watched.until("location.hash.startsWith('#stand=2021-06-30&ort=05112004&zoom=9&mitte=50.7,6.9')")
    watched.check(home)


def test_what_a_link_names_and_the_map_does_not_have_is_replaced_and_said(chromium: Browser, home: str) -> None:
    watched = Watched(chromium, 1280)
    page = watched.page
    page.goto(f"{home}/{MAP}#stand=2019-12-31&ort=05999&vergleich=constructor:2020-12-31")
    watched.ready()
    assert page.url == f"{home}/{MAP}#stand=2021-06-30"
    assert page.locator("[data-meldung]").inner_text() == (
        "Zum Stand 31.12.2019 gibt es dieses Thema nicht. Die Karte zeigt den Stand 30.06.2021."
        " Ein Gebiet mit dem Schlüssel 05999 gibt es hier nicht. Den Vergleich aus der Adresse gibt es hier nicht."
    )
    page.locator("#stand").press("ArrowLeft")
    assert page.locator("[data-meldung]").inner_text() == ""
    watched.check(home)


def test_the_map_speaks_german_and_its_credit_lies_below_it(chromium: Browser, home: str) -> None:
    watched = Watched(chromium, 360)
    page = watched.page
    german, english = ["Vergrößern", "Verkleinern"], ["Zoom in", "Zoom out"]
    alone = "einzelkarten/haushalte-gigabit.html"
    for path, words in ((alone, german), (f"en/{alone}", english), (MAP, german), (f"en/{MAP}", english)):
        page.goto(f"{home}/{path}")
        watched.ready()
        buttons = page.locator(".leaflet-control-zoom a")
        assert [b.get_attribute("title") for b in buttons.all()] == words
        assert [b.get_attribute("aria-label") for b in buttons.all()] == words
    credit = "document.querySelector('.leaflet-control-attribution').getBoundingClientRect().top"
    assert page.evaluate(f"{credit} - document.querySelector('.map').getBoundingClientRect().bottom") >= 0
    watched.check(home)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("karten/haushalte-gigabit.html", "Je dunkler, desto besser versorgt."),
        ("karten/weisse-flecken-mobilfunk.html", "Je dunkler, desto größer der unversorgte Anteil."),
        ("einzelkarten/weisse-flecken-mobilfunk.html", "Je dunkler, desto größer der unversorgte Anteil."),
        ("karten/abweichung-4g-gemeldet.html", "in denen Meldung und Modell auseinandergehen."),
        ("einzelkarten/abweichung-4g-gemeldet.html", "in denen Meldung und Modell auseinandergehen."),
        ("en/karten/abweichung-5g-modelliert.html", "in which report and model disagree."),
        ("leichte-sprache.html", "Bei manchen Karten ist es anders herum."),
        ("en/leichte-sprache.html", "On some maps it is the other way round."),
        ("barrierefreiheit.html", "Schreiben Sie an: barrierefreiheit@example.org oder"),
        ("en/barrierefreiheit.html", "Write to: barrierefreiheit@example.org or"),
    ],
)
def test_pages_say_what_dark_means_and_where_to_write(chromium: Browser, home: str, path: str, says: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{home}/{path}")
    told = page.locator("main").inner_text()
    assert says in told
    assert "mailto:" not in told
    assert not ("abweichung" in path and {"unversorgte", "uncovered", "versorgt"} & set(told.split()))
    context.close()
