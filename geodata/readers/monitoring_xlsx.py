"""The workbook of the Mobilfunk-Monitoring (`Auswertung_Mobilfunkmonitoring.xlsx`): area shares as the authority reports them.

Its values are fractions, unlike those of the Breitbandatlas; they leave here as percent. Columns are told by their two header rows.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from geodata.errors import InputError
from geodata.readers.breitbandatlas_values import BUND, DIGITS, HIGHEST, SHARES, Expected, Value, check_areas, place, warn_of_values
from geodata.readers.breitbandatlas_xlsx import LEVELS
from geodata.reading import Ledger, Notes, Snapshot, join_notes

SHEET = "Fläche"
HEADERS = 2
KEY, LEVEL = "ags", "verwaltungsebene"
BASE = {KEY, "name", LEVEL, "land", "kreis", "raumkategorie", "gemeinde", "bundesland"}
# "Alle MNO" is the union: at least one operator.
OPERATORS = (
    ("any", re.compile(r"\balle\b|mindestens ein")),
    ("telekom", re.compile("telekom")),
    ("vodafone", re.compile("vodafone")),
    ("telefonica", re.compile(r"telef[oó]nica|\bo2\b")),
    ("1und1", re.compile(r"1\s*(&|und)\s*1")),
)
# In this order: 5G SA is no 5G of any kind, and its name holds it.
TECHNOLOGIES = (
    ("5g_sa", re.compile(r"5g[\s*-]*(sa\b|standalone)")),
    ("5g", re.compile(r"5g\b")),
    ("4g", re.compile(r"4g\b|\blte\b")),
    ("2g", re.compile(r"2g\b|\bgsm\b")),
)
SPOTS = (("some_4g_5g", re.compile(r"\bgrau")), ("none_4g_5g", re.compile(r"\bwei(ß|ss)")), ("none_mobile", re.compile(r"funkl[oö]ch")))
REQUIRED = (("any", "4g"), ("any", "5g"))
KEY_ORDER = ("ags", "level", "stand", "subject", "technology", "direction", "min_mbits", "operator", "source_id")
REGION, GEMEINDE = "regierungsbezirk", 8
WORDS = LEVELS | {"regierungsbezirk": REGION}
LENGTHS = DIGITS | {REGION: 3}


@dataclass(frozen=True)
class _Measure:
    """What the column at `at` measures; `column` is its header for a reader of a message."""

    at: int
    column: str
    operator: str
    technology: str


@dataclass(frozen=True)
class _Record:
    row: int
    ags: str
    level: str
    cells: tuple[object, ...]


def read(snapshots: Sequence[Snapshot], *, kreise: Collection[str], gemeinden: Collection[str], land: str) -> tuple[pa.Table, Notes]:
    """Every published area share of the area, the other Länder and the Bund, as rows of `breitbandatlas_values.SHARES`, subject `area`.

    Technologies 2g, 4g, 5g, 5g_sa by operator (`any`, telekom, vodafone, telefonica, 1und1); `some_4g_5g` is grey, `none_4g_5g` white,
    `none_mobile` Funkloch, where the workbook has them. Each Kreis and the Land must occur. In quarantine, `row` is the row of the sheet.
    Raises InputError for what is no such workbook, and for percent instead of fractions.
    """
    expected = Expected(frozenset(kreise), frozenset(gemeinden), land)
    rows: list[dict[str, object]] = []
    notes = []
    for snapshot in snapshots:
        ledger = Ledger(snapshot)
        cells, merged = _sheet(snapshot)
        rows += _values(ledger, cells, _measures(cells, merged, ledger), expected)
        notes.append(ledger.close())
    return pa.Table.from_pylist(rows, schema=SHARES).sort_by([(k, "ascending") for k in KEY_ORDER]), join_notes(notes)


def _sheet(snapshot: Snapshot) -> tuple[list[list[object]], dict[tuple[int, int], tuple[int, int]]]:
    """The cells, and for each cell of a merged range of the header the one that holds its text."""
    path = snapshot.path
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            name = next((n for n in workbook.sheet_names if n.strip().casefold() == SHEET.casefold()), None)
            if name is None:
                raise InputError("sheet_missing", file=path.name, found=", ".join(workbook.sheet_names), expected=SHEET)
            sheet = workbook.get_sheet_by_name(name)
            cells: list[list[object]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
            ranges = sheet.merged_cell_ranges or []
    except (CalamineError, OSError, ValueError) as error:
        raise InputError("workbook_unreadable", file=path.name, found=str(error).splitlines()[0] if str(error) else "–") from error
    if len(cells) <= HEADERS:
        raise InputError("file_without_records", file=path.name)
    inside = ((r, c, first) for first, last in ranges for r in range(first[0], last[0] + 1) for c in range(first[1], last[1] + 1))
    return cells, {(r, c): first for r, c, first in inside if r < HEADERS}


def _measures(cells: list[list[object]], merged: dict[tuple[int, int], tuple[int, int]], ledger: Ledger) -> list[_Measure]:
    file = ledger.snapshot.path.name
    first, second = ([_plain(cell) for cell in row] for row in cells[:HEADERS])
    if KEY not in (first[0], second[0]):
        raise InputError("column_missing", file=file, found=", ".join(t for t in (first[0], second[0]) if t) or "–", expected="AGS")
    labels = {_plain(cell): str(cell).strip() for cell in cells[0]}
    found: list[_Measure] = []
    group = ""
    for at, (own_top, own) in enumerate(zip(first, second, strict=True)):
        group = own_top or group
        top = _plain(cells[0][merged[0, at][1]]) if (0, at) in merged else (group if own else own_top)
        column = " ".join(dict.fromkeys(t for t in (labels.get(top, top), str(cells[1][at] or "").strip()) if t))
        if not (own_top or own) or {own_top, own} & BASE:
            continue
        measure = _measured(top, own)
        if measure is None:
            ledger.warn("column_unknown", column=column)
        elif any((m.operator, m.technology) == measure for m in found):
            raise InputError("column_repeated", file=file, found=column)
        else:
            found.append(_Measure(at, column, *measure))
    missing = [" ".join(r) for r in REQUIRED if r not in {(m.operator, m.technology) for m in found}]
    if missing:
        names = ", ".join(dict.fromkeys(t for t in (*first, *second) if t))[:200]
        raise InputError("column_missing", file=file, found=names, expected=", ".join(missing).replace("any", "alle MNO"))
    return found


def _measured(top: str, own: str) -> tuple[str, str] | None:
    """Operator and technology by the two headers of a column; None for what is not known."""
    spot = next((name for name, pattern in SPOTS if pattern.search(own or top)), None)
    if spot:
        return "any", spot
    operator = next((name for name, pattern in OPERATORS if pattern.search(top)), None)
    technology = next((name for name, pattern in TECHNOLOGIES if pattern.search(own)), None)
    return (operator, technology) if operator and technology else None


def _values(ledger: Ledger, cells: list[list[object]], measures: list[_Measure], expected: Expected) -> list[dict[str, object]]:
    records = _records(ledger, cells)
    check_areas(ledger, {r.ags for r in records}, expected.kreise | {expected.land})
    missing = sorted(expected.gemeinden - {r.ags for r in records})
    if missing:
        ledger.warn("gemeinden_missing", column=SHEET, amount=float(len(missing)), found=", ".join(missing[:10]))
    _check_percent(ledger, records, measures)
    rows = []
    for record in _once(ledger, records):
        where = place(record.level, record.ags, expected)
        if where is None or (where == REGION and not record.ags.startswith(expected.land)):
            ledger.outside_area += 1
            continue
        numbers = _numbers(ledger, record, measures)
        if numbers is None:
            continue
        ledger.accepted += 1
        warn_of_values(ledger, record.ags, ((m.column, v) for m, v in numbers.items()))
        for m, percent in numbers.items():
            value = Value(ledger.snapshot, record.ags, where, "area", m.technology, 0, percent)
            rows.append(value.row() | {"operator": m.operator})
    return rows


def _records(ledger: Ledger, cells: list[list[object]]) -> list[_Record]:
    """The rows with a key; a remark below the table (one cell of text) is none."""
    header = [_plain(a) or _plain(b) for a, b in zip(*cells[:HEADERS], strict=True)]
    at = header.index(LEVEL) if LEVEL in header else None
    found = []
    for number, row in enumerate(cells[HEADERS:], HEADERS + 1):
        filled = [c for c in row if c not in ("", None)]
        if not filled or (len(filled) == 1 and not str(filled[0]).strip().isdigit()):
            continue
        ledger.read += 1
        key = _key(row[0], None if at is None else WORDS.get(_plain(row[at]), ""))
        if key is None:
            ledger.refuse(number, "AGS", str(row[0])[:80], "not_an_ags", expected=" / ".join(map(str, sorted(set(LENGTHS.values())))))
        else:
            found.append(_Record(number, *key, tuple(row)))
    return found


def _key(cell: object, level: str | None) -> tuple[str, str] | None:
    """AGS and level; a key that Excel took for a number gets its leading zero back, one filled up to 8 digits loses the zeros."""
    text = f"{cell:.0f}" if isinstance(cell, int | float) and float(cell).is_integer() else str(cell).strip()
    if level == "" or not (text.isascii() and text.isdigit()):
        return None
    if not text.strip("0"):
        return (BUND, "bund") if level in (None, "bund") else None
    if level is None:
        digits = next((d for d in sorted(set(LENGTHS.values())) if len(text) in ((d,) if text[0] == "0" else (d - 1, d))), 0)
        level = next((name for name in ("land", REGION, "kreis", "gemeinde") if LENGTHS[name] == digits), "")
    digits = LENGTHS.get(level, 0)
    if len(text) == GEMEINDE and not text[digits:].strip("0"):
        text = text[:digits]
    ags = text if text[0] == "0" or len(text) != digits - 1 else f"0{text}"
    return (ags, level) if digits and len(ags) == digits else None


def _check_percent(ledger: Ledger, records: list[_Record], measures: list[_Measure]) -> None:
    """InputError where most values lie above 1: percent where fractions are expected."""
    numbers = [c for r in records for m in measures if isinstance(c := r.cells[m.at], int | float) and not isinstance(c, bool) and c > 0]
    if 2 * sum(n > HIGHEST / 100 for n in numbers) > len(numbers):
        raise InputError("percent_for_fraction", file=ledger.snapshot.path.name, sheet=SHEET, found=max(numbers))


def _once(ledger: Ledger, records: list[_Record]) -> list[_Record]:
    """Of identical repeats the first record, of differing ones none."""
    groups: dict[str, list[_Record]] = defaultdict(list)
    for record in records:
        groups[record.ags].append(record)
    kept = []
    for ags, members in groups.items():
        same = all(m.cells == members[0].cells for m in members)
        kept += members[:1] if same else []
        for record in members[1:] if same else members:
            ledger.refuse(record.row, "AGS", ags, "repeated_row" if same else "contradicting_row")
    return kept


def _numbers(ledger: Ledger, record: _Record, measures: list[_Measure]) -> dict[_Measure, Decimal | None] | None:
    """The record's shares in percent, to four places; None where one is no number or out of range, which quarantines the record."""
    found: dict[_Measure, Decimal | None] = {}
    for m in measures:
        cell = record.cells[m.at]
        if cell is None or cell == "":
            found[m] = None
        elif isinstance(cell, bool) or not isinstance(cell, int | float):
            ledger.refuse(record.row, m.column, str(cell)[:80], "not_a_number")
            return None
        elif not 0 <= cell <= HIGHEST / 100:
            ledger.refuse(record.row, m.column, str(cell), "fraction_out_of_range")
            return None
        else:
            found[m] = (Decimal(str(cell)) * 100).quantize(Decimal("0.0001"))
    return found


def _plain(cell: object) -> str:
    return " ".join(str(cell or "").casefold().split())
