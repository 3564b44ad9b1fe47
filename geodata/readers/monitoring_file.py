"""One CSV of the Monitoring grid as cells of the Land: its edition by its header, its lines in blocks. What repeats is for `monitoring`."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from geodata.cells import COLUMNS
from geodata.errors import InputError
from geodata.messages import sentence
from geodata.readers.bulk import Sight, look, split
from geodata.readers.monitoring_kernels import AT_COLUMN, AT_E, AT_ROW, KEY_BYTES, UNREAD, scan
from geodata.reading import Ledger

KEY = "id"
# The publisher's columns, in lower case. nr_gesamt counts operators with any 5G; nr_nsa_sa those with 5G on carriers of its own
# (not shared with LTE), NSA and SA alike: it is not 5G SA.
COUNTS = {
    "gsm_out": "2g",
    "umts": "3g",
    "lte": "4g",
    "nr_gesamt": "5g",
    "nr": "5g_part",
    "nr_dss": "5g_dss",
    "nr_nsa_sa": "5g_nsa_sa",
    "nr_sa": "5g_sa",
}
# These columns stand in editions that count the three established operators only.
OF_THREE = ("umts", "nr_dss", "nr_nsa_sa", "nr")
# Cells of Germany in EPSG:25832: hundreds of metres (north, east), with room on every side.
FRAME = (52_000, 61_999, 2_000, 9_999)
BLOCK = 8 * 2**20
ODD = 4096
ODD_OF, FEW_ODD = 100, 100  # one row of a hundred, but a hundred rows never stop a file
REFUSED = pa.schema([("row", pa.int64()), ("column", pa.string()), ("value", pa.string()), ("reason", pa.string())])
SHOWN = 80
DIGITS = "0123456789"
Refused = tuple[int, str, str, str]  # as REFUSED


@dataclass(frozen=True)
class Edition:
    """The form of a file. `counts`: position of a column by what it counts; `highest`: the operators that are counted at most."""

    names: tuple[str, ...]
    key: int
    counts: dict[str, int]
    highest: int

    def roles(self) -> np.ndarray:
        """Per column 0 for the key, n for the n-th of `counts`, −1 for the rest."""
        found = np.full(len(self.names), -1, np.int64)
        found[self.key] = 0
        for n, at in enumerate(self.counts.values(), start=1):
            found[at] = n
        return found

    def shortest(self) -> int:
        """The bytes of the shortest line that can be read: all counts are empty."""
        return KEY_BYTES + len(self.counts) + 1

    def expected(self) -> str:
        """Which counts can stand in this edition."""
        return f"0–{self.highest}"


@dataclass(frozen=True)
class Area:
    """The cells of the Land as a mask; row 0, column 0 is the cell `corner` (row, column of the grid)."""

    mask: np.ndarray
    corner: np.ndarray

    @classmethod
    def of(cls, cells: np.ndarray) -> "Area":
        """The mask of some cell_ids."""
        if not len(cells):
            return cls(np.zeros((0, 0), np.uint8), np.zeros(2, np.int64))
        row, column = np.divmod(cells.astype("int64"), COLUMNS)
        corner = np.array([row.min(), column.min()])
        mask = np.zeros((row.max() - corner[0] + 1, column.max() - corner[1] + 1), np.uint8)
        mask[row - corner[0], column - corner[1]] = 1
        return cls(mask, corner)

    def holds(self, cell: int) -> bool:
        """Whether a cell is one of the Land's."""
        row, column = cell // COLUMNS - int(self.corner[0]), cell % COLUMNS - int(self.corner[1])
        return 0 <= row < self.mask.shape[0] and 0 <= column < self.mask.shape[1] and bool(self.mask[row, column])


@dataclass(frozen=True)
class Grid:
    """The cells of the Land in the order of the file: cell_id, counts (one column per entry of `edition.counts`; −1 empty), line from 1.

    `read` counts all records, `refused` are the ones that cannot be read (columns of REFUSED).
    """

    edition: Edition
    cells: np.ndarray
    counts: np.ndarray
    rows: np.ndarray
    read: int
    refused: list[Refused]


def read_grid(path: Path, ledger: Ledger, area: Area, *, threads: int) -> Grid:
    """All records of one file, plain or unpacked; InputError for what is no such grid, or where more than one row of a hundred is odd."""
    sight = look(path, ",")
    edition = edition_of(sight, ledger)
    roles = edition.roles()
    most = path.stat().st_size // edition.shortest()
    found = _Found(sight, edition, area, -sight.line)

    def work(block: np.ndarray) -> tuple[np.ndarray, list[_Piece]]:
        return block, list(_pieces(block, roles, edition, area))

    for block, pieces in _mapped(work, _blocks(path), threads):
        for piece in pieces:
            found.add(block, piece)
            found.check(path, most)
    if found.read < 1:
        raise InputError("file_without_records", file=path.name)
    found.check(path, found.read)
    cells, counts, rows = (np.concatenate(p) for p in zip(*found.parts, strict=True))
    order = np.argsort(rows, kind="stable")
    if not np.array_equal(order, np.arange(len(order))):  # rows that only the second look could read stand last
        cells, counts, rows = cells[order], counts[order], rows[order]
    return Grid(edition, cells, counts, rows, found.read, found.refused)


def edition_of(sight: Sight, ledger: Ledger) -> Edition:
    """The form by its header, with warnings for columns that are not known; the option `highest` of the snapshot outranks the header."""
    file = ledger.snapshot.path.name
    names = [n.strip().strip('"').lower() for n in sight.first]
    names = names[:-1] if not names[-1] else names
    found = ", ".join(names[:12])
    missing = [c for c in (KEY, "lte") if c not in names]
    missing += [] if {"nr_gesamt", "nr"} & set(names) else ["nr_gesamt"]
    if missing:
        raise InputError("column_missing", file=file, found=found, expected=", ".join(missing))
    repeated = sorted({n for n in names if names.count(n) > 1})
    if repeated:
        raise InputError("column_repeated", file=file, found=", ".join(repeated))
    for name in names:
        if name != KEY and name not in COUNTS:
            ledger.warn("column_unknown", column=name)
    highest = ledger.snapshot.options.get("highest", 3 if set(OF_THREE) & set(names) else 4)
    if highest not in (3, 4):
        raise InputError("monitoring_highest", file=file, found=highest)
    counts = {meaning: names.index(column) for column, meaning in COUNTS.items() if column in names}
    return Edition(tuple(names), names.index(KEY), counts, int(str(highest)))


@dataclass(frozen=True)
class _Piece:
    cells: np.ndarray
    counts: np.ndarray
    rows: np.ndarray
    odd: np.ndarray
    lines: int


@dataclass
class _Found:
    """What was found so far. `read` counts records; it begins below zero, for the header's lines are scanned too."""

    sight: Sight
    edition: Edition
    area: Area
    read: int
    refused: list[Refused] = field(default_factory=list)
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = field(default_factory=list)

    def add(self, block: np.ndarray, piece: _Piece) -> None:
        """Take over the lines of one piece and look at the odd ones again."""
        self.parts.append((piece.cells, piece.counts, piece.rows + (self.read + 1)))
        for line, first, end in piece.odd.tolist():
            row = self.read + 1 + line
            if row > 0:
                self._second_look(row, split(bytes(block[first:end]).decode(self.sight.encoding, errors="replace"), self.sight.delimiter))
        self.read += piece.lines

    def check(self, path: Path, rows: int) -> None:
        """InputError where more are refused than a right file of so many rows can have."""
        limit = max(FEW_ODD, rows // ODD_OF)
        if len(self.refused) > limit:
            row, column, value, reason = self.refused[0]
            expected = self.edition.expected() if reason == "not_an_operator_count" else len(self.edition.names)
            example = sentence(reason, file=path.name, row=row, column=column, value=value, expected=expected)
            raise InputError("monitoring_mostly_unreadable", file=path.name, found=len(self.refused), expected=limit, example=example)

    def _second_look(self, row: int, fields: tuple[str, ...]) -> None:
        fault = _fault(fields, self.edition)
        if fault:
            self.refused.append((row, *fault))
            return
        cell = _cell_of(fields[self.edition.key].strip())
        if cell is not None and self.area.holds(cell):
            counts = [int(fields[at].strip() or UNREAD) for at in self.edition.counts.values()]
            self.parts.append((np.array([cell], np.int32), np.array([counts], np.int8), np.array([row], np.int32)))


def _blocks(path: Path) -> Iterator[np.ndarray]:
    """The bytes of a file in blocks of whole lines; `look` made sure that no line is longer than a block."""
    kept = b""
    with path.open("rb") as stream:
        while piece := stream.read(BLOCK):
            whole = kept + piece
            end = max(whole.rfind(b"\n"), whole.rfind(b"\r")) + 1
            kept = whole[end:]
            yield np.frombuffer(whole, np.uint8, end)
    if kept:
        yield np.frombuffer(kept, np.uint8)


def _pieces(block: np.ndarray, roles: np.ndarray, edition: Edition, area: Area) -> Iterator[_Piece]:
    most = len(block) // edition.shortest() + 1
    at, frame = 0, np.array(FRAME)
    while at < len(block):
        cells, rows = np.empty(most, np.int32), np.empty(most, np.int32)
        counts, odd = np.empty((most, len(edition.counts)), np.int8), np.empty((ODD, 3), np.int64)
        at, lines, kept, bad = scan(
            block, at, ord(","), roles, edition.highest, frame, area.mask, area.corner, cells, counts, rows, odd
        )  # fmt: skip
        yield _Piece(cells[:kept].copy(), counts[:kept].copy(), rows[:kept].copy(), odd[:bad].copy(), lines)


def _mapped(
    work: Callable[[np.ndarray], tuple[np.ndarray, list[_Piece]]], blocks: Iterator[np.ndarray], threads: int
) -> Iterator[tuple[np.ndarray, list[_Piece]]]:  # fmt: skip
    """The results in order, with no more blocks in memory than threads can use."""
    waiting: list[Future[tuple[np.ndarray, list[_Piece]]]] = []
    with ThreadPoolExecutor(threads) as pool:
        for block in blocks:
            waiting.append(pool.submit(work, block))
            if len(waiting) > threads:
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()


def _fault(fields: tuple[str, ...], edition: Edition) -> tuple[str, str, str] | None:
    """Column, value and reason why a line cannot be read; None where only its quotes were unusual."""
    width = len(edition.names)
    values = [f.strip() for f in fields]
    if len(values) != width and not (len(values) == width + 1 and not values[-1]):
        return "", ",".join(fields)[:SHOWN], "monitoring_field_count"
    if _cell_of(values[edition.key]) is None:
        return KEY, values[edition.key][:SHOWN], "not_a_cell"
    for at in edition.counts.values():
        text = values[at]
        if text and not (len(text) == 1 and text in DIGITS[: edition.highest + 1]):
            number = text.removeprefix("-").replace(".", "", 1)
            reason = "not_an_operator_count" if number.isascii() and number.isdigit() else "not_a_number"
            return edition.names[at], text[:SHOWN], reason
    return None


def _cell_of(text: str) -> int | None:
    if len(text) != KEY_BYTES or not text.isascii() or text[:AT_ROW] != "100mN" or text[AT_E] != "E":
        return None
    north, east = text[AT_ROW:AT_E], text[AT_COLUMN:]
    if not (north.isdigit() and east.isdigit()) or not (FRAME[0] <= int(north) <= FRAME[1] and FRAME[2] <= int(east) <= FRAME[3]):
        return None
    return int(north) * COLUMNS + int(east)
