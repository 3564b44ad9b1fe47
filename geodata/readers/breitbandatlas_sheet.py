"""One sheet of the Breitbandatlas workbook: its merged header read into measures, its rows into records. It judges no value."""

import calendar
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from python_calamine import CalamineSheet

from geodata.errors import InputError
from geodata.reading import Ledger

KEY, LEVEL = "ags", "verwaltungsebene"
BASE = {KEY, "name", LEVEL, "land", "kreis", "raumkategorie"}
HEADER_WITHIN = 15  # rows
CLASSES = {1, 2, 6, 8, 10, 16, 30, 50, 100, 200, 400, 500, 1000}
# In this order: FTTB/H is neither FTTB nor FTTH.
TECHNOLOGIES = (
    ("fttb_h", re.compile(r"ftt\s*[bh]\s*(/|und|oder)\s*(ftt\s*)?[bh]")),
    ("ftth", re.compile("ftth")),
    ("fttb", re.compile("fttb")),
    ("hfc", re.compile("hfc|catv|kabel")),
    ("fttc", re.compile("fttc|dsl")),
    ("other", re.compile("sonstig")),
    ("any", re.compile("leitungsg|alle")),
)
MOBILE = re.compile(r"mobil|funk|drahtlos|\blte\b|\b[2-5]g\b|gsm|umts|satellit")
UPLOAD = re.compile(r"\bup(load|stream)?\b")
SPEED = re.compile(r"(\d[\d.]*)\s*([mg]bit)?")
# What may stand in a header without naming a technology: then the row above names it.
SILENT = re.compile(r"\b(down|up)(load|stream)?\b|\d[\d.]*\s*[mg]bit(/s)?|\b\d[\d.]*\b|\b(rate|mindestens|ab|in|prozent)\b|[^\wäöüß/]")
MONTHS = ("januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "dezember")
DAY = re.compile(r"\b(\d{1,2})\.\s?(\d{1,2})\.(\d{4})\b")
MONTH = re.compile(rf"\b(\d{{1,2}}|{'|'.join(MONTHS)})[\s/]+(\d{{4}})\b")


@dataclass(frozen=True)
class Measure:
    """What one column measures, and where it stands in a row."""

    column: str
    at: int
    technology: str
    direction: str
    min_mbits: int


@dataclass(frozen=True)
class Record:
    """One row: its number in the sheet, its key as it stands there, the word for its level, and all cells."""

    row: int
    ags: str | float
    level: str
    cells: tuple[object, ...]


@dataclass(frozen=True)
class Sheet:
    """A sheet that can be read. `dates` are the days named above its header, ISO."""

    name: str
    dates: frozenset[str]
    measures: tuple[Measure, ...]
    records: tuple[Record, ...]


def read_sheet(sheet: CalamineSheet, ledger: Ledger) -> Sheet | None:
    """The fixed-line measures and the records of a sheet; None, with a warning, for a sheet that measures no fixed line.

    Raises InputError for a sheet without its key columns, without records, or with a measure twice.
    """
    file = ledger.snapshot.path.name
    cells: list[list[object]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    head = [list(row) for row in cells[:HEADER_WITHIN]]
    merged = _spread(head, sheet.merged_cell_ranges or [])
    at = max((i for i, row in enumerate(head) if KEY in map(_plain, row)), default=None)
    names = [_plain(c) for c in head[at]] if at is not None else []
    if at is None or LEVEL not in names:
        found = ", ".join(n for n in names if n)[:200] or "–"
        raise InputError("column_missing", file=f"{file}, {sheet.name}", found=found, expected="AGS, Verwaltungsebene")
    above = head[max(at - 2, 0) : at]
    if not merged:
        above = [_filled_forward(row) for row in above]
    measures = _measures(head[at], above, sheet.name, ledger)
    if not measures:
        ledger.warn("sheet_not_taken", column=sheet.name)
        return None
    records = [r for i, row in enumerate(cells[at + 1 :], at + 2) if (r := _record(i, row, names.index(KEY), names.index(LEVEL)))]
    if not records:
        raise InputError("file_without_records", file=f"{file}, {sheet.name}")
    dates = frozenset(d for row in head[:at] for cell in row for d in dates_in(cell))
    return Sheet(sheet.name, dates, tuple(measures), tuple(records))


def dates_in(cell: object) -> list[str]:
    """The days that a cell names, ISO; a month stands for its last day."""
    if isinstance(cell, dt.datetime | dt.date):
        return [cell.isoformat()[:10]]
    if not isinstance(cell, str):
        return []
    text = cell.casefold()
    found = [_iso(int(y), int(m), int(d)) for d, m, y in DAY.findall(text)]
    if not found:
        months = [(MONTHS.index(m) + 1 if m in MONTHS else int(m), int(y)) for m, y in MONTH.findall(text)]
        found = [_iso(y, m, calendar.monthrange(y, m)[1]) for m, y in months if 1 <= m <= 12 and y]  # noqa: PLR2004  # months
    return [f for f in found if f]


def _iso(year: int, month: int, day: int) -> str:
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return ""


def _spread(rows: list[list[object]], ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> bool:
    """Write the text of each merged range into all its cells; whether any lies in these rows."""
    touched = False
    for (top, left), (bottom, right) in ranges:
        for r in range(top, min(bottom + 1, len(rows))):
            for c in range(left, min(right + 1, len(rows[r]))):
                rows[r][c] = rows[top][left]
                touched = True
    return touched


def _filled_forward(row: list[object]) -> list[object]:
    filled: list[object] = []
    for cell in row:
        filled.append(cell if _plain(cell) else filled[-1] if filled else cell)
    return filled


def _plain(cell: object) -> str:
    return " ".join(_shown(cell).casefold().split())


def _measures(header: list[object], above: list[list[object]], sheet: str, ledger: Ledger) -> list[Measure]:
    found: list[Measure] = []
    unknown: list[str] = []
    for at, cell in enumerate(header):
        texts = [_plain(row[at]) for row in above]
        column = " ".join(dict.fromkeys(t for t in (*(str(row[at]).strip() for row in above), _shown(cell)) if t))
        if not column or _plain(cell) in BASE:
            continue
        measure = _measure(at, column, texts, _plain(cell))
        if measure is None:
            unknown.append(column)
            continue
        if any((m.technology, m.direction, m.min_mbits) == (measure.technology, measure.direction, measure.min_mbits) for m in found):
            raise InputError("column_repeated", file=f"{ledger.snapshot.path.name}, {sheet}", found=column)
        found.append(measure)
    for column in dict.fromkeys(unknown):
        ledger.warn("column_unknown", column=f"{sheet}!{column}")
    return found


def _measure(at: int, column: str, texts: list[str], speed: str) -> Measure | None:
    """What a column measures by its header; None for mobile, and for what is not known."""
    whole = " ".join((*texts, speed))
    number = SPEED.search(speed)
    telling = next((rest for text in reversed([*texts, speed]) if (rest := SILENT.sub(" ", text).strip())), "")
    technology = next((t for t, pattern in TECHNOLOGIES if pattern.search(telling)), None)
    if MOBILE.search(whole) or number is None or technology is None:
        return None
    mbits = int(number[1].replace(".", "") or 0) * (1000 if number[2] == "gbit" else 1)
    if mbits not in CLASSES:
        return None
    return Measure(column, at, technology, "up" if UPLOAD.search(whole) else "down", mbits)


def _shown(cell: object) -> str:
    return f"{cell:g}" if isinstance(cell, float) else str(cell or "").strip()


def _record(number: int, row: list[object], key: int, level: int) -> Record | None:
    """The record of a row; None for an empty row, and for a remark below the table: one cell of text and nothing else."""
    filled = [c for c in row if c not in ("", None)]
    if not filled or (len(filled) == 1 and not str(filled[0]).strip().isdigit()):
        return None
    ags = row[key]
    kept = float(ags) if isinstance(ags, int | float) and not isinstance(ags, bool) else str(ags).strip()
    return Record(number, kept, str(row[level]).strip(), tuple(row))
