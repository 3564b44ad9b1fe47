"""A scheduler and three workers, each a process of its own on localhost: the same results, with a worker killed and with too little memory."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from distributed import Client

from geodata import cell_areas, cell_points, matching
from geodata.cell_index import CellIndex
from geodata.errors import InputError, NetzlageError
from geodata.fixed.places import zensus_places
from geodata.parts import cell_areas as area_parts
from geodata.parts import matching as matching_parts
from geodata.parts import points, run
from geodata.parts.clusters import Strip, chain, clusters_of_points
from geodata.parts.run import over
from geodata.parts.workers import Workers, code_digest, same_code
from geodata.readers import monitoring_file
from geodata.readers.deliveries import OFFERS
from geodata.readers.gebref import ADDRESSES
from geodata.whitespots.linkage import chained
from tests.conftest import ROOT
from tests.unit.parts import test_monitoring_grid
from tests.unit.parts.tasks import BEGUN, GO, Slow, process, slowly
from tests.unit.parts.test_fixed_cells import a_town, same
from tests.unit.parts.test_same_as_whole import LIMITS, alike, gemeinden, neighbours, scattered
from tests.unit.test_matching import address, offer

SMALL, LARGE = 2 * 10**9, 8 * 10**9
OFFERED = {"small-1": SMALL, "small-2": SMALL, "large": LARGE}
START_S = 120


@dataclass(frozen=True)
class Cluster:
    """The address of a scheduler and the processes of its workers by name."""

    address: str
    workers: dict[str, subprocess.Popen[bytes]]

    def kill(self, name: str) -> None:
        self.workers[name].send_signal(signal.SIGKILL)
        self.workers[name].wait()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("dask")
    dask, known = str(Path(sys.executable).with_name("dask")), folder / "scheduler.json"
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    started: dict[str, subprocess.Popen[bytes]] = {}

    def start(name: str, *words: str) -> None:
        with (folder / f"{name}.log").open("wb") as log:
            command = [dask, *words, "--scheduler-file", str(known)]
            started[name] = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=subprocess.STDOUT)

    try:
        start("scheduler", "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        for name, memory in OFFERED.items():
            words = ("worker", "--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1", "--name", name)
            start(name, *words, "--resources", f"memory={memory}")
        yield Cluster(_ready(known), {name: started[name] for name in OFFERED})
    finally:
        for one in started.values():
            one.kill()
            one.wait()


def _ready(known: Path) -> str:
    """The address of the scheduler as soon as all workers are there."""
    until = time.monotonic() + START_S
    while not (known.is_file() and known.read_text("utf-8").strip()):
        assert time.monotonic() < until, "no scheduler"
        time.sleep(0.1)
    address = str(json.loads(known.read_text("utf-8"))["address"])
    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(len(OFFERED), timeout=START_S)
    return address


def cloud(count: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    x, y = rng.integers(0, 60_000, (2, count))
    return x, y


def test_points_and_clusters_are_dask_identical(cluster: Cluster, tmp_path: Path) -> None:
    x, y = cloud()
    pq.write_table(scattered(4000), tmp_path / "points.parquet", row_group_size=301)
    index = CellIndex.build(gemeinden())
    index.save(tmp_path / "index")
    with Workers.of(cluster.address, "1GB").pool() as pool:
        assert pool.parts > 1
        assert clusters_of_points(x, y, reach=500**2, pool=pool).tolist() == chained(x, y, reach=500**2).tolist()
        found = points.count_by_gemeinde(tmp_path / "index", tmp_path / "points.parquet", pool=pool)
        processes = set(over(pool, process, range(24)))
    assert found.equals(cell_points.count_by_gemeinde(index, tmp_path / "points.parquet"))
    assert os.getpid() not in processes
    assert processes <= {p.pid for p in cluster.workers.values()}


def test_matches_are_dask_identical(cluster: Cluster, tmp_path: Path) -> None:
    register = [address(f"{k:03}", house_number=k % 40 + 1, ags=("05562024", "05754008")[k % 2]) for k in range(80)]
    offers = [offer(k, house_number=k % 50 + 1, postcode=f"4576{k % 7}", operator="ab"[k % 2]) for k in range(200)]
    paths = tmp_path / "offers.parquet", tmp_path / "addresses.parquet"
    for path, rows, schema in zip(paths, (offers, register), (OFFERS, ADDRESSES), strict=True):
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
    with Workers.of(cluster.address).pool() as pool:
        found = matching_parts.match(*paths, limits=LIMITS, pool=pool)
    assert found.equals(matching.match(*paths, limits=LIMITS).combine_chunks())


def test_cells_of_gemeinden_are_dask_identical(cluster: Cluster) -> None:
    with Workers.of(cluster.address).pool() as pool:
        found = area_parts.area_cells(neighbours(), threads=1, pool=pool)
    assert alike(found, cell_areas.area_cells(neighbours()))


def test_fixed_cells_are_dask_identical(cluster: Cluster, tmp_path: Path) -> None:
    with Workers.of(cluster.address).pool() as pool:
        assert same(tmp_path, a_town(tmp_path), pool)


def test_cells_of_the_monitoring_are_dask_identical(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitoring_file, "BLOCK", 97)
    with Workers.of(cluster.address).pool() as pool:
        found = test_monitoring_grid.found(test_monitoring_grid.a_grid(tmp_path), pool, tmp_path)
    assert found == test_monitoring_grid.whole(test_monitoring_grid.a_grid(tmp_path))


def test_places_of_zensus_cells_are_dask_identical(cluster: Cluster, tmp_path: Path) -> None:
    pq.write_table(scattered(2000), tmp_path / "zensus.parquet", row_group_size=130)
    with Workers.of(cluster.address).pool() as pool:
        found = points.zensus_places(tmp_path / "zensus.parquet", gemeinden(), pool=pool, scratch=tmp_path / "scratch")
    assert found.equals(zensus_places(scattered(2000), gemeinden()).combine_chunks())


def test_a_part_runs_only_where_there_is_the_memory(cluster: Cluster) -> None:
    with Workers.of(cluster.address, "4GB").pool() as pool:
        assert set(over(pool, process, range(6))) == {cluster.workers["large"].pid}


def test_no_worker_has_the_memory(cluster: Cluster) -> None:
    with pytest.raises(InputError) as caught, Workers.of(cluster.address, "16GB").pool():
        pass
    assert caught.value.code == "workers_too_small"
    for language in ("de", "en"):
        text = caught.value.message(language)
        assert "16.00 GB" in text
        assert "large: 8.00 GB" in text
        assert "memory=16000000000" in text


def test_another_version_on_the_cluster_is_refused(cluster: Cluster) -> None:
    with Client(cluster.address, set_as_default=False) as client:
        same_code(client, code_digest())
        with pytest.raises(InputError) as caught:
            same_code(client, "0" * 16)
    assert caught.value.code == "workers_other_code"


def wait_for_a_part(folder: Path, worker: int) -> None:
    """Until the worker has begun a part: the file is there a moment before its line is."""
    mark, until = folder / f"{worker}{BEGUN}", time.monotonic() + START_S
    while not (mark.exists() and mark.read_text("ascii")):
        assert time.monotonic() < until, "the worker got no part"
        time.sleep(0.01)


def test_dask_worker_killed_in_the_middle_changes_nothing(cluster: Cluster, tmp_path: Path) -> None:
    x, y = cloud()
    strips = [Strip(x[k::16], y[k::16], 900**2) for k in range(16)]
    with Workers.of(cluster.address, "1GB").pool() as pool, ThreadPoolExecutor(1) as background:
        running = background.submit(over, pool, slowly, [Slow(strip, str(tmp_path)) for strip in strips])
        wait_for_a_part(tmp_path, cluster.workers["small-1"].pid)
        cluster.kill("small-1")
        assert not running.done()
        (tmp_path / GO).touch()
        found = running.result(START_S)
    assert [f.tolist() for f in found] == [chain(strip).tolist() for strip in strips]
    begun = sum(len(path.read_text("ascii").split()) for path in tmp_path.glob(f"*{BEGUN}"))
    assert begun > len(strips), "what the killed worker had begun was done again"


def test_dask_worker_killed_that_alone_had_the_memory_ends_the_wait(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "PATIENCE", 1)
    x, y = cloud(40)
    with Workers.of(cluster.address, "4GB").pool() as pool, ThreadPoolExecutor(1) as background:
        running = background.submit(over, pool, slowly, [Slow(Strip(x, y + k, 900), str(tmp_path)) for k in range(40)])
        wait_for_a_part(tmp_path, cluster.workers["large"].pid)
        cluster.kill("large")
        with pytest.raises(NetzlageError) as caught:
            running.result(START_S)
    assert caught.value.code == "workers_too_small"
