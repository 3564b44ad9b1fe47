"""The Monitoring grid at the size of Germany to shares of the Land, and zonal shares by cell index against exactextract in the same run.

As a program with a folder (`python -m benchmarks.monitoring FOLDER`) it does our part of the first row, so that its memory is its own.
"""

import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.processes import measured, own_peak_mb
from benchmarks.run import Peer, Row, row
from benchmarks.zonal import by_exactextract, by_index, equal
from geodata.cell_areas import area_cells
from geodata.cells import COLUMNS
from geodata.demo.boundaries import gemeinden
from geodata.mobile_cells import HOUSEHOLDS, SOURCES, SUBJECTS, mobile_shares
from geodata.readers import monitoring
from geodata.reading import Snapshot
from geodata.session import Limits
from geodata.tables import file_hash

GEMEINDEN = Path("../shared/data/boundaries/dvg2gem_nw.shp")
ROWS, NORTH, EAST = 38_000_000, range(52_360, 61_060), 2_800
HEAD = b"id,gsm_out,lte,nr_dss,nr_nsa_sa,nr_gesamt\r\n"
STAND, EDITION, LAND = "2024-01-31", "bench", "05"
GRID, AREAS, CELLS, HOMES, FOUND = "grid.csv", "areas.parquet", "cells.parquet", "homes.parquet", "found.parquet"


def rows() -> list[Row]:
    """38 million rows to all shares of the Land, the whole process; then the shares alone beside exactextract for one share of the same."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        areas = _areas()
        start = time.perf_counter()
        pieces = area_cells(areas)
        index_s = time.perf_counter() - start
        pieces.to_parquet(folder / AREAS)
        pq.write_table(_homes(pieces), folder / HOMES)
        _write_grid(folder / GRID)
        whole = measured([sys.executable, "-m", "benchmarks.monitoring", name], scratch=folder)
        (folder / GRID).unlink()
        start = time.perf_counter()
        facts = _shares(folder)
        facts_s = time.perf_counter() - start
        raster, corner = _raster(folder)
        by_index(folder / AREAS, raster, corner)  # compiled code ready
        start = time.perf_counter()
        ours = by_index(folder / AREAS, raster, corner)
        ours_s = time.perf_counter() - start
        start = time.perf_counter()
        theirs = by_exactextract(raster, corner, areas)
        peer = Peer("exactextract", time.perf_counter() - start, equal(ours, theirs) and equal(_lte(facts), theirs))
    measures = len(set(zip(facts["technology"].to_pylist(), facts["operator"].to_pylist(), strict=True)))
    names = (
        f"Monitoring grid, {ROWS:,} rows to shares up to the Land, whole process",
        f"LTE area of {len(areas)} Gemeinden from a raster of {raster.shape[0]} x {raster.shape[1]} cells",
        f"all {measures} shares of area and households, {len(areas)} Gemeinden up to the Land",
        "cells of the Gemeinden with their pieces, once per edition of the boundaries",
    )
    return [
        row(names[0], whole.seconds, peak_mb=whole.peak_mb),
        row(names[1], ours_s, peak_mb=own_peak_mb(), peer=peer),
        row(names[2], facts_s, peak_mb=own_peak_mb()),
        row(names[3], index_s, peak_mb=own_peak_mb()),
    ]


def from_grid(folder: Path) -> None:
    """Read the grid of a folder and write its cells and shares."""
    path = folder / GRID
    found = Snapshot("monitoring__grid", "cells", STAND, path, file_hash(path), path.stat().st_size, "official", "public")
    land_cells = pq.read_table(folder / AREAS, columns=["cell_id"])
    table, _ = monitoring.read([found], land_cells=land_cells, limits=Limits())
    pq.write_table(table, folder / CELLS)
    pq.write_table(_shares(folder), folder / FOUND)


def _shares(folder: Path) -> pa.Table:
    rows = [{"subject": s, "source_id": "monitoring__grid", "origin": "official", "visibility": "public"} for s in SUBJECTS]
    return mobile_shares(
        folder / CELLS,
        folder / AREAS,
        folder / HOMES,
        stand=STAND,
        land=LAND,
        boundary_edition=EDITION,
        sources=pa.Table.from_pylist(rows, schema=SOURCES),
        limits=Limits(),
    )


def _areas() -> gpd.GeoDataFrame:
    """The Gemeinden of the published file, without it the demo's."""
    if GEMEINDEN.is_file():
        found = gpd.read_file(GEMEINDEN).rename(columns={"KN": "ags"})[["ags", "geometry"]].dissolve("ags", as_index=False)
        found["geometry"] = found.make_valid()
    else:
        found = gemeinden()
    return found.assign(boundary_edition=EDITION)[["boundary_edition", "ags", "geometry"]]


def _homes(pieces: gpd.GeoDataFrame) -> pa.Table:
    """Households in every seventh cell, invented."""
    cells = pieces["cell_id"].to_numpy()
    chosen = np.flatnonzero(cells % 7 == 0)
    columns = [pa.array(cells[chosen]), pa.array(pieces["ags"].to_numpy()[chosen]), pa.array(cells[chosen].astype("int64") % 400_000)]
    return pa.table(columns, names=HOUSEHOLDS.names).cast(HOUSEHOLDS)


def _write_grid(path: Path) -> None:
    """A rectangle around the Land with as many cells as Germany has; counts 0 to 3, most of them 3."""
    random = np.random.default_rng(38)
    width = -(-ROWS // len(NORTH))
    line = np.frombuffer(b"100mN00000E0000,0,0,0,0,0\r\n", np.uint8)
    written = 0
    with path.open("wb") as stream:
        stream.write(HEAD)
        for north in NORTH:
            column = np.arange(EAST, EAST + min(width, ROWS - written))
            text = np.tile(line, (len(column), 1))
            for digit in range(5):
                text[:, 9 - digit] += np.uint8(north // 10**digit % 10)
            for digit in range(4):
                text[:, 14 - digit] += (column // 10**digit % 10).astype("uint8")
            text[:, 16:26:2] += np.minimum(random.integers(0, 12, (len(column), 5)), 3).astype("uint8")
            stream.write(text.tobytes())
            written += len(column)


def _raster(folder: Path) -> tuple[np.ndarray, tuple[int, int]]:
    """1 where LTE is, as a raster from the north-west; and the row and column of its south-west cell."""
    table = pq.read_table(folder / CELLS, columns=["cell_id", "operators_4g"])
    row_, column = np.divmod(table["cell_id"].to_numpy(), COLUMNS)
    south, west = int(row_.min()), int(column.min())
    raster = np.zeros((int(row_.max()) - south + 1, int(column.max()) - west + 1), dtype=np.uint8)
    raster[int(row_.max()) - row_, column - west] = table["operators_4g"].to_numpy() > 0
    return raster, (south, west)


def _lte(facts: pa.Table) -> dict[str, float]:
    wanted = {"level": "gemeinde", "subject": "area", "technology": "4g", "operator": "any", "method": "cells"}
    return {r["ags"]: float(r["numerator"]) for r in facts.to_pylist() if all(r[k] == v for k, v in wanted.items())}


if __name__ == "__main__":
    from_grid(Path(sys.argv[1]))
