"""Gewerbegebiete against the Gitterzellen: the area-weighted share of fibre over the cells of each. Not their reported status."""

import tomllib
from functools import cache
from importlib.resources import files

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geodata.cells import CELL_M, COLUMNS, squares
from geodata.fixed.grid import row_of

FIBRE = "down_fn_gwg_ftthb_1000"
KNOWN_BY = "down_fn_gwg_alle_10"
CM2 = 10_000
HUNDREDTHS = 10_000.0
PARKS = pa.schema(
    [
        ("park_id", pa.string()),
        ("fibre_share", pa.float64()),
        ("known_area_cm2", pa.int64()),
        ("is_connected", pa.bool_()),
    ]
)


@cache
def connected_share() -> float:
    """From which share of fibre a Gewerbegebiet counts as connected (`settings.toml`)."""
    return float(tomllib.loads(files("geodata.fixed").joinpath("settings.toml").read_text("utf-8"))["business_parks"]["connected_share"])


def park_fibre(parks: gpd.GeoDataFrame, table: pa.Table) -> pa.Table:
    """One row per Gewerbegebiet (`park_id`, polygon in EPSG:25832), ascending by id, after the Gitterzellen `table`.

    Each cell weighs with the area it shares with the park; a cell without a row or without a figure for Gewerbegebiete weighs nothing,
    and a park without any such cell has null for share and verdict.
    """
    parks = parks.sort_values("park_id", ignore_index=True)
    park, cell = _candidates(parks.geometry.to_numpy())
    at = row_of(table, cell)
    known = at >= 0
    known[known] &= table[KNOWN_BY].is_valid().to_numpy(zero_copy_only=False)[at[known]]
    park, cell, at = park[known], cell[known], at[known]
    pieces = shapely.area(shapely.intersection(parks.geometry.to_numpy()[park], squares(cell)))
    weight = np.round(pieces * CM2).astype("int64")
    fibre = pc.fill_null(table[FIBRE], 0).to_numpy()[at].astype("int64")
    total, lit = np.zeros(len(parks), dtype="int64"), np.zeros(len(parks), dtype="int64")
    np.add.at(total, park, weight)
    np.add.at(lit, park, weight * fibre)  # 10⁴ hundredths × 10¹⁴ cm² (10 km²) stay below 2⁶³
    known_parks = total > 0
    share = np.where(known_parks, lit / np.maximum(total, 1) / HUNDREDTHS, np.nan)
    return pa.table(
        {
            "park_id": pa.array(parks["park_id"], pa.string()),
            "fibre_share": pa.array(share, mask=~known_parks),
            "known_area_cm2": total,
            "is_connected": pa.array(share >= connected_share(), mask=~known_parks),
        },
        schema=PARKS,
    )


def _candidates(polygons: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of a polygon's row and a cell that its bounding box touches."""
    west, south, east, north = np.floor(shapely.bounds(polygons) / CELL_M).astype("int64").T
    parks, cells = [], []
    for i, (w, s, e, n) in enumerate(zip(west, south, east, north, strict=True)):
        rows, columns = np.meshgrid(np.arange(s, n + 1), np.arange(w, e + 1), indexing="ij")
        cells.append((rows * COLUMNS + columns).ravel())
        parks.append(np.full(rows.size, i))
    if not parks:
        return np.zeros(0, dtype="int64"), np.zeros(0, dtype="int64")
    return np.concatenate(parks), np.concatenate(cells)
