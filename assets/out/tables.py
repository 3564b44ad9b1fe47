"""Shares, targets, differences, and the account of the run."""

from pathlib import Path

import dagster as dg
import pyarrow as pa

from assets.core.measures import (
    core_breitbandatlas__shares,
    core_business_parks__gemeinden,
    core_business_parks__parks,
    core_msb__schools,
    core_msb__schools_gemeinden,
)
from assets.core.reference import core_boundaries__areas, core_zensus__areas, core_zensus__cells
from assets.house import BY_STAND, House, Product, produce
from geodata.accounts import gathered
from geodata.coverage import CoverageInputs, coverage_shares
from geodata.reading import ACCOUNTING, QUARANTINE, WARNINGS
from geodata.session import query, session
from geodata.targets import targets_table

READING = [
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
        core_msb__schools,
        core_business_parks__parks,
        core_business_parks__gemeinden,
    ],
)
def out_coverage__shares(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """The fact table: every published and every derived share, with numerator, denominator, basis, method and source."""

    def make(stand: str | None) -> Product:
        inputs = CoverageInputs(
            shares=house.tables.path("core_breitbandatlas__shares", stand),
            areas=house.tables.path("core_boundaries__areas"),
            households=house.tables.path("core_zensus__areas"),
            schools=house.tables.path("core_msb__schools", stand),
            parks=house.tables.path("core_business_parks__parks", stand),
            park_pieces=house.tables.path("core_business_parks__gemeinden", stand),
        )
        profile = house.profile
        facts = coverage_shares(
            inputs,
            stand=str(stand),
            boundary_edition=profile.boundaries,
            parks_cover=profile.covered("business_parks__areas", str(stand)),
            limits=house.limits,
        )
        return Product(facts)

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
    """Where the Land and each Kreis stand against the six targets, at each Stand."""

    def make(_: str | None) -> Product:
        with session(house.limits) as con:
            table = query(
                con,
                "targets_status",
                targets=targets_table(),
                facts=house.tables.all_stands("out_coverage__shares"),
                households=house.tables.path("core_zensus__areas"),
                areas=house.tables.path("core_boundaries__areas"),
                boundary_edition=house.profile.boundaries,
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
