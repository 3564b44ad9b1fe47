"""Addresses of the Land, where they lie, what operators offer there, and which offer belongs to which address."""

import dagster as dg
import geopandas as gpd

from assets.core.reference import core_boundaries__areas, core_zensus__cells
from assets.house import BY_STAND, HEAVY, House, Product, produce
from geodata.parts.matching import match
from geodata.parts.points import address_places, zensus_places
from geodata.readers import deliveries, gebref
from geodata.readers.bulk import Frame

SINGLE_RUN = dg.BackfillPolicy.single_run()


@dg.asset(group_name="core", deps=[core_boundaries__areas, "raw_gebref__addresses"])
def core_gebref__addresses(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Every address of the Land with its point, from the Gebäudereferenzen."""

    def make(_: str | None) -> Product:
        read = gebref.read(house.snapshots("raw_gebref__addresses"), land=house.profile.land, frame=frame(house), limits=house.limits)
        return Product(*read)

    return produce(context, house, make)


@dg.asset(group_name="core", pool=HEAVY, deps=[core_boundaries__areas, core_gebref__addresses, core_zensus__cells])
def core_addresses__places(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Row by row beside core_gebref__addresses: cell, Gemeinde by point, and row of the Zensus cell."""
    addresses, zensus = house.tables.path("core_gebref__addresses"), house.tables.path("core_zensus__cells")
    with house.parts() as (pool, scratch):
        return produce(context, house, lambda _: Product(address_places(addresses, zensus, gemeinden(house), pool=pool, scratch=scratch)))


@dg.asset(group_name="core", pool=HEAVY, deps=[core_boundaries__areas, core_zensus__cells])
def core_zensus__places(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Row by row beside core_zensus__cells: cell and Gemeinde of the centre."""
    zensus = house.tables.path("core_zensus__cells")
    with house.parts() as (pool, scratch):
        return produce(context, house, lambda _: Product(zensus_places(zensus, gemeinden(house), pool=pool, scratch=scratch)))


@dg.asset(group_name="core", tags=BY_STAND, backfill_policy=SINGLE_RUN, deps=[core_boundaries__areas, "raw_deliveries__offers"])
def core_deliveries__offers(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """What each operator offers, has under construction or plans, one row per delivered row."""

    def make(stand: str | None) -> Product:
        snapshots = house.snapshots("raw_deliveries__offers", stand=stand)
        return Product(*deliveries.read(snapshots, frame=frame(house), limits=house.limits))

    return produce(context, house, make)


@dg.asset(group_name="core", pool=HEAVY, tags=BY_STAND, backfill_policy=SINGLE_RUN, deps=[core_deliveries__offers, core_gebref__addresses])
def core_deliveries__matches(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Row by row beside core_deliveries__offers: the address it belongs to, by key, by position within 30 m, or none."""
    addresses = house.tables.path("core_gebref__addresses")
    with house.parts() as (pool, _):

        def make(stand: str | None) -> Product:
            return Product(match(house.tables.path("core_deliveries__offers", stand), addresses, limits=house.limits, pool=pool))

        return produce(context, house, make)


def frame(house: House) -> Frame:
    """Where a point of the Land is plausible."""
    areas = gpd.read_parquet(house.tables.path("core_boundaries__areas"), columns=["geometry"])
    return Frame.around(areas.total_bounds.tolist())


def gemeinden(house: House) -> gpd.GeoDataFrame:
    """The Gemeinden of the profile's boundary edition."""
    areas = gpd.read_parquet(house.tables.path("core_boundaries__areas"), columns=["boundary_edition", "ags", "level", "geometry"])
    return areas[(areas["boundary_edition"] == house.profile.boundaries) & (areas["level"] == "gemeinde")].reset_index(drop=True)
