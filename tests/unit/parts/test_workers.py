"""Where parts run: the setting, processes of this machine, and what is said when one of them dies."""

import os
import signal
from pathlib import Path

import numpy as np
import pytest

from geodata.errors import InputError, NetzlageError
from geodata.parts.clusters import clusters_of_points
from geodata.parts.run import over
from geodata.parts.workers import Workers, byte_count
from geodata.whitespots.linkage import chained
from pipelines.resources import house_from_environment
from tests.unit.parts.tasks import process


def ended(_: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def refused(_: int) -> int:
    raise InputError("part_file_unreadable", file="a.parquet", found="nichts")


def test_processes_of_this_machine_give_the_same() -> None:
    x, y = np.random.default_rng(3).integers(0, 20_000, (2, 1500))
    with Workers.of("2", "100MB").pool() as pool:
        assert clusters_of_points(x, y, reach=400**2, pool=pool).tolist() == chained(x, y, reach=400**2).tolist()
        assert os.getpid() not in over(pool, process, [1, 2, 3])
        with pytest.raises(InputError, match=r"a\.parquet") as caught:
            over(pool, refused, [1, 2])
    assert "a.parquet" in caught.value.message("en")


def test_a_process_killed_is_said_plainly() -> None:
    with pytest.raises(NetzlageError) as caught, Workers.of("2").pool() as pool:
        over(pool, ended, [1, 2])
    assert caught.value.code == "part_process_died"


@pytest.mark.parametrize(("text", "count"), [("", 0), ("700MB", 700 * 10**6), ("4GB", 4 * 10**9), ("1.5 TB", 15 * 10**11), ("12", 12)])
def test_amounts_of_memory(text: str, count: int) -> None:
    assert byte_count(text) == count


@pytest.mark.parametrize(
    ("where", "memory", "code"),
    [
        ("zwei", "", "workers_unknown"),
        ("-2", "", "workers_unknown"),
        ("http://x:1", "", "workers_unknown"),
        ("2", "viel", "part_memory_unknown"),
    ],
)
def test_settings_that_mean_nothing(where: str, memory: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        Workers.of(where, memory)
    assert caught.value.code == code


def test_more_memory_than_the_machine_has() -> None:
    with pytest.raises(InputError) as caught, Workers.of("2", "900TB").pool():
        pass
    assert caught.value.code == "processes_too_large"


def test_the_setting_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NETZLAGE_WORKERS", "2")
    monkeypatch.setenv("NETZLAGE_PART_MEMORY", "100MB")
    monkeypatch.setenv("NETZLAGE_OUTPUT", str(tmp_path / "output"))
    with house_from_environment().parts() as (pool, scratch):
        assert pool.parts > 1
        assert scratch.parent == tmp_path / "output"
        assert scratch.is_dir()
    assert list((tmp_path / "output").iterdir()) == []


def test_one_worker_is_this_process() -> None:
    with Workers.of("1").pool() as pool:
        assert pool.parts == 1
        assert over(pool, process, [1]) == [os.getpid()]
