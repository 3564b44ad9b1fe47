"""The workbook of the Mobilfunk-Monitoring: headers tell columns, fractions become percent, defects have reasons."""

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from geodata.readers import monitoring_xlsx
from geodata.readers.breitbandatlas_values import SHARES
from geodata.reading import Notes
from tests.conftest import snapshot

BASE = ("AGS", "Name", "Verwaltungsebene", "Land", "Kreis", "Raumkategorie")
KINDS = ("2G", "4G", "5G*", "5G SA")
GROUPS = ("alle MNO", "Telekom", "Vodafone", "Telefónica", "1&1")
SPOTS = ("graue Flecken", "weiße Flecken", "Funklöcher")
COLUMNS = [("", b) for b in BASE] + [(GROUPS[0], k) for k in KINDS] + [("", s) for s in SPOTS] + [(g, k) for g in GROUPS[1:] for k in KINDS]
KREISE, GEMEINDEN = {"05111", "05112"}, {"05111000", "05112000"}
PLACES: tuple[tuple[object, str], ...] = (
    ("00", "Bund"), ("05", "Land"), ("04", "Land"), ("05111", "Kreis"), ("05112", "Kreis"), ("06411", "Kreis"),
    ("05111000", "Gemeinde"), ("05112000", "Gemeinde"), ("06411000", "Gemeinde"),
)  # fmt: skip


def row(ags: object, level: str, first: float | str | None = 0.9931, rest: float | str | None = 0.5) -> list[object]:
    return [ags, "Name", level, "Land", "Kreis", "–", first, *([rest] * 22)]


def write(
    folder: Path, rows: list[list[object]], *, columns: list[tuple[str, str]] = COLUMNS, sheet: str = "Fläche", merged: bool = True
) -> Path:
    path = folder / "Auswertung_Mobilfunkmonitoring.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Erläuterung").write(0, 0, "Mobilfunk-Monitoring")
        page = book.add_worksheet(sheet)
        for at, (top, own) in enumerate(columns):
            page.write(1, at, own)
            if top and (at == 0 or columns[at - 1][0] != top):
                width = sum(t == top for t, _ in columns)
                if merged and width > 1:
                    page.merge_range(0, at, 0, at + width - 1, top)
                else:
                    page.write(0, at, top)
        for number, values in enumerate(rows, start=2):
            for at, value in enumerate(values):
                page.write(number, at, value)
    return path


def read(path: Path) -> tuple[pa.Table, Notes]:
    found = snapshot(path, "monitoring__workbook", "area", "2025-12-31")
    return monitoring_xlsx.read([found], kreise=KREISE, gemeinden=GEMEINDEN, land="05")


def full() -> list[list[object]]:
    return [row(ags, level) for ags, level in PLACES]


def code(path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        read(path)
    assert path.name in str(caught.value)
    return caught.value


def refused(notes: Notes) -> list[tuple[int, str, str, str]]:
    return [(r["row"], r["column"], r["value"], r["reason"]) for r in notes.quarantine.to_pylist()]


@pytest.mark.parametrize("merged", [True, False])
def test_all_columns_as_percent_of_the_area(tmp_path: Path, *, merged: bool) -> None:
    rows = full()
    rows[3][6:] = [round(0.01 * at, 4) for at in range(6, 29)]
    table, notes = read(write(tmp_path, rows, merged=merged))
    assert table.schema == SHARES
    own = {(r["technology"], r["operator"]): r["share_pct"] for r in table.to_pylist() if r["ags"] == "05111"}
    assert len(own) == 23
    assert [own[t, "any"] for t in ("2g", "4g", "5g", "5g_sa")] == [Decimal(n) for n in (6, 7, 8, 9)]
    assert [own[t, "any"] for t in ("some_4g_5g", "none_4g_5g", "none_mobile")] == [Decimal(n) for n in (10, 11, 12)]
    for first, operator in ((13, "telekom"), (17, "vodafone"), (21, "telefonica"), (25, "1und1")):
        assert [own[t, operator] for t in ("2g", "4g", "5g", "5g_sa")] == [Decimal(first + i) for i in range(4)]
    assert {(r["subject"], r["min_mbits"], r["direction"]) for r in table.to_pylist()} == {("area", 0, "down")}
    assert {(r["ags"], r["level"]) for r in table.to_pylist()} == {
        ("00", "bund"), ("05", "land"), ("04", "land"), ("05111", "kreis"), ("05112", "kreis"), ("05111000", "gemeinde"),
        ("05112000", "gemeinde"),
    }  # fmt: skip
    assert [(r["read"], r["accepted"], r["outside_area"], r["quarantined"]) for r in notes.accounting.to_pylist()] == [(9, 7, 2, 0)]
    assert notes.warnings.num_rows == 0


def test_columns_are_told_by_header_not_by_position(tmp_path: Path) -> None:
    order = [*range(6), *range(13, 29), *range(6, 13)]
    rows = [[r[at] for at in order] for r in full()]
    table, _ = read(write(tmp_path, rows, columns=[COLUMNS[at] for at in order]))
    assert {r["share_pct"] for r in table.to_pylist() if (r["technology"], r["operator"]) == ("2g", "any")} == {Decimal("99.3100")}
    del order[order.index(7)]
    error = code(write(tmp_path, [[r[at] for at in order] for r in full()], columns=[COLUMNS[at] for at in order]))
    assert error.code == "column_missing"
    assert "alle MNO 4g" in str(error)


def test_a_percent_file_is_an_error_that_names_both(tmp_path: Path) -> None:
    error = code(write(tmp_path, [row(a, level, 99.31, 50.0) for a, level in PLACES]))
    assert error.code == "percent_for_fraction"
    assert "Prozent" in str(error)
    assert "Bruchteile" in str(error)
    assert "99.31" in str(error)


def test_defects_with_their_reasons(tmp_path: Path) -> None:
    rows = full()
    rows[6] = row(5_111_000, "Gemeinde", None, None)
    rows[7] = row("05112000", "Gemeinde", 1.2)
    rows[8] = row("0641100", "Gemeinde")
    rows += [row("06411000", "Gemeinde", -0.1), row("07", "Land", "n. v."), row("05", "Land"), row("08", "Land"), row("08", "Land", 0.4)]
    rows += [row("09", "Zone"), row("11", "Land", 1.0004), ["* inklusive DSS und NSA"]]
    table, notes = read(write(tmp_path, rows))
    assert sorted(refused(notes)) == [
        (10, "alle MNO 2G", "1.2", "fraction_out_of_range"),
        (11, "AGS", "0641100", "not_an_ags"),
        (13, "alle MNO 2G", "n. v.", "not_a_number"),
        (14, "AGS", "05", "repeated_row"),
        (15, "AGS", "08", "contradicting_row"),
        (16, "AGS", "08", "contradicting_row"),
        (17, "AGS", "09", "not_an_ags"),
    ]
    assert [(r["read"], r["accepted"], r["outside_area"], r["quarantined"]) for r in notes.accounting.to_pylist()] == [(16, 7, 2, 7)]
    empty = [r["share_pct"] for r in table.to_pylist() if r["ags"] == "05111000"]
    assert empty == [None] * 23, "no data stays no data"
    assert [(r["reason"], r["ags"]) for r in notes.warnings.to_pylist()] == [("share_above_100", "11")]


@pytest.mark.parametrize("digits", ["text", "number", "padded"])
def test_keys_in_every_form(tmp_path: Path, digits: str) -> None:
    form = {"text": str, "number": int, "padded": lambda a: a.ljust(8, "0")}[digits]
    table, _ = read(write(tmp_path, [row(form(str(a)), level) for a, level in PLACES]))
    assert set(table["ags"].to_pylist()) == {"00", "05", "04", "05111", "05112", "05111000", "05112000"}


def test_without_a_column_of_levels_the_key_tells(tmp_path: Path) -> None:
    order = [0, 1, *range(6, 29)]
    for form in (str, int):
        rows = [[r[at] for at in order] for r in (row(form(str(a)), level) for a, level in PLACES)]
        table, _ = read(write(tmp_path, rows, columns=[COLUMNS[at] for at in order]))
        assert set(table["level"].to_pylist()) == {"bund", "land", "kreis", "gemeinde"}


def test_files_that_are_no_such_workbook(tmp_path: Path) -> None:
    assert code(write(tmp_path, full(), sheet="Haushalte")).code == "sheet_missing"
    assert code(write(tmp_path, [])).code == "file_without_records"
    assert code(write(tmp_path, full()[:4])).code == "areas_missing"
    assert code(write(tmp_path, full(), columns=[("", "Schlüssel"), *COLUMNS[1:]])).code == "column_missing"
    assert code(write(tmp_path, full(), columns=[*COLUMNS[:14], ("Telekom", "2G"), *COLUMNS[15:]])).code == "column_repeated"
    path = write(tmp_path, full())
    path.write_bytes(path.read_bytes()[:900])
    assert code(path).code == "workbook_unreadable"
    path.write_text("AGS;Name\n", "utf-8")
    assert code(path).code == "workbook_unreadable"


def test_unknown_columns_and_absent_gemeinden_are_said(tmp_path: Path) -> None:
    rows = [[*r, 0.1] for r in full() if r[0] != "05112000"]
    _, notes = read(write(tmp_path, rows, columns=[*COLUMNS, ("Dritte", "6G")]))
    assert [r["reason"] for r in notes.warnings.to_pylist()] == ["column_unknown", "gemeinden_missing"]


@settings(max_examples=15, deadline=None)
@given(shares=st.lists(st.floats(0, 1), min_size=23, max_size=23))
def test_any_fraction_becomes_its_percentage(shares: list[float], tmp_path_factory: pytest.TempPathFactory) -> None:
    rows = full()
    rows[3][6:] = shares
    table, _ = read(write(tmp_path_factory.mktemp("any"), rows))
    own = sorted(float(r["share_pct"]) for r in table.to_pylist() if r["ags"] == "05111")
    assert own == pytest.approx(sorted(100 * s for s in shares), abs=0.00006)
