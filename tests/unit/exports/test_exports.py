"""Every form of export, read back by another program: types, headings, CRS, styles, marks, and what is refused."""

import contextlib
import csv
import datetime as dt
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import InputError, NetzlageError
from geodata.exports.delimited import harmless
from geodata.exports.layers import Export, Field, Layer, plain, strictest
from geodata.exports.styles import categorised, graduated, single
from geodata.exports.target import DEMO_NAME, target_path, written
from geodata.exports.write import SUFFIXES, write

FIELDS = (
    Field("gemeinde", "Gemeinde", "Name der Gemeinde", "text"),
    Field("haushalte", "Haushalte", "Haushalte ohne Versorgung", "count"),
    Field("trasse_m", "Trasse (m)", "Länge", "decimal"),
    Field("anteil", "Anteil", "Anteil 0–1", "percent"),
    Field("stand", "Stand", "Datenstand", "date"),
    Field("versorgt", "Versorgt", "ja oder nein", "flag"),
)
DAY = dt.date(2021, 6, 30)
MIDNIGHT = dt.datetime.combine(DAY, dt.time())
SQUARE = shapely.box(420000, 5660000, 420100, 5660100)
EVIL = '=HYPERLINK("http://x")'


def layer(name: str = "cluster", visibility: str = "public", *, geometry: bool = True) -> Layer:
    source = pa.table(
        {
            "gemeinde": ["Olpe", EVIL, None],
            "haushalte": [12.4, None, 0.0],
            "trasse_m": [1.5, None, 2.25],
            "anteil": [0.25, None, 1.0],
            "stand": [DAY, DAY, None],
            "versorgt": [True, False, None],
            "geometry": shapely.to_wkb([SQUARE, shapely.MultiPolygon([SQUARE.reverse()]), SQUARE]).tolist(),
        }
    )
    return Layer(
        name,
        "Cluster im Kreis Olpe",
        FIELDS,
        plain(source, FIELDS, geometry="MultiPolygon" if geometry else None),
        visibility,
        DAY,
        "dl-de/by-2-0",
        "Land NRW & Partner",
        "MultiPolygon" if geometry else None,
        graduated("haushalte", [(0, 10, "bis 10", "#fff3c4"), (10, 99, "über 10", "#241f3f")], geometry="MultiPolygon"),
    )


def export(*, demo: bool = False, visibility: str = "public") -> Export:
    return Export("Weiße Flecken", (layer(visibility=visibility), layer("uebersicht", geometry=False)), "cluster", demo)


def test_a_geopackage_opens_with_crs_types_headings_and_styles(tmp_path: Path) -> None:
    path = write(export(), tmp_path / "olpe.gpkg")
    assert [list(row) for row in pyogrio.list_layers(path)] == [["cluster", "MultiPolygon"], ["uebersicht", None], ["layer_styles", None]]
    info = pyogrio.read_info(path, layer="cluster")
    assert info["crs"] == "EPSG:25832"
    assert list(info["fields"]) == [f.name for f in FIELDS]
    assert info["ogr_types"] == ["OFTString", "OFTInteger64", "OFTReal", "OFTReal", "OFTDate", "OFTInteger"]
    assert info["ogr_subtypes"][-1] == "OFSTBoolean"
    assert info["layer_metadata"]["SICHTBARKEIT"] == "public"
    assert info["layer_metadata"]["LIZENZ"] == "dl-de/by-2-0"
    frame = pyogrio.read_dataframe(path, layer="cluster")
    assert frame.geometry.geom_type.unique().tolist() == ["MultiPolygon"]
    assert frame.geometry.area.tolist() == [10000.0] * 3
    assert frame["haushalte"].tolist()[0] == 12
    assert frame["haushalte"].isna().tolist() == [False, True, False]
    with closing(sqlite3.connect(path)) as con:
        named = con.execute("SELECT column_name, name, description FROM gpkg_data_columns WHERE table_name = 'cluster'").fetchall()
        assert ("trasse_m", "Trasse (m)", "Länge") in named
        style = con.execute("SELECT f_table_name, f_geometry_column, useAsDefault, styleQML FROM layer_styles").fetchall()
        assert [row[:3] for row in style] == [("cluster", "geom", 1)]
        assert ET.fromstring(style[0][3]).find("renderer-v2").get("attr") == "haushalte"  # type: ignore[union-attr]  # noqa: S314
        assert con.execute("SELECT DISTINCT last_change FROM gpkg_contents").fetchall() == [("2021-06-30T00:00:00.000Z",)]
        assert con.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_workbook_has_titles_frozen_headings_filters_and_numbers(tmp_path: Path) -> None:
    path = write(export(visibility="internal"), tmp_path / "olpe.xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["cluster", "uebersicht"]
    sheet = book["cluster"]
    assert sheet["A1"].value == "Cluster im Kreis Olpe"
    assert "nur für den Dienstgebrauch" in sheet["A2"].value
    assert "öffentlich" in book["uebersicht"]["A2"].value
    assert [c.value for c in sheet[4]] == [f.alias for f in FIELDS]
    assert [c.value for c in sheet[5]] == ["Olpe", 12, 1.5, 0.25, MIDNIGHT, "ja"]
    assert sheet["A6"].value == EVIL
    assert sheet["A6"].data_type == "s"
    assert [c.value for c in sheet[6]][1:4] == [None] * 3
    assert [c.value for c in sheet[7]][1] == 0
    assert [sheet.cell(5, c).number_format for c in range(2, 6)] == ["#,##0", "#,##0.00", "0.00 %", "dd.mm.yyyy"]
    assert sheet.freeze_panes == "B5"
    assert sheet.auto_filter.ref == "A4:F7"
    assert book.properties.created == MIDNIGHT
    assert write(export(visibility="internal"), tmp_path / "zwei.xlsx").read_bytes() == path.read_bytes()


def test_geojson_is_rfc_7946(tmp_path: Path) -> None:
    path = write(export(), tmp_path / "olpe.geojson")
    found = json.loads(path.read_text("utf-8"))
    assert found["netzlage"]["sichtbarkeit"] == "public"
    assert "crs" not in found
    assert [f["properties"]["haushalte"] for f in found["features"]] == [12, None, 0]
    for feature in found["features"]:
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        assert shapely.get_coordinates(shape)[0] == pytest.approx([7.86, 51.09], abs=0.02)
        rings = [shape.exterior] if shape.geom_type == "Polygon" else [g.exterior for g in shape.geoms]
        assert all(shapely.is_ccw(ring) for ring in rings)


def test_csv_for_excel_in_german_and_for_programs_in_english(tmp_path: Path) -> None:
    path = write(export(), tmp_path / "olpe.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[0]["trasse_m"] == "1,5"
    assert rows[1]["gemeinde"] == "'" + EVIL
    assert rows[1]["haushalte"] == ""
    assert rows[2]["haushalte"] == "0"
    english = Export("White spots", (layer(),), "cluster", demo=False, lang="en")
    assert "1.5" in write(english, tmp_path / "olpe_en.csv").read_text("utf-8-sig").splitlines()[1].split(",")


def test_parquet_is_geoparquet_and_duckdb_reads_it(tmp_path: Path) -> None:
    path = write(export(), tmp_path / "olpe.parquet")
    with duckdb.connect() as con:
        assert con.execute("SELECT gemeinde, haushalte FROM read_parquet($p) LIMIT 1", {"p": str(path)}).fetchall() == [("Olpe", 12)]
    schema = pq.read_schema(path)
    assert json.loads(schema.metadata[b"geo"])["columns"]["geometry"]["crs"]["id"] == {"authority": "EPSG", "code": 25832}
    assert schema.field("trasse_m").metadata[b"alias"] == b"Trasse (m)"
    assert pyogrio.read_info(write(export(), tmp_path / "a.gpkg"), layer="cluster")["features"] == 3


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_demo_data_are_marked_in_name_and_content(tmp_path: Path, suffix: str) -> None:
    path = write(export(demo=True), tmp_path / f"olpe{suffix}")
    assert path.name == f"DEMO_olpe{suffix}"
    if suffix == ".gpkg":
        for name in ("cluster", "uebersicht"):
            assert "Demonstrationsdaten" in pyogrio.read_info(path, layer=name)["layer_metadata"]["HINWEIS"]
    elif suffix == ".xlsx":
        assert all("Demonstrationsdaten" in sheet["A2"].value for sheet in openpyxl.load_workbook(path))
    elif suffix == ".geojson":
        assert "Demonstrationsdaten" in json.loads(path.read_text("utf-8"))["netzlage"]["hinweis"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_equal_input_gives_equal_content(tmp_path: Path, suffix: str) -> None:
    one, two = (write(export(), tmp_path / f"{n}{suffix}") for n in "ab")
    if suffix == ".gpkg":
        with closing(sqlite3.connect(one)) as a, closing(sqlite3.connect(two)) as b:
            assert list(a.iterdump()) == list(b.iterdump())
    else:
        assert one.read_bytes() == two.read_bytes()


def test_what_lies_there_stays_unless_forced(tmp_path: Path) -> None:
    (tmp_path / "olpe.csv").write_text("alt", "utf-8")
    with pytest.raises(InputError) as refused:
        write(export(), tmp_path / "olpe.csv")
    assert refused.value.code == "export_exists"
    assert (tmp_path / "olpe.csv").read_text("utf-8") == "alt"
    write(export(), tmp_path / "olpe.csv", force=True)
    assert "Olpe" in (tmp_path / "olpe.csv").read_text("utf-8-sig")


def test_bad_paths_are_one_error_and_leave_nothing(tmp_path: Path) -> None:
    (tmp_path / "datei").write_text("", "utf-8")
    (tmp_path / "ordner.csv").mkdir()
    for wanted, code in (
        ("olpe.shp", "export_suffix"),
        ("olpe", "export_suffix"),
        ("datei/olpe.csv", "export_not_writable"),
        ("ordner.csv", "export_not_writable"),
    ):
        with pytest.raises(InputError) as refused:
            write(export(), tmp_path / wanted)
        assert refused.value.code == code
    with pytest.raises(InputError, match="cluster, uebersicht"):
        write(export(), tmp_path / "olpe.csv", layer="nichts")
    with contextlib.suppress(ZeroDivisionError), written(tmp_path / "halb.csv") as part:
        part.write_text(str(1 / len(part.suffix[4:])), "utf-8")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["datei", "ordner.csv"]


def test_a_name_gets_its_mark_once() -> None:
    assert target_path("x/DEMO_a.csv", suffixes=SUFFIXES, demo=True, force=False).name == "DEMO_a.csv"
    assert target_path("x/a.CSV", suffixes=SUFFIXES, demo=True, force=False).name == DEMO_NAME + "a.CSV"
    assert target_path("x/a.csv", suffixes=SUFFIXES, demo=False, force=False).name == "a.csv"


def test_a_layer_without_a_column_is_refused() -> None:
    with pytest.raises(NetzlageError) as refused:
        plain(pa.table({"gemeinde": ["Olpe"]}), FIELDS)
    assert refused.value.code == "export_field_absent"
    assert strictest(["public", "confidential", "internal"]) == "confidential"
    assert strictest([]) == "public"


def test_styles_name_their_field_values_and_colours() -> None:
    root = ET.fromstring(categorised("art", [("a", "Art <A>", "#102030"), ("b", "B", "#ffffff")], geometry="Point"))  # noqa: S314
    assert [c.get("label") for c in root.iter("category")] == ["Art <A>", "B"]
    assert [o.get("value") for o in root.iter("Option") if o.get("name") == "color"] == ["16,32,48,255", "255,255,255,255"]
    assert {s.get("type") for s in root.iter("symbol")} == {"marker"}
    assert [s.get("type") for s in ET.fromstring(single("#102030", geometry="MultiPolygon")).iter("symbol")] == ["fill"]  # noqa: S314


@given(st.text())
def test_no_text_becomes_a_formula(text: str) -> None:
    shown = harmless(text)
    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert shown.removeprefix("'") == text or shown == text
