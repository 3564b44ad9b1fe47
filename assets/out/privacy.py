"""Cells as the public may see them: the parts of the grid, the same for all Stände, and the households without a fast line in each."""

import dagster as dg
import geopandas as gpd
import pyarrow.parquet as pq

from assets.core.fixed import core_fixed__cells
from assets.core.mobile import core_households__cells
from assets.house import ALL_STANDS, BY_STAND, House, Product, produce
from assets.out.tables import method_sources
from geodata.privacy import outlines, partition, published_cells
from geodata.reading import strictest
from geodata.session import query, session

KEYS = ("method", "source_id", "origin", "visibility")
AMOUNTS = (
    "households",
    "unknown_households",
    "below_30_households",
    "below_100_households",
    "below_400_households",
    "below_1000_households",
)
BEHIND = ("raw_gebref__addresses", "raw_zensus__grid")
SINGLE_RUN = dg.BackfillPolicy.single_run()


@dg.asset(group_name="core", deps=[core_households__cells, dg.AssetDep(core_fixed__cells, partition_mapping=ALL_STANDS)])
def core_privacy__parts(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Which part of the published grid each 100 m cell belongs to: every part has three households at every Stand."""

    def make(_: str | None) -> Product:
        cells, households = house.tables.all_stands("core_fixed__cells"), house.tables.path("core_households__cells")
        with session(house.limits) as con:
            return Product(partition(query(con, "privacy_basis", cells=cells, households=households)))

    return produce(context, house, make)


@dg.asset(group_name="out", deps=[core_privacy__parts])
def out_whitespots__parts(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """The parts of the published grid that have a place, with their outline."""

    def make(_: str | None) -> Product:
        found = published_cells(pq.read_table(house.tables.path("core_privacy__parts")), keys=(), amounts=())
        shapes = outlines(found)
        frame = found.to_pandas().astype(dict.fromkeys(("size_m", "easting_m", "northing_m"), "Int32"))
        behind = [s for name in BEHIND for s in house.snapshots(name)]
        frame["origin"] = behind[0].origin if behind else house.profile.origin
        frame["visibility"] = strictest(s.visibility for s in behind)
        return Product(gpd.GeoDataFrame(frame, geometry=shapes, crs="EPSG:25832"))

    return produce(context, house, make)


@dg.asset(group_name="out", tags=BY_STAND, backfill_policy=SINGLE_RUN, deps=[core_privacy__parts, core_fixed__cells])
def out_whitespots__published_cells(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Households per part of the published grid and those below 30, 100, 400 and 1000 Mbit/s, in multiples of three."""

    def make(stand: str | None) -> Product:
        parts = pq.read_table(house.tables.path("core_privacy__parts"))
        with session(house.limits) as con:
            cells = query(
                con, "privacy_cells", cells=house.tables.path("core_fixed__cells", stand), sources=method_sources(house, stand, [])
            )
        return Product(published_cells(parts, cells, keys=KEYS, amounts=AMOUNTS))

    return produce(context, house, make)
