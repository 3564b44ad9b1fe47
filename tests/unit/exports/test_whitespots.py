"""The export of white spots: which Stand and kind answer, what the public may see, what only --internal shows."""

import datetime as dt
from pathlib import Path

import duckdb
import openpyxl
import pyogrio
import pytest

from geodata.errors import InputError
from geodata.exports.layers import Export
from geodata.exports.whitespots import chosen_kind, whitespots_export
from geodata.exports.whitespots_layers import Question, published_classes
from geodata.exports.write import SUFFIXES, write
from tests.unit.exports.whitespots_world import EVIL, connect, database

DAY = dt.date(2022, 6, 30)


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    path = tmp_path_factory.mktemp("world") / "netzlage.duckdb"
    database(path)
    return connect(path)


def asked(
    con: duckdb.DuckDBPyConnection, *, internal: bool, kind: str = "fixed_cells", lang: str = "de", threshold: str = "unter_100"
) -> Export:
    return whitespots_export(con, Question("05001", "Test", threshold, DAY, kind, "e", internal, lang))


def test_addresses_answer_only_who_may_see_them(con: duckdb.DuckDBPyConnection) -> None:
    assert chosen_kind(con, "unter_100", stand=None, cells=False, internal=False) == (DAY, "fixed_cells")
    assert chosen_kind(con, "unter_100", stand=None, cells=False, internal=True) == (DAY, "fixed_addresses")
    assert chosen_kind(con, "unter_100", stand=None, cells=True, internal=True) == (DAY, "fixed_cells")
    assert chosen_kind(con, "unter_100", stand="2021-06-30", cells=False, internal=True) == (dt.date(2021, 6, 30), "fixed_cells")


@pytest.mark.parametrize(
    ("threshold", "stand", "code", "told"),
    [
        ("unter_hundert", None, "threshold_unknown", "unter_100"),
        ("unter_100", "2020-12-31", "whitespots_stand_absent", "2021-06-30, 2022-06-30"),
        ("weiss_30", None, "whitespots_stand_absent", "weiss_30"),
    ],
)
def test_what_is_not_there_is_listed(con: duckdb.DuckDBPyConnection, threshold: str, stand: str | None, code: str, told: str) -> None:
    with pytest.raises(InputError, match=told) as refused:
        chosen_kind(con, threshold, stand=stand, cells=False, internal=False)
    assert refused.value.code == code


def test_a_set_that_no_variant_chains_has_no_layer_of_clusters(con: duckdb.DuckDBPyConnection) -> None:
    assert "Cluster" not in [layer.name for layer in asked(con, internal=False, threshold="weiss_30").layers]
    assert asked(con, internal=False, threshold="unter_400").layer("Cluster").table.num_rows == 0


def test_the_public_sees_merged_cells_and_coarse_clusters(con: duckdb.DuckDBPyConnection) -> None:
    export = asked(con, internal=False)
    assert [layer.name for layer in export.layers] == [
        "Übersicht",
        "Cluster",
        "Zellen",
        "Schulen",
        "Gewerbegebiete",
        "Definitionen",
        "Quellen",
    ]
    assert {layer.visibility for layer in export.layers} == {"public"}
    areas = export.layer("Übersicht").table.to_pylist()
    assert [(a["gebiet"], a["haushalte_unter"], a["haushalte_ohne_angekuendigt"]) for a in areas] == [
        ("Test", 4, None),
        ("Stadt", 4, None),
        (EVIL, 0, None),
    ]
    cells = export.layer("Zellen").table.to_pylist()
    assert [(c["teil"], c["seite_m"], c["haushalte"], c["haushalte_unter"]) for c in cells] == [(7, 200, 6, 6)]
    cluster = export.layer("Cluster").table.to_pylist()[0]
    assert (cluster["variante"], cluster["haushalte"]) == ("Potenzialgebiet unter 100 Mbit/s", 6)
    assert export.layer("Gewerbegebiete").table.num_rows == 0
    assert "ohne Ausbaumeldungen" in export.title
    assert "weißer Fleck" not in export.title


def test_internal_shows_addresses_and_says_so_on_every_layer_that_does(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    export = asked(con, internal=True, kind="fixed_addresses")
    assert export.layer("Adressen").visibility == "internal"
    address = export.layer("Adressen").table.to_pylist()[0]
    assert (address["einordnung"], address["haushalte"], address["hausnummer"], address["vorhanden_download"]) == (
        "gefoerdert",
        1.0,
        "3a",
        16.0,
    )
    assert export.layer("Zellen").table.to_pylist()[0]["zelle"] == "100mN56500E4001"
    assert export.layer("Cluster").table.to_pylist()[0]["haushalte"] == 7
    assert export.layer("Gewerbegebiete").visibility == "internal"
    book = openpyxl.load_workbook(write(export, tmp_path / "a.xlsx"))
    assert book.sheetnames == [
        "Übersicht",
        "Cluster",
        "Adressen",
        "Zellen",
        "Schulen",
        "Gewerbegebiete",
        "Definitionen",
        "Quellen",
    ]
    assert "nur für den Dienstgebrauch" in book["Adressen"]["A2"].value
    assert "Sichtbarkeit" in [c.value for c in book["Adressen"][4]]
    assert all("Sichtbarkeit: " in sheet["A2"].value for sheet in book)


def test_the_coarse_cluster_is_made_of_whole_parts(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = write(asked(con, internal=False), tmp_path / "a.gpkg")
    frame = pyogrio.read_dataframe(path, layer="Cluster")
    assert frame.geometry.area.tolist() == [40_000.0]
    assert str(frame.crs) == "EPSG:25832"
    exact = pyogrio.read_dataframe(write(asked(con, internal=True), tmp_path / "b.gpkg"), layer="Cluster")
    assert exact.geometry.area.iloc[0] < 40_000
    styled = pyogrio.read_dataframe(path, layer="layer_styles", read_geometry=False)
    assert set(styled["f_table_name"]) == {"Übersicht", "Cluster", "Zellen", "Schulen", "Gewerbegebiete"}


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("lang", ["de", "en"])
def test_every_form_in_both_languages(con: duckdb.DuckDBPyConnection, tmp_path: Path, suffix: str, lang: str) -> None:
    for layer in ("Zellen", "Übersicht", "Definitionen"):
        assert write(asked(con, internal=False, lang=lang), tmp_path / f"{layer}{suffix}", layer=layer).stat().st_size > 100


def test_only_sets_of_one_download_class_have_a_published_grid() -> None:
    assert published_classes("unter_100") == (100, None)
    assert published_classes("grau_100") == (100, 30)
    assert published_classes("richtlinie_2023") == (None, None)
    assert published_classes("ohne_glasfaser") == (None, None)
    assert published_classes("mobil_weiss") == (None, None)
