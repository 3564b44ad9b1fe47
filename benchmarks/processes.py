"""One command as a process of its own: its wall time, and the peak memory of the largest process in its tree."""

import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_WATCH = (
    "import resource, subprocess, sys; done = subprocess.run(sys.argv[2:], stdout=subprocess.DEVNULL, check=False); "
    "open(sys.argv[1], 'w').write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)); sys.exit(done.returncode)"
)


@dataclass(frozen=True)
class Measured:
    """Wall seconds and peak resident memory in MB."""

    seconds: float
    peak_mb: float


def measured(command: list[str], *, scratch: Path) -> Measured:
    """Run `command` and measure it; a command that fails raises CalledProcessError. `scratch` is a folder for one small file."""
    peak = scratch / "peak.txt"
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", _WATCH, str(peak), *command], check=True)
    return Measured(time.perf_counter() - start, int(peak.read_text()) / 1024)


def own_peak_mb() -> float:
    """Peak resident memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
