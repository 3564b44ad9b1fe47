"""What follows from the targets' figures: tests of trends, projections, and how unequal the Kreise are."""

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from assets.core.reference import core_zensus__areas
from assets.house import House, Product, produce
from assets.out.tables import out_coverage__shares, out_targets__status
from geodata.facts import METHODS
from geodata.inequality import inequality
from geodata.projection import measures, projections
from geodata.session import query, session
from geodata.targets import METHOD_BREAK, load_targets
from geodata.trends import Series, backtest_table, gathered_series


@dg.asset(group_name="out", deps=[out_coverage__shares])
def out_targets__backtest(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """For every pair of Stände: by how much each trend, fitted up to the earlier, misses the later. Internal."""
    return produce(context, house, lambda _: Product(backtest_table(_series(house))))


@dg.asset(group_name="out", deps=[out_coverage__shares])
def out_targets__projection(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Shares of the Kreise after the last Stand with an interval, where a trend beat "no change"; else the reason why not. Internal."""
    return produce(context, house, lambda _: Product(projections(_series(house), (*load_targets(), *house.profile.own_targets))))


@dg.asset(group_name="out", deps=[out_targets__status, core_zensus__areas])
def out_targets__inequality(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Per target and Stand: lowest and highest Kreis and tenth of the Kreise, and the weighted Gini coefficient."""

    def make(_: str | None) -> Product:
        zensus = pq.read_table(house.tables.path("core_zensus__areas"), columns=["ags", "boundary_edition", "households"])
        own = zensus.filter(pc.equal(zensus["boundary_edition"], house.profile.boundaries)).to_pylist()
        households = {r["ags"]: float(r["households"]) for r in own if r["households"] is not None}
        return Product(inequality(pq.read_table(house.tables.path("out_targets__status")), households))

    return produce(context, house, make)


def _series(house: House) -> list[Series]:
    with session(house.limits) as con:
        rows: pa.Table = query(
            con,
            "targets_series",
            measures=measures((*load_targets(), *house.profile.own_targets)),
            facts=house.tables.all_stands("out_coverage__shares"),
            boundary_edition=house.profile.boundaries,
            methods=METHODS,
            method_break=METHOD_BREAK,
        )
    return gathered_series(rows)
