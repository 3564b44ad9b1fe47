"""Mobile coverage as the authority counts it: operators per cell, and the shares of its workbook."""

import dagster as dg
import numpy as np
import pyarrow.parquet as pq

from assets.core.addresses import core_addresses__places, core_zensus__places
from assets.core.fixed import core_area_cells
from assets.core.measures import expected_areas
from assets.core.reference import core_boundaries__areas, core_zensus__cells
from assets.house import BY_STAND, HEAVY, House, Product, produce
from geodata.fixed.households import households_by_cell, per_address, units
from geodata.parts import monitoring
from geodata.readers import monitoring_xlsx

SINGLE_RUN = dg.BackfillPolicy.single_run()


@dg.asset(group_name="core", deps=[core_addresses__places, core_zensus__cells, core_zensus__places])
def core_households__cells(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Households per 100 m cell and Gemeinde, in ten-thousandths: the Zensus shared out over the addresses of its cells."""

    def make(_: str | None) -> Product:
        places = pq.read_table(house.tables.path("core_addresses__places"))
        cell_units = units(pq.read_table(house.tables.path("core_zensus__cells"), columns=["households"])["households"])
        nothing = np.full(places.num_rows, -1, dtype=np.int32)
        weights = per_address(places["zensus_row"].to_numpy(), cell_units, nothing)
        return Product(households_by_cell(places, pq.read_table(house.tables.path("core_zensus__places")), weights, cell_units))

    return produce(context, house, make)


@dg.asset(group_name="core", pool=HEAVY, tags=BY_STAND, backfill_policy=SINGLE_RUN, deps=["raw_monitoring__grid", core_area_cells])
def core_mobile__cells(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Operators per cell and technology, from the grid of the Mobilfunk-Monitoring."""
    with house.parts() as (pool, scratch):

        def make(stand: str | None) -> Product:
            cells = pq.read_table(house.tables.path("core_area_cells"), columns=["cell_id"])
            snapshots = house.snapshots("raw_monitoring__grid", stand=stand)
            return Product(*monitoring.read(snapshots, land_cells=cells, limits=house.limits, pool=pool, scratch=scratch))

        return produce(context, house, make)


@dg.asset(group_name="core", tags=BY_STAND, backfill_policy=SINGLE_RUN, deps=["raw_monitoring__workbook", core_boundaries__areas])
def core_monitoring__shares(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Published area shares of the Mobilfunk-Monitoring, by operator, in percent."""

    def make(stand: str | None) -> Product:
        snapshots = house.snapshots("raw_monitoring__workbook", stand=stand)
        return Product(*monitoring_xlsx.read(snapshots, **expected_areas(house), land=house.profile.land))

    return produce(context, house, make)
