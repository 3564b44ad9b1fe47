"""The half-yearly workbook of the Breitbandatlas since 2022 (`bba_MM_YYYY.xlsx`) as published values.

How a sheet is laid out is in `breitbandatlas_sheet`; the tables up to 2021 have their own readers.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from geodata.errors import InputError
from geodata.readers.breitbandatlas_sheet import Record, Sheet, dates_in, read_sheet
from geodata.readers.breitbandatlas_values import BUND, DIGITS, HIGHEST, SHARES, Expected, Value, check_areas, place, warn_of_values
from geodata.reading import Ledger, Notes, Snapshot, join_notes

NOTES_SHEET = "erläuterung"
SUBJECTS = {"privathaushalte": "households", "unternehmen": "businesses", "schulen": "schools_by_surroundings", "fläche": "area"}
REQUIRED = "Privathaushalte"
KEY_ORDER = ("ags", "level", "stand", "subject", "technology", "direction", "min_mbits", "source_id")
# The administration's words for the level of a row.
LEVELS = {
    **dict.fromkeys(("bund", "deutschland", "staat"), "bund"),
    **dict.fromkeys(("land", "bundesland", "länder"), "land"),
    **dict.fromkeys(("kreis", "landkreis", "kreisfreie stadt", "stadtkreis", "kreis/kreisfreie stadt"), "kreis"),
    **dict.fromkeys(("gemeinde", "stadt", "stadt/gemeinde", "gemeinde/stadt"), "gemeinde"),
}
GEMEINDE_DIGITS = DIGITS["gemeinde"]


def read(snapshots: Sequence[Snapshot], *, kreise: Collection[str], gemeinden: Collection[str], land: str) -> tuple[pa.Table, Notes]:
    """Every published fixed-line value of the area, of the other Länder and of the Bund, as rows of `breitbandatlas_values.SHARES`.

    `kreise` and `gemeinden` are the keys of the area; each sheet must hold the Bund, the Land and every Kreis. Rows of other Kreise and
    Gemeinden count as outside the area. In quarantine, `row` is the row of the sheet and `column` begins with the sheet's name.
    Raises InputError for what is no such workbook, for another Datenstand than the snapshot's, and for fractions instead of percent.
    """
    expected = Expected(frozenset(kreise), frozenset(gemeinden), land)
    rows: list[dict[str, object]] = []
    notes = []
    for snapshot in snapshots:
        ledger = Ledger(snapshot)
        rows += _read_workbook(ledger, expected)
        notes.append(ledger.close())
    table = pa.Table.from_pylist(rows, schema=SHARES)
    return table.sort_by([(k, "ascending") for k in KEY_ORDER]), join_notes(notes)


def _read_workbook(ledger: Ledger, expected: Expected) -> list[dict[str, object]]:
    path = ledger.snapshot.path
    rows = []
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            if REQUIRED not in workbook.sheet_names:
                raise InputError("sheet_missing", file=path.name, found=", ".join(workbook.sheet_names), expected=REQUIRED)
            explained = [n for n in workbook.sheet_names if n.strip().casefold() == NOTES_SHEET]
            general = {d for n in explained for line in workbook.get_sheet_by_name(n).to_python() for cell in line for d in dates_in(cell)}
            for name in workbook.sheet_names:
                subject = SUBJECTS.get(name.strip().casefold())
                if subject:
                    sheet = read_sheet(workbook.get_sheet_by_name(name), ledger)
                    if sheet:
                        _check_stand(ledger, sheet, general)
                        rows += _values(ledger, sheet, subject, expected)
                elif name not in explained:
                    ledger.warn("sheet_not_taken", column=name)
    except (CalamineError, OSError, ValueError) as error:
        raise InputError("workbook_unreadable", file=path.name, found=str(error).splitlines()[0] if str(error) else "–") from error
    return rows


def _check_stand(ledger: Ledger, sheet: Sheet, general: set[str]) -> None:
    """InputError where the sheet, or else the explanations, name another Datenstand; a warning where nothing names one."""
    named, stand = sheet.dates or general, ledger.snapshot.stand
    if not named:
        ledger.warn("workbook_without_stand", column=sheet.name)
    elif stand is not None and stand not in named:
        found = ", ".join(sorted(named))
        raise InputError("workbook_stand_differs", file=ledger.snapshot.path.name, sheet=sheet.name, found=found, expected=stand)


def _values(ledger: Ledger, sheet: Sheet, subject: str, expected: Expected) -> list[dict[str, object]]:
    ledger.read += len(sheet.records)
    keyed = [(record, *found) for record in sheet.records if (found := _key(ledger, sheet, record))]
    present = {ags for _, ags, _ in keyed}
    check_areas(ledger, present, expected.kreise | {BUND, expected.land})
    missing = sorted(expected.gemeinden - present)
    if missing:
        ledger.warn("gemeinden_missing", column=sheet.name, amount=float(len(missing)), found=", ".join(missing[:10]))
    _check_fractions(ledger, sheet)
    columns = [f"{sheet.name}!{m.column}" for m in sheet.measures]
    measured = [{"technology": m.technology, "direction": m.direction, "min_mbits": m.min_mbits} for m in sheet.measures]
    series = _series(sheet)
    rows = []
    for record, ags, level in _unique(ledger, sheet, keyed):
        where = place(level, ags, expected)
        if where is None:
            ledger.outside_area += 1
            continue
        numbers = _numbers(ledger, sheet, record)
        if numbers is None:
            continue
        ledger.accepted += 1
        warn_of_values(ledger, ags, zip(columns, numbers, strict=True))
        _warn_of_classes(ledger, series, ags, list(zip(columns, numbers, strict=True)))
        shared = Value(ledger.snapshot, ags, where, subject, "", 0, None).row()
        rows += [shared | own | {"share_pct": value} for own, value in zip(measured, numbers, strict=True)]
    return rows


def _key(ledger: Ledger, sheet: Sheet, record: Record) -> tuple[str, str] | None:
    """AGS and level of a record; a key that Excel took for a number gets its leading zeros back, one filled up to 8 digits loses them."""
    level = LEVELS.get(record.level.casefold())
    if level is None:
        ledger.refuse(record.row, f"{sheet.name}!Verwaltungsebene", record.level, "unknown_word", expected="Bund, Land, Kreis, Gemeinde")
        return None
    digits = DIGITS[level]
    numeric = isinstance(record.ags, float) and record.ags.is_integer()
    ags = f"{record.ags:.0f}".zfill(digits) if numeric else str(record.ags)
    if level == "bund" and not ags.strip("0"):
        return BUND, level
    if len(ags) == GEMEINDE_DIGITS and not ags[digits:].strip("0"):
        ags = ags[:digits]
    if not (ags.isascii() and ags.isdigit() and len(ags) == digits):
        ledger.refuse(record.row, f"{sheet.name}!AGS", ags, "not_an_ags", expected=digits)
        return None
    return ags, level


def _unique(ledger: Ledger, sheet: Sheet, keyed: list[tuple[Record, str, str]]) -> list[tuple[Record, str, str]]:
    """Of identical repeats the first record, of differing ones none."""
    groups: dict[str, list[tuple[Record, str, str]]] = defaultdict(list)
    for found in keyed:
        groups[found[1]].append(found)
    kept = []
    for ags, members in groups.items():
        same = all(m[0].cells == members[0][0].cells for m in members)
        kept += members[:1] if same else []
        for record, _, _ in members[1:] if same else members:
            ledger.refuse(record.row, f"{sheet.name}!AGS", ags, "repeated_row" if same else "contradicting_row")
    return kept


def _check_fractions(ledger: Ledger, sheet: Sheet) -> None:
    """InputError where the largest value of a sheet is at most 1: fractions where percent is expected."""
    numbers = [c for r in sheet.records for m in sheet.measures if isinstance(c := r.cells[m.at], float | int) and not isinstance(c, bool)]
    if numbers and 0 < max(numbers) <= 1:
        raise InputError("fraction_for_percent", file=ledger.snapshot.path.name, column=sheet.name, found=max(numbers))


def _numbers(ledger: Ledger, sheet: Sheet, record: Record) -> list[Decimal | None] | None:
    """The record's percentages, one per measure, to four places; None where one is no number or out of range: the record is quarantined."""
    found: list[Decimal | None] = []
    for m in sheet.measures:
        cell = record.cells[m.at]
        if cell is None or cell == "":
            found.append(None)
        elif isinstance(cell, bool) or not isinstance(cell, float | int):
            ledger.refuse(record.row, f"{sheet.name}!{m.column}", str(cell), "not_a_number")
            return None
        elif not 0 <= cell <= HIGHEST:
            ledger.refuse(record.row, f"{sheet.name}!{m.column}", str(cell), "share_out_of_range")
            return None
        else:
            found.append(_rounded(cell))
    return found


@lru_cache(2**15)  # published shares have two decimals: the same ten thousand come again and again
def _rounded(cell: float) -> Decimal:
    return Decimal(str(cell)).quantize(Decimal("0.0001"))


def _series(sheet: Sheet) -> list[list[int]]:
    """Per technology and direction the positions of its measures, by ascending class."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at in sorted(range(len(sheet.measures)), key=lambda i: sheet.measures[i].min_mbits):
        found[sheet.measures[at].technology, sheet.measures[at].direction].append(at)
    return list(found.values())


def _warn_of_classes(ledger: Ledger, series: list[list[int]], ags: str, cells: list[tuple[str, Decimal | None]]) -> None:
    for members in series:
        known = [(column, value) for column, value in (cells[i] for i in members) if value is not None]
        for (_, lower), (column, value) in pairwise(known):
            if value > lower:
                ledger.warn("higher_class_above_lower", column=column, ags=ags, amount=float(value - lower))
