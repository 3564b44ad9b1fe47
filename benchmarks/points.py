"""4.5 million points to 396 Gemeinden, from Parquet on disk to points and households per Gemeinde: the cell index against three joins.

None of the points lies on a border, so that ST_Contains, ST_Intersects and the rule of the lowest AGS agree; were there one, `identical`
would be false. Each tool has a process of its own; its time runs from after the imports to the grouped result.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.run import Peer, Row, row

POINTS = 4_500_000
LANDS = 10
PEERS = {"sedonadb": 5, "geopandas.sjoin": 1, "DuckDB ST_Contains": 1}  # runs, of which the median counts


@dataclass(frozen=True)
class Outcome:
    """Runs of one tool: median seconds, largest peak in MB, and (ags, points, households in 1/10,000) of the Gemeinden with points."""

    seconds: float
    peak_mb: float
    counts: list[list[object]]


def rows() -> list[Row]:
    """The building of the index, then the join against each peer; runs of both take turns, so that a busy machine burdens both."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([sys.executable, "-m", "benchmarks.points_data", name], check=True)
        for tool in ("index", "cell index"):  # the files of the libraries are in memory then, for all tools alike
            _answer(tool, folder)
        built = _outcome([_answer("index", folder) for _ in range(3)])
        found = [row("cell index of 396 Gemeinden: build and save", built.seconds, peak_mb=built.peak_mb)]
        for peer, times in PEERS.items():
            pairs = [(_answer("cell index", folder), _answer(peer, folder)) for _ in range(times)]
            ours, theirs = (_outcome([pair[side] for pair in pairs]) for side in (0, 1))
            same = Peer(f"{peer} ({theirs.peak_mb:.0f} MB)", theirs.seconds, theirs.counts == ours.counts)
            found.append(row(f"{POINTS:,} points to Gemeinden", ours.seconds, peak_mb=ours.peak_mb, peer=same))
        return [*found, _ten_lands(folder, ours)]


def _ten_lands(folder: Path, once: Outcome) -> Row:
    """About as many addresses as Germany has, by repeating the Land: streamed, so that memory does not grow with them."""
    ten = folder / "ten"
    subprocess.run([sys.executable, "-m", "benchmarks.points_data", str(folder), str(ten), str(LANDS)], check=True)
    found = _answer("cell index", ten)
    if found.counts != [[ags, LANDS * int(str(points)), LANDS * int(str(households))] for ags, points, households in once.counts]:
        msg = "ten times the Land is not ten times its counts"
        raise AssertionError(msg)
    return row(f"{LANDS * POINTS:,} points to Gemeinden, streamed", found.seconds, peak_mb=found.peak_mb)


def _answer(tool: str, folder: Path) -> Outcome:
    command = [sys.executable, "-m", "benchmarks.points_tools", tool, str(folder)]
    return Outcome(**json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def _outcome(runs: list[Outcome]) -> Outcome:
    if any(r.counts != runs[0].counts for r in runs):
        msg = f"{len(runs)} runs of one tool, more than one result"
        raise AssertionError(msg)
    return Outcome(median(r.seconds for r in runs), max(r.peak_mb for r in runs), runs[0].counts)
