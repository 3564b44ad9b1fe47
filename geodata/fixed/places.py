"""Where addresses and Zensus cells lie: cell, Gemeinde and Zensus cell of each, worked out once for all Stände."""

import geopandas as gpd
import pyarrow as pa

from geodata.cell_index import CellIndex, locate_table
from geodata.fixed.households import zensus_rows

ADDRESS_PLACES = pa.schema([("cell_id", pa.int32()), ("ags", pa.string()), ("zensus_row", pa.int32())])
ZENSUS_PLACES = pa.schema([("cell_id", pa.int32()), ("ags", pa.string())])


def address_places(addresses: pa.Table, zensus: pa.Table, gemeinden: gpd.GeoDataFrame) -> pa.Table:
    """One row per address, in their order: its cell, its Gemeinde (null: in none) and the row of its Zensus cell (−1: none).

    Points in EPSG:25832, `gemeinden` those of one boundary edition; a point on a border belongs to the lowest AGS.
    """
    return placed_addresses(addresses, zensus, CellIndex.build(gemeinden))


def placed_addresses(addresses: pa.Table, zensus: pa.Table, index: CellIndex) -> pa.Table:
    """The same with an index that exists already."""
    placed = _placed(addresses, index)
    return placed.append_column("zensus_row", pa.array(zensus_rows(addresses, zensus), pa.int32())).cast(ADDRESS_PLACES)


def zensus_places(zensus: pa.Table, gemeinden: gpd.GeoDataFrame) -> pa.Table:
    """One row per Zensus cell, in their order: cell and Gemeinde of its centre. Used only where no address lies in the Zensus cell."""
    return placed_zensus(zensus, CellIndex.build(gemeinden))


def placed_zensus(zensus: pa.Table, index: CellIndex) -> pa.Table:
    """The same with an index that exists already."""
    return _placed(zensus, index).cast(ZENSUS_PLACES)


def _placed(points: pa.Table, index: CellIndex) -> pa.Table:
    easting, northing = (points[c].to_numpy() for c in ("easting_m", "northing_m"))
    located = locate_table(index, easting, northing)
    return located.set_column(1, "ags", located["ags"].cast(pa.string()))
