"""Faults at full length: ten kills, a full disk, a read-only output, a jumping clock. Afterwards all is as if nothing had happened."""

import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Run, acceptance
from tests.faults.runs import fingerprint, killed_after, leftovers, started

pytestmark = [acceptance, pytest.mark.timeout(1800)]
KILLS = 10


def test_ten_kills_at_random_moments_change_nothing(demo_run: Run, tmp_path: Path) -> None:
    chance = random.Random(20261124)  # noqa: S311 (moments, not secrets)
    output, ended = tmp_path / "output", 0
    while ended < KILLS:
        if not killed_after(started(output, tmp_path / "home"), chance.uniform(3, 25)):
            shutil.rmtree(
                output / "tables" / chance.choice(["core_fixed__cells", "out_coverage__shares", "core_area_cells"]), ignore_errors=True
            )
            continue
        ended += 1
    run = started(output, tmp_path / "home")
    _, err = run.communicate()
    assert run.returncode == 0, err
    assert fingerprint(output) == fingerprint(demo_run.folder)
    assert leftovers(output) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 150 MB in memory; skips where this account may mount none."""
    place = tmp_path / "platte"
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=150m", "tmpfs", str(place)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"mount tmpfs: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_and_a_read_only_one_are_one_message_each(small_disk: Path, demo_run: Run, tmp_path: Path) -> None:
    run = started(small_disk / "output", tmp_path / "home")
    _, err = run.communicate()
    assert run.returncode == 1, err
    assert "Die Platte ist voll" in err
    assert "Traceback" not in err
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    run = started(small_disk / "output", tmp_path / "home")
    _, err = run.communicate()
    assert run.returncode == 2, err
    assert "Traceback" not in err
    subprocess.run(["mount", "-o", "remount,rw,size=4g", str(small_disk)], check=True)
    run = started(small_disk / "output", tmp_path / "home")
    _, err = run.communicate()
    assert run.returncode == 0, err
    assert fingerprint(small_disk / "output") == fingerprint(demo_run.folder)


def test_short_memory_in_between_changes_nothing(demo_run: Run, tmp_path: Path) -> None:
    run = started(tmp_path / "output", tmp_path / "home", NETZLAGE_MEMORY_LIMIT="60MB")
    _, err = run.communicate()
    assert run.returncode == 1, err
    assert "Arbeitsspeicher reichte" in err
    run = started(tmp_path / "output", tmp_path / "home")
    _, err = run.communicate()
    assert run.returncode == 0, err
    assert fingerprint(tmp_path / "output") == fingerprint(demo_run.folder)


def test_a_jumping_clock_changes_nothing(demo_run: Run, tmp_path: Path) -> None:
    library = next(iter(sorted(Path("/usr/lib").rglob("libfaketime.so.1"))), None)
    if library is None:
        pytest.skip("libfaketime fehlt: apt-get install faketime")
    run = started(tmp_path / "output", tmp_path / "home", LD_PRELOAD=str(library), FAKETIME="-4000d x30")
    _, err = run.communicate()
    assert run.returncode == 0, err
    assert fingerprint(tmp_path / "output") == fingerprint(demo_run.folder)
