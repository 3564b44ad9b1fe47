"""`make bench BENCH=name`: run one benchmark, print its rows, write them to `benchmarks/results/name.json`."""

import importlib
import json
import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"
# What each name measures: the modules of this folder that give the rows, in this order.
BENCHMARKS = {
    "run": ("whole_runs",),
    "site": ("site",),
    "households": ("households",),
    "points": ("points",),
    "fixed": ("points", "fixed"),
    "p1812": ("p1812",),
    "monitoring": ("monitoring",),
    "mobile": ("mobile", "p1812", "zonal", "opencellid"),
    "clusters": ("clusters",),
    "scale": ("scale",),
    "scale-small": ("scale_small",),
}
COLUMNS = ("name", "peer", "ours_s", "peer_s", "ratio", "peak_mb", "identical")
Row = dict[str, object]


@dataclass(frozen=True)
class Peer:
    """What the same work took another tool, and whether its result is the same."""

    name: str
    seconds: float
    identical: bool


def row(name: str, ours_s: float, *, peak_mb: float, peer: Peer | None = None) -> Row:
    """One row of a result: times in seconds, ratio = peer_s / ours_s; peer, peer_s, ratio and identical are null without a peer."""
    theirs = (peer.name, round(peer.seconds, 3), round(peer.seconds / ours_s, 2), peer.identical) if peer else (None,) * 4
    return {
        "name": name, "peer": theirs[0], "ours_s": round(ours_s, 3), "peer_s": theirs[1],
        "ratio": theirs[2], "peak_mb": round(peak_mb, 1), "identical": theirs[3],
    }  # fmt: skip


def main(names: list[str]) -> int:
    """Run the benchmarks named; 2 where a name is unknown."""
    out = Console(highlight=False)
    for name in names:
        if name not in BENCHMARKS:
            out.print(f"Unbekannt / unknown: {name}. Vorhanden / present: {', '.join(BENCHMARKS)}", markup=False)
            return 2
        rows = [r for module in BENCHMARKS[name] for r in importlib.import_module(f"benchmarks.{module}").rows()]
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{name}.json").write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", "utf-8")
        table = Table(
            title=f"{name}: {platform.machine()}, {os.cpu_count()} Kerne, Python {platform.python_version()}", title_justify="left"
        )
        for column in COLUMNS:
            table.add_column(column, justify="left" if column in {"name", "peer"} else "right")
        for r in rows:
            table.add_row(*("–" if r[c] is None else str(r[c]) for c in COLUMNS))
        out.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
