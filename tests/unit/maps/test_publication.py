"""A release whole or not at all: the gate, the downloads, the catalogue, the feed, the check, the link, the lock, a killed build."""

import csv
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
from rdflib import Graph, Namespace, URIRef

from geodata.catalogue import load_catalogue
from geodata.errors import NetzlageError
from geodata.gate import Gate
from geodata.parts.workers import HERE
from maps.content import SiteContent
from maps.data_pages import size
from maps.downloads import Download, write_downloads
from maps.licences import attribution_of, licence_of, licences
from maps.opendata.check import violations
from maps.publication import make_release
from maps.releases.changes import changes
from maps.releases.check import broken_links, check_site, missing, too_heavy
from maps.releases.rows import missing_rows
from maps.releases.store import Release, Store
from maps.site import build
from tests.conftest import ROOT
from tests.unit.maps.content import STANDS, fact
from tests.unit.maps.release import KREISE, SCHEMA, material, source

DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
DCATDE = Namespace("http://dcat-ap.de/def/dcatde/")


def built(folder: Path, *, publish: bool = True, **more: object) -> Release:
    store = Store(folder)
    with store.locked(), store.building() as part:
        release = make_release(part, material(folder, **more), store, HERE.executor)  # type: ignore[arg-type]
        store.keep(part, release)
        if publish:
            store.publish(release.release_id)
    return release


@pytest.fixture(scope="module")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    built(folder, demo=True)
    return folder / "site"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Callable[[Path], None]]:
    """A finished site, and the check of a copy of it as its build makes it."""
    folder, given = tmp_path_factory.mktemp("checked"), list[Any]()

    def listen(site: Path, *args: object) -> None:
        given.extend(args)
        check_site(site, *args)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("maps.publication.check_site", listen)
        built(folder)
    return folder / "site", lambda site: check_site(site, *given)


@pytest.fixture(scope="module")
def site(whole: tuple[Path, Callable[[Path], None]]) -> Path:
    return whole[0]


# The gate


def test_internal_rows_are_left_out_and_a_forbidden_source_stops_the_build_with_the_list(tmp_path: Path) -> None:
    internal = fact("05111", STANDS[1], 0.9, source_id="deliveries__offers", technology="hfc", visibility="internal")
    built(tmp_path / "a", rows=[internal], sources=[source(), source("deliveries__offers", visibility="internal")])
    rows = pq.read_table(tmp_path / "a/site/daten/2021-06-30/out_coverage__shares.parquet")
    assert set(rows["source_id"].to_pylist()) == {KREISE}
    files = pq.read_table(tmp_path / "a/site/daten/gesamt/out_run__sources.parquet")
    assert files["source_id"].to_pylist() == [KREISE]
    # A profile that calls a delivery public does not make its licence so.
    wrong = fact("05111", STANDS[1], 0.9, source_id="deliveries__offers", technology="hfc")
    with pytest.raises(NetzlageError, match=r"out_coverage__shares.*deliveries__offers \(1\)"):
        built(tmp_path / "b", rows=[wrong], sources=[source(), source("deliveries__offers")])
    assert not (tmp_path / "b/site").exists()


def test_what_the_licence_does_not_state_is_forbidden_and_the_demo_forbids_nothing() -> None:
    assert load_catalogue()["mobile_sites__certificates"].publication == "forbidden"
    assert load_catalogue()["mobile_sites__opencellid"].publication == "share-alike"
    rows = pa.table({"source_id": ["mobile_sites__certificates"], "visibility": ["public"]})
    real = Gate.of(pa.Table.from_pylist([source("mobile_sites__certificates")]), load_catalogue())
    demo = Gate.of(pa.Table.from_pylist([source("mobile_sites__certificates", origin="demo")]), load_catalogue())
    assert real.refused("t", rows) == ["mobile_sites__certificates (1)"]
    assert demo.refused("t", rows) == []
    assert real.refused("t", pa.table({"visibility": ["internal", "public", None]})) == [
        "visibility = None (1)",
        "visibility = internal (1)",
    ]
    assert real.public_rows("t", pa.table({"x": [1]})).num_rows == 0


# The downloads


def test_every_table_lies_in_four_forms_at_a_stable_address_with_the_same_figures(site: Path) -> None:
    folder = site / "daten/2021-06-30"
    assert sorted(p.name for p in folder.iterdir()) == [
        "aenderungen.csv.gz",
        "aenderungen.html",
        "index.html",
        "netzlage.gpkg.zip",
        "out_coverage__shares.csv.gz",
        "out_coverage__shares.geojson.gz",
        "out_coverage__shares.parquet",
        "out_targets__status.csv.gz",
        "out_targets__status.geojson.gz",
        "out_targets__status.parquet",
    ]
    rows = list(csv.DictReader(io.StringIO(gzip.decompress((folder / "out_coverage__shares.csv.gz").read_bytes()).decode())))
    table = pq.read_table(folder / "out_coverage__shares.parquet")
    assert [float(r["share"]) for r in rows] == table["share"].to_pylist() == [0.6, 0.6]
    assert [r["numerator"] for r in rows] == ["", ""]
    assert table.schema.field("ags").metadata[b"description"].startswith("Amtlicher Gemeindeschlüssel".encode())
    assert b"Breitbandatlas" in table.schema.metadata[b"attribution"]
    shapes = gpd.read_file(f"/vsigzip/{folder}/out_coverage__shares.geojson.gz")
    assert shapes["households_any_1000_reported"].tolist() == [0.6, 0.6]
    assert shapes.geometry.notna().all()
    assert -180 < shapes.total_bounds[0] < 180
    assert [name for name, _ in pyogrio.list_layers(folder / "netzlage.gpkg.zip") if name != "layer_styles"] == [
        "out_coverage__shares",
        "out_targets__status",
    ]


def test_the_checksums_and_the_dictionary_hold(site: Path) -> None:
    lines = (site / "daten/SHA256SUMS").read_text("utf-8").splitlines()
    data = {p.relative_to(site / "daten").as_posix() for p in (site / "daten").rglob("*") if p.is_file() and p.suffix != ".html"}
    assert {line.split("  ")[1] for line in lines} == data - {"SHA256SUMS"}
    assert "2021-06-30/aenderungen.csv.gz" in data
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256((site / "daten" / name).read_bytes()).hexdigest() == digest
    words = json.loads((site / "daten/datenwoerterbuch.json").read_text("utf-8"))
    assert words["out_coverage__shares"]["columns"]["share"]["meaning"].startswith("Anteil 0–1")
    rows = list(csv.DictReader(io.StringIO((site / "daten/datenwoerterbuch.csv").read_text("utf-8"))))
    assert [r for r in rows if not r["meaning"]] == []


def test_demo_files_carry_the_mark_in_their_names_and_texts(demo_site: Path) -> None:
    made = [p for p in (demo_site / "daten").rglob("*") if p.suffix in {".gz", ".csv", ".parquet", ".geojson", ".zip"}]
    kept = {"datenwoerterbuch.csv"}
    assert made
    assert [p.name for p in made if not p.name.startswith("DEMO_") and p.name not in kept] == []
    for page in demo_site.rglob("*.html"):
        text = page.read_text("utf-8")
        assert 'content="noindex"' in text
        assert "feed.xml" not in text
        assert "catalog.ttl" not in text
    assert "[DEMO]" in (demo_site / "catalog.ttl").read_text("utf-8")
    assert "[DEMO]" in (demo_site / "feed.xml").read_text("utf-8")


def test_a_real_site_links_catalogue_and_feed(site: Path) -> None:
    text = (site / "daten/index.html").read_text("utf-8")
    assert 'href="../feed.xml"' in text
    assert 'href="../catalog.ttl"' in text
    assert 'content="noindex"' not in text


# The catalogue and the feed


# rdflib reads JSON-LD by a class of its own that it calls outdated.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
def test_the_catalogue_meets_the_shapes_and_says_the_licence_of_every_file(site: Path) -> None:
    graph = Graph().parse(site / "catalog.ttl")
    assert violations(graph) == []
    assert len(Graph().parse(site / "catalog.jsonld", format="json-ld")) == len(graph)
    files = set(graph.objects(None, DCAT.downloadURL))
    made = [p for p in (site / "daten/2021-06-30").iterdir() if not p.name.startswith("aenderungen")]
    listed = {f"https://netzlage.example.org/daten/2021-06-30/{p.name}" for p in made}
    assert {u for u in listed if u.endswith((".gz", ".parquet", ".geojson", ".zip"))} <= set(map(str, files))
    for node in graph.subjects(DCAT.downloadURL):
        assert str(graph.value(node, DCTERMS.license)).startswith("http://dcat-ap.de/def/licenses/")
        checksum = graph.value(node, URIRef("http://spdx.org/rdf/terms#checksum"))
        path = site / str(graph.value(node, DCAT.downloadURL)).removeprefix("https://netzlage.example.org/")
        value = graph.value(checksum, URIRef("http://spdx.org/rdf/terms#checksumValue"))
        assert str(value) == hashlib.sha256(path.read_bytes()).hexdigest()
        assert int(str(graph.value(node, DCAT.byteSize))) == path.stat().st_size
        packed = {DCAT.compressFormat: (b"\x1f\x8b", "gzip"), DCAT.packageFormat: (b"PK", "zip")}
        for predicate, (magic, name) in packed.items():
            says = str(graph.value(node, predicate, default=""))
            assert says.endswith(name) is bool(says) is path.read_bytes().startswith(magic)
    series = set(graph.subjects(URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), DCAT.DatasetSeries))
    assert len(series) == 3
    assert len(set(graph.subjects(DCAT.prev))) == 2


@pytest.mark.parametrize(
    ("predicate", "sentence"),
    [
        (DCTERMS.title, "dcterms:title fehlt"),
        (DCTERMS.description, "dcterms:description fehlt"),
        (DCTERMS.publisher, "dcterms:publisher fehlt"),
        (DCAT.accessURL, "dcat:accessURL fehlt"),
        (DCTERMS.license, "dcterms:license fehlt"),
        (DCATDE.contributorID, "dcatde:contributorID fehlt"),
        (DCATDE.licenseAttributionByText, ""),
        (DCAT.inSeries, "die Reihe hat keinen Datensatz"),
    ],
)
def test_the_shapes_find_what_is_missing(site: Path, predicate: URIRef, sentence: str) -> None:
    graph = Graph().parse(site / "catalog.ttl")
    graph.remove((None, predicate, None))
    found = violations(graph)
    assert found
    assert any(sentence in one for one in found)


def test_the_strictest_licence_holds_and_changes_are_said() -> None:
    own = "dl-de/by-2-0"
    assert licence_of(["dvg2__boundaries"], own="dl-de/zero-2-0").attribution is False
    assert licence_of([KREISE, "mobile_sites__opencellid"], own=own).uri.endswith("cc-by-sa/4.0")
    assert licence_of([], own=own) == licences()[own]
    assert "(Daten verändert)" in attribution_of([KREISE])
    assert {s.licence for s in load_catalogue().values() if s.publication != "forbidden"} - set(licences()) <= {
        "nicht festgelegt",
        "je nach Datei; DGM von Geobasis NRW: dl-de/zero-2-0",
        "je nach Datei; ATKIS von Geobasis NRW: dl-de/zero-2-0",
    }


def test_the_feed_is_dated_by_the_stand(site: Path) -> None:
    root = ET.fromstring((site / "feed.xml").read_text("utf-8"))  # noqa: S314  # written here
    atom = {"a": "http://www.w3.org/2005/Atom"}
    assert [e.findtext("a:updated", namespaces=atom) for e in root.findall("a:entry", atom)] == [
        "2021-06-30T00:00:00Z",
        "2020-12-31T00:00:00Z",
    ]
    assert root.findtext("a:updated", namespaces=atom) == "2021-06-30T00:00:00Z"
    for link in root.findall("a:entry/a:link", atom):
        assert (site / link.attrib["href"].removeprefix("https://netzlage.example.org/")).is_file()


def test_the_same_material_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = built(tmp_path / "one"), built(tmp_path / "two")
    assert one == two
    # Made once more in the same place: nothing changed, so nothing differs.
    assert built(tmp_path / "one") == one


# The check


def test_the_check_finds_broken_links_missing_pages_and_other_figures(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "index.html").write_text(
        '<a href="a/b.html?x#y">b</a> <a href="https://other.example/">o</a> <img src="c%20d.png">', "utf-8"
    )
    (tmp_path / "a/b.html").write_text('<a href="../index.html"></a><a href="/a/">x</a><a href="../../z.html">y</a>', "utf-8")
    (tmp_path / "empty.txt").write_bytes(b"")
    assert broken_links(tmp_path) == [
        "a/b.html: Verweis auf ../../z.html, das es nicht gibt",
        "a/b.html: Verweis auf /a/, das es nicht gibt",
        "index.html: Verweis auf c%20d.png, das es nicht gibt",
    ]
    assert missing(tmp_path, ["index.html", "kreise/05111.html"]) == ["kreise/05111.html fehlt", "empty.txt ist leer"]
    (tmp_path / "a/heavy.html").write_bytes(os.urandom(400_000).hex().encode())
    assert too_heavy(tmp_path) == ["a/heavy.html: 466 kB, erlaubt 200 kB (komprimiert)"] or "a/heavy.html" in too_heavy(tmp_path)[0]
    table = tmp_path / "out_coverage__shares" / "2021-06-30.parquet"
    table.parent.mkdir()
    pq.write_table(pa.Table.from_pylist([fact("05111", STANDS[1], 0.5, source_id=KREISE)], schema=SCHEMA), table)
    gate = Gate.of(pa.Table.from_pylist([source()]), load_catalogue())
    assert missing_rows(tmp_path, [], {"out_coverage__shares": [table]}, gate) == [
        "daten/…/out_coverage__shares: 0 Zeilen statt 1 aus der Tabelle"
    ]


# Published whole or not at all


def tree(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


def test_a_failed_build_leaves_the_published_site_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release = built(tmp_path)
    before = tree(tmp_path / "site")
    monkeypatch.setattr("maps.publication.as_turtle", lambda _: "")
    with pytest.raises(NetzlageError, match=r"catalog\.ttl ist leer.*") as error:
        built(tmp_path, shift=0.1)
    assert "blieb unverändert" in str(error.value)
    assert tree(tmp_path / "site") == before
    assert [p.name for p in (tmp_path / "releases").iterdir() if p.is_dir()] == [release.release_id]


def replaced_text(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, path
    path.write_text(text.replace(old, new, 1), "utf-8")


def repacked(path: Path, old: str, new: str) -> None:
    text = gzip.decompress(path.read_bytes()).decode()
    assert old in text, text
    path.write_bytes(gzip.compress(text.replace(old, new, 1).encode()))


def shortened(path: Path) -> None:
    path.write_text("".join(path.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8")


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda s: (s / "gemeinden/05112008.html").unlink(), "gemeinden/05112008.html fehlt"),
        (lambda s: (s / "en/karten/schulen.html").unlink(), "en/karten/schulen.html fehlt"),
        (lambda s: (s / "en/laufbericht.html").unlink(), "en/laufbericht.html fehlt"),
        (lambda s: (s / "kreise/05112.csv").unlink(), "kreise/05112.csv fehlt"),
        (lambda s: (s / "bilder/haushalte-gigabit.png").unlink(), "bilder/haushalte-gigabit.png fehlt"),
        (lambda s: (s / "en/bilder/haushalte-gigabit.png").unlink(), "en/bilder/haushalte-gigabit.png fehlt"),
        (lambda s: (s / "einzelkarten/haushalte-gigabit.html").unlink(), "einzelkarten/haushalte-gigabit.html fehlt"),
        (lambda s: (s / "karten/werte/2020-12-31.json").unlink(), "karten/werte/2020-12-31.json fehlt"),
        (
            lambda s: replaced_text(s / "karten/werte/2021-06-30.json", "6000", "6001"),
            "karten/werte, haushalte-gigabit 05111 2021-06-30: 0.6001 statt 0.6 aus der Tabelle",
        ),
        (
            lambda s: replaced_text(s / "karten/werte/2021-06-30.json", "[6000,6000]", "[6000]"),
            "karten/werte, haushalte-gigabit 05112 2021-06-30: None statt 0.6 aus der Tabelle",
        ),
        (
            lambda s: replaced_text(s / "kreise/05112.csv", "0.600000", "0.600001"),
            "*.csv, haushalte-gigabit 05112 2021-06-30: 0.600001 statt 0.6 aus der Tabelle",
        ),
        (
            lambda s: replaced_text(s / "en/karten/haushalte-gigabit.html", '<td class="num">60.00%', '<td class="num">60.01%'),
            "en/karten/*.html, haushalte-gigabit 05111 2021-06-30: 0.6001 statt 0.6 aus der Tabelle",
        ),
        (
            lambda s: replaced_text(s / "kreise/05112.html", '<td class="num">50,00', '<td class="num">50,10'),
            "kreise, gemeinden, haushalte-gigabit 05112 2020-12-31: 0.501 statt 0.5 aus der Tabelle",
        ),
        (
            lambda s: replaced_text(s / "index.html", "65,67", "65,76"),
            "index.html, households_gigabit_2025: 65,76\u00a0% statt 65,67\u00a0%",
        ),
        (
            lambda s: replaced_text(s / "index.html", "<dd>34,33", "<dd>34,34"),
            "index.html, households_gigabit_2025, Lücke: 34,34\u00a0Prozentpunkte, 2.804.315 Haushalte (Anteilslücke × Zensus-Haushalte, geschätzt) statt 34,33",
        ),
        (
            lambda s: replaced_text(s / "en/index.html", "2,804,315", "2,804,351"),
            "en/index.html, households_gigabit_2025, Gap: 34.33\u00a0percentage points, 2,804,351 households",
        ),
        (
            lambda s: replaced_text(s / "index.html", "<dd>30.06.2021", "<dd>30.06.2022"),
            "index.html, households_gigabit_2025, Stand: 30.06.2022 statt 30.06.2021",
        ),
        (
            lambda s: replaced_text(s / "en/index.html", "<dd>31 December 2025", "<dd>31 December 2026"),
            "en/index.html, households_gigabit_2025, Due: 31 December 2026 statt 31 December 2025",
        ),
        (
            lambda s: replaced_text(s / "index.html", "(letzter: 30.06.2021)", "(letzter: 30.06.2020)"),
            "index.html, households_gigabit_2025, status: Zum Stichtag liegt kein Datenstand vor (letzter: 30.06.2020) statt",
        ),
        (
            lambda s: replaced_text(s / "index.html", 'width="65.67"', 'width="95.67"'),
            "index.html, households_gigabit_2025, bar: 95.67 statt 65.67",
        ),
        (
            lambda s: replaced_text(s / "index.html", "<dd>10.300", "<dd>10.000"),
            "index.html, extensions_5g_2024, Gefordert: 10.000 Haushalte statt 10.300",
        ),
        (
            lambda s: replaced_text(s / "karten/haushalte-gigabit.html", "Land am 30.06.2021: 65,67", "Land am 30.06.2021: 56,67"),
            "karten/haushalte-gigabit.html, households_gigabit_2025: Ziel:",
        ),
        (
            lambda s: repacked(s / "daten/2021-06-30/out_coverage__shares.csv.gz", ",0.6,", ",0.61,"),
            "daten/2021-06-30/out_coverage__shares.csv.gz, share [1]: 0.61 statt 0.6 aus der Tabelle",
        ),
        (
            lambda s: repacked(s / "daten/2020-12-31/out_coverage__shares.csv.gz", '"05111"', '"05113"'),
            "daten/2020-12-31/out_coverage__shares.csv.gz, ags [1]: 05113 statt 05111 aus der Tabelle",
        ),
        (
            lambda s: repacked(s / "daten/2020-12-31/out_coverage__shares.csv.gz", ",0.5,", ",half,"),
            "daten/2020-12-31/out_coverage__shares.csv.gz ist nicht lesbar: ",
        ),
        (
            lambda s: shortened(s / "daten/gesamt/out_run__sources.csv"),
            "daten/gesamt/out_run__sources.csv: 0 Zeilen statt 1 aus der Tabelle",
        ),
        (
            lambda s: (s / "daten/2021-06-30/out_coverage__shares.csv.gz").write_bytes(b"\x1f\x8b\x08\x00broken"),
            "daten/2021-06-30/out_coverage__shares.csv.gz ist nicht lesbar: ",
        ),
    ],
)
def test_the_check_finds_a_missing_page_and_a_changed_figure(
    damage: Callable[[Path], None], sentence: str, whole: tuple[Path, Callable[[Path], None]], tmp_path: Path
) -> None:
    folder, check = whole
    shutil.copytree(folder, tmp_path / "site")
    check(tmp_path / "site")
    damage(tmp_path / "site")
    with pytest.raises(NetzlageError, match=re.escape(f"Gefunden (1): {sentence}")):
        check(tmp_path / "site")


def test_a_changed_figure_stops_the_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built(tmp_path)
    before = tree(tmp_path / "site")

    def damaged(content: SiteContent, site: Path, **more: object) -> None:
        build(content, site, **more)  # type: ignore[arg-type]
        replaced_text(site / "karten/werte/2021-06-30.json", "6000", "6001")

    monkeypatch.setattr("maps.publication.build", damaged)
    with pytest.raises(NetzlageError, match=re.escape("Gefunden (1): karten/werte, haushalte-gigabit 05111 2021-06-30")):
        built(tmp_path)
    assert tree(tmp_path / "site") == before


def test_downloads_with_other_values_stop_the_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*given: object) -> list[Download]:
        done = write_downloads(*given)  # type: ignore[arg-type]
        for one in done:
            if one.path == "daten/2021-06-30/out_coverage__shares.parquet":
                (path,) = (tmp_path / "releases").rglob(one.path)
                table = pq.read_table(path)
                pq.write_table(table.set_column(table.schema.get_field_index("share"), "share", pa.array([0.6, 0.7])), path)
        return done

    monkeypatch.setattr("maps.publication.write_downloads", damaged)
    with pytest.raises(NetzlageError, match=r"daten/…/out_coverage__shares: andere Werte als in der Tabelle"):
        built(tmp_path)
    assert not (tmp_path / "site").exists()


def test_publish_and_rollback_turn_one_link(tmp_path: Path) -> None:
    first = built(tmp_path)
    one = tree(tmp_path / "site")
    second = built(tmp_path, publish=False, shift=0.1)
    assert (tmp_path / "site").is_symlink()
    assert tree(tmp_path / "site") == one
    store = Store(tmp_path)
    assert store.built() == second
    assert store.current() == first
    assert store.for_stand("2021-06-30") == second
    store.publish(second.release_id)
    assert tree(tmp_path / "site") != one
    assert second.before == first.release_id
    assert store.rollback() == (second, first)
    assert tree(tmp_path / "site") == one
    with pytest.raises(NetzlageError, match="keine frühere Veröffentlichung"):
        store.rollback()
    with pytest.raises(NetzlageError, match="2021-06-30"):
        store.for_stand("1999-12-31")


def test_a_site_folder_of_an_older_version_is_exchanged(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text("old", "utf-8")
    built(tmp_path)
    assert (tmp_path / "site").is_symlink()
    assert (tmp_path / "site/index.html").read_text("utf-8") != "old"


def test_two_builds_at_once_do_not_mix(tmp_path: Path) -> None:
    built(tmp_path)
    before = tree(tmp_path / "site")
    with Store(tmp_path).locked(), pytest.raises(NetzlageError, match="läuft noch"):
        built(tmp_path, shift=0.1)
    assert tree(tmp_path / "site") == before


KILLED = """
import sys
from pathlib import Path
from maps.releases.store import Store
store = Store(Path(sys.argv[1]))
with store.locked(), store.building() as part:
    (part / "site" / "index.html").write_text("half", "utf-8")
    print("ready", flush=True)
    sys.stdin.read()
"""


def test_a_build_killed_in_the_middle_leaves_the_site_and_the_next_one_cleans_up(tmp_path: Path) -> None:
    built(tmp_path)
    before = tree(tmp_path / "site")
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdout
    assert process.stdin
    assert process.stdout.readline() == b"ready\n"
    with pytest.raises(NetzlageError, match="läuft noch"):
        built(tmp_path)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    process.stdin.close()
    process.stdout.close()
    assert tree(tmp_path / "site") == before
    assert list((tmp_path / "releases").glob(".*.part"))
    release = built(tmp_path, shift=0.1)
    assert not list((tmp_path / "releases").glob(".*.part"))
    assert Store(tmp_path).current() == release


def test_a_kill_between_the_note_and_the_link_is_no_publication(tmp_path: Path) -> None:
    first, second = built(tmp_path), built(tmp_path, publish=False, shift=0.1)
    (tmp_path / "releases/published.json").write_text(json.dumps([first.release_id, second.release_id]), "utf-8")
    store = Store(tmp_path)
    assert store.current() == first
    assert store.history() == [first.release_id]


# What a release changed


def test_each_cause_of_a_change(tmp_path: Path) -> None:
    def row(ags: str, share: float | None, *, stand: int = 1, **more: object) -> dict[str, object]:
        return fact(ags, STANDS[stand], share, source_id=KREISE, basis="derived", method="cells", boundary_edition="e1") | more

    old = [
        row("05111", 0.5),
        row("05112", 0.5),
        row("05113", 0.5),
        row("05114", 0.5, numerator=50, denominator=100),
        row("05116", 0.5),
        row("05117", 0.5, stand=0),
        row("05119", 0.5),
    ]
    new = [
        row("05111", 0.5),
        row("05112", 0.6, boundary_edition="e2"),
        row("05113", 0.6, method="addresses_union"),
        row("05114", 0.25, numerator=50, denominator=200),
        row("05116", 0.6),
        row("05117", 0.7),
        row("05120", 0.7),
    ]
    for name, rows in (("old", old), ("new", new)):
        kept = [{k: v for k, v in r.items() if k in FIGURES.names} for r in rows]
        pq.write_table(pa.Table.from_pylist(kept, schema=FIGURES), tmp_path / f"{name}.parquet")
    limits = material(tmp_path / "m").limits
    found = changes(tmp_path / "new.parquet", tmp_path / "old.parquet", limits=limits).to_pylist()
    assert {r["ags"]: r["cause"] for r in found} == {
        "05111": "unchanged",
        "05112": "boundary_edition",
        "05113": "method",
        "05114": "denominator",
        "05116": "correction",
        "05117": "real_change",
        "05119": "dropped",
        "05120": "new",
    }
    assert next(r["difference_points"] for r in found if r["ags"] == "05117") == pytest.approx(20)


FIGURES = pa.schema([f for f in SCHEMA if f.name not in {"direction", "rollout", "origin", "visibility"}])


def test_the_page_of_a_stand_says_old_new_difference_and_cause(tmp_path: Path) -> None:
    built(tmp_path)
    first = (tmp_path / "site/daten/2021-06-30/aenderungen.html").read_text("utf-8")
    assert "Verglichen mit dem Stand davor" in first
    assert "+10,00" in first
    assert "tatsächliche Änderung" in first
    built(tmp_path, shift=0.05)
    second = (tmp_path / "site/daten/2021-06-30/aenderungen.html").read_text("utf-8")
    assert "zuletzt veröffentlichten Fassung" in second
    assert "+5,00" in second
    assert "Korrektur" in second


def test_the_pages_say_how_a_file_is_packed(site: Path) -> None:
    text = (site / "daten/2021-06-30/index.html").read_text("utf-8")
    for name, form in (("csv.gz", "CSV"), ("geojson.gz", "GeoJSON"), ("parquet", "Parquet")):
        packing = ", gzip" if name.endswith("gz") else ""
        assert re.search(rf'out_targets__status\.{re.escape(name)}">{form}</a> \(\d+ kB{packing}\)', text), name
    assert re.search(r'netzlage\.gpkg\.zip">GeoPackage</a> \(\d+ kB, zip\)', text)


def test_sizes_in_words() -> None:
    assert size(1_234_567, "de") == "1,2 MB"
    assert size(999, "en") == "1 kB"
