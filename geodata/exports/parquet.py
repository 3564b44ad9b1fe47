"""One layer as GeoParquet 1.1 (EPSG:25832), or plain Parquet where it has no geometry. What the layer is stands in the metadata."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pyproj

from geodata.exports.about import about
from geodata.exports.layers import CRS, GEOMETRY, Export, Layer


def write_parquet(export: Export, layer: Layer, path: Path) -> None:
    """Write one layer; headings and descriptions stand in the metadata of the fields."""
    fields = [
        pa.field(f.name, layer.table.schema.field(f.name).type, metadata={"alias": f.alias, "description": f.about}) for f in layer.fields
    ]
    metadata = {"netzlage": json.dumps(about(export, layer), ensure_ascii=False)}
    if layer.geometry:
        fields.append(pa.field(GEOMETRY, pa.binary()))
        crs = pyproj.CRS.from_user_input(CRS).to_json_dict()
        column = {"encoding": "WKB", "geometry_types": [], "crs": crs}
        metadata["geo"] = json.dumps({"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}})
    table = layer.table.cast(pa.schema(fields)).replace_schema_metadata(metadata)
    pq.write_table(table, path, compression="zstd")
