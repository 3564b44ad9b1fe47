"""Palette, themes, words, escaping, refusal, and the same bytes for the same content."""

import datetime as dt
import json
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.errors import NetzlageError
from geodata.mobile.settings import load_settings
from geodata.mobile_model import map_notes
from maps import palette
from maps.content import SiteContent
from maps.language import ENGLISH, GERMAN
from maps.site import build
from maps.themes import THEMES, series
from maps.wording import target_card
from tests.conftest import ROOT
from tests.unit.maps.content import EDITION, EVIL, STANDS, fact, site_content

VENDOR = ROOT / "node_modules"


def lightness(colour: str) -> float:
    """L* of CIE 1976 from sRGB (IEC 61966-2-1)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    y = float(np.dot([0.2126, 0.7152, 0.0722], linear))
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


def test_classes_and_their_words() -> None:
    assert [palette.class_of(s) for s in (0.0, 0.0999, 0.1, 0.4999, 0.5, 0.8999, 0.9, 0.95, 0.9899, 0.99, 1.0, 1.0001)] == [
        0,
        0,
        1,
        2,
        3,
        4,
        5,
        6,
        6,
        7,
        7,
        7,
    ]
    assert len(palette.COLOURS) == len(palette.PATTERNS) == len(palette.labels())
    assert all(len(bounds) == len(palette.COLOURS) for bounds in palette.SCALES.values())


def test_lightness_falls_evenly_so_that_order_survives_colour_vision_deficiency_and_grey_print() -> None:
    steps = np.diff([lightness(c) for c in palette.COLOURS])
    assert (steps < -8).all(), steps


def test_words() -> None:
    assert GERMAN.percent(0.6567) == "65,67\u00a0%"
    assert ENGLISH.percent(0.6567) == "65.67%"
    assert GERMAN.percent(None) == GERMAN.percent(float("nan")) == "keine Daten"
    assert GERMAN.percent(0.0) == "0,00\u00a0%"
    assert (GERMAN.number(2804315), ENGLISH.number(2804315)) == ("2.804.315", "2,804,315")
    assert (GERMAN.date(dt.date(2021, 6, 30)), ENGLISH.date(dt.date(2021, 6, 30))) == ("30.06.2021", "30 June 2021")
    assert (GERMAN.round_percent(1.0), GERMAN.round_percent(0.905)) == ("100\u00a0%", "90,50\u00a0%")


def test_a_theme_shows_reported_before_derived_and_never_mixes_them() -> None:
    shares = pd.DataFrame(
        [
            fact("05111", STANDS[0], 0.5),
            fact("05112", STANDS[0], 0.9, basis="derived", method="cells", boundary_edition=EDITION),
            fact("05111", STANDS[1], 0.6, basis="derived", method="cells", boundary_edition=EDITION),
            fact("05111", STANDS[1], 0.7, basis="derived", method="cells", boundary_edition="other"),
            fact("05111", STANDS[1], 0.4, basis="derived", method="addresses_best_operator", boundary_edition=EDITION),
            fact("05112", STANDS[1], None),
        ]
    )
    ags = {"land": ["05"], "kreis": ["05111", "05112"], "gemeinde": []}
    found = series(shares, ags, edition=EDITION, themes=[THEMES[0]])[0].levels["kreis"]
    assert [(v.stand, v.basis, v.shares) for v in found] == [
        (STANDS[0], "reported", {"05111": 0.5, "05112": None}),
        (STANDS[1], "derived", {"05111": 0.6, "05112": None}),
    ]


def test_anything_not_public_is_refused_with_a_list() -> None:
    content = site_content()
    shares = pd.concat([content.shares, pd.DataFrame([fact("05111", STANDS[0], 0.1, visibility="internal")])])
    with pytest.raises(NetzlageError) as caught:
        SiteContent(shares, content.targets, content.areas, content.sources, "p", demo=False)
    assert caught.value.code == "not_public"
    assert "05111" in str(caught.value)


def test_two_builds_are_the_same_byte_for_byte(tmp_path: Path) -> None:
    built = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        files = build(site_content(demo=True), tmp_path / name, vendor=VENDOR)
        built.append({f.relative_to(tmp_path / name).as_posix(): f.read_bytes() for f in files})
    assert built[0] == built[1]
    pages = {n for n in built[0] if n.endswith(".html")}
    assert {
        f"{base}{page}" for base in ("", "en/") for page in ("index.html", "gebiete.html", "kreise/05111.html", "impressum.html")
    } < pages
    assert all(
        n.removeprefix("en/").startswith(("bilder/DEMO_", "kreise/DEMO_", "gemeinden/DEMO_"))
        for n in built[0]
        if n.endswith((".png", ".csv"))
    )


def test_demo_pages_say_so_and_are_not_indexed_and_others_do_not(tmp_path: Path) -> None:
    for demo in (True, False):
        folder = tmp_path / str(demo)
        folder.mkdir()
        for page in [f for f in build(site_content(demo=demo), folder, vendor=VENDOR) if f.suffix == ".html"]:
            text = page.read_text("utf-8")
            english = page.relative_to(folder).parts[0] == "en"
            assert (("Demonstration data" if english else "Demonstrationsdaten") + ", schemati" in text) is demo
            assert ('content="noindex"' in text) is demo
            if "<img" in text and "map-list" not in text:
                (source,) = re.findall(r'<img src="([^"]*bilder/[^"]+)"', text)
                picture = (page.parent / source).read_text("utf-8")
                assert (
                    ("Demonstration data, schematic boundaries." if english else "Demonstrationsdaten, schematische Grenzen.") in picture
                ) is demo
            assert ("technically bookable, not connected" if english else "technisch buchbar, nicht angeschlossen") in text


def test_no_page_loads_from_another_host_and_every_link_has_a_file(tmp_path: Path) -> None:
    for page in [f for f in build(site_content(), tmp_path, vendor=VENDOR) if f.suffix == ".html"]:
        text = page.read_text("utf-8")
        loaded = re.findall(r'src="([^"]+)"', text) + re.findall(r'<link [^>]*href="([^"]+)"', text)
        assert loaded
        assert [u for u in loaded if re.match(r"(https?:)?//", u)] == []
        for url in loaded + re.findall(r'<a [^>]*href="([^"]+)"', text):
            # The pages of the downloads come with a release: tests/unit/maps/test_publication.py.
            if not url.startswith(("#", "data:", "https://", "mailto:")) and not url.endswith("daten/index.html"):
                assert (page.parent / url.split("#")[0]).resolve().is_file(), (page, url)


@pytest.mark.parametrize("name", [EVIL, "x" * 10_000, "=HYPERLINK(1)", "{{ 7 * 7 }}"])
def test_names_from_data_cannot_leave_their_place(tmp_path: Path, name: str) -> None:
    content = site_content(name=name)
    for page in [f for f in build(content, tmp_path, vendor=VENDOR) if f.suffix == ".html"]:
        text = page.read_text("utf-8")
        assert "<img src=x" not in text
        assert "alert(1)</script>" not in text
        scripts = re.findall(r"<script(?![^>]*application/json)[^>]*>([^<]*)</script>", text)
        assert all(not inner.strip() for inner in scripts) or "einzelkarten" in page.parts
        assert re.search(r"\son[a-z]+=|\sstyle=", re.sub(r'<div class="folium-map"[^>]*>|&[^;]+;', "", text)) is None or name == EVIL
        for data in re.findall(r'<script type="application/json" id="werte">(.*?)</script>', text, flags=re.DOTALL):
            assert json.loads(data)["names"]["05111"] == name
    rows = (tmp_path / "kreise/05111.csv").read_text("utf-8").splitlines()
    assert not rows[1].split(",")[1].startswith("=")


def test_every_map_names_stand_basis_source_licence_and_attribution(tmp_path: Path) -> None:
    build(site_content(), tmp_path, vendor=VENDOR)
    text = (tmp_path / "karten/haushalte-gigabit.html").read_text("utf-8")
    for words_there in ("30.06.2021", "veröffentlicht", "Quelle A", "Lizenz: L-A", "Nennung A", "Daten verändert", "keine Daten", "05112"):
        assert words_there in text
    english = (tmp_path / "en/karten/haushalte-gigabit.html").read_text("utf-8")
    assert '<span lang="de">Nennung A</span>' in english
    assert 'Licence: <span lang="de">L-A</span>' in english
    empty = (tmp_path / "karten/schulen.html").read_text("utf-8")
    assert "keine Daten vor" in empty


def test_a_missing_npm_package_is_one_clear_error(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    with pytest.raises(NetzlageError) as caught:
        build(site_content(), folder, vendor=tmp_path / "nowhere")
    assert caught.value.code == "vendor_missing"


def test_maps_stay_light(tmp_path: Path) -> None:
    """A page with the size of the Land: 53 areas of 1,000 vertices each must be simplified."""
    angles = np.linspace(0, 2 * np.pi, 1000, endpoint=False)
    ring = np.column_stack([np.cos(angles), np.sin(angles)]) * 5_000
    shapes = [
        shapely.MultiPolygon([shapely.Polygon(ring + [300_000 + 12_000 * (i % 8), 5_600_000 + 12_000 * (i // 8)])]) for i in range(53)
    ]
    keys = [f"05{i:03d}" for i in range(53)]
    base = site_content()
    areas = gpd.GeoDataFrame(
        {"boundary_edition": EDITION, "ags": keys, "level": "kreis", "name": keys, "source_id": "a"}, geometry=shapes, crs="EPSG:25832"
    )
    shares = pd.DataFrame([fact(k, STANDS[0], 0.5) for k in keys])
    build(SiteContent(shares, base.targets, areas, base.sources, "p", demo=False), tmp_path, vendor=VENDOR)
    for path in ("einzelkarten/haushalte-gigabit.html", "karten/werte/kreis.json"):
        assert (tmp_path / path).stat().st_size < 300_000


SENTENCE = "andere Schwellen als die Bundesnetzagentur"
MODEL_THEMES = [t for t in THEMES if t.basis == "modelled"]


def test_every_modelled_map_and_every_map_of_disagreement_names_its_thresholds_and_the_median(tmp_path: Path) -> None:
    notes = map_notes(load_settings(), flat_cells=7)
    assert {(t.subject, t.technology) for t in MODEL_THEMES} == {
        (s, t) for s in ("area", "households", "cells_reported_only", "cells_modelled_only") for t in ("4g", "5g")
    }
    for folder in (tmp_path / "with", tmp_path / "without"):
        folder.mkdir()
    build(site_content(modelled=True, notes=notes), tmp_path / "with", vendor=VENDOR)
    build(site_content(modelled=True), tmp_path / "without", vendor=VENDOR)
    for theme in THEMES:
        text = (tmp_path / f"with/karten/{theme.theme_id}.html").read_text("utf-8")
        model = theme.basis == "modelled"
        assert (SENTENCE in text) is model, theme.theme_id
        if model:
            assert "überschätzt die Abdeckung" in text
            assert "7 Zellen sind ohne Gelände gerechnet" in text
            assert "modelliert (hier aus Standorten und Gelände berechnet)" in text
            assert "40,00" in text
            for folder in ("", "en/"):
                pictures = [(tmp_path / side / f"{folder}bilder/{theme.theme_id}.png").read_bytes() for side in ("with", "without")]
                assert pictures[0] != pictures[1]


def test_the_sentences_go_when_the_settings_are_the_authoritys_and_careful() -> None:
    settings = load_settings()
    own = {t: threshold.model_copy(update={"of_authority": True}) for t, threshold in settings.thresholds.items()}
    careful = settings.receiver.model_copy(update={"location_percent": 95.0})
    assert SENTENCE in map_notes(settings, flat_cells=0)["de"][0]
    half = own | {"5g": settings.thresholds["5g"]}
    assert SENTENCE in map_notes(settings.model_copy(update={"thresholds": half}), flat_cells=0)["de"][0]
    assert map_notes(settings.model_copy(update={"thresholds": own, "receiver": careful}), flat_cells=0) == {"de": (), "en": ()}


def test_a_target_that_came_too_late_and_one_above_its_figure_say_so() -> None:
    targets = site_content().targets
    counted = {
        "required_share": None,
        "required_count": 7500,
        "actual_share": None,
        "actual_count": 8370,
        "gap_points": None,
        "gap_count": 0,
    }
    late = {"status": "reached", "due": dt.date(2020, 12, 31), "was_met_by_due": False, "strictly_above": True, "method": "site_list"}
    card = target_card(targets.iloc[:1].assign(**counted, **late), GERMAN)
    assert card["status"] == "zum Stichtag verfehlt, inzwischen erreicht"
    assert card["required"] == "mehr als 7.500 Haushalte"
    assert card["gap"] == "keine"
    assert "Standortlisten" in str(card["sure"])
    assert target_card(targets.iloc[:1].assign(**counted, **(late | {"was_met_by_due": True})), ENGLISH)["status"] == "Target reached"


def test_modelled_rows_never_stand_in_for_reported_ones() -> None:
    """A theme of the authority's figures has no Stand where only the model has one."""
    ags = {"land": [], "kreis": ["05111", "05112"], "gemeinde": []}
    found = {s.theme.theme_id: s.levels["kreis"] for s in series(site_content(modelled=True).shares, ags, edition=EDITION)}
    assert found["flaeche-4g"] == []
    (modelled,) = found["modell-flaeche-4g"]
    assert modelled.shares == {"05111": 0.4, "05112": None}
    assert "terrain__dem" in modelled.source_ids
