"""What is published: the two database files and the site, all complete before the first of them is put in place."""

import hashlib
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq

from assets.core.addresses import core_addresses__places, core_deliveries__matches, core_deliveries__offers, core_gebref__addresses
from assets.core.fixed import core_area_cells, core_breitbandatlas__cells, core_business_parks__fibre, core_fixed__cells
from assets.core.measures import (
    core_breitbandatlas__shares,
    core_business_parks__gemeinden,
    core_business_parks__parks,
    core_msb__schools,
)
from assets.core.mobile import core_households__cells, core_mobile__cells, core_monitoring__shares
from assets.core.mobile_model import (
    core_mobile_model__cells,
    core_mobile_model__rasters,
    core_mobile_model__sites,
)
from assets.core.reference import core_boundaries__areas, core_zensus__areas, core_zensus__cells
from assets.core.sites import core_sites__antennas, core_sites__defaults
from assets.house import House, Product, produce
from assets.maps.content import site_content
from assets.out.forecasts import out_targets__backtest, out_targets__inequality, out_targets__projection
from assets.out.mobile import out_mobile__disagreement, out_mobile__measures
from assets.out.sources import out_run__sources
from assets.out.tables import (
    core_quarantine__rows,
    out_coverage__differences,
    out_coverage__shares,
    out_deliveries__match_rates,
    out_run__accounting,
    out_run__warnings,
    out_targets__status,
)
from geodata.atomic import replaced, replaced_folder
from geodata.publication import write_databases
from maps.site import build

PUBLISHED = [
    core_addresses__places,
    core_area_cells,
    core_boundaries__areas,
    core_breitbandatlas__cells,
    core_breitbandatlas__shares,
    core_business_parks__fibre,
    core_business_parks__gemeinden,
    core_business_parks__parks,
    core_deliveries__matches,
    core_deliveries__offers,
    core_fixed__cells,
    core_gebref__addresses,
    core_households__cells,
    core_mobile__cells,
    core_mobile_model__cells,
    core_mobile_model__rasters,
    core_mobile_model__sites,
    core_monitoring__shares,
    core_msb__schools,
    core_quarantine__rows,
    core_sites__antennas,
    core_sites__defaults,
    core_zensus__areas,
    core_zensus__cells,
    out_coverage__differences,
    out_coverage__shares,
    out_deliveries__match_rates,
    out_mobile__disagreement,
    out_mobile__measures,
    out_run__accounting,
    out_run__sources,
    out_run__warnings,
    out_targets__backtest,
    out_targets__inequality,
    out_targets__projection,
    out_targets__status,
]
RELEASE_FILES = pa.schema([("file", pa.string()), ("bytes", pa.int64()), ("sha256", pa.string())])


@dg.asset(group_name="maps", deps=PUBLISHED)
def maps_publication__release(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """netzlage.duckdb (all tables), netzlage-public.duckdb (public out tables) and the site; the table lists the site's files."""

    def make(_: str | None) -> Product:
        names = [a.key.to_user_string() for a in PUBLISHED]
        tables = {n: house.tables.all_stands(n) or [house.tables.path(n)] for n in names}
        sources = pq.read_table(house.tables.path("out_run__sources")).to_pandas()
        private = set(sources.loc[sources["visibility"] != "public", "source_id"])
        with (
            replaced(house.folder / "netzlage.duckdb") as whole,
            replaced(house.folder / "netzlage-public.duckdb") as public,
            replaced_folder(house.folder / "site") as site,
        ):
            write_databases(
                tables, whole=whole, public=public, public_sources=sorted(set(sources["source_id"]) - private), limits=house.limits
            )
            files = build(site_content(house), site, vendor=Path(house.vendor), progress=context.log.debug)
            rows = [_file(f, site) for f in sorted(files)]
        return Product(pa.Table.from_pylist(rows, schema=RELEASE_FILES), metadata={"site": str(house.folder / "site" / "index.html")})

    return produce(context, house, make)


def _file(path: Path, site: Path) -> dict[str, object]:
    data = path.read_bytes()
    return {"file": path.relative_to(site).as_posix(), "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
