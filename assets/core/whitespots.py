"""White spots in full: addresses and cells below each threshold set, and which of them make up expansion clusters. Internal."""

from functools import partial

import dagster as dg
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from assets import whitespots as shared
from assets.core.addresses import (
    core_addresses__places,
    core_deliveries__matches,
    core_deliveries__offers,
    core_gebref__addresses,
    core_zensus__places,
)
from assets.core.fixed import core_area_cells, core_breitbandatlas__cells, core_fixed__cells
from assets.core.funding import core_addresses__supply
from assets.core.mobile import core_households__cells, core_mobile__cells
from assets.core.reference import core_boundaries__areas, core_zensus__cells
from assets.house import BY_STAND, House, Product, produce
from geodata.parts.workers import Pool
from geodata.thresholds import load_thresholds, threshold_set
from geodata.whitespots import from_addresses, from_cells, from_mobile
from geodata.whitespots.addresses import ADDRESSES, address_table
from geodata.whitespots.cells import below_in_cells
from geodata.whitespots.members import ADDRESS_KIND, CELL_KIND, MEMBERS, members_of
from geodata.whitespots.variants import load_variants

SINGLE_RUN = dg.BackfillPolicy.single_run()
ADDRESS_SIDE = [
    core_gebref__addresses,
    core_addresses__places,
    core_addresses__supply,
    core_deliveries__offers,
    core_deliveries__matches,
    core_zensus__cells,
]
CELL_SIDE = [core_breitbandatlas__cells, core_fixed__cells, core_addresses__places, core_zensus__cells, core_zensus__places]
MOBILE_SIDE = [core_mobile__cells, core_area_cells, core_households__cells]


@dg.asset(group_name="core", tags=BY_STAND, backfill_policy=SINGLE_RUN, deps=ADDRESS_SIDE)
def core_whitespots__addresses(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Every address below a threshold set: today, after announcements, and without areas of a final funding decision."""
    given = shared.Inputs(house)

    def make(stand: str | None) -> Product:
        side = given.address_side(str(stand))
        return Product(address_table(side.supply, side.homes.person_units, side.standings()) if side else ADDRESSES.empty_table())

    return produce(context, house, make)


@dg.asset(
    group_name="core",
    tags=BY_STAND,
    backfill_policy=SINGLE_RUN,
    deps=[*{d.key: d for d in (core_whitespots__addresses, *ADDRESS_SIDE, *CELL_SIDE, *MOBILE_SIDE, core_boundaries__areas)}.values()],
)
def core_whitespots__cells(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Every cell with something below a threshold set, from addresses, from Gitterzellen, and white and grey cells of mobile coverage."""
    given = shared.Inputs(house)

    def make(stand: str | None) -> Product:
        day = str(stand)
        parts = [from_addresses.CELLS.empty_table()]
        if side := given.address_side(day):
            homes = pd.DataFrame({"cell_id": side.homes.places.cell_id, "ags": side.homes.ags.to_pandas(), "units": side.homes.units})
            totals = homes.groupby(["cell_id", "ags"])["units"].sum()
            parts.append(from_addresses.cell_rows(pq.read_table(house.tables.path("core_whitespots__addresses", day)), totals))
            parts.append(from_addresses.unknown_cells(side.homes, side.lines, origin=side.origin, visibility=side.visibility))
        if atlas := given.cell_side(day):
            marks = {"origin": atlas.origin, "visibility": atlas.visibility}
            parts.append(from_cells.cell_rows(atlas.atlas.households, load_thresholds(), **marks))
        if (grid := given.mobile_grid(day)).num_rows:
            origin, visibility = shared.marks(house, "raw_monitoring__grid", day)
            cells = from_mobile.mobile_cells(grid)
            parts.append(from_mobile.cell_rows(cells, given.land, origin=origin, visibility=visibility))
        return Product(pa.concat_tables(parts).unify_dictionaries())

    return produce(context, house, make)


@dg.asset(group_name="core", tags=BY_STAND, backfill_policy=SINGLE_RUN, deps=[*{d.key: d for d in (*ADDRESS_SIDE, *CELL_SIDE)}.values()])
def core_whitespots__members(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Every address (and cell) of a cluster variant, with its cluster, or null where there are too few around it."""
    given = shared.Inputs(house)

    def make(pool: Pool, stand: str | None) -> Product:
        parts = [MEMBERS.empty_table()]
        if side := given.address_side(str(stand)):
            found = {chosen.name: at for chosen, at in side.standings()}
            of = partial(members_of, side.points, kind=ADDRESS_KIND, origin=side.origin, visibility=side.visibility, pool=pool)
            parts += [of(found[variant.threshold_set].chainable, variant) for variant in load_variants().values()]
        if atlas := given.cell_side(str(stand)):
            cells = atlas.atlas.households
            # Without a number of addresses only a number of households can make a cluster.
            for variant in (v for v in load_variants().values() if v.min_households):
                below = below_in_cells(cells, threshold_set(variant.threshold_set)).lower
                points = shared.cell_points(atlas, below, np.zeros(len(below), dtype=np.int64))
                of = partial(members_of, points, kind=CELL_KIND, origin=atlas.origin, visibility=atlas.visibility)
                parts.append(of(from_cells.mostly_below(cells, below), variant))
        return Product(pa.concat_tables(parts).unify_dictionaries())

    with house.parts() as (pool, _):
        return produce(context, house, partial(make, pool))
