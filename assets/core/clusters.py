"""Expansion clusters in full, with outlines that follow the addresses. Internal: what the public may see is made of them."""

from functools import partial
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import dagster as dg
import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from assets import whitespots as shared
from assets.core.measures import core_business_parks__gemeinden, core_business_parks__parks, core_msb__schools
from assets.core.reference import core_boundaries__areas
from assets.core.whitespots import ADDRESS_SIDE, CELL_SIDE, core_whitespots__members
from assets.house import ALL_STANDS, BY_STAND, House, Product, produce
from geodata.parts.workers import Pool
from geodata.thresholds import threshold_set
from geodata.whitespots.areas import shared_persons
from geodata.whitespots.cells import below_in_cells
from geodata.whitespots.clusters import TYPES, Around, clusters_of, clusters_of_each, no_clusters, units_by_kreis
from geodata.whitespots.members import ADDRESS_KIND, CELL_KIND
from geodata.whitespots.variants import load_variants

MEMBER_COLUMNS = ["kind", "cluster_id", "members_hash", "point_row", "ags"]
SINGLE_RUN = dg.BackfillPolicy.single_run()
REGISTERS = [
    dg.AssetDep(asset, partition_mapping=ALL_STANDS)
    for asset in (core_msb__schools, core_business_parks__parks, core_business_parks__gemeinden)
]
ADDRESSES_AND_CELLS = [*{d.key: d for d in (*ADDRESS_SIDE, *CELL_SIDE, core_boundaries__areas)}.values()]


@dg.asset(
    group_name="core",
    tags=BY_STAND,
    backfill_policy=SINGLE_RUN,
    deps=[core_whitespots__members, *ADDRESSES_AND_CELLS, *REGISTERS],
)
def core_whitespots__clusters(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """By variant: outline around the addresses, households, schools, Gewerbegebiete, distance, trench, share of the Kreis's gap, rank."""
    given = shared.Inputs(house)

    def make(pool: Pool, stand: str | None) -> Product:
        day = str(stand)
        members = house.tables.path("core_whitespots__members", day)
        some = pq.read_metadata(members).num_rows > 0
        parts = [no_clusters()]
        if some and (side := given.address_side(day)):
            found = {chosen.name: at for chosen, at in side.standings()}
            near = given.register(day, side.visibility)
            for (name, _), alike in groupby(load_variants().values(), key=attrgetter("threshold_set", "chain_m")):
                at = found[name]
                around = Around(at.covered, units_by_kreis(side.homes.ags, side.homes.units, at.below), near)
                tables = [(variant, _of(members, variant.name, ADDRESS_KIND)) for variant in alike]
                measured = clusters_of_each(tables, side.points, around, pool=pool)
                parts += [one.assign(origin=side.origin, visibility=side.visibility) for one in measured]
        if some and (atlas := given.cell_side(day)):
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


def _of(members: Path, variant: str, kind: str) -> pa.Table:
    return pq.read_table(members, columns=MEMBER_COLUMNS, filters=[("variant", "==", variant), ("kind", "==", kind)])
