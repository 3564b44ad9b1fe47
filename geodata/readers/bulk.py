"""Delimited files of millions of rows: what their bytes must be, their records as a DuckDB view, their side tables. Not for small files."""

import csv
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import BinaryIO

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from geodata.errors import InputError
from geodata.messages import sentence
from geodata.readers.delimited import HTML, LONGEST_LINE, SIGNATURES
from geodata.reading import ACCOUNTING, QUARANTINE, Ledger, Notes

BOM = b"\xef\xbb\xbf"
NO_NULL = "\x01"  # an empty field stays ''; only a field that is not there is null
ROW, VALUE = "\x02", "\x03"  # places in a sentence that are filled row by row
SURPLUS = ("overflow", "beyond")
UNIT = "\x1f"  # delimits the plain copy
# No text has them: a file with one is no text, and the second would be taken for a missing field here.
MARKS = {b"\x00": "NUL", b"\x01": "SOH (0x01)"}
BATCH = 100_000
SHOWN = 80
MARGIN_M = 1000.0


@dataclass(frozen=True)
class Sight:
    """What a look at all bytes told: the first record, the line it stands in, and whether the file can be read as it lies."""

    first: tuple[str, ...]
    line: int
    delimiter: str
    encoding: str
    plain: bool


@dataclass(frozen=True)
class Frame:
    """The metres in EPSG:25832 between which a point of the Land is plausible."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def around(cls, bounds: Sequence[float], margin_m: float = MARGIN_M) -> "Frame":
        """The frame of `bounds` (west, south, east, north), wider by a margin: a building may stand just behind a generalised border."""
        west, south, east, north = bounds
        return cls(west - margin_m, south - margin_m, east + margin_m, north + margin_m)

    def sides(self) -> dict[str, float]:
        """The four sides by name, for a query."""
        return {"west": self.west, "south": self.south, "east": self.east, "north": self.north}

    def text(self) -> str:
        """The frame for a reader of a message."""
        return f"{self.west:.0f}–{self.east:.0f} / {self.south:.0f}–{self.north:.0f}"


def look(path: Path, delimiters: str) -> Sight:
    """Check the bytes window by window: a line without an end costs two windows of memory, not the file.

    Raises InputError for a file that is absent, empty, binary, HTML, cut off, has a line over the limit, or another delimiter.
    """
    utf8, quoted, carriage_returns, pairs, newlines = True, False, 0, 0, 0
    start: list[bytes] = []
    last = b""
    try:
        with path.open("rb") as stream:
            for window in _windows(stream, path):
                for mark, name in MARKS.items():
                    if mark in window:
                        raise InputError("file_of_other_kind", file=path.name, found=name)
                if not any(start):
                    start += window.splitlines()
                utf8 = utf8 and _is_utf8(window)
                quoted = quoted or b'"' in window
                if b"\r" in window:
                    carriage_returns, pairs = carriage_returns + window.count(b"\r"), pairs + window.count(b"\r\n")
                newlines += b"\n" in window
                last = window
    except OSError as error:
        raise InputError("file_unreadable", file=path.name, found=error.strerror or str(error)) from error
    encoding = "utf-8" if utf8 else "cp1252"
    lines = [line.decode(encoding, errors="replace") for line in start]
    at = _first_record(lines, path)
    delimiter = _delimiter(lines[at], delimiters, path)
    first = split(lines[at], delimiter)
    if not last.endswith((b"\n", b"\r")):
        ending = split(last.splitlines()[-1].decode(encoding, errors="replace"), delimiter)
        if len(ending) < len(first) - (not first[-1]):
            raise InputError("file_cut_off", file=path.name, found=f"{len(ending)} / {len(first)}", expected=delimiter)
    mixed = newlines > 0 and carriage_returns != pairs  # DuckDB loses a letter behind a lone CR in a file that has LF too
    return Sight(first, at + 1, delimiter, encoding, utf8 and not quoted and not mixed)


@contextmanager
def records(con: duckdb.DuckDBPyConnection, path: Path, sight: Sight, columns: Sequence[str], *, header: bool) -> Iterator[None]:
    """A view `records` of one file: its `columns` in their order, `SURPLUS`, the names of columns that it lacks; and `broken`.

    One line is one record, blank lines aside, in the order of the file; a quoted field does not span lines. All values are text: a field
    that is empty is '', one that is not there is null. `broken` is a record with a wrong number of fields (one empty field more is none).
    A file that is quoted, not UTF-8, or of mixed line ends is first copied plainly into a temporary file.
    """
    with tempfile.TemporaryDirectory(prefix="netzlage_") as folder:
        source, delimiter, last = path, sight.delimiter, columns[columns.index(SURPLUS[0]) - 1]
        if not sight.plain:
            source, delimiter = Path(folder) / "records.txt", UNIT
            _copy_plainly(path, sight, source)
        try:
            con.read_csv(
                str(source),
                header=False,
                auto_detect=False,
                delimiter=delimiter,
                quotechar="",
                escapechar="",
                columns=dict.fromkeys(columns, "VARCHAR"),
                null_padding=True,
                na_values=NO_NULL,
                strict_mode=False,
                max_line_size=3 * LONGEST_LINE,  # the plain copy may need more bytes for the same letters
                skiprows=sight.line - (not header),
            ).project(f"*, {last} IS NULL OR coalesce(overflow, '') <> '' OR beyond IS NOT NULL AS broken").create_view("records")
            yield
        except duckdb.InvalidInputException as error:
            raise InputError("file_of_other_kind", file=path.name, found=str(error).splitlines()[0]) from error
        finally:
            con.execute("DROP VIEW IF EXISTS records")


def bulk_query(con: duckdb.DuckDBPyConnection, name: str, /, **values: float | str | list[str]) -> pa.Table:
    """The result of `geodata/sql/{name}.sql`, which reads `values` by `getvariable`.

    A relation without parameters is gathered into Arrow by all threads at once: for millions of rows that is twice as fast as `query`.
    """
    for key, value in values.items():
        con.execute(f"SET VARIABLE {key} = $value", {"value": value})
    return con.sql(files("geodata").joinpath("sql", f"{name}.sql").read_text("utf-8")).to_arrow_table()


def bulk_notes(ledger: Ledger, refused: pa.Table, *, expected: Mapping[str, object]) -> Notes:
    """The side tables of a bulk file: `ledger` counts its accepted and outside rows; `refused` has row, column, value and reason.

    `expected` holds by "reason column" or by reason what its sentence names as expected.
    """
    ledger.read = ledger.accepted + ledger.outside_area
    notes = ledger.close()
    account = notes.accounting.to_pylist()[0] | {"read": ledger.read + len(refused), "quarantined": len(refused)}
    place = {name: account[name] for name in ("source_id", "stand", "file")}
    parts = [_quarantined(batch, place, expected) for batch in refused.sort_by("row").to_batches(max_chunksize=BATCH)]
    return Notes(pa.concat_tables([QUARANTINE.empty_table(), *parts]), notes.warnings, pa.Table.from_pylist([account], schema=ACCOUNTING))


def split(line: str, delimiter: str) -> tuple[str, ...]:
    """The fields of one line; a line whose quotes do not close, or hold nothing, is one field."""
    if '"' not in line:
        return tuple(line.split(delimiter))
    try:
        fields = next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        return (line,)
    return tuple(fields) if any(fields) or len(fields) > 1 else (line,)


def only(table: pa.Table, mask: pa.ChunkedArray) -> pa.Table:
    """The rows under `mask`; where that is all of them, the table itself and no copy."""
    return table if pc.all(mask, min_count=0).as_py() else table.filter(mask)


def _quarantined(batch: pa.RecordBatch, place: Mapping[str, object], expected: Mapping[str, object]) -> pa.Table:
    own = {name: batch.column(name).to_pylist() for name in ("row", "column", "value", "reason")}
    templates = {
        (reason, column): sentence(
            reason,
            file=place["file"],
            row=ROW,
            column=column,
            value=VALUE,
            expected=expected.get(f"{reason} {column}", expected.get(reason, "")),
        )
        for reason, column in set(zip(own["reason"], own["column"], strict=True))
    }
    texts = [
        templates[reason, column].replace(ROW, str(row)).replace(VALUE, value)
        for row, column, value, reason in zip(*own.values(), strict=True)
    ]
    return pa.table({k: [v] * len(batch) for k, v in place.items()} | own | {"sentence": texts}, schema=QUARANTINE)


def _windows(stream: BinaryIO, path: Path) -> Iterator[bytes]:
    """Pieces of whole lines. Only the first line of a piece can be longer than the limit."""
    _check_head(stream.read(100), path)
    stream.seek(0)
    kept = b""
    while piece := stream.read(LONGEST_LINE):
        window = kept + piece
        end = window.rfind(b"\n") + 1 or window.rfind(b"\r") + 1
        longest = min((at for at in (window.find(b"\n"), window.find(b"\r", 0, LONGEST_LINE + 1)) if at >= 0), default=len(window))
        if longest > LONGEST_LINE:
            raise InputError("line_too_long", file=path.name, found=f"> {LONGEST_LINE}", expected=LONGEST_LINE)
        kept = window[end:]
        if end:
            yield window[:end]
    if kept:
        yield kept


def _check_head(head: bytes, path: Path) -> None:
    for signature, kind in SIGNATURES.items():
        if head.startswith(signature):
            raise InputError("file_of_other_kind", file=path.name, found=kind)
    if head.removeprefix(BOM).lstrip()[:20].lower().startswith(HTML):
        raise InputError("file_of_other_kind", file=path.name, found="HTML/XML")


def _first_record(lines: list[str], path: Path) -> int:
    """The index of the first line with content, a BOM and a line `sep=…` aside."""
    for at in range(len(lines)):
        lines[at] = line = _without_bom(lines[at])
        if line and not line.lower().startswith("sep="):
            if not line.strip():
                break
            return at
    raise InputError("file_empty", file=path.name, size=path.stat().st_size)


def _delimiter(line: str, delimiters: str, path: Path) -> str:
    found = max(delimiters, key=line.count)
    if found not in line:
        other = next((repr(d) for d in ";,\t|" if d in line), line[:SHOWN])
        raise InputError("wrong_delimiter", file=path.name, found=other, expected=" / ".join(map(repr, delimiters)))
    return found


def _is_utf8(window: bytes) -> bool:
    if window.isascii():
        return True
    try:
        window.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _copy_plainly(path: Path, sight: Sight, target: Path) -> None:
    """UTF-8, unquoted, LF; a line whose quotes do not close stays one field and is refused for it later."""
    with path.open(encoding=sight.encoding, errors="replace") as lines, target.open("w", encoding="utf-8", newline="\n") as copy:
        for number, line in enumerate(lines):
            text = line.rstrip("\n") if number else _without_bom(line.rstrip("\n"))
            copy.write(UNIT.join(split(text.replace(UNIT, " "), sight.delimiter)) + "\n")


def _without_bom(line: str) -> str:
    """A BOM read as UTF-8 is one letter, read as Windows-1252 three."""
    return line.removeprefix("\ufeff").removeprefix("ï»¿")
