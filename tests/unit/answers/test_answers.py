"""`netzlage answer` and `netzlage compare` on a small database: sums, proofs, files, visibility, and what bad input is told."""

import csv
import datetime as dt
import hashlib
import io
import json
import shlex
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pytest
from click.testing import CliRunner, Result
from docx import Document

from geodata.answers.words import verdict
from geodata.errors import InputError
from geodata.targets import targets_table
from pipelines.cli import cli
from tests.conftest import ROOT

GIGABIT = ("--figure", "households_1000")


def call(*words: str, lang: str = "de") -> str:
    done = invoke(*words, lang=lang)
    assert done.exception is None, done.exception
    return done.output


def invoke(*words: str, lang: str = "de") -> Result:
    return CliRunner().invoke(cli, ["--lang", lang, *words], standalone_mode=False, env={"COLUMNS": "200"})


def refused(*words: str) -> str:
    done = invoke(*words)
    assert isinstance(done.exception, InputError), done.output
    assert done.exception.message("en")
    return done.exception.message("de")


def test_a_sum_is_of_numerators_and_denominators_and_says_that_it_is_estimated(output: Path) -> None:
    text = call("answer", "--gemeinde", "Attendorn", "--gemeinde", "Olpe", "--gemeinde", "Arnsberg", *GIGABIT, "--output", str(output))
    # 0.5 × 100 + 0.2 × 200 + 0.3 × 700 = 300 of 1000; the mean of the shares would be 33.33 %.
    assert "30,00 % (geschätzt)".replace(" %", "\u00a0%") in text
    assert "300 / 1.000 Haushalte" in text
    assert "33,33" not in text


def test_counts_are_summed_as_they_are_and_shares_without_counts_are_not(output: Path) -> None:
    text = call("answer", "--kreis", "Olpe", "--kreis", "05958", "--output", str(output))
    assert "71 / 127 Schulen" in text
    assert "keine Summe: veröffentlicht sind nur Anteile" in text
    assert "Demonstrationsdaten" not in text


@pytest.mark.parametrize(("beside", "is_told"), [(0.8125, False), (0.9, False), (0.9309, True), (None, False)])
def test_that_the_atlas_showed_as_much_is_said_only_where_it_did(beside: float | None, *, is_told: bool) -> None:
    chosen = next(t for t in targets_table().to_pylist() if t["target_id"] == "households_5g_2022")
    found = {"gap_points": 8.75, "gap_count": None, "kreis_rank": None, "ags": "05966", "status": "missed", "beside_share": beside}
    found |= {"beside_stand": dt.date(2021, 6, 30), "stand": dt.date(2025, 12, 31), "was_met_by_due": False}
    text = verdict(chosen | found, "de")
    assert ("so viel" in text) == is_told
    assert ("93,09" in text) == is_told


def test_where_an_area_has_no_data_there_is_no_sum(output: Path) -> None:
    text = call("answer", "--gemeinde", "Attendorn", "--gemeinde", "Schmallenberg", *GIGABIT, "--output", str(output))
    assert "keine Summe: nicht für alle Gebiete liegen Daten vor" in text
    assert "keine Daten" in text


def test_every_figure_has_stand_definition_source_hash_and_a_command_that_gives_it_again(output: Path) -> None:
    place = ("--output", str(output))
    path = output / "antwort.xlsx"
    call("answer", "--kreis", "Olpe", "--kreis", "Hochsauerlandkreis", "--land", *place, "--out", str(path))
    sheet = openpyxl.load_workbook(path)["Antwort"]
    heading, *rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=4)]
    found = [dict(zip(heading, row, strict=True)) for row in rows]
    known = [r for r in found if r["Anteil"] is not None]
    assert len(known) > 8
    for row in known:
        assert row["Stand"]
        assert row["Definition"]
        assert row["Quelle"]
        assert row["Grundlage"]
        assert row["Sichtbarkeit"] == "public"
        assert all(len(line.split(" ")) == 2 for line in row["Dateien (sha256)"].splitlines())
        again = output / "nochmal.xlsx"
        call(*shlex.split(row["Befehl"])[1:], "--out", str(again), "--force")
        values = [[c.value for c in r] for r in openpyxl.load_workbook(again)["Antwort"].iter_rows(min_row=5)]
        repeated = [dict(zip(heading, r, strict=True)) for r in values]
        same = [r for r in repeated if (r["Gebiet"], r["Angabe"]) == (row["Gebiet"], row["Angabe"])]
        keys = ("Anteil", "Zähler", "Nenner", "Stand", "Verfahren", "Dateien (sha256)", "Befehl")
        assert [[r[k] for k in keys] for r in same] == [[row[k] for k in keys]]


def test_the_files_behind_a_figure(output: Path) -> None:
    text = call("answer", "--kreis", "Olpe", "--figure", "schools_1000", "--output", str(output))
    assert "register_2021-06-30.csv" in text
    assert "status_2021-06-30.csv" in text
    assert "households_2021-06-30.csv" not in text
    total = call("answer", "--kreis", "Olpe", "--kreis", "05958", *GIGABIT, "--output", str(output))
    assert "households_2022-05-15.csv" in total  # the weights of an estimated sum are named
    assert "businesses_2021-06-30.csv" not in total


def test_a_list_of_areas_from_a_file(output: Path) -> None:
    path = output / "wahlkreis.txt"
    path.write_text("# Wahlkreis\n05966004\nOlpe  # die Stadt\n\n", "utf-8")
    text = call("answer", "--areas-file", str(path), *GIGABIT, "--output", str(output))
    assert "90 / 300 Haushalte" in text  # the Stadt Olpe, not the Kreis: 0.5 × 100 + 0.2 × 200
    assert f"--areas-file {path}" in text


def test_word_holds_the_same_figures_and_no_clock(output: Path) -> None:
    paths = [output / "eins.docx", output / "zwei.docx"]
    for path in paths:
        call("answer", "--kreis", "Olpe", "--output", str(output), "--out", str(path))
    assert len({hashlib.sha256(p.read_bytes()).hexdigest() for p in paths}) == 1
    word = Document(str(paths[0]))
    cells = [c.text for t in word.tables for row in t.rows for c in row.cells]
    assert "20,00\u00a0%" in cells
    assert any(len(c) == 64 for c in cells)
    assert any(p.text.endswith(f"--output {output}") and "netzlage answer --kreis 05966" in p.text for p in word.paragraphs)
    assert (word.core_properties.author, str(word.core_properties.created)) == ("Netzlage", "2021-06-30 00:00:00+00:00")
    assert {i.date_time[0] for i in zipfile.ZipFile(paths[0]).infolist()} == {1980}
    assert word.paragraphs[0].style.name == "Heading 1"


@pytest.mark.parametrize("output", ["demo"], indirect=True)
@pytest.mark.parametrize("suffix", ["txt", "docx", "xlsx"])
def test_invented_data_are_marked_in_name_and_content(output: Path, suffix: str) -> None:
    said = call("answer", "--kreis", "Olpe", "--output", str(output), "--out", str(output / f"a.{suffix}"))
    path = output / f"DEMO_a.{suffix}"
    assert str(path) in said
    content = path.read_bytes() if suffix == "txt" else b"".join(zipfile.ZipFile(path).read(n) for n in zipfile.ZipFile(path).namelist())
    assert b"Demonstrationsdaten, schematische Grenzen" in content


def test_what_is_not_public_needs_internal(output: Path) -> None:
    place = ("--kreis", "Olpe", "--output", str(output))
    assert "90,00" not in call("answer", *place)
    text = call("answer", *place, "--internal")
    assert "90,00\u00a0%" in text
    assert "Enthält Angaben, die nicht öffentlich sind" in text
    assert " --internal" in text
    assert "liegt nichts vor" in refused("answer", *place, "--figure", "households_30")


def test_targets_are_said_with_gap_and_rank(output: Path) -> None:
    text = call("answer", "--kreis", "Olpe", "--output", str(output))
    assert "gefordert 100,00\u00a0% bis 31.12.2025 – Zum Stichtag liegt kein Datenstand vor (letzter: 30.06.2021)" in text
    assert "es fehlen 80,00 Prozentpunkte, 240 Haushalte (geschätzt); Rang 2 von 2 Kreisen" in text
    assert "B3" not in text.split("Definitionen")[0].split()  # what has no data has no command
    english = call("answer", "--kreis", "Olpe", "--output", str(output), lang="en")
    assert "20.00\u00a0%" in english
    assert "rank 2 of 2 Kreise" in english
    assert "--lang en" in english


def test_counts_are_numbers_without_a_share(output: Path) -> None:
    figure = ("--figure", "extensions_5g", "--output", str(output))
    text = call("answer", "--kreis", "Olpe", "--kreis", "05958", "--land", *figure)
    assert [line.split()[3] for line in text.splitlines() if line.startswith("5G-Erweiterungen von")] == ["100", "40", "60", "4.500"]
    assert "gefordert > 10.300 5G-Erweiterungen bis 31.12.2024" in text
    assert "es fehlen 5.801 5G-Erweiterungen" in text


def test_a_projection_is_internal_and_says_where_there_is_none(output: Path) -> None:
    place = ("answer", "--kreis", "Olpe", "--output", str(output))
    assert "Prognose" not in call(*place)
    text = call(*place, "--internal")
    assert "Haushalte mit Gigabit (Festnetz) am 31.12.2021: keine belastbare Prognose – für Glasfaser oder Kabel" in text
    assert "am 30.06.2022: zwischen 20,00\u00a0% und 30,00\u00a0%, in mindestens 60 von 100 Fällen" in text
    assert "voraussichtlich 25,00\u00a0% (20,00\u00a0% bis 30,00\u00a0%, in 80 von 100 Fällen" in text
    call(*place, "--internal", "--out", str(output / "intern.xlsx"))
    book = openpyxl.load_workbook(output / "intern.xlsx")
    assert book["Prognose"].max_row == 7
    assert "nur für den Dienstgebrauch" in str(book["Antwort"]["A2"].value)


def test_compare_in_its_three_forms(output: Path) -> None:
    words = ("compare", "--kreis", "Olpe", "--with", "Hochsauerlandkreis", "--with", "Nordrhein-Westfalen", "--output", str(output))
    rows = json.loads(call(*words, "--format", "json"))
    found = {r["ags"]: r for r in rows if r["figure_id"] == "households_1000"}
    assert {a: r["share"] for a, r in found.items()} == {"05966": 0.2, "05958": pytest.approx(0.8), "05": 0.6}
    assert {a: r["difference_points"] for a, r in found.items()} == {"05966": 0, "05958": 60, "05": 40}
    assert {a: (r["kreis_rank"], r["stand"]) for a, r in found.items()} == {
        k: (n, "2021-06-30") for k, n in (("05966", 2), ("05958", 1), ("05", None))
    }
    table = call(*words)
    assert "80,00\u00a0%" in table
    assert "+60,00" in table
    assert "Olpe: Haushalte mit Gigabit" in table
    lines = list(csv.DictReader(io.StringIO(call(*words, "--format", "csv"))))
    assert [r["figure_id"] for r in lines] == [r["figure_id"] for r in rows]


def test_compare_reaches_the_other_laender_and_the_bund(output: Path) -> None:
    rows = json.loads(
        call("compare", "--kreis", "05", "--with", "Bayern", "--with", "Deutschland", "--format", "json", "--output", str(output))
    )
    assert {r["area"]: r["share"] for r in rows if r["figure_id"] == "households_1000"} == {
        "Nordrhein-Westfalen": 0.6,
        "Bayern": 0.68,
        "Deutschland": 0.62,
    }


def test_compare_takes_the_newest_stand_that_all_have(output: Path) -> None:
    rows = json.loads(
        call("compare", "--kreis", "Olpe", "--with", "05958", "--stand", "2020-12-31", "--format", "json", "--output", str(output))
    )
    assert {r["stand"] for r in rows if r["share"] is not None} == {"2020-12-31"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("answer", "--kreis", "Olppe"), "Olpe (05966)"),
        (("answer", "--kreis", "Attendorn"), "Kein Gebiet heißt"),
        (("answer",), "--areas-file"),
        (("answer", "--kreis", "Olpe", "--gemeinde", "Attendorn"), "zählt die Summe sie zweimal"),
        (("answer", "--kreis", "Olpe", "--kreis", "05966"), "zählt die Summe sie zweimal"),
        (("answer", "--kreis", "Olpe", "--stand", "2019-12-31"), "2020-12-31, 2021-06-30"),
        (("answer", "--kreis", "Olpe", "--figure", "haushalte"), "households_1000"),
        (("answer", "--kreis", "Olpe", "--method", "geraten"), "liegt nichts vor"),
        (("answer", "--kreis", "Olpe", "--out", "a.pdf"), ".docx"),
        (("answer", "--areas-file", "nirgends.txt"), "nirgends.txt"),
        (("compare", "--kreis", "Olpe", "--with", "Olpe"), "nicht mit sich selbst"),
        (("compare", "--kreis", "Olpe", "--with", "Hochsauerlandkries"), "Hochsauerlandkreis (05958)"),
        (("compare", "--kreis", "e", "--with", "Olpe"), "Mehrere Gebiete"),
    ],
)
def test_bad_input_is_told(output: Path, words: tuple[str, ...], told: str) -> None:
    assert told in refused(*words, "--output", str(output))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"Olpe\nAttendorm\n", "Zeile 2"),
        (b"# nichts\n\n", "nennt kein Gebiet"),
        (b"\x00\x01", "kann nicht gelesen werden"),
        ("Köln\n".encode("cp1252"), "Zeile 1"),
        (b"05966\n05966004\n", "zählt die Summe sie zweimal"),
    ],
)
def test_a_bad_list_is_told(output: Path, content: bytes, told: str) -> None:
    path = output / "liste.txt"
    path.write_bytes(content)
    assert told in refused("answer", "--areas-file", str(path), "--output", str(output))


def test_a_file_that_exists_needs_force_and_a_folder_is_none(output: Path) -> None:
    place = ("answer", "--kreis", "Olpe", "--output", str(output), "--out")
    path = output / "a.txt"
    call(*place, str(path))
    before = path.read_bytes()
    path.write_text("von Hand", "utf-8")
    assert "--force" in refused(*place, str(path))
    assert path.read_text("utf-8") == "von Hand"
    call(*place, str(path), "--force")
    assert path.read_bytes() == before
    assert "kann nicht geschrieben werden" in refused(*place, str(path / "b.txt"), "--force")


def test_every_command_of_the_page_works(output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (ROOT / "docs/ziele.md").read_text("utf-8").splitlines()
    commands = [shlex.split(line)[1:] for line in lines if line.startswith("netzlage ")]
    assert len(commands) == 7
    monkeypatch.chdir(output)
    (output / "wahlkreis.txt").write_text("Attendorn\nOlpe\n", "utf-8")
    for words in commands:
        lang = "en" if "en" in words else "de"
        assert call(*[w for w in words if w not in {"--lang", "en"}], "--output", str(output), lang=lang)


@pytest.mark.parametrize(
    ("wanted", "ags"), [("Land", "05"), ("nrw", "05"), ("NORDRHEIN-Westfalen", "05"), ("Bund", "00"), ("deutschland", "00")]
)
def test_the_land_and_the_bund_by_what_people_call_them(output: Path, wanted: str, ags: str) -> None:
    words = ("compare", "--kreis", "Olpe", "--with", wanted, *GIGABIT, "--format", "json", "--output", str(output))
    assert [r["ags"] for r in json.loads(call(*words))] == ["05966", ags]


def test_tables_of_one_file_are_one_source(output: Path) -> None:
    with duckdb.connect(str(output / "netzlage.duckdb")) as con:
        con.execute(
            "INSERT INTO out_run__sources SELECT * REPLACE ('part' AS \"table\") FROM out_run__sources WHERE source_id = 'msb__schools'"
        )
    text = call("answer", "--kreis", "Olpe", "--figure", "schools_1000", "--output", str(output))
    assert text.count("register_2021-06-30.csv") == 1
    assert "D1, Q1–2, B1" in text
