"""Checks that Dagster shows beside the assets: a broken contract blocks what follows, drift warns. They ask nothing themselves."""

import dagster as dg

from assets.core.reference import core_boundaries__areas
from assets.house import House
from assets.out.checks import checked
from assets.out.sources import out_run__sources
from assets.out.tables import out_coverage__differences, out_coverage__shares, out_run__accounting
from geodata.checks import CHECKS, SHOWN, findings
from geodata.messages import sentence


@dg.asset_check(asset=core_boundaries__areas, blocking=True, description=sentence("check_areas_are_complete"))
def areas_are_complete(house: House) -> dg.AssetCheckResult:
    """Every edition has the areas that the Land has, and the profile's edition is there."""
    return _result("areas_are_complete", house)


@dg.asset_check(asset=out_coverage__shares, blocking=True, description=sentence("check_facts_keep_their_contract"))
def facts_keep_their_contract(house: House) -> dg.AssetCheckResult:
    """No key column is null, no key occurs twice, numerator ≤ denominator, shares within 0 and 1.005."""
    return _result("facts_keep_their_contract", house)


@dg.asset_check(asset=out_run__accounting, blocking=True, description=sentence("check_rows_are_accounted_for"))
def rows_are_accounted_for(house: House) -> dg.AssetCheckResult:
    """For every file, read = accepted + outside_area + quarantined."""
    return _result("rows_are_accounted_for", house)


@dg.asset_check(asset=out_coverage__differences, description=sentence("check_derived_is_near_reported"))
def derived_is_near_reported(house: House) -> dg.AssetCheckResult:
    """Warns above 2 points for a Kreis and 0.25 for the Land."""
    return _result("derived_is_near_reported", house)


@dg.asset_check(asset=out_coverage__shares, description=sentence("check_shares_do_not_jump"))
def shares_do_not_jump(house: House) -> dg.AssetCheckResult:
    """Warns of a jump within one source and method: a real change of that size is worth a look too."""
    return _result("shares_do_not_jump", house)


@dg.asset_check(asset=out_run__sources, description=sentence("check_newest_stand_is_loaded"))
def newest_stand_is_loaded(house: House) -> dg.AssetCheckResult:
    """Warns where the list of known editions has a newer Stand of a source than the run read."""
    return _result("newest_stand_is_loaded", house)


def _result(name: str, house: House) -> dg.AssetCheckResult:
    found = [finding.text for finding in findings(name, checked(house))]
    severity = dg.AssetCheckSeverity.ERROR if CHECKS[name].blocking else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(passed=not found, severity=severity, description="; ".join(found[:SHOWN]), metadata={"count": len(found)})
