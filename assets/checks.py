"""Checks that Dagster shows beside the assets: a broken contract blocks what follows, drift warns."""

import dagster as dg
import pyarrow.parquet as pq

from assets.core.reference import core_boundaries__areas
from assets.house import House
from assets.out.sources import out_run__sources
from assets.out.tables import out_coverage__differences, out_coverage__shares, out_run__accounting
from geodata.catalogue import known_editions
from geodata.contracts import (
    accounts_that_fail,
    areas_that_fail,
    differences_that_stand_out,
    facts_that_fail,
    shares_that_jump,
    stands_not_loaded,
)

WARN = dg.AssetCheckSeverity.WARN
SHOWN = 10


@dg.asset_check(asset=core_boundaries__areas, blocking=True, description="Land, Regierungsbezirke, Kreise und Gemeinden sind vollständig.")
def areas_are_complete(house: House) -> dg.AssetCheckResult:
    """Every edition has the areas that the Land has, and the profile's edition is there."""
    areas = pq.read_table(house.tables.path("core_boundaries__areas"), columns=["boundary_edition", "ags", "level"])
    return _result(areas_that_fail(areas.to_pandas(), land=house.profile.land, edition=house.profile.boundaries))


@dg.asset_check(
    asset=out_coverage__shares, blocking=True, description="Der Schlüssel ist vollständig und eindeutig, die Anteile sind gültig."
)
def facts_keep_their_contract(house: House) -> dg.AssetCheckResult:
    """No key column is null, no key occurs twice, numerator ≤ denominator, shares within 0 and 1.005."""
    return _result(facts_that_fail(house.tables.all_stands("out_coverage__shares"), house.limits))


@dg.asset_check(asset=out_run__accounting, blocking=True, description="Gelesen = übernommen + außerhalb des Gebiets + zurückgewiesen.")
def rows_are_accounted_for(house: House) -> dg.AssetCheckResult:
    """For every file, read = accepted + outside_area + quarantined."""
    return _result(accounts_that_fail(pq.read_table(house.tables.path("out_run__accounting"))))


@dg.asset_check(
    asset=out_coverage__differences, description="Abgeleitete Anteile liegen nah an den veröffentlichten (Kreis 2, Land 0,25 Punkte)."
)
def derived_is_near_reported(house: House) -> dg.AssetCheckResult:
    """Warns above 2 points for a Kreis and 0.25 for the Land."""
    return _result(differences_that_stand_out(pq.read_table(house.tables.path("out_coverage__differences"))), severity=WARN)


@dg.asset_check(asset=out_coverage__shares, description="Kein Anteil des Landes springt von Stand zu Stand um mehr als 15 Punkte.")
def shares_do_not_jump(house: House) -> dg.AssetCheckResult:
    """Warns of a jump within one source and method: a real change of that size is worth a look too."""
    return _result(shares_that_jump(house.tables.all_stands("out_coverage__shares"), house.limits), severity=WARN)


@dg.asset_check(asset=out_run__sources, description="Der neueste bekannte Stand jeder Quelle ist geladen.")
def newest_stand_is_loaded(house: House) -> dg.AssetCheckResult:
    """Warns where the list of known editions has a newer Stand of a source than the run read."""
    known = {source: [edition.stand for edition in editions] for source, editions in known_editions().items()}
    return _result(stands_not_loaded(pq.read_table(house.tables.path("out_run__sources")), known), severity=WARN)


def _result(found: list[str], *, severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR) -> dg.AssetCheckResult:
    shown = "; ".join(found[:SHOWN])
    return dg.AssetCheckResult(passed=not found, severity=severity, description=shown, metadata={"count": len(found)})
