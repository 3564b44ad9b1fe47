"""Germany at full size by repeating the demo: time and peak memory against parts and workers; ours on Dask, ours local, dask-geopandas.

38 million cells, 23 million addresses, 41 million households, a tenth of the addresses chained. Each row is a process of its own; `peak_mb`
is the larger of its peak and of the largest of its workers. `identical`: the same bytes as the unsplit step.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.run import Peer, Row, row
from benchmarks.scale_data import ADDRESSES, CELL_COUNT
from benchmarks.scale_tools import EVERY

# Where, and in how many parts (1: as many as the workers ask for).
PLACES = (("here", 1), ("2", 8), ("2", 32), ("dask-1", 8), ("dask-2", 8), ("dask-2", 32))
NAMES = {
    "points": (ADDRESSES, "addresses to Gemeinden"),
    "mobile": (CELL_COUNT, "mobile cells"),
    "clusters": (ADDRESSES // EVERY, "chained"),
}


@dataclass(frozen=True)
class Figures:
    """What one process printed."""

    seconds: float
    cpu: float
    own_mb: float
    worker_mb: float
    digest: str


def rows(share: float = 1.0) -> list[Row]:
    """All steps in all places, then the peer; `share` of the rows of Germany."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([sys.executable, "-m", "benchmarks.scale_data", name, str(share)], check=True)
        found = []
        for step in NAMES:
            whole = None
            for where, parts in PLACES:
                ours = run(step, folder, where, parts)
                whole = whole or ours
                found.append(_row(step, share, (where, parts), ours, Peer("unsplit", whole.seconds, ours.digest == whole.digest)))
            if step == "points":
                theirs = run(step, folder, "geopandas-2", 1)
                peer = Peer(
                    f"dask-geopandas, 2 workers ({theirs.worker_mb:.0f} MB, {theirs.cpu:.0f} s CPU)",
                    theirs.seconds,
                    theirs.digest == ours.digest,
                )
                found.append(_row(step, share, PLACES[-1], ours, peer))
        return found


def _row(step: str, share: float, place: tuple[str, int], ours: Figures, peer: Peer) -> Row:
    count, what = NAMES[step]
    name = f"{round(count * share):,} {what}: {place[0]}, {place[1]} parts, {ours.cpu:.0f} s CPU"
    return row(name, ours.seconds, peak_mb=max(ours.own_mb, ours.worker_mb), peer=peer)


def run(step: str, folder: Path, where: str, parts: int) -> Figures:
    """One step in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.scale_tools", step, str(folder), where, str(parts)]
    return Figures(**json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
