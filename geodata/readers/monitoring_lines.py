"""Lines of a CSV of the Monitoring grid as cells of the Land, block by block. It knows the form of a file, not how that is found out."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from geodata.cells import COLUMNS
from geodata.readers.bulk import Sight, split
from geodata.readers.delimited import LONGEST_LINE
from geodata.readers.monitoring_kernels import AT_COLUMN, AT_E, AT_ROW, KEY_BYTES, UNREAD, scan

KEY = "id"
# Cells of Germany in EPSG:25832: hundreds of metres (north, east), with room on every side.
FRAME = (52_000, 61_999, 2_000, 9_999)
ODD = 4096
SHOWN = 80
DIGITS = "0123456789"
Refused = tuple[int, str, str, str]  # line or row, column, value, reason


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
class Piece:
    """Some lines of a file that follow each other: cells of the Land, counts and line as in `Grid`, lines from 0; the lines refused."""

    cells: np.ndarray
    counts: np.ndarray
    rows: np.ndarray
    refused: list[Refused]
    lines: int


@dataclass(frozen=True)
class Task:
    """What is to be scanned, for what, and how: `enough` refused lines stop a file whatever else it holds."""

    path: Path
    sight: Sight
    edition: Edition
    area: Area
    enough: int


def blocks(path: Path, size: int, numbers: tuple[int, int] = (0, sys.maxsize)) -> Iterator[np.ndarray]:
    """The bytes of a file in blocks of whole lines, all or those from the first to one before the last of `numbers`.

    A block ends with the last line that ends within a multiple of `size` bytes, whichever blocks are asked for.
    """
    first, last = numbers
    with path.open("rb") as stream:
        behind = min(first * size, 2 * LONGEST_LINE)  # `look` made sure that no line is longer
        stream.seek(first * size - behind)
        kept = _cut(stream.read(behind))[1]
        for _ in range(first, last):
            piece = stream.read(size)
            if not piece:
                break
            whole, kept = _cut(kept + piece)
            yield np.frombuffer(whole, np.uint8)
        if kept and not stream.read(1):
            yield np.frombuffer(kept, np.uint8)


def _cut(text: bytes) -> tuple[bytes, bytes]:
    """The whole lines, and what follows them."""
    end = max(text.rfind(b"\n"), text.rfind(b"\r")) + 1
    return text[:end], text[end:]


def pieces_of(block: np.ndarray, task: Task) -> Iterator[Piece]:
    """The lines of one block; those of an unusual form are looked at again."""
    edition, area = task.edition, task.area
    roles, frame = edition.roles(), np.array(FRAME)
    most = len(block) // edition.shortest() + 1
    at = 0
    while at < len(block):
        cells, rows = np.empty(most, np.int32), np.empty(most, np.int32)
        counts, odd = np.empty((most, len(edition.counts)), np.int8), np.empty((ODD, 3), np.int64)
        at, lines, kept, bad = scan(
            block, at, ord(","), roles, edition.highest, frame, area.mask, area.corner, cells, counts, rows, odd
        )  # fmt: skip
        refused: list[Refused] = []
        for line, first, end in odd[:bad].tolist():
            fields = split(bytes(block[first:end]).decode(task.sight.encoding, errors="replace"), task.sight.delimiter)
            fault = _fault(fields, edition)
            cell = None if fault else _cell_of(fields[edition.key].strip())
            if fault:
                refused.append((line, *fault))
            elif cell is not None and area.holds(cell):
                cells[kept], rows[kept] = cell, line
                counts[kept] = [int(fields[at].strip() or UNREAD) for at in edition.counts.values()]
                kept += 1
        order = np.argsort(rows[:kept], kind="stable")
        yield Piece(cells[order], counts[order], rows[order], refused, lines)


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
