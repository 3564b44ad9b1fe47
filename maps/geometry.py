"""Areas for the screen: simplified together, so that neighbours still meet. Shared arcs are in topology.py, pictures in sketch.py."""

import geopandas as gpd
import numpy as np
import shapely

TOLERANCE_M = 250.0
DIGITS = 4


def simplified(areas: gpd.GeoDataFrame, tolerance_m: float = TOLERANCE_M) -> gpd.GeoDataFrame:
    """`ags`, `name` and geometry, simplified in EPSG:25832 with all shared borders kept shared."""
    shapes = shapely.coverage_simplify(areas.geometry.to_numpy(), tolerance_m)
    return gpd.GeoDataFrame(areas[["ags", "name"]].reset_index(drop=True), geometry=shapes, crs=areas.crs)


def for_screen(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """`ags`, `name` and geometry in EPSG:4326 with four decimals (about 10 m); input in EPSG:25832."""
    frame = simplified(areas).to_crs("EPSG:4326")
    frame["geometry"] = shapely.set_precision(frame.geometry.to_numpy(), 10.0**-DIGITS, mode="pointwise")
    return frame


def neighbours(areas: gpd.GeoDataFrame) -> dict[str, list[str]]:
    """The AGS of the areas that share more than a point of the border, ascending."""
    shapes, ags = areas.geometry.to_numpy(), areas["ags"].astype(str).to_numpy()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = left < right
    left, right = left[pairs], right[pairs]
    meet = shapely.length(shapely.intersection(shapely.boundary(shapes[left]), shapely.boundary(shapes[right]))) > 0
    found: dict[str, list[str]] = {str(a): [] for a in ags}
    for one, other in zip(ags[left[meet]], ags[right[meet]], strict=True):
        found[str(one)].append(str(other))
        found[str(other)].append(str(one))
    return {key: sorted(np.unique(values).tolist()) for key, values in found.items()}
