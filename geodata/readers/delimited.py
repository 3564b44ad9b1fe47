"""Text tables of up to some 100,000 rows: what a file must be before anybody looks at its values. Bulk files have their own reader."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from geodata.errors import InputError
from geodata.reading import Ledger

LONGEST_LINE = 1_000_000
SIGNATURES = {
    b"PK\x03\x04": "Zip/XLSX",
    b"\xd0\xcf\x11\xe0": "XLS",
    b"%PDF": "PDF",
    b"\x1f\x8b": "gzip",
    b"PAR1": "Parquet",
    b"SQLite format 3": "SQLite",
}
HTML = (b"<!doctype", b"<html", b"<?xml")


@dataclass(frozen=True)
class Form:
    """What a text table looks like: its delimiter, the columns the publisher declares, and those that no file may lack."""

    delimiter: str
    declared: Sequence[str]
    required: Sequence[str]


@dataclass(frozen=True)
class Table:
    """A header and its records; `number` counts physical records from 1."""

    header: tuple[str, ...]
    records: tuple[tuple[int, tuple[str, ...]], ...]

    def column(self, name: str) -> list[str]:
        """All values of one column."""
        at = self.header.index(name)
        return [fields[at] for _, fields in self.records]

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Each record with its number, by column name."""
        for number, fields in self.records:
            yield number, dict(zip(self.header, fields, strict=True))


def read_delimited(path: Path, form: Form, ledger: Ledger) -> Table:
    """Read one text table; UTF-8 with or without BOM, else Windows-1252; a first line `sep=…` is passed over.

    Counts every record as read and quarantines those with a wrong number of fields. Warns of unknown, empty and absent declared columns.
    Raises InputError for a file that is empty, binary, of another delimiter, without a required column, or cut off.
    """
    text = _decoded(path)
    lines = text.splitlines(keepends=True)
    skip = 1 if lines and lines[0].strip().lower().startswith("sep=") else 0
    body = "".join(lines[skip:]).removeprefix("\ufeff")  # some editions put the BOM behind the first line
    if not body.strip():
        raise InputError("file_empty", file=path.name, size=path.stat().st_size)
    _check_delimiter(body.lstrip().splitlines()[0], form, path)
    try:
        raw = [fields for fields in csv.reader(io.StringIO(body, newline=""), delimiter=form.delimiter, strict=True) if fields]
    except csv.Error as error:
        raise InputError("file_cut_off", file=path.name, found=str(error), expected=form.delimiter) from error
    header = _header(raw[0], form, path)
    width = len(raw[0])
    widths = {width, len(header)}  # a trailing delimiter may stand in the header, in the rows, or in both
    if len(raw) > 1 and len(raw[-1]) < min(widths):
        raise InputError("file_cut_off", file=path.name, found=f"{len(raw[-1])} / {width}", expected=form.delimiter)
    if len(raw) == 1:
        raise InputError("file_without_records", file=path.name)
    records = []
    for number, fields in enumerate(raw[1:], start=1):
        ledger.read += 1
        if len(fields) not in widths and not (len(fields) == len(header) + 1 and not fields[-1]):
            ledger.refuse(number, "", form.delimiter.join(fields)[:80], "wrong_field_count", found=len(fields), expected=len(header))
        else:
            records.append((number, tuple(f.strip() for f in fields[: len(header)])))
    table = Table(header, tuple(records))
    _warn_of_columns(table, form, ledger)
    return table


def _decoded(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError("file_unreadable", file=path.name, found=error.strerror or str(error)) from error
    if not data.strip():
        raise InputError("file_empty", file=path.name, size=len(data))
    for signature, kind in SIGNATURES.items():
        if data.startswith(signature):
            raise InputError("file_of_other_kind", file=path.name, found=kind)
    if data.lstrip()[:20].lower().startswith(HTML):
        raise InputError("file_of_other_kind", file=path.name, found="HTML/XML")
    if b"\x00" in data:
        raise InputError("file_of_other_kind", file=path.name, found="NUL")
    longest = max(map(len, data.split(b"\n")))
    if longest > LONGEST_LINE:
        raise InputError("line_too_long", file=path.name, found=longest, expected=LONGEST_LINE)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _check_delimiter(first_line: str, form: Form, path: Path) -> None:
    other = max(";,\t|", key=first_line.count)
    if form.delimiter not in first_line and other in first_line:
        raise InputError("wrong_delimiter", file=path.name, found=repr(other), expected=repr(form.delimiter))


def _header(fields: list[str], form: Form, path: Path) -> tuple[str, ...]:
    """The column names; one trailing empty name, as some publishers write, is dropped."""
    names = [f.strip() for f in fields]
    if names and not names[-1]:
        names = names[:-1]
    missing = [c for c in form.required if c not in names]
    if missing:
        raise InputError("column_missing", file=path.name, found=", ".join(names[:12]), expected=", ".join(missing))
    repeated = sorted({n for n in names if names.count(n) > 1})
    if repeated:
        raise InputError("column_repeated", file=path.name, found=", ".join(repeated))
    return tuple(names)


def _warn_of_columns(table: Table, form: Form, ledger: Ledger) -> None:
    for name in table.header:
        if form.declared and name not in form.declared:
            ledger.warn("column_unknown", column=name)
        elif table.records and not any(table.column(name)):
            ledger.warn("column_empty", column=name, amount=float(len(table.records)))
    for name in form.declared:
        if name not in table.header:
            ledger.warn("column_absent", column=name)
