"""The GeoPackage of the Gitterzellen: opened, checked, counted and streamed. What its values mean is in `gitterzellen`."""

import re
import sqlite3
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyogrio
import pyproj
import shapely
from pyogrio.errors import DataSourceError
from pyproj.exceptions import CRSError

from geodata.errors import InputError
from geodata.readers.geofile import CRS
from geodata.reading import Ledger

BATCH_ROWS = 16_384  # of 336 columns: 44 MB
SAMPLE = 200
CELL_M, TOLERANCE_M = 100.0, 1.0
MAGIC = b"SQLite format 3\x00"
KEY = re.compile(r"100mN(\d{5})E(\d{4})")
EIGHT_DIGITS = "[0-9]" * 8


@dataclass(frozen=True)
class Layer:
    """One checked layer: where it lies, what it is called, its columns and which of them hold numbers. `file` is what messages call it."""

    path: Path
    file: str
    name: str
    key: str
    columns: tuple[str, ...]
    numbers: frozenset[str]

    def wanted(self, land: str) -> str:
        """The filter of the rows that a reading of `land` must see: its own, and those whose AGS does not say where they lie."""
        if not re.fullmatch(r"[0-9]{2}", land):  # it becomes part of a filter
            raise ValueError(land)
        return f"ags GLOB '{land}*' OR ags IS NULL OR ags NOT GLOB '{EIGHT_DIGITS}'"

    def values(self, column: str, rows: np.ndarray) -> dict[int, str]:
        """What stands in `column` of the rows with these ids, as text; for messages about few rows."""
        statement = f"SELECT CAST({_quoted(column)} AS TEXT) FROM {_quoted(self.name)} WHERE {_quoted(self.key)} = ?"  # noqa: S608  # names
        with _sqlite(self) as con:
            return {int(r): str(con.execute(statement, (int(r),)).fetchone()[0] or "") for r in rows}


def open_layer(path: Path, ledger: Ledger) -> Layer:
    """The layer named like the file, or the only one; InputError for what is no complete GeoPackage or does not lie in EPSG:25832."""
    file = ledger.snapshot.path.name
    _check_whole(path, file)
    with _remarks(path, ledger):
        layers = [str(name) for name, _ in pyogrio.list_layers(path)]
        name = path.stem if path.stem in layers else layers[0] if len(layers) == 1 else None
        if name is None:
            raise InputError("layer_ambiguous", file=file, found=", ".join(layers) or "–", expected=path.stem)
        info = pyogrio.read_info(path, layer=name)
    if info["geometry_type"] is None:
        raise InputError("grid_contradicts", file=file, found="keine Flächen / no polygons", expected="Polygon 100 m × 100 m")
    if info["crs"] is None:
        raise InputError("crs_missing", file=file)
    if not _is_utm(str(info["crs"])):
        raise InputError("grid_crs_differs", file=file, found=str(info["crs"])[:60], expected=CRS)
    numbers = frozenset(str(f) for f, kind in zip(info["fields"], info["dtypes"], strict=True) if kind != "object")
    return Layer(path, file, name, str(info["fid_column"] or "rowid"), tuple(map(str, info["fields"])), numbers)


def count_rows(layer: Layer, land: str) -> tuple[int, int]:
    """All rows of the layer, and those of `Layer.wanted`; counted, for the number that GeoPackages carry can be out of date."""
    statement = f"SELECT count(*), coalesce(sum({layer.wanted(land)}), 0) FROM {_quoted(layer.name)}"  # noqa: S608  # names cannot be parameters
    with _sqlite(layer) as con:
        everything, selected = con.execute(statement).fetchone()
    return int(everything), int(selected)


def text_among_numbers(layer: Layer, land: str, columns: Sequence[str]) -> dict[int, tuple[str, str]]:
    """The first column and value of each row that holds text where a number belongs, by row id.

    SQLite keeps text in a column of numbers, and GDAL reads it as 0 without a word: that zero would be an invention.
    """
    if not columns:
        return {}
    found: dict[int, tuple[str, str]] = {}
    # Text and blobs sort above every number.
    any_text = " OR ".join(f"{_quoted(c)} >= ''" for c in columns)
    names = ", ".join(_quoted(c) for c in columns)
    statement = f"SELECT {_quoted(layer.key)}, {names} FROM {_quoted(layer.name)} WHERE ({layer.wanted(land)}) AND ({any_text})"  # noqa: S608  # names
    with _sqlite(layer) as con:
        for row in con.execute(statement):
            column, value = next((c, v) for c, v in zip(columns, row[1:], strict=True) if isinstance(v, str | bytes))
            found[int(row[0])] = (column, value if isinstance(value, str) else repr(value))
    return found


def batches(layer: Layer, land: str, columns: Sequence[str], ledger: Ledger) -> Iterator[pa.RecordBatch]:
    """The rows of `Layer.wanted` with row id and `columns`, without geometry, in the order of the file."""
    with ExitStack() as stack:
        with _remarks(layer.path, ledger):
            opened = pyogrio.open_arrow(
                layer.path,
                layer=layer.name,
                columns=list(columns),
                read_geometry=False,
                where=layer.wanted(land),
                return_fids=True,
                batch_size=BATCH_ROWS,
                use_pyarrow=True,
            )
            _, reader = stack.enter_context(opened)
        while True:
            with _remarks(layer.path, ledger):
                batch = next(reader, None)
            if batch is None:
                return
            yield batch


@contextmanager
def _remarks(path: Path, ledger: Ledger) -> Iterator[None]:
    """What GDAL remarks becomes a warning, what it fails at the one error."""
    with warnings.catch_warnings(record=True) as remarks:
        warnings.simplefilter("always")
        try:
            yield
        except (DataSourceError, RuntimeError, OSError, ValueError, pa.ArrowException, shapely.errors.GEOSException) as error:
            raise _unreadable(ledger.snapshot.path.name, error) from error
    for text in sorted({str(r.message) for r in remarks}):
        ledger.warn("geodata_remark", found=text.replace(str(path), ledger.snapshot.path.name))


def check_cells(layer: Layer, land: str, ledger: Ledger) -> None:
    """InputError where the keys of the first cells do not name the south-west corners of their 100 m polygons."""
    with _remarks(layer.path, ledger):
        opened = pyogrio.open_arrow(
            layer.path, layer=layer.name, columns=["raster_id"], where=layer.wanted(land), batch_size=SAMPLE, use_pyarrow=True
        )
        with opened as (meta, reader):
            table = next(reader, None) or reader.schema.empty_table()
        shapes = shapely.from_wkb(table[meta["geometry_name"] or "wkb_geometry"].to_pylist(), on_invalid="ignore")
    pairs = [
        (k, b) for key, b in zip(table["raster_id"].to_pylist(), shapely.bounds(shapes), strict=True) if (k := KEY.fullmatch(key or ""))
    ]
    wrong = [(k, b) for k, b in pairs if not _fits(k, b)]
    # A single odd polygon is no reason to refuse the file: its geometry is not used.
    if len(wrong) * 2 > len(pairs):
        key, bounds = wrong[0]
        raise InputError(
            "grid_contradicts",
            file=layer.file,
            found=f"{key[0]} – {', '.join(f'{v:.1f}' for v in bounds)}",
            expected=f"E {int(key[2]) * 100}, N {int(key[1]) * 100}, 100 m × 100 m",
        )


def _fits(key: re.Match[str], bounds: np.ndarray) -> bool:
    west, south = int(key[2]) * CELL_M, int(key[1]) * CELL_M
    if np.isnan(bounds).any():
        return True
    return bool((np.abs(bounds - [west, south, west + CELL_M, south + CELL_M]) <= TOLERANCE_M).all())


def _check_whole(path: Path, file: str) -> None:
    """InputError for a file that is no SQLite database, or shorter than its own header says: GDAL reads up to the tear and says nothing."""
    try:
        size = path.stat().st_size
        with path.open("rb") as f:
            header = f.read(100)
    except OSError as error:
        raise InputError("file_unreadable", file=file, found=error.strerror or str(error)) from error
    if not header.startswith(MAGIC) or len(header) < 100:  # noqa: PLR2004  # the header of SQLite's file format
        raise InputError("geodata_unreadable", file=file, found=repr(header[:16]) if header else "0 Byte")
    page = int.from_bytes(header[16:18], "big")
    expected = (65_536 if page == 1 else page) * int.from_bytes(header[28:32], "big")
    if size < expected:
        raise InputError("geodata_cut_off", file=file, found=f"{size} Byte", expected=f"{expected} Byte")


def _is_utm(text: str) -> bool:
    try:
        return pyproj.CRS.from_user_input(text).equals(pyproj.CRS.from_user_input(CRS), ignore_axis_order=True)
    except CRSError:
        return False


@contextmanager
def _sqlite(layer: Layer) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(f"{layer.path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as con:
            yield con
    except sqlite3.Error as error:
        raise _unreadable(layer.file, error) from error


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _unreadable(file: str, error: Exception) -> InputError:
    return InputError("geodata_unreadable", file=file, found=str(error).splitlines()[0] if str(error) else type(error).__name__)
