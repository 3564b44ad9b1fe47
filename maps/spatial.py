"""Tables as layers for maps: geometry joined where rows have an AGS, one column per measure where there are many. No file is written."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import geopandas as gpd
import pyarrow as pa
import shapely

from geodata.dictionary import Dictionary
from geodata.exports.layers import GEOMETRY, Field, Form, Geometry, Layer, plain
from geodata.messages import codes, sentence
from geodata.session import Limits, query, session

# Of a long table of measures a map takes one value for each area: this column of it.
WIDE = {"out_coverage__shares": "share", "out_coverage__differences": "difference_points"}
LONG_ROWS = 600
TOLERANCE_M = 400.0
LEVELS = ("land", "kreis")


def outlines(areas: gpd.GeoDataFrame) -> dict[str, bytes]:
    """The geometry of each area (EPSG:25832, WKB) by AGS, each level simplified as a whole so that neighbours still meet."""
    found: dict[str, bytes] = {}
    for _, level in areas.sort_values("ags").groupby("level", sort=True):
        simple = shapely.coverage_simplify(level.geometry.to_numpy(), TOLERANCE_M)
        rounded = shapely.set_precision(simple, 10.0, mode="pointwise")
        found |= dict(zip(level["ags"].astype(str), shapely.to_wkb(rounded), strict=True))
    return found


def map_table(name: str, table: pa.Table, *, limits: Limits, land: str, edition: str) -> pa.Table:
    """The rows that a map of a table takes: all of a short one; of a long one the Land and its Kreise, or one row per area."""
    if name in WIDE and table.num_rows:
        facts = table.append_column("value", table[WIDE[name]])
        if "basis" not in facts.column_names:
            facts = facts.append_column("basis", pa.array(["derived"] * facts.num_rows))
        with session(limits) as con:
            long = query(con, "downloads_measures", facts=facts, land=land, boundary_edition=edition).to_pandas()
        wide = long.pivot_table(index=["level", "ags"], columns="measure", values="value", observed=True).sort_index(axis=1)
        return pa.Table.from_pandas(wide.reset_index(), preserve_index=False).replace_schema_metadata(None)
    if table.num_rows > LONG_ROWS and {"ags", "level"} <= set(table.column_names):
        return table.filter(pa.compute.is_in(table["level"], pa.array(LEVELS)))
    return table


@dataclass(frozen=True)
class Credit:
    """What stands in a layer beside its data."""

    stand: dt.date | None
    licence: str
    attribution: str


def layer(name: str, table: pa.Table, credit: Credit, *, shapes: dict[str, bytes], dictionary: Dictionary) -> Layer:
    """A layer of a table: its own geometry, or that of its AGS; without either, a table without geometry."""
    fields = tuple(_field(name, c, table.schema.field(c).type, dictionary) for c in table.column_names if c != GEOMETRY)
    found = _with_geometry(table, shapes)
    kind: Geometry | None = "MultiPolygon" if GEOMETRY in found.column_names else None
    title = dictionary.about(name).split(". ")[0]
    rows = plain(found, fields, geometry=kind)
    return Layer(name, title, fields, rows, "public", credit.stand, credit.licence, credit.attribution, geometry=kind)


def about_field(table: str, column: str, dictionary: Dictionary) -> tuple[str, str]:
    """The heading of a column for people, and its meaning."""
    code = f"column_{column}"
    return (sentence(code) if code in _codes() else column), dictionary.meaning(table, column)


@cache
def _codes() -> frozenset[str]:
    return frozenset(codes())


def _field(table: str, column: str, kind: pa.DataType, dictionary: Dictionary) -> Field:
    alias, about = about_field(table, column, dictionary)
    return Field(column, alias, about, _form(kind))


def _form(kind: pa.DataType) -> Form:
    if pa.types.is_integer(kind):
        return "count"
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "decimal"
    if pa.types.is_date(kind):
        return "date"
    return "flag" if pa.types.is_boolean(kind) else "text"


def _with_geometry(table: pa.Table, shapes: dict[str, bytes]) -> pa.Table:
    if GEOMETRY in table.column_names or "ags" not in table.column_names or "sentence" in table.column_names:
        return table
    keys: Iterable[str | None] = table["ags"].to_pylist()
    return table.append_column(GEOMETRY, pa.array([shapes.get(k or "") for k in keys], pa.binary()))
