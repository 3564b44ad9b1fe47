"""What the checks of a run found, as a table: for the run report of the site."""

import dagster as dg

from assets.core.reference import core_boundaries__areas
from assets.house import House, Product, produce
from assets.out.sources import out_run__sources
from assets.out.tables import out_coverage__differences, out_coverage__shares, out_run__accounting
from geodata.checks import Checked, check_results


def checked(house: House) -> Checked:
    """What the checks of a house look at."""
    return Checked(house.tables, house.profile.land, house.profile.boundaries, house.limits)


@dg.asset(
    group_name="out", deps=[core_boundaries__areas, out_coverage__differences, out_coverage__shares, out_run__accounting, out_run__sources]
)
def out_run__checks(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Every check of the run: passed or not, how much it found, examples."""
    return produce(context, house, lambda _: Product(check_results(checked(house))))
