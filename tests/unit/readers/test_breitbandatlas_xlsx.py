"""The half-yearly workbook: merged headers, levels, what is taken over, refused, warned about, and what stops the run."""

import tempfile
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter.worksheet import Worksheet

from geodata.errors import InputError
from geodata.readers import breitbandatlas_xlsx
from geodata.readers.breitbandatlas_values import SHARES
from geodata.reading import Notes
from tests.conftest import snapshot
from tests.unit.readers.tables import GEMEINDEN, KREISE

STAND = "2025-12-31"
BASE = ("AGS", "Name", "Verwaltungsebene", "Land", "Kreis", "Raumkategorie")
CLASSES = (10, 16, 30, 50, 100, 200, 400, 1000)
FIXED = (
    ("Alle leitungsgebundenen Technologien", "any"),
    ("FTTB/H", "fttb_h"),
    ("HFC (CATV)", "hfc"),
    ("FTTC (VDSL)", "fttc"),
    ("Sonstige", "other"),
)
COLUMNS = [(t, d, c) for _, t in FIXED for d in ("down", "up") for c in CLASSES]
FIRST_RECORD = 5  # rows of the sheet count from 1
Cells = list[list[object]]


def areas() -> Cells:
    """Bund, Länder, Kreise and Gemeinden; a Kreis and a Gemeinde of another Land last."""
    rows: Cells = [
        ["00", "Deutschland", "Bund", "", "", ""],
        ["05", "Nordrhein-Westfalen", "Land", "05", "", ""],
        ["09", "Bayern", "Land", "09", "", ""],
    ]
    rows += [[k, f"Kreis {k}", "Kreis", "05", k, ""] for k in (*KREISE, "09162")]
    rows += [[g, f"Gemeinde {g}", "Gemeinde", "05", g[:5], "städtisch"] for g in (*GEMEINDEN, "09162000")]
    for row in rows:
        row += [100 - CLASSES.index(c) * 2.25 for _, _, c in COLUMNS]
    return rows


def unchanged(_rows: Cells) -> None:
    """The rows as they are."""


def put(sheet: Worksheet, box: tuple[int, int, int, int], text: str, *, merge: bool) -> None:
    """Text in the last row of a box, or in the whole box merged."""
    if merge:
        sheet.merge_range(*box, text)
    else:
        sheet.write(box[2], box[1], text)


def write_header(sheet: Worksheet, base: tuple[str, ...], fixed: tuple[tuple[str, str], ...], *, merge: bool) -> None:
    """Technologies merged in row 2, directions in row 3, classes in row 4; the key columns over all three."""
    for i, column in enumerate(base):
        put(sheet, (1, i, 3, i), column, merge=merge)
    width = len(CLASSES)
    for t, (technology, _) in enumerate(fixed):
        left = len(base) + t * 2 * width
        put(sheet, (1, left, 1, left + 2 * width - 1), technology, merge=merge)
        for at, direction in ((left, "Download"), (left + width, "Upload")):
            put(sheet, (2, at, 2, at + width - 1), direction, merge=merge)
            sheet.write_row(3, at, [f"≥ {mbits} Mbit/s" for mbits in CLASSES])


def write(
    folder: Path,
    change: Callable[[Cells], None] = unchanged,
    *,
    sheets: tuple[str, ...] = ("Privathaushalte",),
    stand: str = "Datenstand: 31.12.2025",
    fixed: tuple[tuple[str, str], ...] = FIXED,
    merge: bool = True,
    base: tuple[str, ...] = BASE,
    note: str = "",
) -> Path:
    """A workbook in the official form."""
    path = folder / "bba_12_2025.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("Erläuterung").write(0, 0, note or "Die Angaben beruhen auf Meldungen der Unternehmen.")
    for name in sheets:
        sheet = book.add_worksheet(name)
        sheet.write(0, 2, stand)
        write_header(sheet, base, fixed, merge=merge)
        rows = areas()
        change(rows)
        for r, row in enumerate(rows, FIRST_RECORD - 1):
            for c, cell in enumerate(row):
                (sheet.write_string if isinstance(cell, str) else sheet.write)(r, c, cell)
        sheet.write(len(rows) + 6, 0, "© Bundesnetzagentur")
    book.close()
    return path


def read(path: Path) -> tuple[pa.Table, Notes]:
    return breitbandatlas_xlsx.read(
        [snapshot(path, "breitbandatlas__workbook", "workbook", STAND)], kreise=KREISE, gemeinden=GEMEINDEN, land="05"
    )


def code(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read(path)
    assert path.name in str(caught.value)
    assert caught.value.message("en") != caught.value.message("de")
    return caught.value.code


def accounted(notes: Notes) -> list[tuple[int, int, int, int]]:
    return [(r["read"], r["accepted"], r["outside_area"], r["quarantined"]) for r in notes.accounting.to_pylist()]


def warned(notes: Notes) -> Counter[str]:
    return Counter(notes.warnings["reason"].to_pylist())


def refused(notes: Notes) -> list[tuple[int, str, str, str]]:
    return [(r["row"], r["column"], r["value"], r["reason"]) for r in notes.quarantine.to_pylist()]


@pytest.mark.parametrize("merge", [True, False])
def test_every_value_once_with_the_keys_of_the_fact_table(tmp_path: Path, *, merge: bool) -> None:
    table, notes = read(write(tmp_path, merge=merge))
    assert table.schema == SHARES
    assert table.num_rows == 9 * len(COLUMNS)
    assert accounted(notes) == [(11, 9, 2, 0)]
    assert warned(notes) == Counter()
    one = [r for r in table.to_pylist() if (r["ags"], r["technology"], r["direction"], r["min_mbits"]) == ("05111", "hfc", "up", 1000)]
    assert [(r["share_pct"], r["level"], r["subject"], str(r["stand"])) for r in one] == [
        (Decimal("84.2500"), "kreis", "households", STAND)
    ]
    assert {(t, d, m) for t, d, m in zip(*(table[c].to_pylist() for c in ("technology", "direction", "min_mbits")), strict=True)} == set(
        COLUMNS
    )
    assert Counter(table["level"].to_pylist()) == Counter({"bund": 80, "land": 160, "kreis": 240, "gemeinde": 240})


def test_the_sheets_and_their_subjects(tmp_path: Path) -> None:
    table, notes = read(write(tmp_path, sheets=("Privathaushalte", "Fläche", "Schulen", "Krankenhäuser", "Unternehmen")))
    assert set(table["subject"].to_pylist()) == {"households", "area", "schools_by_surroundings", "businesses"}
    assert notes.warnings.select(["column", "reason"]).to_pylist() == [{"column": "Krankenhäuser", "reason": "sheet_not_taken"}]
    assert accounted(notes) == [(44, 36, 8, 0)]


def test_mobile_and_unknown_headers_are_not_taken(tmp_path: Path) -> None:
    fixed = (("Mobilfunk alle", ""), ("Hohlleiter", ""), ("FTTH/B", "fttb_h"))
    table, notes = read(write(tmp_path, fixed=fixed))
    assert set(table["technology"].to_pylist()) == {"fttb_h"}
    assert warned(notes)["column_unknown"] == 32
    table, notes = read(write(tmp_path, sheets=("Privathaushalte",), fixed=(("4G", ""),)))
    assert (table.num_rows, warned(notes)["sheet_not_taken"]) == (0, 1)


@pytest.mark.parametrize("text", ["Datenstand: 31.12.2025", "Stand 12/2025", "Datenstand Dezember 2025"])
def test_the_datenstand_in_its_forms(tmp_path: Path, text: str) -> None:
    assert warned(read(write(tmp_path, stand=text))[1]) == Counter()


@pytest.mark.parametrize("text", ["Datenstand: 30.06.2025", "Stand 06/2025", "Datenstand Juni 2025"])
def test_another_datenstand(tmp_path: Path, text: str) -> None:
    assert code(write(tmp_path, stand=text)) == "workbook_stand_differs"
    assert code(write(tmp_path, stand="", note=text)) == "workbook_stand_differs"


def test_a_workbook_without_datenstand(tmp_path: Path) -> None:
    assert warned(read(write(tmp_path, stand=""))[1]) == Counter({"workbook_without_stand": 1})


def test_fractions_for_percent(tmp_path: Path) -> None:
    def divide(rows: Cells) -> None:
        for row in rows:
            row[6:] = [float(str(v)) / 100 for v in row[6:]]

    assert code(write(tmp_path, divide)) == "fraction_for_percent"


@pytest.mark.parametrize("ags", ["00", "05", "05112"])
def test_an_area_that_must_occur(tmp_path: Path, ags: str) -> None:
    assert code(write(tmp_path, lambda rows: rows.remove(next(r for r in rows if r[0] == ags)))) == "areas_missing"


def test_a_missing_gemeinde_is_said(tmp_path: Path) -> None:
    _, notes = read(write(tmp_path, lambda rows: rows.remove(next(r for r in rows if r[0] == "05112000"))))
    assert warned(notes) == Counter({"gemeinden_missing": 1})


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("77,14", "not_a_number"),
        ("k. A.", "not_a_number"),
        (True, "not_a_number"),
        (100.6, "share_out_of_range"),
        (-0.5, "share_out_of_range"),
    ],
)
def test_a_cell_that_is_no_share_refuses_its_row(tmp_path: Path, cell: object, reason: str) -> None:
    def spoil(rows: Cells) -> None:
        rows[3][6] = cell

    table, notes = read(write(tmp_path, spoil))
    assert "05111" not in table["ags"].to_pylist()
    assert accounted(notes) == [(11, 8, 2, 1)]
    assert refused(notes) == [(8, "Privathaushalte!Alle leitungsgebundenen Technologien Download ≥ 10 Mbit/s", str(cell), reason)]


def test_empty_is_null_and_rounding_is_survived(tmp_path: Path) -> None:
    def spoil(rows: Cells) -> None:
        rows[3][6:9] = [100.01, None, 100.3]
        rows[3][9] = 65.67123456

    table, notes = read(write(tmp_path, spoil))
    found = {
        r["min_mbits"]: r["share_pct"] for r in table.to_pylist() if (r["ags"], r["technology"], r["direction"]) == ("05111", "any", "down")
    }
    assert [found[c] for c in (10, 16, 30, 50)] == [Decimal("100.0100"), None, Decimal("100.3000"), Decimal("65.6712")]
    assert warned(notes) == Counter({"share_above_100": 2, "higher_class_above_lower": 2})


def test_keys_and_levels(tmp_path: Path) -> None:
    def spoil(rows: Cells) -> None:
        rows[0][0], rows[1][0], rows[3][0] = "", 5, 5111  # as Excel leaves them
        rows[4][0] = "05112000"
        rows[6][2] = "Regierungsbezirk"
        rows[7][0] = "5111000"
        rows.append([*rows[5]])
        rows.append([*rows[8]])
        rows[-1][10] = 1.0

    table, notes = read(write(tmp_path, spoil))
    assert {"00", "05", "05111", "05112"} <= set(table["ags"].to_pylist())
    assert sorted(refused(notes)) == sorted(
        [
            (11, "Privathaushalte!Verwaltungsebene", "Regierungsbezirk", "unknown_word"),
            (12, "Privathaushalte!AGS", "5111000", "not_an_ags"),
            (16, "Privathaushalte!AGS", "05113", "repeated_row"),
            (13, "Privathaushalte!AGS", "05112000", "contradicting_row"),
            (17, "Privathaushalte!AGS", "05112000", "contradicting_row"),
        ]
    )
    assert accounted(notes) == [(13, 7, 1, 5)]


def test_missing_sheet_columns_and_rows(tmp_path: Path) -> None:
    assert code(write(tmp_path, sheets=("Unternehmen",))) == "sheet_missing"
    assert code(write(tmp_path, base=("Schlüssel", *BASE[1:]))) == "column_missing"
    assert code(write(tmp_path, base=(*BASE[:2], "Ebene", *BASE[3:]))) == "column_missing"
    assert code(write(tmp_path, lambda rows: rows.clear())) == "file_without_records"
    assert code(write(tmp_path, fixed=(FIXED[0], ("leitungsgebunden", "any")))) == "column_repeated"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"<html>", b"\xd0\xcf\x11\xe0"])
def test_files_that_are_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bba_12_2025.xlsx"
    path.write_bytes(content)
    assert code(path) == "workbook_unreadable"


def test_a_cut_off_workbook(tmp_path: Path) -> None:
    path = write(tmp_path)
    path.write_bytes(path.read_bytes()[:4000])
    assert code(path) == "workbook_unreadable"


CELL = st.none() | st.floats(-10, 200) | st.sampled_from([12.5, 100, "x", "", True, "05111", 5])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 30), CELL), max_size=6))
def test_random_cells_give_an_account_or_one_error(changes: list[tuple[int, int, object]]) -> None:
    def spoil(rows: Cells) -> None:
        for r, c, cell in changes:
            rows[r][c] = cell

    with tempfile.TemporaryDirectory() as folder:
        try:
            _, notes = read(write(Path(folder), spoil))
        except InputError as error:
            assert "bba_12_2025.xlsx" in str(error)
            return
    total, accepted, outside, quarantined = accounted(notes)[0]
    assert total == accepted + outside + quarantined
