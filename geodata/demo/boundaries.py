"""Schematic boundaries: the power diagram of the Gemeinde centroids, clipped to the Land's outline, written like VG250.

A power diagram gives each point to the site with the least |p − s|² − w. With w = area / π a Gemeinde gets about its own area.
Its vertices are the dual of the lower hull of the lifted sites (x, y, x² + y² − w):
F. Aurenhammer, Power Diagrams, SIAM J. Comput. 16 (1987), §4.
"""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from scipy.spatial import ConvexHull
from shapely.geometry.base import BaseGeometry

from geodata.demo import facts

CRS = "EPSG:25832"
FAR_M, FAR_SITES = 2_000_000.0, 12
LAND_AREA = 4
DATE = "2021-12-31T00:00:00.000Z"
LAYERS = {"vg250_lan": 2, "vg250_rbz": 3, "vg250_krs": 5, "vg250_gem": 8}


def gemeinden() -> gpd.GeoDataFrame:
    """The 396 Gemeinden: `ags`, `name`, polygons in EPSG:25832 that share their edges exactly and fill the outline."""
    table = facts.table("gemeinden")
    sites = table[["easting_m", "northing_m"]].to_numpy("float64")
    weights = table["area_km2"].to_numpy("float64") * 1e6 / np.pi
    outline = facts.outline()
    edges = shapely.union_all([_edges(sites, weights), outline.boundary])
    faces = [f for f in shapely.get_parts(shapely.polygonize([edges])) if outline.contains(f.representative_point())]
    inner = np.array([[f.representative_point().x, f.representative_point().y] for f in faces])
    power = ((inner[:, None, :] - sites[None, :, :]) ** 2).sum(axis=2) - weights[None, :]
    owner = power.argmin(axis=1)
    polygons = [shapely.union_all([f for f, o in zip(faces, owner, strict=True) if o == i]) for i in range(len(table))]
    return gpd.GeoDataFrame(table[["ags", "name"]].copy(), geometry=polygons, crs=CRS)


def write_boundaries(areas: gpd.GeoDataFrame, path: Path) -> None:
    """A GeoPackage with the layers and fields of VG250: Land, Regierungsbezirke, Kreise, Gemeinden."""
    names = dict(zip(facts.table("kreise")["ags"], facts.table("kreise")["name"], strict=True))
    districts = facts.table("kreise").assign(key=lambda f: f["ags"].str[:3]).drop_duplicates("key")
    names |= dict(zip(districts["key"], districts["regierungsbezirk"], strict=True)) | {"05": "Nordrhein-Westfalen"}
    names |= dict(zip(areas["ags"], areas["name"], strict=True))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": DATE})
    for layer, digits in LAYERS.items():
        level = areas.assign(AGS=areas["ags"].str[:digits]).dissolve("AGS").reset_index()[["AGS", "geometry"]]
        parts = [[p for p in shapely.get_parts([g]) if isinstance(p, shapely.Polygon)] for g in level.geometry]
        level = level.set_geometry(gpd.GeoSeries([shapely.MultiPolygon(p) for p in parts], crs=CRS))
        level = level.assign(
            ADE={2: 2, 3: 3, 5: 4, 8: 6}[digits],
            GF=LAND_AREA,
            BSG=1,
            ARS=level["AGS"].str[:5].str.ljust(5, "0")
            + "0"
            + level["AGS"].str[5:].str.rjust(3, "0")
            + level["AGS"].str[5:].str.rjust(3, "0"),
            GEN=level["AGS"].map(names),
            BEZ="",
            NUTS="",
        )
        pyogrio.write_dataframe(level, path, layer=layer, driver="GPKG", append=path.exists())


def _edges(sites: np.ndarray, weights: np.ndarray) -> BaseGeometry:
    """The edges of the power diagram, long enough to leave the Land on every side."""
    centre = sites.mean(axis=0)
    angles = np.linspace(0, 2 * np.pi, FAR_SITES, endpoint=False)
    points = np.vstack([sites - centre, FAR_M * np.column_stack([np.cos(angles), np.sin(angles)])])
    lifted = np.column_stack([points, (points**2).sum(axis=1) - np.concatenate([weights, np.zeros(FAR_SITES)])])
    hull = ConvexHull(lifted, qhull_options="Qt")
    lower = hull.equations[:, 2] < 0
    vertices = -hull.equations[:, :2] / (2 * hull.equations[:, 2:3]) + centre
    lines = [
        (vertices[facet], vertices[neighbour])
        for facet in np.flatnonzero(lower)
        for neighbour in hull.neighbors[facet]
        if facet < neighbour and lower[neighbour] and not np.allclose(vertices[facet], vertices[neighbour], atol=1e-6)
    ]
    return shapely.union_all(shapely.linestrings(np.array(lines)))
