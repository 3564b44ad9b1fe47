"""Shares, targets, differences, and the account of the run."""

from functools import partial
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq

from assets.core.addresses import (
    core_deliveries__matches,
    core_deliveries__offers,
    core_gebref__addresses,
    gemeinden,
)
from assets.core.fixed import core_area_cells, core_breitbandatlas__cells, core_business_parks__fibre, core_fixed__cells
from assets.core.funding import core_funding__areas
from assets.core.measures import (
    BUSINESS_PARKS,
    core_breitbandatlas__shares,
    core_business_parks__gemeinden,
    core_business_parks__parks,
    core_msb__schools,
    core_msb__schools_gemeinden,
)
from assets.core.mobile import core_households__cells, core_mobile__cells, core_monitoring__shares
from assets.core.mobile_model import core_mobile_model__cells, core_mobile_model__ground, model_sources
from assets.core.reference import core_boundaries__areas, core_zensus__areas, core_zensus__cells
from assets.core.sites import core_sites__antennas
from assets.house import ALL_STANDS, BY_STAND, House, Product, produce
from assets.out.mobile import out_mobile__disagreement, out_mobile__measures
from assets.out.preview import preview
from geodata.accounts import gathered
from geodata.coverage import CoverageInputs, FixedFacts, MobileFacts, coverage_shares
from geodata.facts import METHODS
from geodata.match_rates import match_rates
from geodata.mobile_cells import SOURCES
from geodata.parts.workers import Pool
from geodata.reading import ACCOUNTING, QUARANTINE, WARNINGS, strictest
from geodata.session import query, session
from geodata.targets import METHOD_BREAK, targets_table

FIXED_METHODS = {
    "breitbandatlas__gitterzellen": ("cells", "cells_unweighted"),
    "deliveries__offers": ("addresses_union", "addresses_best_operator"),
}
READING = [
    core_breitbandatlas__cells,
    core_deliveries__offers,
    core_funding__areas,
    core_gebref__addresses,
    core_mobile__cells,
    core_monitoring__shares,
    core_sites__antennas,
    core_mobile_model__ground,
    core_boundaries__areas,
    core_zensus__cells,
    core_breitbandatlas__shares,
    core_msb__schools,
    core_msb__schools_gemeinden,
    core_business_parks__parks,
]


@dg.asset(
    group_name="out",
    tags=BY_STAND,
    backfill_policy=dg.BackfillPolicy.single_run(),
    deps=[
        core_boundaries__areas,
        core_zensus__areas,
        core_breitbandatlas__shares,
        core_business_parks__parks,
        core_business_parks__fibre,
        core_fixed__cells,
        core_area_cells,
        core_households__cells,
        core_mobile__cells,
        core_monitoring__shares,
        core_mobile_model__cells,
        out_mobile__disagreement,
        out_mobile__measures,
        dg.AssetDep(core_msb__schools, partition_mapping=ALL_STANDS),
        dg.AssetDep(core_business_parks__gemeinden, partition_mapping=ALL_STANDS),
    ],
)
def out_coverage__shares(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """The fact table: every published and every derived share, with numerator, denominator, basis, method and source."""

    def make(pool: Pool, stand: str | None) -> Product:
        inputs = CoverageInputs(
            shares=house.tables.path("core_breitbandatlas__shares", stand),
            areas=house.tables.path("core_boundaries__areas"),
            households=house.tables.path("core_zensus__areas"),
            schools=house.tables.path("core_msb__schools", stand),
            parks=house.tables.path("core_business_parks__parks", stand),
            park_pieces=house.tables.path("core_business_parks__gemeinden", stand),
            fixed=FixedFacts(
                cells=house.tables.path("core_fixed__cells", stand),
                fibre=house.tables.path("core_business_parks__fibre", stand),
                register=house.tables.newest_filled("core_msb__schools", stand),
                register_pieces=house.tables.newest_filled("core_business_parks__gemeinden", stand),
                sources=method_sources(house, stand, []),
                park_sources=method_sources(house, stand, BUSINESS_PARKS),
            ),
            mobile=MobileFacts(
                cells=house.tables.path("core_mobile__cells", stand),
                published=house.tables.path("core_monitoring__shares", stand),
                area_cells=house.tables.path("core_area_cells"),
                households=house.tables.path("core_households__cells"),
                sources=subject_sources(house, stand),
                modelled=house.tables.path("core_mobile_model__cells", stand),
                model_sources=model_sources(house, stand),
                differences=house.tables.path("out_mobile__disagreement", stand),
                measures=house.tables.path("out_mobile__measures", stand),
            ),
        )
        profile = house.profile
        facts = coverage_shares(
            inputs,
            stand=str(stand),
            land=profile.land,
            boundary_edition=profile.boundaries,
            parks_cover=profile.covered("business_parks__areas", str(stand)),
            limits=house.limits,
            pool=pool,
        )
        return Product(facts, metadata=preview(house, facts))

    with house.parts() as (pool, _):
        return produce(context, house, partial(make, pool))


def method_sources(house: House, stand: str | None, more: list[str]) -> pa.Table:
    """Per method of the fixed line the source it rests on, its origin, and the strictest visibility of all that goes into it."""
    rows = []
    reference = [s for name in ("raw_gebref__addresses", "raw_zensus__grid") for s in house.snapshots(name)]
    reference += [s for name in more for path in house.tables.all_stands(name) for s in house.snapshots(name, stand=path.stem)]
    for source, methods in FIXED_METHODS.items():
        snapshots = house.snapshots(f"raw_{source}", stand=stand)
        for method in methods if snapshots else ():
            visibility = strictest(s.visibility for s in [*snapshots, *reference])
            rows.append({"method": method, "source_id": source, "origin": snapshots[0].origin, "visibility": visibility})
    return pa.Table.from_pylist(rows, schema=pa.schema([(n, pa.string()) for n in ("method", "source_id", "origin", "visibility")]))


def subject_sources(house: House, stand: str | None) -> pa.Table:
    """For area and households of the Monitoring grid: source, origin, and the strictest visibility of all that goes into it."""
    snapshots = house.snapshots("raw_monitoring__grid", stand=stand)
    weights = [s for name in ("raw_gebref__addresses", "raw_zensus__grid") for s in house.snapshots(name)]
    rows = [
        {
            "subject": subject,
            "source_id": "monitoring__grid",
            "origin": snapshots[0].origin,
            "visibility": strictest(s.visibility for s in [*snapshots, *more]),
        }
        for subject, more in (("area", []), ("households", weights))
        if snapshots
    ]
    return pa.Table.from_pylist(rows, schema=SOURCES)


@dg.asset(
    group_name="out",
    tags=BY_STAND,
    backfill_policy=dg.BackfillPolicy.single_run(),
    deps=[core_deliveries__offers, core_deliveries__matches, core_gebref__addresses, core_boundaries__areas],
)
def out_deliveries__match_rates(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Per operator and Gemeinde: delivered rows matched by key, by position, and unmatched."""

    def make(stand: str | None) -> Product:
        return Product(
            match_rates(
                pq.read_table(
                    house.tables.path("core_deliveries__offers", stand),
                    columns=["operator", "easting_m", "northing_m", "origin", "visibility"],
                ),
                pq.read_table(house.tables.path("core_deliveries__matches", stand), columns=["address_row", "matched_by"]),
                pq.read_table(house.tables.path("core_gebref__addresses"), columns=["ags"])["ags"],
                gemeinden(house),
            )
        )

    return produce(context, house, make)


@dg.asset(group_name="out", deps=[out_coverage__shares])
def out_coverage__differences(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Derived against reported shares, per area and measure, in percentage points."""

    def make(_: str | None) -> Product:
        with session(house.limits) as con:
            return Product(query(con, "coverage_differences", facts=house.tables.all_stands("out_coverage__shares")))

    return produce(context, house, make)


@dg.asset(group_name="out", deps=[out_coverage__shares, core_zensus__areas, core_boundaries__areas])
def out_targets__status(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Where Land, Regierungsbezirke, Kreise and Gemeinden stand against the targets, at each Stand."""

    def make(_: str | None) -> Product:
        with session(house.limits) as con:
            table = query(
                con,
                "targets_status",
                targets=targets_table(house.profile.own_targets),
                facts=house.tables.all_stands("out_coverage__shares"),
                households=house.tables.path("core_zensus__areas"),
                areas=house.tables.path("core_boundaries__areas"),
                boundary_edition=house.profile.boundaries,
                methods=METHODS,
                method_break=METHOD_BREAK,
            )
        return Product(table)

    return produce(context, house, make)


@dg.asset(group_name="core", deps=READING)
def core_quarantine__rows(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Every refused row: source, file, row, column, value, reason and a sentence."""
    return produce(context, house, lambda _: Product(_gathered(house, "quarantine", QUARANTINE)))


@dg.asset(group_name="out", deps=READING)
def out_run__accounting(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Per file: rows read = accepted + outside_area + quarantined."""
    return produce(context, house, lambda _: Product(_gathered(house, "accounting", ACCOUNTING)))


@dg.asset(group_name="out", deps=READING)
def out_run__warnings(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Defects of the sources that were survived: file, column, area, amount and a sentence."""
    return produce(context, house, lambda _: Product(_gathered(house, "warnings", WARNINGS)))


def _gathered(house: House, kind: str, schema: pa.Schema) -> pa.Table:
    paths: list[Path] = []
    for asset in READING:
        name = f"{asset.key.to_user_string()}.{kind}"
        one = house.notes.path(name)
        paths += [one] if one.is_file() else house.notes.all_stands(name)
    return gathered(paths, schema)
