"""The data of the benchmark `scale`: `python -m benchmarks.scale_data FOLDER SHARE` writes Germany, or a share of it.

The demo's Land sixteen times, three beside each other, shifted by whole kilometres: Gemeinden, addresses drawn by inhabitants, cells of the
mobile grid with their areas and households. Land by Land, so that little lies in memory; always the same. The share is one of rows, not
of the ground: all Gemeinden are there.
"""

import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyproj import Transformer

from geodata.cell_index import CellIndex
from geodata.cells import CELL_M, COLUMNS, cell_ids
from geodata.demo.boundaries import gemeinden
from geodata.demo.settlement import settle
from geodata.mobile_cells import HOUSEHOLDS
from geodata.readers.monitoring import CELLS

LANDS, BESIDE = 16, 3
EAST_M, NORTH_M = 260_000, 250_000  # from one copy to the next: more than the Land is wide and high
CELL_COUNT, ADDRESSES, HOUSEHOLD_COUNT = 38_000_000, 23_000_000, 41_000_000
UNITS = 10_000
ROW_GROUP = 122_880
SPREAD_M = 500.0
EDITION = "repeated"
AREA_CELLS = pa.schema([("boundary_edition", pa.string()), ("cell_id", pa.int32()), ("ags", pa.string()), ("area_cm2", pa.int64())])
POINTS = pa.schema([("easting_m", pa.float64()), ("northing_m", pa.float64()), ("units", pa.int64())])


def main(folder: Path, share: float) -> None:
    """Write areas.parquet, points.parquet, cells.parquet, area_cells.parquet, homes.parquet and the folder index."""
    land = gemeinden()[["ags", "geometry"]].sort_values("ags", ignore_index=True)
    people = settle(land, np.random.default_rng(1)).cells
    _repeated(land).to_parquet(folder / "areas.parquet", index=False)
    CellIndex.build(_repeated(land)).save(folder / "index")
    own = CellIndex.build(land).cells_table()
    own = own.filter(own["ags"].is_valid())
    with (
        pq.ParquetWriter(folder / "points.parquet", POINTS, compression="zstd") as points,
        pq.ParquetWriter(folder / "cells.parquet", CELLS, compression="zstd") as cells,
        pq.ParquetWriter(folder / "area_cells.parquet", AREA_CELLS, compression="zstd") as areas,
        pq.ParquetWriter(folder / "homes.parquet", HOUSEHOLDS, compression="zstd") as homes,
    ):
        for number in range(LANDS):
            rng = np.random.default_rng([2, number])
            where = _points(people, number, rng, round(ADDRESSES * share / LANDS), round(HOUSEHOLD_COUNT * share / LANDS))
            points.write_table(where, ROW_GROUP)
            grid, area = _cells(own, number, rng, round(CELL_COUNT * share / LANDS))
            cells.write_table(grid, ROW_GROUP)
            areas.write_table(area, ROW_GROUP)
            homes.write_table(_homes(where, area), ROW_GROUP)


def _shift(number: int) -> tuple[int, int]:
    """East and north in m of a copy of the Land; the first lies 260 km west of the original."""
    return (number % BESIDE - 1) * EAST_M, number // BESIDE * NORTH_M


def _code(number: int, ags: pd.Series) -> pd.Series:
    return f"{number + 1:02}" + ags.str[2:]


def _repeated(land: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    copies = [land.assign(ags=_code(k, land["ags"]), geometry=land.geometry.translate(*_shift(k))) for k in range(LANDS)]
    return gpd.GeoDataFrame(pd.concat(copies, ignore_index=True), crs=land.crs)


def _points(people: pd.DataFrame, number: int, rng: np.random.Generator, count: int, households: int) -> pa.Table:
    """Addresses to the millimetre; households as nearly the same at each as whole numbers allow."""
    persons = people["persons"].to_numpy("float64")
    cell, spread = rng.choice(len(persons), count, p=persons / persons.sum()), rng.uniform(-SPREAD_M, SPREAD_M, (2, count))
    transformer = Transformer.from_crs("EPSG:3035", "EPSG:25832", always_xy=True)
    found = transformer.transform(people["x_m"].to_numpy()[cell] + spread[0], people["y_m"].to_numpy()[cell] + spread[1])
    east, north = (np.round(c + s, 3) for c, s in zip(found, _shift(number), strict=True))
    edges = np.arange(count + 1, dtype="int64") * (households * UNITS) // count
    return pa.table([east, north, np.diff(edges)], schema=POINTS)


def _cells(own: pa.Table, number: int, rng: np.random.Generator, count: int) -> tuple[pa.Table, pa.Table]:
    """So many cells of one copy, spread over it, with the number of operators in each, and their areas."""
    rows = np.linspace(0, len(own) - 1, count).astype("int64")
    east, north = _shift(number)
    ids = own["cell_id"].to_numpy()[rows] + np.int32(north // CELL_M * COLUMNS + east // CELL_M)
    operators = {f"operators_{t}": pa.array(rng.integers(0, 4, count, dtype="int8")) for t in ("2g", "4g", "5g")}
    known = operators | {"cell_id": pa.array(ids), "edition_max": pa.repeat(3, count), "is_5g_total": pa.repeat(True, count)}  # noqa: FBT003  # a value of the column
    grid = pa.table({f.name: known[f.name].cast(f.type) if f.name in known else pa.nulls(count, f.type) for f in CELLS}, schema=CELLS)
    ags = pa.array(_code(number, own["ags"].cast(pa.string()).to_pandas()))
    return grid, pa.table([pa.repeat(EDITION, count), ids, ags.take(pa.array(rows)), np.full(count, 10**8)], schema=AREA_CELLS)


def _homes(points: pa.Table, areas: pa.Table) -> pa.Table:
    """The households of the addresses in those cells."""
    ids = cell_ids(points["easting_m"].to_numpy(), points["northing_m"].to_numpy())
    found = pa.table({"cell_id": ids, "units": points["units"]}).group_by("cell_id").aggregate([("units", "sum")]).sort_by("cell_id")
    at = np.minimum(np.searchsorted(areas["cell_id"].to_numpy(), found["cell_id"].to_numpy()), len(areas) - 1)
    same = areas["cell_id"].to_numpy()[at] == found["cell_id"].to_numpy()
    chosen = pa.array(np.flatnonzero(same))
    return pa.table(
        [found["cell_id"].take(chosen), areas["ags"].take(pa.array(at[same])), found["units_sum"].take(chosen)], schema=HOUSEHOLDS
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
