"""What a killed process leaves behind is known by its name, and swept away."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from geodata.atomic import MACHINE, replaced, replaced_folder, scratch, sweep, unfinished
from tests.conftest import ROOT

BUSY = """
import sys
from contextlib import ExitStack
from pathlib import Path
from geodata.atomic import replaced, replaced_folder, scratch
from geodata.session import Limits, session

root = Path(sys.argv[1])
with ExitStack() as stack:
    (stack.enter_context(scratch(root, "parts")) / "terrain.npy").write_bytes(b"0")
    stack.enter_context(replaced(root / "tables/a.parquet")).write_bytes(b"0")
    stack.enter_context(replaced_folder(root / "site"))
    con = stack.enter_context(session(Limits("60MB", 1, root / "spill")))
    con.execute("CREATE TEMP TABLE much AS SELECT range AS a, hash(range) AS b, hash(range + 1) AS c FROM range(6000000)")
    print("busy", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process in the middle of everything that leaves something below the folder of the test."""
    command = [sys.executable, "-c", BUSY, str(tmp_path)]
    with subprocess.Popen(
        command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout
        assert run.stdout.readline() == "busy\n"
        yield run
        run.kill()


def hidden(folder: Path) -> list[str]:
    return sorted(p.name.split(".")[1].split("-")[0] for p in folder.rglob(".*"))


def test_what_a_killed_process_leaves_is_swept_and_a_living_one_keeps_its_own(tmp_path: Path, busy: subprocess.Popen[str]) -> None:
    everything = ["a", "parts", "site", "spill"]
    (spill,) = tmp_path.glob(".spill-*")
    assert any(p.stat().st_size for p in spill.iterdir())
    sweep(tmp_path)
    assert hidden(tmp_path) == everything
    busy.send_signal(signal.SIGKILL)
    busy.wait(30)
    assert hidden(tmp_path) == everything
    sweep(tmp_path)
    assert hidden(tmp_path) == []
    assert [p.name for p in tmp_path.iterdir()] == ["tables"]


def test_a_process_that_ends_leaves_nothing(tmp_path: Path, busy: subprocess.Popen[str]) -> None:
    busy.communicate("\n", timeout=60)
    assert busy.returncode == 0
    assert hidden(tmp_path) == []


def test_nothing_is_left_by_blocks_that_end(tmp_path: Path) -> None:
    with scratch(tmp_path, "parts") as folder, replaced(tmp_path / "a") as file, replaced_folder(tmp_path / "b"):
        (folder / "x").write_bytes(b"0")
        file.write_bytes(b"0")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b"]


def test_what_a_process_of_another_machine_works_in_stays(tmp_path: Path) -> None:
    dead = 4194303  # above the highest number that Linux gives a process
    for machine in (MACHINE, "rechner-2"):
        (tmp_path / f".spill.{dead}@{machine}.part").mkdir()
    sweep(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == [f".spill.{dead}@rechner-2.part"]
    assert unfinished("spill", shared=True).endswith(f"@{MACHINE}.part")
