"""The Monitoring grid read in parts: runs of the blocks of one file, each with the mask of the Land's cells from its folder."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
import pyarrow as pa

from geodata.parts.files import anywhere
from geodata.parts.run import over, ranges
from geodata.parts.workers import Pool
from geodata.readers import monitoring, monitoring_file
from geodata.readers.bulk import Sight
from geodata.readers.monitoring_lines import Area, Edition, Piece, Task, blocks, pieces_of
from geodata.reading import Notes, Snapshot
from geodata.session import Limits


@dataclass(frozen=True)
class BlockPart:
    """Blocks of `size` bytes, first to one before the last, of one file; `area`: the file of the Land's cells. The rest as in `Task`."""

    path: str
    size: int
    numbers: tuple[int, int]
    sight: Sight
    edition: Edition
    area: str
    enough: int


def read(snapshots: Sequence[Snapshot], *, land_cells: pa.Table, limits: Limits, pool: Pool, scratch: Path) -> tuple[pa.Table, Notes]:
    """What `readers.monitoring.read` gives. `scratch`: a folder that all workers see, as they see the snapshots."""
    scan = partial(_scanned, pool=pool, scratch=scratch) if pool.parts > 1 else None
    return monitoring.read(snapshots, land_cells=land_cells, limits=limits, scan=scan)


def scan_part(part: BlockPart) -> list[Piece]:
    """The pieces of one part; where `enough` lines are refused, no more than those that say so."""
    task = Task(Path(part.path), part.sight, part.edition, _area(part.area), part.enough)
    found: list[Piece] = []
    refused = 0
    for block in blocks(task.path, part.size, part.numbers):
        for piece in pieces_of(block, task):
            found.append(piece)
            refused += len(piece.refused)
            if refused > task.enough:
                return found
    return found


def _scanned(task: Task, *, pool: Pool, scratch: Path) -> Iterator[Piece]:
    area = scratch / "area.npz"
    np.savez(area, mask=task.area.mask, corner=task.area.corner)
    size = monitoring_file.BLOCK
    shared = (task.sight, task.edition, anywhere(area), task.enough)
    count = -(-task.path.stat().st_size // size)
    parts = [BlockPart(anywhere(task.path), size, numbers, *shared) for numbers in ranges(count, pool.parts)]
    for pieces in over(pool, scan_part, parts):
        yield from pieces


@lru_cache(2)
def _area(path: str) -> Area:
    with np.load(path) as found:
        return Area(found["mask"], found["corner"])
