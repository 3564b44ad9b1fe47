"""An OpenCelliD file of Germany's size to sites, the whole process: time and peak memory."""

import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.processes import measured
from benchmarks.run import Row, row
from geodata.readers import sites_opencellid
from geodata.readers.bulk import Frame
from geodata.reading import Snapshot
from geodata.session import Limits
from geodata.tables import file_hash

ROWS, CHUNK = 4_000_000, 200_000
MEMORY = "700MB"  # what a step of a run gives DuckDB
STAND = "2025-12-31"
HEAD = "radio,mcc,net,area,cell,unit,lon,lat,range,samples,changeable,created,updated,averageSignal"
RADIOS, NETS = ("GSM", "UMTS", "LTE", "NR"), ("1", "2", "3", "6", "7", "9", "23", "77")
FRAME = Frame(275_000.0, 5_560_000.0, 545_000.0, 5_835_000.0)  # the Land and 15 km around it


def rows() -> list[Row]:
    """Generate the file, read it in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="netzlage_") as name:
        path = Path(name) / "262.csv"
        _write(path)
        found = measured([sys.executable, "-m", "benchmarks.opencellid", str(path)], scratch=Path(name))
        what = f"OpenCelliD, {ROWS:,} cells ({path.stat().st_size / 1e6:.0f} MB) to sites, whole process, DuckDB with {MEMORY}"
        return [row(what, found.seconds, peak_mb=found.peak_mb)]


def _write(path: Path) -> None:
    """Cells all over Germany; one network of eight is unknown."""
    random = np.random.default_rng(5)
    with path.open("w", encoding="utf-8") as stream:
        stream.write(HEAD + "\n")
        for first in range(0, ROWS, CHUNK):
            radio, net = random.integers(0, len(RADIOS), CHUNK), random.integers(0, len(NETS), CHUNK)
            place = first + np.arange(CHUNK)
            lon, lat, seen = random.uniform(6.2, 13.8, CHUNK), random.uniform(48.9, 53.5, CHUNK), random.integers(1, 500, CHUNK)
            stream.writelines(
                f"{RADIOS[radio[i]]},262,{NETS[net[i]]},{place[i] % 5000},{place[i]},0,{lon[i]:.6f},{lat[i]:.6f},1000,{seen[i]},1,1,1,0\n"
                for i in range(CHUNK)
            )


def read(path: Path) -> None:
    """Read the file as a run does, and check its account."""
    snapshot = Snapshot("mobile_sites__opencellid", "cells", STAND, path, file_hash(path), path.stat().st_size, "official", "public")
    with tempfile.TemporaryDirectory(prefix="netzlage_") as spill:
        _, notes = sites_opencellid.read([snapshot], frame=FRAME, limits=Limits(MEMORY, 2, Path(spill)))
    account = notes.accounting.to_pylist()[0]
    assert account["read"] == ROWS == account["accepted"] + account["outside_area"] + account["quarantined"], account  # noqa: S101


if __name__ == "__main__":
    read(Path(sys.argv[1]))
