"""Whole runs after set-up: the demo, the demo again with nothing to do, and the published files where they lie beside the project."""

import sys
import tempfile
from pathlib import Path

from benchmarks.processes import measured
from benchmarks.run import Row, row

REAL = Path("../shared/data")


def rows() -> list[Row]:
    """Wall time and peak memory of `netzlage run`."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        profiles = [("demo", "demo"), ("demo, nothing to do", "demo")]
        if REAL.is_dir():
            profiles.append(("real", "tests/profiles/real.toml"))
        for name, profile in profiles:
            command = [sys.executable, "-m", "pipelines.cli", "run", "--profile", profile, "--output", str(scratch / Path(profile).stem)]
            one = measured(command, scratch=scratch)
            found.append(row(f"netzlage run: {name}", one.seconds, peak_mb=one.peak_mb))
    return found
