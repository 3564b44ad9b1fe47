"""Zensus cells to Kreise: our SQL step against geopandas on the same published files (without them: on the demo's)."""

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq

from assets.house import House
from benchmarks.processes import measured, own_peak_mb
from benchmarks.run import Peer, Row, row
from geodata.session import Limits, query, session

PROFILE = "tests/profiles/real.toml"
REAL = Path("../shared/data")


def rows() -> list[Row]:
    """Time from Parquet to households per area, the same sums by geopandas.sjoin."""
    with tempfile.TemporaryDirectory() as folder:
        profile = PROFILE if REAL.is_dir() else "demo"
        measured([sys.executable, "-m", "pipelines.cli", "run", "--profile", profile, "--output", folder], scratch=Path(folder))
        tables = House(profile_name=profile, output=folder).tables
        areas, cells = tables.path("core_boundaries__areas"), tables.path("core_zensus__cells")
        start = time.perf_counter()
        with session(Limits()) as con:
            ours = query(con, "households_by_area", areas=areas, cells=cells).to_pandas()
        ours_s = time.perf_counter() - start
        start = time.perf_counter()
        theirs = _by_geopandas(areas, cells)
        peer_s = time.perf_counter() - start
        kreise = ours[ours["level"] == "kreis"].set_index(["boundary_edition", "ags"])["households"].sort_index()
        return [row("households per Kreis", ours_s, peak_mb=own_peak_mb(), peer=Peer("geopandas", peer_s, kreise.equals(theirs)))]


def _by_geopandas(areas: Path, cells: Path) -> "pd.Series[Any]":
    frame = gpd.read_parquet(areas)
    gemeinden = frame[frame["level"] == "gemeinde"]
    table = pq.read_table(cells).to_pandas()
    points = gpd.GeoDataFrame(
        table[["zensus_id", "households"]], geometry=gpd.points_from_xy(table["easting_m"], table["northing_m"]), crs=gemeinden.crs
    )
    hits = gpd.sjoin(points, gemeinden[["boundary_edition", "ags", "geometry"]], predicate="intersects")
    placed = hits.groupby(["boundary_edition", "zensus_id"], as_index=False).agg({"ags": "min", "households": "first"})
    known = placed[placed["households"].notna()].assign(ags=placed["ags"].str[:5])
    return known.groupby(["boundary_edition", "ags"])["households"].sum().sort_index()
