"""The fixed line at full depth: Gitterzellen, covered households per cell, fibre in Gewerbegebiete."""

import dagster as dg
import geopandas as gpd
import pyarrow.parquet as pq

from assets.core.addresses import (
    core_addresses__places,
    core_deliveries__matches,
    core_deliveries__offers,
    core_zensus__places,
    gemeinden,
)
from assets.core.measures import core_business_parks__parks
from assets.core.reference import core_boundaries__areas, core_zensus__cells
from assets.house import ALL_STANDS, BY_STAND, HEAVY, House, Product, produce
from geodata.fixed.parks import park_fibre
from geodata.fixed.stand import FixedFiles
from geodata.parts.cell_areas import area_cells
from geodata.parts.fixed_cells import fixed_cells
from geodata.readers import gitterzellen

SINGLE_RUN = dg.BackfillPolicy.single_run()


@dg.asset(group_name="core", pool=HEAVY, deps=[core_boundaries__areas])
def core_area_cells(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Every 100 m cell with its Gemeinde; a cell that a border cuts once per Gemeinde, with the clipped piece and its area."""
    with house.parts() as (pool, _):
        return produce(context, house, lambda _: Product(area_cells(gemeinden(house), threads=house.threads, pool=pool)))


@dg.asset(group_name="core", pool=HEAVY, tags=BY_STAND, backfill_policy=SINGLE_RUN, deps=["raw_breitbandatlas__gitterzellen"])
def core_breitbandatlas__cells(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Shares per 100 m cell as the atlas reports them, in hundredths of a percent."""

    def make(stand: str | None) -> Product:
        return Product(*gitterzellen.read(house.snapshots("raw_breitbandatlas__gitterzellen", stand=stand), land=house.profile.land))

    return produce(context, house, make)


@dg.asset(
    group_name="core",
    pool=HEAVY,
    tags=BY_STAND,
    backfill_policy=SINGLE_RUN,
    deps=[
        core_addresses__places,
        core_zensus__cells,
        core_zensus__places,
        core_deliveries__offers,
        core_deliveries__matches,
        core_breitbandatlas__cells,
    ],
)
def core_fixed__cells(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Covered households and businesses per cell, technology, direction and class: from Gitterzellen, and from addresses by two methods."""
    tables = house.tables
    with house.parts() as (pool, scratch):

        def make(stand: str | None) -> Product:
            files = FixedFiles(
                address_places=tables.path("core_addresses__places"),
                zensus=tables.path("core_zensus__cells"),
                zensus_places=tables.path("core_zensus__places"),
                offers=tables.path("core_deliveries__offers", stand),
                matches=tables.path("core_deliveries__matches", stand),
                grid=tables.path("core_breitbandatlas__cells", stand),
            )
            return Product(fixed_cells(files, limits=house.limits, pool=pool, scratch=scratch))

        return produce(context, house, make)


@dg.asset(
    group_name="core",
    tags=BY_STAND,
    backfill_policy=SINGLE_RUN,
    deps=[core_breitbandatlas__cells, dg.AssetDep(core_business_parks__parks, partition_mapping=ALL_STANDS)],
)
def core_business_parks__fibre(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Per Gewerbegebiet the area-weighted share of fibre over its cells, and whether it reaches the threshold."""

    def make(stand: str | None) -> Product:
        path = house.tables.newest_filled("core_business_parks__parks", stand)
        parks = gpd.read_parquet(path, columns=["park_id", "geometry"])
        return Product(park_fibre(parks, pq.read_table(house.tables.path("core_breitbandatlas__cells", stand))))

    return produce(context, house, make)
