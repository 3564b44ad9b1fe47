"""One step of the benchmark `scale` in a process of its own: `python -m benchmarks.scale_tools STEP FOLDER WHERE PARTS` prints JSON.

WHERE: `here` (unsplit, two threads where the step has them), a number of processes, `dask-N` (scheduler and N workers on this machine), or
`geopandas-N` (plain dask-geopandas on the same). Time runs from ready workers to the result; CPU seconds are those of all processes, their
start included; the peaks are those of this process and of the largest other one.
"""

import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.scale_data import EDITION
from geodata import cell_points, mobile_cells
from geodata.cell_index import CellIndex
from geodata.fixed.stand import FixedFiles
from geodata.parts import mobile_cells as cell_parts
from geodata.parts import points as point_parts
from geodata.parts.clusters import clusters_of_points
from geodata.parts.fixed_cells import fixed_cells
from geodata.parts.workers import HERE, Pool, Workers
from geodata.session import Limits
from geodata.tables import Tables
from geodata.whitespots.linkage import millimetres

REACH = 100_000**2  # 100 m in mm, squared
FIXED_STAND = "2025-12-31"
EVERY = 10  # of so many addresses one is chained: those below a threshold
KEYS = [("ags", "ascending"), ("technology", "ascending"), ("operators", "ascending")]


def points(folder: Path, pool: Pool) -> bytes:
    """Addresses and households per Gemeinde."""
    if pool is HERE:
        table = cell_points.count_by_gemeinde(CellIndex.load(folder / "index"), folder / "points.parquet", value="units")
    else:
        table = point_parts.count_by_gemeinde(folder / "index", folder / "points.parquet", value="units", pool=pool)
    return _counted(table.filter(table["ags"].is_valid()).rename_columns(["ags", "points", "units"]))


def mobile(folder: Path, pool: Pool) -> bytes:
    """Area and households per Gemeinde and number of operators."""
    files = [folder / f"{name}.parquet" for name in ("cells", "area_cells", "homes")]
    if pool is HERE:
        found = mobile_cells.counted(*files, land="", boundary_edition=EDITION)
    else:
        found = cell_parts.counts_of(*files, land="", boundary_edition=EDITION, pool=pool)
    return str(found.table.sort_by(KEYS).to_pydict()).encode()


def clusters(folder: Path, pool: Pool) -> bytes:
    """The clusters of every tenth address."""
    with pq.ParquetFile(folder / "points.parquet") as file:
        batches = file.iter_batches(columns=["easting_m", "northing_m"])
        chosen = [[b[0].to_numpy()[::EVERY], b[1].to_numpy()[::EVERY]] for b in batches]
    x, y = (millimetres(np.concatenate([c[i] for c in chosen])) for i in (0, 1))
    return clusters_of_points(x, y, reach=REACH, pool=pool).tobytes()


def fixed(folder: Path, pool: Pool) -> bytes:
    """The cells of the fixed line of one Stand, from the tables of an output folder, written to a file."""
    tables = Tables(folder / "tables")
    files = FixedFiles(
        *(tables.path(name) for name in ("core_addresses__places", "core_zensus__cells", "core_zensus__places")),
        *(tables.path(name, FIXED_STAND) for name in ("core_deliveries__offers", "core_deliveries__matches", "core_breitbandatlas__cells")),
    )
    with tempfile.TemporaryDirectory(dir=folder) as name:
        found = fixed_cells(files, limits=Limits("2GB"), pool=pool, scratch=Path(name))
        return Tables(Path(name)).write("cells", found).read_bytes()


def geopandas_points(folder: Path) -> bytes:
    """The same as `points`, the way the documentation of dask-geopandas joins: a spatial join of every point, then a group by."""
    import dask.dataframe as dd  # noqa: PLC0415  # each tool imports its own libraries only
    import dask_geopandas  # noqa: PLC0415
    import geopandas as gpd  # noqa: PLC0415

    table = dd.read_parquet(str(folder / "points.parquet"), split_row_groups="adaptive", blocksize="32MB")
    places = dask_geopandas.points_from_xy(table, "easting_m", "northing_m", crs="EPSG:25832")
    frame = dask_geopandas.from_dask_dataframe(table[["units"]], geometry=places)
    joined = dask_geopandas.sjoin(frame, gpd.read_parquet(folder / "areas.parquet"), predicate="intersects")
    found = joined.groupby("ags")["units"].agg(["size", "sum"]).compute().sort_index()
    return _counted(pa.table({"ags": list(found.index), "points": found["size"].to_numpy(), "units": found["sum"].to_numpy()}))


STEPS: dict[str, Callable[[Path, Pool], bytes]] = {"points": points, "mobile": mobile, "clusters": clusters, "fixed": fixed}


def main(step: str, folder: Path, where: str, parts: int) -> None:
    """Run one step and print its figures."""
    with _place(where, folder) as place:
        if place.startswith("tcp") and where.startswith("geopandas"):
            from distributed import Client  # noqa: PLC0415  # as above

            with Client(place):  # type: ignore[no-untyped-call]
                start = time.perf_counter()
                found = geopandas_points(folder)
        else:
            with Workers.of(place).pool() as pool:
                pool.executor.submit(os.getpid).result()
                start = time.perf_counter()
                found = STEPS[step](folder, replace(pool, parts=parts) if parts > 1 else pool)
        seconds = time.perf_counter() - start
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    figures = {
        "seconds": seconds,
        "cpu": sum(u.ru_utime + u.ru_stime for u in (own, others)),
        "own_mb": own.ru_maxrss / 1024,
        "worker_mb": others.ru_maxrss / 1024,
        "digest": hashlib.sha256(found).hexdigest(),
    }
    print(json.dumps(figures))


@contextmanager
def _place(where: str, folder: Path) -> Iterator[str]:
    """What `Workers.of` takes; a cluster of processes of this machine for the time of the block."""
    kind, _, number = where.partition("-")
    if not number:
        yield "" if kind == "here" else kind
        return
    dask, known = str(Path(sys.executable).with_name("dask")), folder / f"scheduler-{os.getpid()}.json"
    same = ["--scheduler-file", str(known), "--no-dashboard", "--host", "127.0.0.1"]
    commands = [[dask, "scheduler", "--port", "0", *same]] + int(number) * [[dask, "worker", "--nthreads", "1", "--no-nanny", *same]]
    quiet = subprocess.DEVNULL
    started = [subprocess.Popen(command, stdout=quiet, stderr=quiet, cwd=folder) for command in commands]
    try:
        yield _ready(known, int(number))
    finally:
        for one in started[::-1]:
            one.terminate()
            one.wait()


def _ready(known: Path, workers: int) -> str:
    from distributed import Client  # noqa: PLC0415  # as above

    while not (known.is_file() and known.read_text("utf-8").strip()):
        time.sleep(0.1)
    address = str(json.loads(known.read_text("utf-8"))["address"])
    with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(workers)
    return address


def _counted(table: pa.Table) -> bytes:
    rows = zip(*(table[name].to_pylist() for name in ("ags", "points", "units")), strict=True)
    return json.dumps([[ags, int(count), int(units)] for ags, count, units in rows if count]).encode()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
