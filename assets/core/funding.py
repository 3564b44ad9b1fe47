"""Areas of public funding, and what is offered at each address beside them."""

import datetime as dt

import dagster as dg
import geopandas as gpd
import pyarrow.parquet as pq
from shapely import union_all

from assets.core.addresses import core_addresses__places, core_deliveries__matches, core_deliveries__offers, core_gebref__addresses
from assets.core.reference import core_boundaries__areas, core_zensus__cells
from assets.house import ALL_STANDS, BY_STAND, House, Product, produce
from geodata.fixed.households import units
from geodata.funding import cutting, funding_ids
from geodata.readers import funding
from geodata.reading import strictest
from geodata.supply import Addresses, Deliveries, supply

SINGLE_RUN = dg.BackfillPolicy.single_run()
OFFER_COLUMNS = (
    "operator",
    "source_file",
    "technology",
    "download_mbits",
    "upload_mbits",
    "households",
    "rollout",
    "planned_until",
)
CODED = ("operator", "source_file", "technology", "rollout")


@dg.asset(group_name="core", tags=BY_STAND, backfill_policy=SINGLE_RUN, deps=[core_boundaries__areas, "raw_funding__areas"])
def core_funding__areas(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Areas of public funding with the status of their decision, its end and what is funded."""

    def make(stand: str | None) -> Product:
        areas = gpd.read_parquet(house.tables.path("core_boundaries__areas"), columns=["level", "geometry"])
        land = union_all(areas.loc[areas["level"] == "land", "geometry"].to_numpy())
        return Product(*funding.read(house.snapshots("raw_funding__areas", stand=stand), land=land))

    return produce(context, house, make)


@dg.asset(
    group_name="core",
    tags=BY_STAND,
    backfill_policy=SINGLE_RUN,
    deps=[
        core_gebref__addresses,
        core_addresses__places,
        core_zensus__cells,
        core_deliveries__offers,
        core_deliveries__matches,
        dg.AssetDep(core_funding__areas, partition_mapping=ALL_STANDS),
    ],
)
def core_addresses__supply(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Row by row beside core_gebref__addresses: best existing and best announced offer, households, and the funding area."""

    def make(stand: str | None) -> Product:
        day = dt.date.fromisoformat(str(stand))
        offers = pq.read_table(
            house.tables.path("core_deliveries__offers", stand), columns=list(OFFER_COLUMNS), read_dictionary=list(CODED)
        )
        points = pq.read_table(house.tables.path("core_gebref__addresses"), columns=["easting_m", "northing_m"])
        areas, funded = _funding_at(house, str(stand))
        addresses = Addresses(
            pq.read_table(house.tables.path("core_addresses__places")),
            units(pq.read_table(house.tables.path("core_zensus__cells"), columns=["households"])["households"]),
            funding_ids(cutting(areas, day), points["easting_m"].to_numpy(), points["northing_m"].to_numpy()),
        )
        deliveries = house.snapshots("raw_deliveries__offers", stand=stand)
        behind = [s for name in ("raw_gebref__addresses", "raw_zensus__grid") for s in house.snapshots(name)]
        return Product(
            supply(
                offers,
                pq.read_table(house.tables.path("core_deliveries__matches", stand), columns=["address_row"]),
                addresses,
                Deliveries(
                    stand=day,
                    covers=house.profile.covered("deliveries__offers", str(stand)),
                    origin=deliveries[0].origin if deliveries else house.profile.origin,
                    visibility=strictest([*(s.visibility for s in [*deliveries, *behind]), *funded]),
                ),
            )
        )

    return produce(context, house, make)


def _funding_at(house: House, stand: str) -> tuple[gpd.GeoDataFrame, list[str]]:
    """The newest funding areas at or before a Stand (a later decision says nothing of it), and how far they may be shown."""
    paths = [p for p in house.tables.all_stands("core_funding__areas") if p.stem <= stand]
    filled = [p for p in paths if pq.read_metadata(p).num_rows]
    areas = gpd.read_parquet((filled or paths)[-1])
    return areas, areas["visibility"].tolist()
