"""The data of the benchmark `points`: `python -m benchmarks.points_data FOLDER` writes areas.parquet and points.parquet.

Points are drawn like addresses: by inhabitants of the Zensus cells of 1 km (the published ones where they lie beside the project, else the
demo's), to the millimetre; always the same. A process of its own: Linux counts the memory of a parent into the peak of its children.
"""

import shutil
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import Transformer

from benchmarks.points import POINTS
from geodata.demo.boundaries import gemeinden
from geodata.demo.settlement import settle

SHARED = Path("../shared/data")
ROW_GROUP = 122_880  # what DuckDB writes by default
CELL_M = 1000


def main(folder: Path) -> None:
    """Write both files."""
    areas = _areas()
    areas.to_parquet(folder / "areas.parquet", index=False)
    pq.write_table(_points(areas), folder / "points.parquet", row_group_size=ROW_GROUP, compression="zstd")


def repeat(folder: Path, target: Path, times: int) -> None:
    """The same areas and index in `target`, and its points `times` over."""
    shutil.copytree(folder, target, ignore=shutil.ignore_patterns("points.parquet", target.name))
    source = pq.ParquetFile(folder / "points.parquet")
    with pq.ParquetWriter(target / "points.parquet", source.schema_arrow, compression="zstd") as writer:
        for _ in range(times):
            for batch in source.iter_batches(ROW_GROUP):
                writer.write_batch(batch)


def _areas() -> gpd.GeoDataFrame:
    if not SHARED.is_dir():
        return gemeinden()[["ags", "geometry"]].sort_values("ags", ignore_index=True)
    areas = gpd.read_file(SHARED / "boundaries/dvg2gem_nw.shp").rename(columns={"KN": "ags"}).to_crs("EPSG:25832")
    return areas[["ags", "geometry"]].sort_values("ags", ignore_index=True)


def _points(areas: gpd.GeoDataFrame) -> pa.Table:
    rng = np.random.default_rng(1)
    x, y, persons = _inhabited(areas, rng)
    cell = rng.choice(len(persons), POINTS, p=persons / persons.sum())
    spread = rng.uniform(-CELL_M / 2, CELL_M / 2, (2, POINTS))
    transformer = Transformer.from_crs("EPSG:3035", "EPSG:25832", always_xy=True)
    easting, northing = (np.round(c, 3) for c in transformer.transform(x[cell] + spread[0], y[cell] + spread[1]))
    words = np.zeros((POINTS, 2), "int64")
    words[:, 0] = rng.integers(1_000, 60_000, POINTS)
    households = pa.Array.from_buffers(pa.decimal128(18, 4), POINTS, [None, pa.py_buffer(words)])
    return pa.table({"easting_m": easting, "northing_m": northing, "households": households})


def _inhabited(areas: gpd.GeoDataFrame, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Centres (EPSG:3035) and inhabitants of the cells of 1 km whose centre lies in an area."""
    if not SHARED.is_dir():
        cells = settle(areas, rng).cells
        return cells["x_m"].to_numpy(), cells["y_m"].to_numpy(), cells["persons"].to_numpy("float64")
    table = pq.read_table(SHARED / "population/zensus2022_1km_Einwohner.parquet").to_pandas()
    table = table[table["Einwohner"] > 0]
    land = areas.to_crs("EPSG:3035").geometry.to_numpy()
    inside = np.unique(shapely.STRtree(shapely.points(table["x"], table["y"])).query(land, predicate="intersects")[1])
    table = table.iloc[inside]
    return table["x"].to_numpy(), table["y"].to_numpy(), table["Einwohner"].to_numpy("float64")


if __name__ == "__main__":
    if len(sys.argv) > 2:  # noqa: PLR2004  # a second folder
        repeat(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
    else:
        main(Path(sys.argv[1]))
