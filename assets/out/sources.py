"""What a run was made of: every file with its hash, Stand, publisher and licence."""

import datetime as dt

import dagster as dg
import pyarrow as pa

from assets.house import House, Product, produce
from assets.raw import snapshots as raw
from geodata.catalogue import load_catalogue

RAW = [asset for name, asset in sorted(vars(raw).items()) if isinstance(asset, dg.AssetsDefinition) and name != "raw_demo__files"]
SOURCES = pa.schema(
    [
        ("source_id", pa.string()),
        ("table", pa.string()),
        ("stand", pa.date32()),
        ("file", pa.string()),
        ("sha256", pa.string()),
        ("bytes", pa.int64()),
        ("origin", pa.string()),
        ("visibility", pa.string()),
        ("title", pa.string()),
        ("publisher", pa.string()),
        ("landing_page", pa.string()),
        ("licence", pa.string()),
        ("attribution", pa.string()),
        ("changes_marked", pa.bool_()),
    ]
)


@dg.asset(group_name="out", deps=RAW)
def out_run__sources(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Every file of the run: source, Stand, sha256, size, origin, visibility, publisher, licence and attribution."""

    def make(_: str | None) -> Product:
        catalogue = load_catalogue()
        rows = []
        for asset in RAW:
            name = asset.key.to_user_string()
            stands: list[str | None] = [*(p.stem for p in house.tables.all_stands(name))] or [None]
            for snapshot in [s for stand in stands for s in house.snapshots(name, stand=stand)]:
                source = catalogue[snapshot.source_id]
                rows.append(
                    {
                        "source_id": snapshot.source_id,
                        "table": snapshot.table,
                        "stand": dt.date.fromisoformat(str(snapshot.stand)),
                        "file": snapshot.path.name,
                        "sha256": snapshot.sha256,
                        "bytes": snapshot.bytes,
                        "origin": snapshot.origin,
                        "visibility": snapshot.visibility,
                        "title": source.title,
                        "publisher": source.publisher,
                        "landing_page": source.landing_page,
                        "licence": source.licence,
                        "attribution": source.attribution,
                        "changes_marked": source.changes_marked,
                    }
                )
        return Product(pa.Table.from_pylist(rows, schema=SOURCES))

    return produce(context, house, make)
