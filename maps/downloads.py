"""The downloads below `daten/`: every out table of every Stand in four forms, the areas, the data dictionary; at last the checksums.

`daten/<Stand>/<table>.csv|.parquet|.geojson` (text of long tables as .gz) and one `netzlage.gpkg.zip` per Stand; a table without Stand lies
in `daten/gesamt/`.
Names begin with DEMO_ where the data are invented. Only rows that pass the gate are written. No pages are made here.
"""

import datetime as dt
import gzip
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from geodata.dictionary import Dictionary, as_csv, as_json, rows
from geodata.exports.geojson import geojson
from geodata.exports.geopackage import write_geopackage
from geodata.exports.layers import GEOMETRY, Export, Layer
from geodata.exports.target import DEMO_NAME
from geodata.gate import Gate
from geodata.session import Limits
from geodata.tables import file_hash
from maps.spatial import WIDE, Credit, about_field, layer, map_table, outlines

WHOLE = "gesamt"
AREAS = "gebiete"
AREA_COLUMNS = ("ags", "level", "name", "boundary_edition", "source_id")
# The name of what holds all tables of a Stand.
EVERYTHING = "netzlage"
# Too long for a plain text: 100 kB a Stand and more, up to 90 MB.
COMPRESSED = frozenset(
    {
        "out_coverage__shares",
        "out_coverage__differences",
        "out_deliveries__match_rates",
        "out_mobile__measures",
        "out_run__warnings",
        "out_targets__status",
        "out_whitespots__areas",
        "out_whitespots__changes",
        "out_whitespots__cluster_changes",
        "out_whitespots__cluster_counts",
        "out_whitespots__clusters",
        "out_whitespots__published_cells",
        "out_whitespots__parts",
    }
)
# More rows than this are no map that a browser or QGIS opens at once: such a table has no GeoJSON and no layer.
MAP_ROWS = 1_000
GEO = b"geo"
PACKINGS = {".gz": "gzip", ".zip": "zip"}
FORMATS = {
    ".csv": "CSV",
    ".csv.gz": "CSV",
    ".parquet": "Parquet",
    ".geojson": "GeoJSON",
    ".geojson.gz": "GeoJSON",
    ".gpkg.zip": "GeoPackage",
}
LEVEL = 4


@dataclass(frozen=True)
class Download:
    """One file: the table in it (`netzlage` = all), the Stand or `gesamt`, its path below the site, rows, size and sha256."""

    table: str
    stand: str
    path: str
    rows: int
    bytes: int
    sha256: str
    sources: tuple[str, ...]

    @property
    def form(self) -> str:
        """The name of its format."""
        return next(f for suffix, f in sorted(FORMATS.items(), reverse=True) if self.path.endswith(suffix))

    @property
    def packing(self) -> str:
        """In what it is packed; empty where it is as it is."""
        return PACKINGS.get(Path(self.path).suffix, "")


@dataclass(frozen=True)
class Setting:
    """What all downloads share. `credit` gives licence and attribution for the ids of sources; `references` are behind every table."""

    gate: Gate
    dictionary: Dictionary
    areas: gpd.GeoDataFrame
    edition: str
    land: str
    demo: bool
    limits: Limits
    references: tuple[str, ...]
    credit: Callable[[Sequence[str]], tuple[str, str]]


def write_downloads(tables: Mapping[str, Sequence[Path]], folder: Path, setting: Setting) -> list[Download]:
    """Write everything below `folder`/daten; returns the files, sorted by path. Raises NetzlageError where the gate refuses a row."""
    shapes = outlines(setting.areas)
    schemas = {AREAS: pa.schema([(c, pa.string()) for c in AREA_COLUMNS])}
    done: list[Download] = []
    with ThreadPoolExecutor(1) as pool:
        # One Stand at a time: all of them are the whole fact table as text.
        for stand, names in sorted(_by_stand(tables).items()):
            read = {name: _public(name, stand, tables[name], setting.gate) for name in names}
            found = {name: table for name, table in read.items() if table.num_rows}
            schemas |= {name: table.schema for name, table in found.items()}
            waiting = [pool.submit(_write_plain, name, stand, table, folder, setting) for name, table in found.items()]
            # GeoPackages go through GDAL's one setting of the time: not from two threads at once.
            layers = [_layer(name, stand, table, shapes, setting) for name, table in found.items()]
            done += _write_spatial(stand, [x for x in layers if x], found, folder, setting)
            done += [d for future in waiting for d in future.result()]
    done += _write_areas(folder, shapes, setting)
    _write_dictionary(folder, schemas, setting)
    return sorted(done, key=lambda d: d.path)


def write_checksums(folder: Path) -> None:
    """The sums of all files below `folder`/daten but pages, when all of them are there."""
    data = folder / "daten"
    files = sorted((p for p in data.rglob("*") if p.is_file() and p.suffix != ".html"), key=lambda p: p.as_posix())
    (data / "SHA256SUMS").write_text("".join(f"{file_hash(p)}  {p.relative_to(data).as_posix()}\n" for p in files), "utf-8")


def packed(text: bytes) -> bytes:
    """A text as gzip, with no time in it."""
    return gzip.compress(text, LEVEL, mtime=0)


def _by_stand(tables: Mapping[str, Sequence[Path]]) -> dict[str, list[str]]:
    """The names of the tables that have rows of a Stand, ascending; those of a table without Stand under `gesamt`."""
    found: dict[str, list[str]] = {}
    for name in sorted(tables):
        for path in tables[name]:
            if path.parent.name == name:
                stands = [path.stem]
            elif _names_stands(name, path):
                stands = sorted(s.isoformat() for s in pc.unique(pq.read_table(path, columns=["stand"])["stand"]).to_pylist() if s)
            else:
                stands = [WHOLE]
            for stand in stands:
                found.setdefault(stand, []).append(name)
    return found


def _names_stands(name: str, path: Path) -> bool:
    return "stand" in pq.read_schema(path).names and not name.startswith("out_run__")


def _public(name: str, stand: str, files: Sequence[Path], gate: Gate) -> pa.Table:
    """The public rows of one Stand of a table."""
    path = next((f for f in files if f.parent.name == name and f.stem == stand), files[0])
    table = pq.read_table(path)
    if path.parent.name != name and _names_stands(name, path):
        table = table.filter(pc.equal(table["stand"], dt.date.fromisoformat(stand)))
    return gate.public_rows(name, _plain(table))


def _plain(table: pa.Table) -> pa.Table:
    """The table with texts instead of dictionaries; of its metadata only what GeoParquet needs."""
    kept = {GEO: table.schema.metadata[GEO]} if table.schema.metadata and GEO in table.schema.metadata else None
    fields = [f.with_type(f.type.value_type) if pa.types.is_dictionary(f.type) else f for f in table.schema]
    return table.cast(pa.schema(fields)).replace_schema_metadata(kept)


def _write_plain(name: str, stand: str, table: pa.Table, folder: Path, setting: Setting) -> list[Download]:
    """CSV (UTF-8, comma, point, no geometry) and Parquet with the meanings of the columns in it."""
    text = io.BytesIO()
    pa_csv.write_csv(table.drop_columns([GEOMETRY]) if GEOMETRY in table.column_names else table, text)
    csv_path = _write_text(text.getvalue(), _path(folder, stand, name, ".csv", setting), long=name in COMPRESSED)
    fields = []
    for field in table.schema:
        alias, about = about_field(name, field.name, setting.dictionary)
        fields.append(field.with_metadata({"alias": alias, "description": about}))
    licence, attribution = setting.credit(_sources(table, setting))
    metadata: dict[str | bytes, str | bytes] = dict(table.schema.metadata or {})
    metadata |= {"title": setting.dictionary.about(name), "stand": stand, "licence": licence, "attribution": attribution}
    target = _path(folder, stand, name, ".parquet", setting)
    described = table.cast(pa.schema(fields)).replace_schema_metadata(metadata)
    pq.write_table(described, target, compression="zstd", store_decimal_as_integer=True)
    return [_download(name, p, table.num_rows, folder, _sources(table, setting)) for p in (csv_path, target)]


def _layer(name: str, stand: str, table: pa.Table, shapes: dict[str, bytes], setting: Setting) -> Layer | None:
    """The layer of a table; None where even its form for maps is too long."""
    shown = map_table(name, table, limits=setting.limits, land=setting.land, edition=setting.edition)
    if shown.num_rows > MAP_ROWS:
        return None
    licence, attribution = setting.credit(_sources(table, setting))
    credit = Credit(None if stand == WHOLE else dt.date.fromisoformat(stand), licence, attribution)
    return layer(name, shown, credit, shapes=shapes, dictionary=setting.dictionary)


def _write_spatial(stand: str, layers: list[Layer], tables: Mapping[str, pa.Table], folder: Path, setting: Setting) -> list[Download]:
    """One GeoJSON for each table (of a wide one the Land and its Kreise), one GeoPackage with all of them."""
    if not layers:
        return []
    export = Export(f"Netzlage, Stand {stand}", tuple(layers), layers[0].name, setting.demo)
    done = []
    for one in layers:
        shown = one
        if one.name in WIDE:
            shown = replace(one, table=one.table.filter(pc.not_equal(one.table["level"], "gemeinde")))
        path = _write_text(geojson(export, shown), _path(folder, stand, one.name, ".geojson", setting), long=one.name in COMPRESSED)
        done.append(_download(one.name, path, shown.table.num_rows, folder, _sources(tables[one.name], setting)))
    path = _write_geopackage(export, _path(folder, stand, EVERYTHING, ".gpkg", setting))
    sources = tuple(sorted({s for t in tables.values() for s in _sources(t, setting)}))
    done.append(_download(EVERYTHING, path, sum(x.table.num_rows for x in layers), folder, sources))
    return done


def _write_areas(folder: Path, shapes: dict[str, bytes], setting: Setting) -> list[Download]:
    """The areas of the maps themselves, to join by `ags`."""
    frame = setting.areas.sort_values(["level", "ags"])
    table = pa.table({c: pa.array(frame[c].astype(object).where(frame[c].notna(), None), pa.string()) for c in AREA_COLUMNS})
    sources = tuple(sorted(set(table["source_id"].to_pylist())))
    licence, attribution = setting.credit(sources)
    one = layer(AREAS, table, Credit(None, licence, attribution), shapes=shapes, dictionary=setting.dictionary)
    text = geojson(Export("Netzlage", (one,), AREAS, setting.demo), one)
    path = _write_text(text, _path(folder, WHOLE, AREAS, ".geojson", setting), long=False)
    return [_download(AREAS, path, table.num_rows, folder, sources)]


def _write_dictionary(folder: Path, schemas: Mapping[str, pa.Schema], setting: Setting) -> None:
    found = rows(setting.dictionary, {n: {f.name: str(f.type) for f in schema} for n, schema in sorted(schemas.items())})
    (folder / "daten" / "datenwoerterbuch.csv").write_text(as_csv(found), "utf-8")
    (folder / "daten" / "datenwoerterbuch.json").write_text(as_json(setting.dictionary, found), "utf-8")


def _write_text(text: bytes, path: Path, *, long: bool) -> Path:
    """Write a text file, one of a long table as gzip; returns what was written."""
    target = path.with_name(f"{path.name}.gz") if long else path
    target.write_bytes(packed(text) if long else text)
    return target


def _write_geopackage(export: Export, path: Path) -> Path:
    """The GeoPackage in a zip of its own, a fifth of its size: GDAL and QGIS open it as it is."""
    target = path.with_name(f"{path.name}.zip")
    write_geopackage(export, path)
    entry = zipfile.ZipInfo(path.name)  # the first day that a zip knows, not today
    entry.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(entry, path.read_bytes(), compresslevel=LEVEL)
    path.unlink()
    return target


def _path(folder: Path, stand: str, name: str, suffix: str, setting: Setting) -> Path:
    path = folder / "daten" / stand / f"{DEMO_NAME if setting.demo else ''}{name}{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _sources(table: pa.Table, setting: Setting) -> tuple[str, ...]:
    """The sources behind a table: those its rows name and the references; all public ones where it names none."""
    if "source_id" not in table.column_names:
        return tuple(sorted(setting.gate.public))
    named = {i for v in pc.unique(table["source_id"]).to_pylist() if v for i in v.replace("+", ",").replace(" ", "").split(",")}
    return tuple(sorted(named | set(setting.references)))


def _download(table: str, path: Path, count: int, folder: Path, sources: tuple[str, ...]) -> Download:
    stand = path.parent.name
    return Download(table, stand, path.relative_to(folder).as_posix(), count, path.stat().st_size, file_hash(path), sources)
