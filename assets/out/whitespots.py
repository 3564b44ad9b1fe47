"""White spots as people ask for them: sums per area, expansion clusters, and what changed between two Stände."""

from functools import partial
from itertools import groupby
from operator import attrgetter

import dagster as dg
import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from assets import whitespots as shared
from assets.core.measures import core_business_parks__gemeinden, core_business_parks__parks, core_msb__schools
from assets.core.reference import core_boundaries__areas
from assets.core.whitespots import (
    ADDRESS_SIDE,
    CELL_SIDE,
    MOBILE_SIDE,
    core_whitespots__addresses,
    core_whitespots__cells,
    core_whitespots__members,
)
from assets.house import ALL_STANDS, BY_STAND, House, Product, produce
from geodata.parts.workers import Pool
from geodata.thresholds import load_thresholds, threshold_set
from geodata.whitespots import changes, from_addresses, from_cells, from_mobile
from geodata.whitespots.areas import AREA_KEY, AREAS, shared_persons
from geodata.whitespots.cells import below_in_cells
from geodata.whitespots.clusters import TYPES, Around, cluster_counts, clusters_of, clusters_of_each, no_clusters, units_by_kreis
from geodata.whitespots.members import ADDRESS_KIND, CELL_KIND
from geodata.whitespots.variants import load_variants

SINGLE_RUN = dg.BackfillPolicy.single_run()
REGISTERS = [
    dg.AssetDep(asset, partition_mapping=ALL_STANDS)
    for asset in (core_msb__schools, core_business_parks__parks, core_business_parks__gemeinden)
]
ADDRESSES_AND_CELLS = [*{d.key: d for d in (*ADDRESS_SIDE, *CELL_SIDE, core_boundaries__areas)}.values()]
SIDES = [*{d.key: d for d in (*ADDRESS_SIDE, *CELL_SIDE, *MOBILE_SIDE, core_boundaries__areas)}.values()]


@dg.asset(group_name="out", tags=BY_STAND, backfill_policy=SINGLE_RUN, deps=[*SIDES, *REGISTERS])
def out_whitespots__areas(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Households, addresses, inhabitants, schools and Gewerbegebiete in white spots per area: all, less announced, less funded."""
    given = shared.Inputs(house)

    def make(stand: str | None) -> Product:
        day = str(stand)
        parts = [AREAS.empty_table()]
        same = {"stand": pd.Timestamp(day).date(), "basis": "derived", "boundary_edition": house.profile.boundaries}
        if side := given.address_side(day):
            marks = {"source_id": "deliveries__offers", "method": "addresses_union", "origin": side.origin, "visibility": side.visibility}
            found = given.register(day, side.visibility)
            parts.append(from_addresses.area_rows(side.homes, side.standings(), found, given.keys, **same, **marks))
        if atlas := given.cell_side(day):
            marks = {"source_id": "breitbandatlas__gitterzellen", "method": "cells", "origin": atlas.origin, "visibility": atlas.visibility}
            found = given.register(day, atlas.visibility)
            parts.append(from_cells.area_rows(atlas.atlas, load_thresholds(), found, given.keys, **same, **marks))
        if (grid := given.mobile_grid(day)).num_rows:
            origin, visibility = shared.marks(house, "raw_monitoring__grid", day)
            marks = {"source_id": "monitoring__grid", "method": "cells", "origin": origin, "visibility": visibility}
            found = given.register(day, visibility)
            parts.append(from_mobile.area_rows(from_mobile.mobile_cells(grid), given.land, found, given.keys, **same, **marks))
        return Product(pa.concat_tables(parts).sort_by([(k, "ascending") for k in AREA_KEY]))

    return produce(context, house, make)


@dg.asset(
    group_name="out",
    tags=BY_STAND,
    backfill_policy=SINGLE_RUN,
    deps=[core_whitespots__members, *ADDRESSES_AND_CELLS, *REGISTERS],
)
def out_whitespots__clusters(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Expansion clusters by variant: outline, households, schools, Gewerbegebiete, distance, trench, share of the Kreis's gap, rank."""
    given = shared.Inputs(house)

    def make(pool: Pool, stand: str | None) -> Product:
        day = str(stand)
        members = pq.read_table(house.tables.path("core_whitespots__members", day))
        parts = [no_clusters()]
        if members.num_rows and (side := given.address_side(day)):
            found = {chosen.name: at for chosen, at in side.standings()}
            near = given.register(day, side.visibility)
            for (name, _), alike in groupby(load_variants().values(), key=attrgetter("threshold_set", "chain_m")):
                at = found[name]
                around = Around(at.covered, units_by_kreis(side.homes.ags, side.homes.units, at.below), near)
                tables = [(variant, _of(members, variant.name, ADDRESS_KIND)) for variant in alike]
                measured = clusters_of_each(tables, side.points, around, pool=pool)
                parts += [one.assign(origin=side.origin, visibility=side.visibility) for one in measured]
        if members.num_rows and (atlas := given.cell_side(day)):
            cells, near = atlas.atlas.households, given.register(day, atlas.visibility)
            persons = atlas.atlas.inhabited.beside(cells)
            for variant in (v for v in load_variants().values() if v.min_households):
                below = below_in_cells(cells, threshold_set(variant.threshold_set)).lower
                points = shared.cell_points(atlas, below, shared_persons(cells.total, persons, below))
                around = Around((below == 0) & ~cells.unknown, units_by_kreis(cells.ags, below, below > 0), near)
                own = clusters_of(_of(members, variant.name, CELL_KIND), points, variant, around)
                parts.append(own.assign(origin=atlas.origin, visibility=atlas.visibility))
        return Product(
            gpd.GeoDataFrame(pd.concat([p for p in parts if len(p)] or parts, ignore_index=True).astype(TYPES), crs="EPSG:25832")
        )

    with house.parts() as (pool, _):
        return produce(context, house, partial(make, pool))


@dg.asset(group_name="out", tags=BY_STAND, backfill_policy=SINGLE_RUN, deps=[core_whitespots__members])
def out_whitespots__cluster_counts(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Per area and variant: chained addresses (or cells) in clusters and outside of them; both add up to all."""
    return produce(
        context, house, lambda stand: Product(cluster_counts(pq.read_table(house.tables.path("core_whitespots__members", stand))))
    )


BOTH = [dg.AssetDep(a, partition_mapping=ALL_STANDS) for a in (core_whitespots__cells, core_whitespots__addresses, out_whitespots__areas)]


@dg.asset(group_name="out", deps=BOTH)
def out_whitespots__changes(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """White spots closed, shrunk, new and unchanged between a Stand and the next one that tells the same measure."""
    return produce(context, house, lambda _: Product(changes.changes(_files(house), land=house.profile.land, limits=house.limits)))


@dg.asset(group_name="out", deps=[dg.AssetDep(core_whitespots__members, partition_mapping=ALL_STANDS)])
def out_whitespots__cluster_changes(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Which cluster became which between two Stände, by shared members."""
    return produce(context, house, lambda _: Product(changes.cluster_changes(_files(house), limits=house.limits)))


def _files(house: House) -> list[changes.StandFiles]:
    names = ("out_whitespots__areas", "core_whitespots__cells", "core_whitespots__addresses", "core_whitespots__members")
    return [changes.StandFiles(stand, *(house.tables.path(name, stand) for name in names)) for stand in house.profile.stands]


def _of(members: pa.Table, variant: str, kind: str) -> pa.Table:
    return members.filter(
        pc.and_(pc.equal(members["variant"].cast(pa.string()), variant), pc.equal(members["kind"].cast(pa.string()), kind))
    )
