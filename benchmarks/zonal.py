"""Zonal shares of a Land-sized raster by cell index, beside exactextract in the same run: faster, and equal to a millionth in area.

The raster is invented: a wide smooth field, cut at zero, on the cells of the demo's Land.
"""

import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from pyproj import CRS

from benchmarks.processes import own_peak_mb
from benchmarks.run import Peer, Row, row
from geodata.cell_areas import area_cells
from geodata.cells import CELL_M, COLUMNS
from geodata.demo.boundaries import gemeinden
from geodata.demo.raster import rasterized
from geodata.mobile_kernels import zonal_sums

CM2_PER_CELL, TOLERANCE = 10**8, 1e-6
REACH_CELLS = 12.0


def rows() -> list[Row]:
    """The covered area of each Gemeinde, both ways; the cells of the Gemeinden lie on disk, as a run leaves them."""
    areas = gemeinden()[["ags", "geometry"]].assign(boundary_edition="bench")
    land = rasterized(areas)
    row_, column = (np.arange(n) for n in land.gemeinde.shape)
    field = land.field_at(REACH_CELLS, np.repeat(row_, len(column)), np.tile(column, len(row_)), np.random.default_rng(1))
    raster = (field.reshape(land.gemeinde.shape)[::-1] > 0).astype("uint8")
    corner = (land.south, land.west)
    with tempfile.TemporaryDirectory(prefix="netzlage_") as name:
        pieces = Path(name) / "pieces.parquet"
        area_cells(areas).to_parquet(pieces)
        by_index(pieces, raster, corner)  # compiled code ready
        start = time.perf_counter()
        ours = by_index(pieces, raster, corner)
        seconds = time.perf_counter() - start
        start = time.perf_counter()
        theirs = by_exactextract(raster, corner, areas)
        peer = Peer("exactextract", time.perf_counter() - start, equal(ours, theirs))
    what = f"covered area of {len(areas)} Gemeinden from a raster of {raster.shape[0]} x {raster.shape[1]} cells, equal to {TOLERANCE:g}"
    return [row(what, seconds, peak_mb=own_peak_mb(), peer=peer)]


def by_index(pieces: Path, raster: np.ndarray, corner: tuple[int, int]) -> dict[str, float]:
    """cm² with LTE per Gemeinde, by the cells of the Gemeinden as they lie on disk."""
    places = pq.read_table(pieces, columns=["cell_id", "ags", "area_cm2"], read_dictionary=["ags"])
    ags = places["ags"].unify_dictionaries().combine_chunks()
    rows, columns = (np.arange(first, first + n, dtype="int32") for first, n in zip(corner, raster.shape, strict=True))
    cells = (rows[:, None] * np.int32(COLUMNS) + columns).ravel()
    sums = zonal_sums(
        places["cell_id"].to_numpy(),
        ags.indices.to_numpy(),
        places["area_cm2"].to_numpy(),
        cells,
        raster[::-1].astype("int8").reshape(-1, 1),
    )
    return dict(zip(ags.dictionary.to_pylist(), sums[:, 0, 2, 0].tolist(), strict=True))


def by_exactextract(raster: np.ndarray, corner: tuple[int, int], areas: gpd.GeoDataFrame) -> dict[str, float]:
    """cm² with LTE per Gemeinde, raster and polygons in memory."""
    south, west = (c * CELL_M for c in corner)
    height, width = (n * CELL_M for n in raster.shape)
    source = NumPyRasterSource(raster, west, south, west + width, south + height, srs_wkt=CRS.from_user_input(areas.crs).to_wkt())
    found = exact_extract(source, areas, ["sum"], include_cols=["ags"], output="pandas")
    return dict(zip(found["ags"], found["sum"] * CM2_PER_CELL, strict=True))


def equal(ours: dict[str, float], theirs: dict[str, float]) -> bool:
    """Whether all areas are the same to a millionth."""
    return ours.keys() == theirs.keys() and all(abs(ours[a] - t) <= TOLERANCE * t for a, t in theirs.items())
