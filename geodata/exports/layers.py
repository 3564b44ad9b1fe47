"""What an export is made of: layers with German field names, each with its visibility, Stand, licence. No file is written here."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geodata.errors import NetzlageError
from geodata.messages import sentence
from geodata.reading import strictest

Form = Literal["text", "count", "decimal", "percent", "date", "flag"]
Geometry = Literal["Point", "MultiPolygon"]
GEOMETRY = "geometry"
CRS = "EPSG:25832"
_PLAIN: dict[Form, pa.DataType] = {
    "text": pa.string(),
    "count": pa.int64(),
    "decimal": pa.float64(),
    "percent": pa.float64(),
    "date": pa.date32(),
    "flag": pa.bool_(),
}


@dataclass(frozen=True)
class Field:
    """One column: its name in files (German, ASCII), its heading and description for people, and its form.

    `percent` holds a share 0–1; `count` whole numbers.
    """

    name: str
    alias: str
    about: str
    form: Form


@dataclass(frozen=True)
class Layer:
    """One layer, sheet or table.

    `table` holds the columns of `fields`, in that order and in plain types, and where `geometry` is set a column `geometry` (WKB in
    EPSG:25832). `visibility` is the strictest of all that the layer is made of. `style`: QGIS's QML.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    table: pa.Table
    visibility: str
    stand: dt.date | None
    licence: str
    attribution: str
    geometry: Geometry | None = None
    style: str | None = None


@dataclass(frozen=True)
class Export:
    """Several layers under one title; `main` names the layer that a file for one table holds. `demo`: a mark in every layer."""

    title: str
    layers: tuple[Layer, ...]
    main: str
    demo: bool
    lang: str = "de"

    def layer(self, name: str) -> Layer:
        """The layer of that name."""
        return next(layer for layer in self.layers if layer.name == name)

    @property
    def mark(self) -> str:
        """The demo mark, or nothing."""
        return sentence("demo_mark", self.lang) if self.demo else ""

    @property
    def visibility(self) -> str:
        """The strictest visibility of the layers."""
        return strictest(layer.visibility for layer in self.layers)


def field(name: str, form: Form = "text", *, lang: str = "de") -> Field:
    """A field whose heading and description are the messages `field_{name}` and `field_{name}_about`."""
    return Field(name, sentence(f"field_{name}", lang), sentence(f"field_{name}_about", lang), form)


def plain(table: pa.Table, fields: Sequence[Field], *, geometry: Geometry | None = None) -> pa.Table:
    """The columns of `fields` in plain types (DECIMAL becomes a float or a whole number), and the geometry as WKB of that one type."""
    missing = [f.name for f in fields if f.name not in table.column_names]
    if missing:
        raise NetzlageError("export_field_absent", found=", ".join(missing), expected=", ".join(table.column_names))
    columns = {f.name: _cast(table.column(f.name), _PLAIN[f.form]) for f in fields}
    if geometry:
        shapes = shapely.from_wkb(table.column(GEOMETRY).to_pylist())
        if geometry == "MultiPolygon":
            shapes = [shapely.MultiPolygon([s]) if isinstance(s, shapely.Polygon) else s for s in shapes]
        columns[GEOMETRY] = pa.array(shapely.to_wkb(shapes), pa.binary())
    return pa.table(columns)


def _cast(column: pa.ChunkedArray, wanted: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_integer(wanted) and (pa.types.is_decimal(column.type) or pa.types.is_floating(column.type)):
        # 0.5 households are none that a person counts: rounded, not cut off.
        return pc.round(column.cast(pa.float64())).cast(wanted)
    return column.cast(wanted)
