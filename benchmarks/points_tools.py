"""One tool of the benchmark `points` in a process of its own: `python -m benchmarks.points_tools TOOL FOLDER` prints one JSON object.

The folder holds points.parquet (easting_m, northing_m, households as DECIMAL), areas.parquet (ags, geometry) and, once built, index/.
Times run from after the imports; what a tool loads by itself later (an extension) is in them.
"""

import importlib
import json
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.processes import own_peak_mb

SCALE = 10_000
JOIN = """
SELECT a.ags, count(*) AS points, sum(p.households) AS households
FROM {points} AS p JOIN {areas} AS a ON {condition}
GROUP BY a.ags ORDER BY a.ags
"""


def _index(folder: Path) -> Callable[[], pa.Table]:
    import geopandas as gpd  # noqa: PLC0415 (each tool imports its own libraries only: its peak is its own)

    from geodata.cell_index import CellIndex  # noqa: PLC0415

    def run() -> pa.Table:
        CellIndex.build(gpd.read_parquet(folder / "areas.parquet")).save(folder / "index")
        return pa.table({"ags": [], "points": [], "households": []})

    return run


def _cell_index(folder: Path) -> Callable[[], pa.Table]:
    from geodata.cell_index import CellIndex  # noqa: PLC0415
    from geodata.cell_points import count_by_gemeinde  # noqa: PLC0415

    return lambda: count_by_gemeinde(CellIndex.load(folder / "index"), folder / "points.parquet")


def _sedonadb(folder: Path) -> Callable[[], pa.Table]:
    sedonadb = importlib.import_module("sedonadb")  # a peer: it has no types, and only `make bench` installs it

    def run() -> pa.Table:
        con = sedonadb.connect()
        con.read_parquet(folder / "points.parquet").to_view("points")
        con.read_parquet(folder / "areas.parquet").to_view("areas")
        point = "ST_SetSRID(ST_Point(p.easting_m, p.northing_m), 25832)"
        return pa.table(con.sql(JOIN.format(points="points", areas="areas", condition=f"ST_Intersects(a.geometry, {point})")))

    return run


def _geopandas(folder: Path) -> Callable[[], pa.Table]:
    import geopandas as gpd  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    def run() -> pa.Table:
        table, areas = pq.read_table(folder / "points.parquet"), gpd.read_parquet(folder / "areas.parquet")
        whole = pc.multiply(table["households"], pa.scalar(Decimal(SCALE))).cast(pa.int64()).to_numpy()
        places = gpd.points_from_xy(table["easting_m"].to_numpy(), table["northing_m"].to_numpy(), crs=areas.crs)
        hits = gpd.sjoin(gpd.GeoDataFrame({"whole": whole}, geometry=places), areas, predicate="intersects")
        grouped = hits.groupby("ags")["whole"].agg(["size", "sum"])
        return pa.table({"ags": list(grouped.index), "points": grouped["size"], "whole": grouped["sum"]})

    return run


def _duckdb(folder: Path) -> Callable[[], pa.Table]:
    from geodata.session import Limits, session  # noqa: PLC0415

    def run() -> pa.Table:
        with session(Limits(memory_limit="8GB", spill=folder / "spill")) as con:
            point = "ST_SetCRS(ST_Point(p.easting_m, p.northing_m), 'EPSG:25832')"
            text = JOIN.format(points="read_parquet($points)", areas="read_parquet($areas)", condition=f"ST_Contains(a.geometry, {point})")
            return con.execute(text, {k: str(folder / f"{k}.parquet") for k in ("points", "areas")}).to_arrow_table()

    return run


TOOLS = {
    "index": _index,
    "cell index": _cell_index,
    "sedonadb": _sedonadb,
    "geopandas.sjoin": _geopandas,
    "DuckDB ST_Contains": _duckdb,
}


def main(tool: str, folder: Path) -> None:
    """Run one tool and print its seconds, peak memory and result."""
    run = TOOLS[tool](folder)
    start = time.perf_counter()
    table = run()
    seconds = time.perf_counter() - start
    sums = table.column(2).to_pylist()
    whole = [int(s * SCALE) if isinstance(s, Decimal) else s for s in sums]
    counts = [list(r) for r in zip(table["ags"].to_pylist(), table["points"].to_pylist(), whole, strict=True) if r[0] is not None and r[1]]
    print(json.dumps({"seconds": seconds, "peak_mb": own_peak_mb(), "counts": counts}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
