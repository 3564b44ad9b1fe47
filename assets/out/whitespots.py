"""White spots as people ask for them: sums per area, expansion clusters, and what changed between two Stände."""

import dagster as dg
import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from assets import whitespots as shared
from assets.core.clusters import REGISTERS, core_whitespots__clusters
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
from assets.out.privacy import out_whitespots__parts
from geodata.thresholds import load_thresholds
from geodata.whitespots import changes, from_addresses, from_cells, from_mobile
from geodata.whitespots.areas import AREA_KEY, AREAS
from geodata.whitespots.clusters import cluster_counts
from geodata.whitespots.published import published_clusters

SINGLE_RUN = dg.BackfillPolicy.single_run()
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


@dg.asset(group_name="out", tags=BY_STAND, backfill_policy=SINGLE_RUN, deps=[core_whitespots__clusters, out_whitespots__parts])
def out_whitespots__clusters(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Expansion clusters as the public may see them: outlines of the published grid, households in multiples of three."""
    parts = gpd.read_parquet(house.tables.path("out_whitespots__parts"), columns=["geometry"])

    def make(stand: str | None) -> Product:
        return Product(published_clusters(gpd.read_parquet(house.tables.path("core_whitespots__clusters", stand)), parts.geometry))

    return produce(context, house, make)


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
