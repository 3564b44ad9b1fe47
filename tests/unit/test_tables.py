"""The tables between the steps: the same rows are the same bytes, whatever the process read before."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import geopandas as gpd
import pyproj
import shapely

from geodata.tables import Tables

WKT_1 = pyproj.CRS("EPSG:25832").to_wkt("WKT1_GDAL")


def test_what_was_read_before_does_not_change_the_bytes_of_a_table(tmp_path: Path) -> None:
    def written(name: str, *, before: str) -> bytes:
        # A new thread knows nothing of PROJ yet, as a new process does.
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(_write, Tables(tmp_path), name, before).result()

    fresh = written("fresh", before="EPSG:25832")
    assert written("after", before=WKT_1) == fresh
    assert gpd.read_parquet(tmp_path / "after.parquet").crs == "EPSG:25832"


def test_another_crs_stays_as_it_is(tmp_path: Path) -> None:
    Tables(tmp_path).write("a", gpd.GeoDataFrame({"ags": ["05"]}, geometry=[shapely.Point(7, 51)], crs="EPSG:4326"))
    assert gpd.read_parquet(tmp_path / "a.parquet").crs == "EPSG:4326"


def _write(tables: Tables, name: str, before: str) -> bytes:
    pyproj.CRS(before).to_epsg()
    frame = gpd.GeoDataFrame({"ags": ["05"]}, geometry=[shapely.Point(400_000, 5_700_000)], crs="EPSG:25832")
    return tables.write(name, frame).read_bytes()
