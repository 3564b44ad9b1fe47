"""Expansion clusters as the public may see them: no outline that follows addresses, no exact number of households."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import geopandas as gpd
import numpy as np
import shapely

from geodata.fixed.measures import UNITS
from geodata.privacy import rounded

THREADS = 2
ROUGHLY = -1  # lengths to 10 m: a tree to the millimetre is told by few addresses


def published_clusters(clusters: gpd.GeoDataFrame, parts: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """The clusters coarsened: outlines as unions of the `parts` of the published grid that they touch (EPSG:25832; empty where none).

    Households and inhabitants are multiples of three (in ten-thousandths), lengths multiples of 10 m; the ratios are those of the rounded
    figures. Ranks and members are as they were.
    """
    units, trench = _threes(clusters["units"].to_numpy("int64")), clusters["trench_m"].round(ROUGHLY)
    kept = units / clusters["units"].where(clusters["units"] > 0)
    found = clusters.assign(
        units=units,
        person_units=_threes(clusters["person_units"].to_numpy("int64")),
        nearest_covered_m=clusters["nearest_covered_m"].round(ROUGHLY),
        connection_m=clusters["connection_m"].round(ROUGHLY),
        trench_m=trench,
        units_per_trench_m=(units / trench.where(trench > 0)).round(3),
        gap_share=(clusters["gap_share"] * kept).round(3),
    )
    return found.set_geometry(
        gpd.GeoSeries(_coarse(clusters.geometry, gpd.GeoSeries(parts.dropna())), index=clusters.index, crs=clusters.crs)
    )


def _threes(units: np.ndarray) -> np.ndarray:
    return rounded(units) * UNITS


def _coarse(outlines: gpd.GeoSeries, parts: gpd.GeoSeries) -> np.ndarray:
    shapes = parts.to_numpy()
    of, touched = shapely.STRtree(shapes).query(outlines.to_numpy(), predicate="intersects")
    order = np.lexsort((touched, of))
    own, start = shapes[touched[order]], np.searchsorted(of[order], np.arange(len(outlines) + 1))
    # GEOS lets go of the interpreter.
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(lambda part: shapely.normalize(shapely.union_all(own[part[0] : part[1]])), pairwise(start)))
    return np.array(found, dtype=object)
