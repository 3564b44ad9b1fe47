"""One CSV of the Monitoring grid as cells of the Land: its edition by its header, all its records. What repeats is for `monitoring`.

Lines are read in `monitoring_lines`.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from geodata.errors import InputError
from geodata.messages import sentence
from geodata.readers.bulk import Sight, look
from geodata.readers.delimited import LONGEST_LINE
from geodata.readers.monitoring_lines import KEY, Area, Edition, Piece, Refused, Task, blocks, pieces_of
from geodata.reading import Ledger

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
BLOCK = 8 * 2**20
ODD_OF, FEW_ODD = 100, 100  # one row of a hundred, but a hundred rows never stop a file
REFUSED = pa.schema([("row", pa.int64()), ("column", pa.string()), ("value", pa.string()), ("reason", pa.string())])


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


Scan = Callable[[Task], Iterator[Piece]]


def read_grid(path: Path, ledger: Ledger, area: Area, *, scan: Scan) -> Grid:
    """All records of one file, plain or unpacked; InputError for what is no such grid, or where more than one row of a hundred is odd.

    `scan` gives the pieces of the file in their order.
    """
    sight = look(path, ",")
    edition = edition_of(sight, ledger)
    most = path.stat().st_size // edition.shortest()
    head = _lines_to(sight, path)
    found = _Found(edition, -head)
    for piece in scan(Task(path, sight, edition, area, _limit(most) + head)):
        found.add(piece)
        found.check(path, most)
    if found.read < 1:
        raise InputError("file_without_records", file=path.name)
    found.check(path, found.read)
    cells, counts, rows = (np.concatenate(p) for p in zip(*found.parts, strict=True))
    return Grid(edition, cells, counts, rows, found.read, found.refused)


def _lines_to(sight: Sight, path: Path) -> int:
    """How many lines are scanned up to the header, which is one: empty ones are not."""
    with path.open("rb") as stream:
        return sum(map(bool, stream.read(2 * LONGEST_LINE).splitlines()[: sight.line]))


def scanned(task: Task, *, threads: int) -> Iterator[Piece]:
    """The pieces of a file from threads of this process."""
    for pieces in _mapped(lambda block: list(pieces_of(block, task)), blocks(task.path, BLOCK), threads):
        yield from pieces


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


@dataclass
class _Found:
    """What was found so far. `read` counts records; it begins below zero, for the header's lines are scanned too."""

    edition: Edition
    read: int
    refused: list[Refused] = field(default_factory=list)
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = field(default_factory=list)

    def add(self, piece: Piece) -> None:
        """Take over the lines of one piece."""
        first = self.read + 1
        self.parts.append((piece.cells, piece.counts, piece.rows + first))
        self.refused += [(first + line, column, value, reason) for line, column, value, reason in piece.refused if first + line > 0]
        self.read += piece.lines

    def check(self, path: Path, rows: int) -> None:
        """InputError where more are refused than a right file of so many rows can have."""
        limit = _limit(rows)
        if len(self.refused) > limit:
            row, column, value, reason = self.refused[0]
            expected = self.edition.expected() if reason == "not_an_operator_count" else len(self.edition.names)
            example = sentence(reason, file=path.name, row=row, column=column, value=value, expected=expected)
            raise InputError("monitoring_mostly_unreadable", file=path.name, found=len(self.refused), expected=limit, example=example)


def _limit(rows: int) -> int:
    """How many rows a right file of so many may have refused."""
    return max(FEW_ODD, rows // ODD_OF)


def _mapped(work: Callable[[np.ndarray], list[Piece]], blocks: Iterator[np.ndarray], threads: int) -> Iterator[list[Piece]]:
    """The results in order, with no more blocks in memory than threads can use."""
    waiting: list[Future[list[Piece]]] = []
    with ThreadPoolExecutor(threads) as pool:
        for block in blocks:
            waiting.append(pool.submit(work, block))
            if len(waiting) > threads:
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()
