"""The report: what stands in it, that names are never markup, that the PDF is tagged and the same twice, that the page fetches nothing."""

import dataclasses
import io
import re
from html.parser import HTMLParser

import geopandas as gpd
import pandas as pd
import pypdf
import pytest
import shapely

from geodata.report import neighbours
from maps.report.chart import Series, pieces
from maps.report.document import Document, document, kreis_title
from maps.report.page import page
from maps.report.pdf import pdf
from maps.report.words import Words
from tests.unit.report.world import DAYS, EVIL, report_data


@pytest.fixture(scope="module")
def made() -> Document:
    return document(report_data().only("05001"), "05001", "de")


@pytest.fixture(scope="module")
def reader(made: Document) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf(made)))


def table(made: Document, name: str) -> dict[str, list[list[str]]]:
    return next(s.blocks[0] for s in made.sections if s.name == name)  # type: ignore[return-value]


def test_every_figure_has_its_stand_and_basis(made: Document) -> None:
    first, second, third = table(made, "targets")["rows"]
    assert first == [
        "Haushalte mit Gigabit",
        "100\u202f% bis 31.12.2025",
        "44,35\u202f%",
        "80,00\u202f%",
        "55,65 Punkte; 12 Haushalte (geschätzt)",
        "verfehlt",
        "31.12.2025, veröffentlicht",
    ]
    assert second[1:4] == ["über 90\u202f% bis 31.12.2025", "gilt dem Land", "keine Daten"]
    assert third[1] == "7.500 Haushalte bis 31.12.2025"
    assert len(made.summary) == 1
    assert made.summary[0].startswith("Haushalte mit Gigabit: 44,35\u202f% (31.12.2025, veröffentlicht); Land 80,00\u202f%. ")
    assert made.summary[0].endswith("Bis zum Ziel fehlen 55,65 Punkte, das sind 12 Haushalte (geschätzt).")


def test_neighbours_share_a_border_and_not_a_corner(made: Document) -> None:
    assert neighbours(report_data().areas, "05001") == ["05002"]
    assert neighbours(report_data().areas, "05002") == ["05001", "05003"]
    rows = table(made, "neighbours")["rows"]
    assert [row[0] for row in rows] == [EVIL, "Nordrhein-Westfalen", "Rhein-Kreis Test"]
    assert [row[1] for row in rows] == ["44,35\u202f%", "80,00\u202f%", "100,00\u202f%"]


def test_lines_end_at_the_change_of_method_and_of_basis() -> None:
    points = tuple((day, 0.5, "reported" if day.year < 2025 else "derived") for day in DAYS)
    assert [len(p) for p in pieces(Series("", "#000000", "-", 1, is_filled=True, points=points))] == [3, 1, 1]


def test_places_without_a_connection_stand_by_gemeinde_and_status(made: Document) -> None:
    schools = next(s for s in made.sections if s.name == "schools")
    assert "2 ohne Anschluss am 30.09.2021: 1 ohne Planung, 1 geplant" in str(schools.blocks[0]["text"])
    assert schools.blocks[1]["groups"] == [
        {"place": EVIL, "parts": [{"status": "ohne Planung", "names": EVIL}, {"status": "geplant", "names": "Grundschule"}]}
    ]
    assert "Keine ohne Anschluss" in str(next(s for s in made.sections if s.name == "business_parks").blocks[0]["text"])


@pytest.mark.parametrize(
    ("name", "gemeinden", "title"), [("Olpe", 7, "Kreis Olpe"), ("Köln", 1, "Stadt Köln"), ("Rhein-Kreis X", 8, "Rhein-Kreis X")]
)
def test_a_kreis_is_called_by_its_kind(name: str, gemeinden: int, title: str) -> None:
    assert kreis_title(name, gemeinden=gemeinden, words=Words("de")) == title


def test_the_pdf_is_tagged_in_german_with_embedded_fonts(reader: pypdf.PdfReader, made: Document) -> None:
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "de"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == made.title
    xmp = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert re.search(r"pdfuaid:part(>|=\")1", xmp)
    kinds = list(structure(root["/StructTreeRoot"]))
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/L", "/Caption"} <= {kind for kind, _ in kinds}
    alts = [alt for kind, alt in kinds if kind == "/Figure" and alt]
    assert any("Karte" in alt for alt in alts)
    assert any("Liniendiagramm" in alt for alt in alts)
    fonts = [font.get_object() for p in reader.pages for font in p["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def structure(node: object) -> "list[tuple[str, str]]":
    """Kind and alternative text of every element below a node of the structure tree."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return [found for child in node for found in structure(child)]
    if not isinstance(node, dict):
        return []
    own = [(str(node["/S"]), str(node.get("/Alt", "")))] if "/S" in node else []
    return own + structure(node.get("/K"))


def test_the_mark_is_on_every_page_and_names_are_never_markup(reader: pypdf.PdfReader) -> None:
    texts = [p.extract_text() for p in reader.pages]
    assert 1 <= len(texts) <= 4
    assert all("Demonstrationsdaten" in text for text in texts)
    whole = re.sub(r"\s", "", "".join(texts))
    assert re.sub(r"\s", "", EVIL) in whole


def test_the_same_data_give_the_same_bytes() -> None:
    one, two = (document(report_data().only("05001"), "05001", "de") for _ in range(2))
    assert pdf(one) == pdf(two)
    assert page(one) == page(two)


def test_an_internal_report_says_so_and_real_data_carry_no_demo_mark() -> None:
    found = document(report_data(demo=False, internal=True).only("05001"), "05001", "en")
    assert found.marks == ["Internal: holds figures that are not public"]
    assert found.lang == "en"
    assert "Internal" in pypdf.PdfReader(io.BytesIO(pdf(found))).pages[-1].extract_text()
    assert "demonstration data" not in page(found)


class Links(HTMLParser):
    """Every address that a page would fetch, and every element."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href", "srcset", "action", "data"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_fetches_nothing_and_escapes_everything(made: Document) -> None:
    links = Links()
    links.feed(page(made))
    assert len(links.addresses) == 2
    assert all(a.startswith("data:image/svg+xml;base64,") for a in links.addresses)
    assert not {"script", "b", "iframe", "object", "link"} & set(links.tags)
    assert links.text.count(EVIL) >= 4
    assert links.text.count("Demonstrationsdaten") >= 2
    assert links.tags.count("h1") == 1


def test_a_kreis_without_any_figure_still_has_a_report() -> None:
    data = report_data().only("05003")
    found = document(data, "05003", "de")
    assert "keine Werte" in str(next(s for s in found.sections if s.name == "map").blocks[0]["text"])
    assert len(pypdf.PdfReader(io.BytesIO(pdf(found))).pages) <= 4


def clusters(kind: str = "fixed_addresses") -> gpd.GeoDataFrame:
    """Twelve clusters of one variant and one of another."""
    rows = [("potenzial_100", 1), *(("cluster_400_100", rank) for rank in range(12, 0, -1))]
    frame = pd.DataFrame(
        {
            "variante": [r[0] for r in rows],
            "kind": kind,
            "rang": [r[1] for r in rows],
            "kreis_ags": "05001",
            "gemeinde": EVIL,
            "adressen": 60,
            "haushalte": 100.0,
            "schulen": 1,
            "gewerbegebiete": 0,
            "anschluss_m": 12.0,
            "trasse_m": 900.0,
            "anteil_der_luecke": 0.25,
            "stand": DAYS[-1],
        }
    )
    return gpd.GeoDataFrame(frame, geometry=[shapely.Point(401_000, 5_651_000).buffer(49)] * len(rows), crs="EPSG:25832")


def test_the_ten_best_clusters_of_the_variant_that_fills_the_table() -> None:
    data = dataclasses.replace(report_data(), clusters=clusters())
    found = document(data.only("05001"), "05001", "de")
    block = table(found, "clusters")
    assert [row[0] for row in block["rows"]] == [str(rank) for rank in range(1, 11)]
    assert block["rows"][0][1:] == [EVIL, "60", "100", "1 / 0", "900", "12", "25,0\u202f%"]
    assert "Cluster unter 400 Mbit/s ab 100 Adressen" in str(block["caption"])
    assert "Ringe mit Nummer" in str(table(found, "map")["caption"])
    assert len(pypdf.PdfReader(io.BytesIO(pdf(found))).pages) <= 4


def test_clusters_from_cells_say_so_and_have_no_addresses() -> None:
    data = dataclasses.replace(report_data(), clusters=clusters("fixed_cells"))
    block = table(document(data.only("05001"), "05001", "de"), "clusters")
    assert "ohne Ausbaumeldungen" in str(block["caption"])
    assert block["rows"][0][2] == "–"


def test_without_clusters_the_report_says_why() -> None:
    data = dataclasses.replace(report_data(), clusters=clusters().head(0))
    assert "--internal" in str(table(document(data.only("05001"), "05001", "de"), "clusters")["text"])
