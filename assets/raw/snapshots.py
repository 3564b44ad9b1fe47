"""One raw asset per source of the catalogue: the files that the profile names, copied under their hash; and the generated demo files."""

import json

import dagster as dg
import pyarrow as pa

from assets.house import BY_STAND, House, Product, produce
from geodata import demo
from geodata.snapshots import MANIFEST, source_versions, take
from geodata.tables import file_hash

DEMO_FILES = pa.schema([("file", pa.string()), ("bytes", pa.int64()), ("sha256", pa.string())])


@dg.asset(group_name="raw")
def raw_demo__files(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """The generated demo, in the publishers' own formats; no files where the profile has no demo."""

    def make(_: str | None) -> Product:
        settings = house.profile.demo
        files = demo.generate(house.demo, seed=settings.seed, scale=settings.scale) if settings else []
        rows = [{"file": f.relative_to(house.folder).as_posix(), "bytes": f.stat().st_size, "sha256": file_hash(f)} for f in files]
        return Product(pa.Table.from_pylist(rows, schema=DEMO_FILES), outside_inputs=demo_inputs(house))

    return produce(context, house, make)


def demo_inputs(house: House) -> dict[str, str]:
    """What the demo is made of, besides the code: its settings in the profile."""
    return {"profile demo": house.profile.demo.model_dump_json() if house.profile.demo else "none"}


def raw_asset(source_id: str, *, by_stand: bool) -> dg.AssetsDefinition:
    """The snapshot of one source; its table lists the files with hash, Stand, origin and visibility."""

    @dg.asset(
        name=f"raw_{source_id}",
        group_name="raw",
        deps=[raw_demo__files],
        tags=BY_STAND if by_stand else {},
        backfill_policy=dg.BackfillPolicy.single_run() if by_stand else None,
        description="Dateien der Quelle, wie empfangen.",
    )
    def snapshot(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
        def make(stand: str | None) -> Product:
            entries = house.profile.of(source_id, stand)
            found = [s for e in entries for s in take(e, house.profile, store=house.store, demo=house.demo, offline=house.offline)]
            rows = [
                {**s.__dict__, "path": s.path.relative_to(house.folder).as_posix(), "options": json.dumps(s.options, sort_keys=True)}
                for s in found
            ]
            return Product(
                pa.Table.from_pylist(rows, schema=MANIFEST),
                metadata={"files": len(rows)} | {f"sha256 {s.path.name}": s.sha256 for s in found},
                outside_inputs=source_versions(house.profile, source_id, stand, store=house.store, demo=house.demo),
            )

        return produce(context, house, make)

    return snapshot


raw_dvg2__boundaries = raw_asset("dvg2__boundaries", by_stand=False)
raw_vg250__boundaries = raw_asset("vg250__boundaries", by_stand=False)
raw_vg250ew__gemeinden = raw_asset("vg250ew__gemeinden", by_stand=False)
raw_zensus__grid = raw_asset("zensus__grid", by_stand=False)
raw_breitbandatlas__kreise = raw_asset("breitbandatlas__kreise", by_stand=True)
raw_breitbandatlas__laender = raw_asset("breitbandatlas__laender", by_stand=True)
raw_breitbandatlas__bund = raw_asset("breitbandatlas__bund", by_stand=True)
raw_breitbandatlas__gemeinden = raw_asset("breitbandatlas__gemeinden", by_stand=True)
raw_breitbandatlas__kreisdaten = raw_asset("breitbandatlas__kreisdaten", by_stand=True)
raw_msb__schools = raw_asset("msb__schools", by_stand=True)
raw_msb__schools_status = raw_asset("msb__schools_status", by_stand=True)
raw_business_parks__areas = raw_asset("business_parks__areas", by_stand=True)
raw_business_parks__status = raw_asset("business_parks__status", by_stand=True)
raw_breitbandatlas__tabellen = raw_asset("breitbandatlas__tabellen", by_stand=True)
raw_breitbandatlas__gitterzellen = raw_asset("breitbandatlas__gitterzellen", by_stand=True)
raw_gebref__addresses = raw_asset("gebref__addresses", by_stand=False)
raw_deliveries__offers = raw_asset("deliveries__offers", by_stand=True)
raw_funding__areas = raw_asset("funding__areas", by_stand=True)
raw_monitoring__grid = raw_asset("monitoring__grid", by_stand=True)
raw_monitoring__workbook = raw_asset("monitoring__workbook", by_stand=True)
raw_mobile_sites__own = raw_asset("mobile_sites__own", by_stand=False)
raw_mobile_sites__opencellid = raw_asset("mobile_sites__opencellid", by_stand=False)
raw_mobile_sites__certificates = raw_asset("mobile_sites__certificates", by_stand=False)
raw_terrain__dem = raw_asset("terrain__dem", by_stand=False)
raw_land_use__classes = raw_asset("land_use__classes", by_stand=False)
