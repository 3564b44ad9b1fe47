"""Boundaries and Zensus: what the measured values are placed on and weighted with."""

import dagster as dg
import geopandas as gpd
from shapely import union_all

from assets.house import House, Product, produce
from geodata.readers import boundaries, zensus
from geodata.session import query, session

BOUNDARIES = ["raw_dvg2__boundaries", "raw_vg250__boundaries", "raw_vg250ew__gemeinden"]


@dg.asset(group_name="core", deps=BOUNDARIES)
def core_boundaries__areas(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Gemeinden, Kreise, Regierungsbezirke and the Land of every boundary edition, in EPSG:25832, with their area in cm²."""

    def make(_: str | None) -> Product:
        areas, notes = boundaries.read(house.snapshots(*BOUNDARIES), land=house.profile.land)
        return Product(areas, notes)

    return produce(context, house, make)


@dg.asset(group_name="core", deps=[core_boundaries__areas, "raw_zensus__grid"])
def core_zensus__cells(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Zensus cells of the Land: centre in EPSG:3035 and EPSG:25832, persons, households (DECIMAL, null = no figure)."""

    def make(_: str | None) -> Product:
        areas = gpd.read_parquet(house.tables.path("core_boundaries__areas"), columns=["level", "geometry"])
        land = union_all(areas.loc[areas["level"] == "land", "geometry"].to_numpy())
        cells, notes = zensus.read(house.snapshots("raw_zensus__grid"), land=land, limits=house.limits)
        return Product(cells, notes)

    return produce(context, house, make)


@dg.asset(group_name="core", deps=[core_boundaries__areas, core_zensus__cells])
def core_zensus__areas(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Persons and households per area of every boundary edition: Zensus cell centres joined to the Gemeinden in DuckDB spatial."""

    def make(_: str | None) -> Product:
        with session(house.limits) as con:
            table = query(
                con,
                "households_by_area",
                areas=house.tables.path("core_boundaries__areas"),
                cells=house.tables.path("core_zensus__cells"),
            )
        return Product(table)

    return produce(context, house, make)
