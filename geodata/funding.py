"""Which areas of public funding cut addresses out of what can still be funded, and which address lies in which. It reads no files."""

import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

FINAL = "final"


def cutting(areas: gpd.GeoDataFrame, stand: dt.date) -> gpd.GeoDataFrame:
    """The areas with a final decision that has not ended at the Stand (`until` on or after it, or open), in the order of their ids."""
    until = pd.to_datetime(areas["until"])
    kept = (areas["status"] == FINAL) & (until.isna() | (until >= pd.Timestamp(stand)))
    return areas[kept].sort_values("funding_id", kind="stable").reset_index(drop=True)


def funding_ids(areas: gpd.GeoDataFrame, easting: np.ndarray, northing: np.ndarray) -> pa.DictionaryArray:
    """Per point (EPSG:25832) the id of the first of `areas` that contains or touches it; null in none."""
    order = np.argsort(easting, kind="stable")
    sorted_ = easting[order]
    found = np.full(len(easting), -1, dtype=np.int32)
    for i in reversed(range(len(areas))):
        polygon = areas.geometry.iloc[i]
        west, south, east, north = polygon.bounds
        near = order[np.searchsorted(sorted_, west, "left") : np.searchsorted(sorted_, east, "right")]
        near = near[(northing[near] >= south) & (northing[near] <= north)]
        shapely.prepare(polygon)
        found[near[shapely.intersects_xy(polygon, easting[near], northing[near])]] = i
    return pa.DictionaryArray.from_arrays(pa.array(found, mask=found < 0), pa.array(areas["funding_id"].tolist(), pa.string()))
