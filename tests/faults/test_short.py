"""One short fault of each kind, on a copy of a finished run: what was made again is what was there before."""

import os
import shutil
from pathlib import Path

import pytest

from geodata.atomic import replaced, sweep
from tests.conftest import Run, acceptance
from tests.faults.runs import fingerprint, killed_after, leftovers, started

REMADE = "out_targets__status"


@pytest.fixture
def output(demo_run: Run, tmp_path: Path) -> Path:
    """A copy of a finished demo, of which one late table is gone: the next run has a few steps to do."""
    shutil.copytree(demo_run.folder, tmp_path / "output", symlinks=True, copy_function=os.link)
    (tmp_path / "output/tables" / f"{REMADE}.parquet").unlink()
    return tmp_path / "output"


@acceptance
def test_kill_then_corrupted_table_then_two_at_once(output: Path, demo_run: Run, tmp_path: Path) -> None:
    before = fingerprint(demo_run.folder)
    page = (output / "site/index.html").read_bytes()

    killed_after(started(output, tmp_path / "home"), 6)
    assert (output / "site/index.html").read_bytes() == page

    damaged = output / "tables/out_coverage__differences.parquet"
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 0xFF
    damaged.unlink()  # a hard link to the finished run's file
    damaged.write_bytes(content)
    first, second = started(output, tmp_path / "home"), started(output, tmp_path / "home2")
    results = [(run.communicate(timeout=280)[1], run.returncode) for run in (first, second)]
    assert 0 in [code for _, code in results], results
    assert all(code == 0 or "Ein anderer Lauf arbeitet gerade" in err for err, code in results), results
    assert fingerprint(output) == before
    assert leftovers(output) == []


def test_kill_leaves_parts_that_the_next_run_sweeps_away(tmp_path: Path) -> None:
    dead = tmp_path / "tables/.a.parquet.4194303.part"  # above the highest number that Linux gives a process
    mine = tmp_path / f"tables/.b.parquet.{os.getpid()}.part"
    folder = tmp_path / ".site.4194303.part"
    foreign = tmp_path / ".bashrc.part"
    folder.mkdir()
    dead.parent.mkdir()
    for path in (dead, mine, foreign, folder / "index.html"):
        path.write_text("halb", "utf-8")
    sweep(tmp_path)
    assert leftovers(tmp_path) == sorted([foreign.name, mine.name])


def full_disk(path: Path) -> None:
    """Begin a new file in place of `path`, and run out of space."""
    with replaced(path) as part:
        part.write_text("neu", "utf-8")
        raise OSError(28, "voll")


def test_kill_by_an_exception_keeps_the_earlier_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("alt", "utf-8")
    with pytest.raises(OSError, match="voll"):
        full_disk(path)
    assert path.read_text("utf-8") == "alt"
    assert leftovers(tmp_path) == []


def test_kill_for_memory_is_one_message(output: Path, tmp_path: Path) -> None:
    (output / "tables/core_fixed__cells/2021-06-30.parquet").unlink()
    page = (output / "site/index.html").read_bytes()
    run = started(output, tmp_path / "home", NETZLAGE_MEMORY_LIMIT="12MB")
    _, err = run.communicate(timeout=280)
    assert run.returncode == 1, err
    assert "Arbeitsspeicher reichte" in err
    assert "Traceback" not in err
    assert (output / "site/index.html").read_bytes() == page
    assert leftovers(output) == []


def test_files_dated_by_a_wrong_clock_make_no_work(demo_run: Run, tmp_path: Path) -> None:
    shutil.copytree(demo_run.folder, tmp_path / "output", symlinks=True)
    moments = (0, 4102444800)  # 1970 and 2100
    for number, path in enumerate(sorted(p for p in (tmp_path / "output").rglob("*") if p.is_file())):
        os.utime(path, (moments[number % 2],) * 2)
    run = started(tmp_path / "output", tmp_path / "home")
    out, err = run.communicate(timeout=280)
    assert run.returncode == 0, err
    assert "kein Schritt war nötig" in out
