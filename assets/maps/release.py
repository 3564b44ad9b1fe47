"""What is published: the two database files and a release of the site, all complete and checked before the first is put in place."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq

import assets.core
import assets.out
from assets.house import House, Product, produce
from assets.maps.content import site_content
from assets.maps.tiles import drawing
from geodata.atomic import replaced
from geodata.catalogue import load_catalogue
from geodata.dictionary import read_dictionary
from geodata.gate import Gate
from geodata.parts.workers import processes
from geodata.publication import write_databases
from geodata.tables import file_hash
from maps.publication import Material, make_release
from maps.publisher import load_publisher
from maps.releases.store import SITE, Store

# All tables but the raw ones: a new asset is published without a line here.
PUBLISHED = sorted(
    {
        asset.key.to_user_string(): asset
        for package in (assets.core, assets.out)
        for asset in dg.load_assets_from_package_module(package)
        if isinstance(asset, dg.AssetsDefinition) and not asset.key.to_user_string().startswith("raw_")
    }.values(),
    key=lambda asset: asset.key.to_user_string(),
)
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
                processes(2) as aside,
            ):
                # One thread, for the other core draws: it takes a quarter less of computing, and less memory.
                limits = replace(house.limits, threads=1)
                databases = aside.submit(
                    write_databases, tables, whole=whole, public=public, public_sources=sorted(gate.public), limits=limits
                )
                release = make_release(part, _material(house, tables, gate), store, aside, progress=context.log.debug)
                databases.result()
                rows = [_file(f, part / SITE) for f in sorted((part / SITE).rglob("*")) if f.is_file()]
                store.keep(part, release)
            if not house.profile.approval:
                store.publish(release.release_id)
        site = store.folder / release.release_id / SITE / "index.html"
        return Product(pa.Table.from_pylist(rows, schema=RELEASE_FILES), metadata={"release": release.release_id, "site": str(site)})

    return produce(context, house, make, publish=True)


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
        drawing=drawing(house, gate),
    )


def _file(path: Path, site: Path) -> dict[str, object]:
    return {"file": path.relative_to(site).as_posix(), "bytes": path.stat().st_size, "sha256": file_hash(path)}
