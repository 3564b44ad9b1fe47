"""Runs of the command line that can be killed, and what of an output folder must be alike after any trouble."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.conftest import ROOT


def fingerprint(output: Path) -> dict[str, str]:
    """The hash of every table, page and download; the two databases beside them hold the same rows but not the same bytes."""
    kept = [p for folder in ("tables", "site", "demo") for p in sorted((output / folder).rglob("*")) if p.is_file()]
    return {
        p.relative_to(output).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in kept if not p.name.endswith(".stamp.json")
    }


def started(output: Path | str, home: Path, *, profile: str = "demo", **env: str) -> subprocess.Popen[str]:
    """`netzlage run` as a process group of its own, so that all of it can be ended."""
    home.mkdir(exist_ok=True)
    (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\n", "utf-8")
    words = ["run", "--profile", profile, "--output", str(output)]
    return subprocess.Popen(
        [sys.executable, "-c", "from pipelines.cli import main; main()", *words],
        cwd=ROOT,
        env=os.environ | {"DAGSTER_HOME": str(home), "PYTHONPATH": str(ROOT), "COLUMNS": "200"} | env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def killed_after(run: subprocess.Popen[str], seconds: float) -> bool:
    """End a run with SIGKILL after some seconds; false where it had ended by itself before."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and run.poll() is None:
        time.sleep(0.02)
    if run.poll() is not None:
        return False
    os.killpg(run.pid, signal.SIGKILL)
    run.communicate()
    return True


def leftovers(output: Path) -> list[str]:
    """Half-written files."""
    return sorted(p.name for p in output.rglob(".*") if p.suffix in {".part", ".old"})
