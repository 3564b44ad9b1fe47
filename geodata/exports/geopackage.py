"""All layers as one GeoPackage that QGIS opens with headings, descriptions and styles. Contents are the same for the same input."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pyarrow as pa
import pyogrio

from geodata.exports.about import about, about_line
from geodata.exports.layers import CRS, GEOMETRY, Export, Layer

GEOMETRY_COLUMN = "geom"
_UNDATED = "1970-01-01"
# The table as QGIS makes it; the styles of a layer are found by its name and its geometry column.
_STYLES = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
    f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30),
    ui TEXT(30), update_time DATETIME
)
"""
_CONTENTS = "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) VALUES (?, 'attributes', ?, '', ?)"
_STYLE = "INSERT INTO layer_styles VALUES (NULL, '', '', ?, ?, ?, ?, '', 1, ?, '', NULL, ?)"


def write_geopackage(export: Export, path: Path) -> None:
    """Write every layer: those without geometry as attribute tables."""
    moment = f"{max((x.stand.isoformat() for x in export.layers if x.stand), default=_UNDATED)}T00:00:00.000Z"
    with _at(moment):
        for i, layer in enumerate(export.layers):
            _write_layer(export, layer, path, append=i > 0)
    with closing(sqlite3.connect(path)) as con, con:
        con.execute(_STYLES)
        con.execute(_CONTENTS, ("layer_styles", "layer_styles", moment))
        for layer in export.layers:
            if layer.style and layer.geometry:
                con.execute(_STYLE, (layer.name, GEOMETRY_COLUMN, layer.title[:30], layer.style, layer.title, moment))


def _write_layer(export: Export, layer: Layer, path: Path, *, append: bool) -> None:
    fields = [
        pa.field(
            f.name,
            layer.table.schema.field(f.name).type,
            metadata={"GDAL:OGR:alternative_name": f.alias, "GDAL:OGR:comment": f.about},
        )
        for f in layer.fields
    ]
    options = {"DESCRIPTION": f"{layer.title} · {about_line(export, layer)}"}
    if layer.geometry:
        fields.append(pa.field(GEOMETRY, pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"}))
        options["GEOMETRY_NAME"] = GEOMETRY_COLUMN
    pyogrio.write_arrow(
        layer.table.cast(pa.schema(fields)),
        path,
        layer=layer.name,
        driver="GPKG",
        append=append,
        geometry_name=GEOMETRY if layer.geometry else None,
        geometry_type=layer.geometry,
        crs=CRS if layer.geometry else None,
        layer_options=options,
        layer_metadata={name.upper(): text for name, text in about(export, layer).items()},
    )


@contextmanager
def _at(moment: str) -> Iterator[None]:
    """GDAL writes `moment` as the time of change instead of the clock's, and does not wait for the disk: the file is new."""
    options = {"OGR_CURRENT_DATE": moment, "OGR_SQLITE_SYNCHRONOUS": "OFF"}
    pyogrio.set_gdal_config_options(options)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(dict.fromkeys(options))
