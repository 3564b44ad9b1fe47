"""What is published: the two database files and a release of the site, all complete and checked before the first is put in place."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq

from assets.core.addresses import core_addresses__places, core_deliveries__matches, core_deliveries__offers, core_gebref__addresses
from assets.core.fixed import core_area_cells, core_breitbandatlas__cells, core_business_parks__fibre, core_fixed__cells
from assets.core.funding import core_addresses__supply, core_funding__areas
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
from assets.out.privacy import core_privacy__parts, out_whitespots__parts, out_whitespots__published_cells
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
from assets.out.whitespots import out_whitespots__areas
from geodata.atomic import replaced
from geodata.catalogue import load_catalogue
from geodata.dictionary import read_dictionary
from geodata.gate import Gate
from geodata.publication import write_databases
from maps.publication import Material, make_release
from maps.publisher import load_publisher
from maps.releases.store import SITE, Store

PUBLISHED = [
    core_addresses__places,
    core_addresses__supply,
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
    core_funding__areas,
    core_gebref__addresses,
    core_households__cells,
    core_mobile__cells,
    core_mobile_model__cells,
    core_mobile_model__rasters,
    core_mobile_model__sites,
    core_monitoring__shares,
    core_msb__schools,
    core_privacy__parts,
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
    out_whitespots__areas,
    out_whitespots__parts,
    out_whitespots__published_cells,
]
RELEASE_FILES = pa.schema([("file", pa.string()), ("bytes", pa.int64()), ("sha256", pa.string())])


@dg.asset(group_name="maps", deps=PUBLISHED)
def maps_publication__release(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """netzlage.duckdb (all tables), netzlage-public.duckdb (public out tables) and the site; the table lists the site's files."""

    def make(_: str | None) -> Product:
        names = [a.key.to_user_string() for a in PUBLISHED]
        tables = {n: house.tables.all_stands(n) or [house.tables.path(n)] for n in names}
        gate = Gate.of(pq.read_table(house.tables.path("out_run__sources")), load_catalogue())
        store = Store(house.folder)
        with store.locked():
            with (
                replaced(house.folder / "netzlage.duckdb") as whole,
                replaced(house.folder / "netzlage-public.duckdb") as public,
                store.building() as part,
            ):
                write_databases(tables, whole=whole, public=public, public_sources=sorted(gate.public), limits=house.limits)
                release = make_release(part, _material(house, tables, gate), store, progress=context.log.debug)
                rows = [_file(f, part / SITE) for f in sorted((part / SITE).rglob("*")) if f.is_file()]
                store.keep(part, release)
            if not house.profile.approval:
                store.publish(release.release_id)
        site = store.folder / release.release_id / SITE / "index.html"
        return Product(pa.Table.from_pylist(rows, schema=RELEASE_FILES), metadata={"release": release.release_id, "site": str(site)})

    return produce(context, house, make)


def _material(house: House, tables: Mapping[str, Sequence[Path]], gate: Gate) -> Material:
    return Material(
        content=site_content(house),
        tables={n: [p for p in files if p.is_file()] for n, files in tables.items() if n.startswith("out_")},
        gate=gate,
        dictionary=read_dictionary(),
        publisher=load_publisher(house.profile.publisher),
        edition=house.profile.boundaries,
        land=house.profile.land,
        limits=house.limits,
        vendor=Path(house.vendor),
    )


def _file(path: Path, site: Path) -> dict[str, object]:
    data = path.read_bytes()
    return {"file": path.relative_to(site).as_posix(), "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
