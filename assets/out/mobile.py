"""Where model and authority differ, and the measures of the Mobilfunkpakt."""

import dagster as dg
import pyarrow.compute as pc
import pyarrow.parquet as pq

from assets.core.fixed import core_area_cells
from assets.core.measures import expected_areas
from assets.core.mobile import core_mobile__cells
from assets.core.mobile_model import core_mobile_model__cells, model_sources
from assets.core.reference import core_boundaries__areas
from assets.core.sites import core_sites__antennas
from assets.house import BY_STAND, House, Product, produce
from geodata.mobile.measures import measure_counts
from geodata.mobile_model import disagreement, lists_at

SINGLE_RUN = dg.BackfillPolicy.single_run()


@dg.asset(
    group_name="out",
    tags=BY_STAND,
    backfill_policy=SINGLE_RUN,
    deps=[core_mobile_model__cells, core_mobile__cells, core_area_cells, core_sites__antennas],
)
def out_mobile__disagreement(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Cells per area and technology that the authority's grid reports and the model does not reach, and the other way round."""

    def make(stand: str | None) -> Product:
        found = disagreement(
            house.tables.path("core_mobile_model__cells", stand),
            house.tables.path("core_mobile__cells", stand),
            house.tables.path("core_area_cells"),
            stand=str(stand),
            land=house.profile.land,
            boundary_edition=house.profile.boundaries,
            sources=model_sources(house, stand),
            limits=house.limits,
        )
        return Product(found)

    return produce(context, house, make)


@dg.asset(group_name="out", tags=BY_STAND, backfill_policy=SINGLE_RUN, deps=[core_sites__antennas, core_boundaries__areas])
def out_mobile__measures(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """5G extensions and LTE measures in service at a Stand, per Kreis, Land and operator."""

    def make(stand: str | None) -> Product:
        named = pq.read_table(house.tables.path("core_sites__antennas"), filters=pc.field("measure").is_valid())
        antennas = lists_at(named, str(stand))
        kreise = sorted(expected_areas(house)["kreise"])
        return Product(measure_counts(antennas, stand=str(stand), land=house.profile.land, kreise=kreise, limits=house.limits))

    return produce(context, house, make)
