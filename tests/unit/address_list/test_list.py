"""The address list: one reason per address, replies read back from every form, every change logged, nothing lost."""

import datetime as dt
from collections import Counter
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.address_list.export import MAIN, address_export, reply_export
from geodata.address_list.reasons import CODES, reasons
from geodata.address_list.replies import Replies, read_replies, replied, with_reasons
from geodata.address_list.rows import Kreis, list_rows
from geodata.errors import InputError
from geodata.exports.write import write
from geodata.supply import Addresses, Deliveries, supply
from geodata.tables import file_hash
from geodata.thresholds import load_thresholds
from pipelines.cli.addresses import report
from tests.unit.test_supply import Offer, tables

STAND = dt.date(2021, 6, 30)
UNDER = load_thresholds()["unter_100"]
SOON = dt.date(2022, 6, 30)
OFFERS: list[Offer] = [
    (0, 1000.0, 50.0, "hfc", "existing", None, "kabel"),
    (0, 50.0, 10.0, "fttc", "existing", None, "nord"),
    (1, 50.0, 10.0, "fttc", "existing", None, "nord"),
    (1, 1000.0, 500.0, "ftth", "planned", SOON, "glas"),
    (2, 16.0, None, "fttc", "existing", None, "nord"),
    (3, 16.0, 1.0, "fttc", "existing", None, "nord"),
]
FUNDED = pa.array([None, None, "FG-1", None, None, None], pa.string()).dictionary_encode()


@pytest.fixture
def kreis() -> Kreis:
    offers, matches = tables(OFFERS)
    ags = [*["05966000"] * 5, None]
    places = pa.table({"cell_id": pa.array([0] * 6, pa.int32()), "ags": pa.array(ags), "zensus_row": pa.array([0] * 6, pa.int32())})
    found = supply(offers, matches, Addresses(places, np.array([60_000]), FUNDED), Deliveries(STAND, ["05966"], "delivered", "internal"))
    addresses = pa.table(
        {
            "address_id": ["A0", "A1", "A2", "A3", "A4", "A5"],
            "street": ["=SUMME(1;2)", "Weg", "Weg", "Weg", "Weg", "Weg"],
            "house_number": pa.array([1, 2, 3, 4, 5, 6], pa.int32()),
            "suffix": [""] * 6,
            "place": ["Olpe"] * 6,
            "easting_m": [400_000.0 + i for i in range(6)],
            "northing_m": [5_650_000.0] * 6,
        }
    )
    return Kreis("05966", STAND, addresses, found, offers.append_column("address", matches["address_row"]), frozenset({"B0"}))


def rows_of(kreis: Kreis) -> pa.Table:
    return list_rows(kreis, UNDER, "de")


def written(kreis: Kreis, folder: Path, suffix: str) -> Path:
    return write(address_export(kreis, "Olpe", rows_of(kreis), "de"), folder / f"liste{suffix}")


def test_one_reason_per_address(kreis: Kreis) -> None:
    found = {r["adress_id"]: r for r in rows_of(kreis).to_pylist()}
    assert {k: r["grund"] for k, r in found.items()} == {
        "A0": "versorgt",
        "A1": "angekuendigt",
        "A2": "gefoerdert",
        "A3": "foerderfaehig",
        "A4": "foerderfaehig",
        "A5": "unbekannt",
    }
    assert "glas" in found["A1"]["begruendung"]
    assert "FG-1" in found["A2"]["begruendung"]
    assert "16 Mbit/s" in found["A3"]["begruendung"]
    english = {r["begruendung"] for r in list_rows(kreis, UNDER, "en").to_pylist()}
    assert len(english) == 6
    assert all("Mbit/s" in s for s in english)


@pytest.mark.parametrize("name", list(load_thresholds()))
def test_every_address_has_a_code_in_every_set(kreis: Kreis, name: str) -> None:
    found = reasons(kreis.supply, load_thresholds()[name])
    assert set(found.codes) <= set(CODES)
    assert len(found.codes) == 6


def test_what_lies_beneath_a_set_says_so(kreis: Kreis) -> None:
    found = {r["adress_id"]: r for r in list_rows(kreis, load_thresholds()["grau_100"], "de").to_pylist()}
    assert found["A3"]["in_menge"] is False
    assert "zählt in einer anderen" in found["A3"]["begruendung"]
    assert found["A1"]["in_menge"] is True


def changed_workbook(path: Path, changes: dict[str, dict[str, object]]) -> Path:
    """The workbook with other values, as a person would type them below the headings."""
    book = openpyxl.load_workbook(path)
    sheet = book[MAIN]
    headings = {str(c.value): c.column for c in sheet[4]}
    for row in range(5, sheet.max_row + 1):
        for heading, value in changes.get(str(sheet.cell(row, headings["Adress-ID"]).value), {}).items():
            sheet.cell(row, headings[heading]).value = value
    path.unlink()
    book.save(path)
    return path


def answered(kreis: Kreis, *paths: Path) -> tuple[Replies, pa.Table]:
    before = rows_of(kreis)
    found = read_replies(list(paths), kreis, before)
    return found, rows_of(replied(kreis, found))


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".gpkg"])
def test_an_unchanged_list_changes_nothing(kreis: Kreis, tmp_path: Path, suffix: str) -> None:
    found, after = answered(kreis, written(kreis, tmp_path, suffix))
    assert found.changes.num_rows == 0, found.changes.to_pylist()
    assert [(r["read"], r["accepted"], r["quarantined"]) for r in found.notes.accounting.to_pylist()] == [(6, 6, 0)]
    assert after.equals(rows_of(kreis))


def test_a_reply_is_recomputed_and_logged_with_who_what_and_when(kreis: Kreis, tmp_path: Path) -> None:
    path = changed_workbook(
        written(kreis, tmp_path, ".xlsx"),
        {
            # The cable operator takes its line back: the next best of another operator comes up.
            "A0": {"Vorhanden Download (Mbit/s)": 0, "Datum der Antwort": dt.date(2021, 9, 1)},
            # A new operator announces fibre.
            "A3": {
                "Angekündigt Download (Mbit/s)": 1000,
                "Angekündigt Upload (Mbit/s)": 500,
                "Angekündigt Technik": "FTTH",
                "Angekündigt Betreiber": "neu",
                "Angekündigt bis": "31.12.2023",
                "Datum der Antwort": "01.09.2021",
            },
            # The street is no matter of a reply.
            "A2": {"Straße": "Gasse"},
        },
    )
    found, after = answered(kreis, path)
    rows = {r["adress_id"]: r for r in after.to_pylist()}
    assert (rows["A0"]["vorhanden_download"], rows["A0"]["vorhanden_betreiber"], rows["A0"]["grund"]) == (50.0, "nord", "foerderfaehig")
    assert (rows["A3"]["angekuendigt_download"], rows["A3"]["angekuendigt_quelle"], rows["A3"]["grund"]) == (
        1000.0,
        path.name,
        "angekuendigt",
    )
    assert rows["A3"]["haushalte"] == 1.0
    log = with_reasons(found, rows_of(kreis), after).to_pylist()
    kept = [(r["adress_id"], r["spalte"], r["alt"], r["neu"], r["uebernommen"]) for r in log]
    assert ("A0", "vorhanden_download", "1000", "0", True) in kept
    assert ("A3", "angekuendigt_bis", "", "2023-12-31", True) in kept
    assert ("A2", "strasse", "Weg", "Gasse", False) in kept
    assert ("A0", "grund", "versorgt", "foerderfaehig", True) in kept
    assert ("A3", "grund", "foerderfaehig", "angekuendigt", True) in kept
    assert len(kept) == 9
    assert {r["sha256"] for r in log} == {file_hash(path)}
    assert {r["antwort_datum"] for r in log if r["uebernommen"]} == {dt.date(2021, 9, 1)}


def test_the_later_of_two_replies_counts_and_both_are_logged(kreis: Kreis, tmp_path: Path) -> None:
    files = []
    for name, speed, day in (("eins", 250, dt.date(2021, 9, 2)), ("zwei", 30, dt.date(2021, 9, 1))):
        (tmp_path / name).mkdir()
        path = changed_workbook(
            written(kreis, tmp_path / name, ".xlsx"), {"A3": {"Vorhanden Download (Mbit/s)": speed, "Datum der Antwort": day}}
        )
        files.append(path.rename(tmp_path / f"{name}.xlsx"))
    found, after = answered(kreis, *files)
    assert {r["adress_id"]: r["vorhanden_download"] for r in after.to_pylist()}["A3"] == 250.0
    assert [(r["datei"], r["neu"]) for r in found.changes.to_pylist()] == [("eins.xlsx", "250"), ("zwei.xlsx", "30")]


BAD: dict[str, tuple[dict[str, str], str]] = {
    "unknown address": ({"adress_id": "X9"}, "reply_address_unknown"),
    "another Stand": ({"stand": "2020-12-31"}, "reply_of_other_stand"),
    "no date": ({"vorhanden_download": "100"}, "reply_without_date"),
    "no speed": ({"vorhanden_download": "schnell"}, "not_a_speed"),
    "a negative speed": ({"vorhanden_download": "-5"}, "not_a_speed"),
    "an ambiguous number": ({"vorhanden_download": "1.000"}, "number_ambiguous"),
    "no date at all": ({"antwort_datum": "gestern"}, "not_a_date"),
    "an unknown technology": ({"vorhanden_technik": "Brieftaube", "antwort_datum": "2021-09-01"}, "unknown_word"),
    "announced without a day": (
        {"angekuendigt_download": "1000", "angekuendigt_betreiber": "x", "angekuendigt_technik": "ftth", "antwort_datum": "2021-09-01"},
        "value_missing",
    ),
    "announced by nobody": ({"angekuendigt_download": "1000", "antwort_datum": "2021-09-01"}, "value_missing"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_row_is_refused_with_its_reason_and_the_others_count(kreis: Kreis, tmp_path: Path, case: str) -> None:
    fields, reason = BAD[case]
    good = {"adress_id": "A4", "vorhanden_download": "1000", "vorhanden_technik": "ftth", "vorhanden_betreiber": "x"}
    rows = [{"adress_id": "A3"} | fields, good | {"antwort_datum": "2021-09-01"}, {"adress_id": "B0"}, {"adress_id": "A4"}]
    names = [
        "adress_id",
        "stand",
        "antwort_datum",
        *(f"{p}_{c}" for p in ("vorhanden", "angekuendigt") for c in ("download", "technik", "betreiber")),
    ]
    now = {r["adress_id"]: r for r in rows_of(kreis).to_pylist()}
    text = [";".join(names)]
    for row in rows:
        known = now.get(row["adress_id"], now["A3"])
        text.append(";".join(row.get(n, "" if known[n] is None else str(known[n])) for n in names))
    path = tmp_path / "antwort.csv"
    path.write_text("\n".join(text), "utf-8")
    found, after = answered(kreis, path)
    assert Counter(found.notes.quarantine["reason"].to_pylist()) == Counter([reason, "duplicate_key"])
    assert all(s and "antwort.csv" in s for s in found.notes.quarantine["sentence"].to_pylist())
    assert found.notes.accounting.to_pylist()[0]["outside_area"] == 1
    codes = {r["adress_id"]: r["grund"] for r in after.to_pylist()}
    assert (codes["A3"], codes["A4"]) == ("foerderfaehig", "versorgt")


@given(st.binary(max_size=300), st.sampled_from([".xlsx", ".csv", ".gpkg"]))
def test_any_bytes_are_one_error_or_rows(tmp_path_factory: pytest.TempPathFactory, data: bytes, suffix: str) -> None:
    path = tmp_path_factory.mktemp("bytes") / f"antwort{suffix}"
    path.write_bytes(data)
    empty = Kreis("05966", STAND, pa.table({"address_id": pa.array([], pa.string())}), pa.table({}), pa.table({}), frozenset())
    with pytest.raises(InputError, match=r"antwort\."):
        read_replies([path], empty, pa.table({"adress_id": pa.array([], pa.string()), "geometry": pa.array([], pa.binary())}))


def test_formulas_stay_text_and_the_visibility_is_on_every_sheet(kreis: Kreis, tmp_path: Path) -> None:
    path = written(kreis, tmp_path, ".xlsx")
    cells = [c for row in openpyxl.load_workbook(path)[MAIN].iter_rows() for c in row]
    assert [c.value for c in cells if c.data_type == "f"] == []
    assert "=SUMME(1;2)" in [c.value for c in cells]
    found, after = answered(kreis, path)
    export = reply_export(address_export(kreis, "Olpe", after, "de"), kreis, found.changes, found.notes)
    book = openpyxl.load_workbook(write(export, tmp_path / "danach.xlsx"))
    assert book.sheetnames == ["adressen", "aenderungen", "zurueckgewiesen", "antworten"]
    assert all("nur für den Dienstgebrauch" in str(book[n].cell(2, 1).value) for n in book.sheetnames)
    line = written(kreis, tmp_path, ".csv").read_text("utf-8-sig").splitlines()[1]
    assert "'=SUMME" in line


@pytest.mark.parametrize(("lang", "told"), [("de", "förderfähig"), ("en", "eligible")])
def test_the_count_of_a_list_is_told_in_words(kreis: Kreis, lang: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    report(address_export(kreis, "Olpe", list_rows(kreis, UNDER, lang), lang), [], lang)
    said = capsys.readouterr().out
    assert told in said
    assert [code for code in CODES if code in said] == (["versorgt", "unbekannt"] if lang == "de" else [])
