"""How much of each operator's delivery found its address, per Gemeinde. What belongs together is decided in matching.py."""

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geodata.cell_index import CellIndex, locate_table

RATES = pa.schema(
    [
        ("operator", pa.string()),
        ("ags", pa.string()),
        ("rows", pa.int64()),
        ("by_key", pa.int64()),
        ("by_position", pa.int64()),
        ("unmatched", pa.int64()),
        ("origin", pa.string()),
        ("visibility", pa.string()),
    ]
)


def match_rates(offers: pa.Table, matches: pa.Table, ags: pa.ChunkedArray, gemeinden: gpd.GeoDataFrame) -> pa.Table:
    """Rows of RATES, sorted. `offers` and `matches` (address_row, matched_by) run row by row beside each other; `ags` is the register's.

    A matched row counts in the Gemeinde of its address, another one where its position lies; without a position, `ags` is null.
    """
    if offers.num_rows == 0:
        return RATES.empty_table()
    row = matches["address_row"].combine_chunks()
    found = ags.combine_chunks().take(row)
    by = matches["matched_by"]
    counted = pa.table(
        {
            "operator": offers["operator"].cast(pa.string()),
            "ags": pc.coalesce(found, _by_position(offers, pc.is_null(row).to_numpy(zero_copy_only=False), gemeinden)),
            "by_key": pc.is_in(by, pa.array(["key"])).cast(pa.int64()),
            "by_position": pc.is_in(by, pa.array(["position"])).cast(pa.int64()),
            "unmatched": pc.is_null(by).cast(pa.int64()),
            "origin": offers["origin"].cast(pa.string()),
            "visibility": offers["visibility"].cast(pa.string()),
        }
    )
    keys = ["operator", "ags", "origin", "visibility"]
    sums = counted.group_by(keys).aggregate([("by_key", "sum"), ("by_position", "sum"), ("unmatched", "sum"), ([], "count_all")])
    named = sums.rename_columns(
        {f"{c}_sum": c for c in ("by_key", "by_position", "unmatched")} | {"count_all": "rows"} | {k: k for k in keys}
    )
    return named.select(RATES.names).cast(RATES).sort_by([(k, "ascending") for k in keys])


def _by_position(offers: pa.Table, lost: np.ndarray, gemeinden: gpd.GeoDataFrame) -> pa.Array:
    """The Gemeinde of the positions of the rows `lost`; null for all others and for rows without a position."""
    easting, northing = (pc.fill_null(offers[c], np.nan).to_numpy() for c in ("easting_m", "northing_m"))
    found = locate_table(CellIndex.build(gemeinden), easting[lost], northing[lost])["ags"].cast(pa.string()).combine_chunks()
    at = np.full(offers.num_rows, -1)
    at[lost] = np.arange(len(found))
    return found.take(pa.array(at, mask=at < 0))
