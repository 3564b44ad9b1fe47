"""Areas for the screen: simplified together, so that neighbours still meet, and turned into longitude and latitude."""

import geopandas as gpd
import shapely

TOLERANCE_M = 250.0
DIGITS = 4


def for_screen(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """`ags`, `name` and geometry in EPSG:4326 with four decimals (about 10 m); input in EPSG:25832."""
    simple = shapely.coverage_simplify(areas.geometry.to_numpy(), TOLERANCE_M)
    frame = gpd.GeoDataFrame(areas[["ags", "name"]], geometry=simple, crs=areas.crs).to_crs("EPSG:4326")
    frame["geometry"] = shapely.set_precision(frame.geometry.to_numpy(), 10.0**-DIGITS, mode="pointwise")
    return frame
