"""Replies as operators send them: the list as .xlsx, .csv or .gpkg, found again by its headings. Values come as they lie there."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import geopandas as gpd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError
from python_calamine import CalamineError, CalamineWorkbook

from geodata.errors import InputError
from geodata.messages import LANGUAGES, sentence
from geodata.readers.geofile import read_geofile
from geodata.reading import Ledger

SEARCHED_ROWS = 20
KEY = "adress_id"


@dataclass(frozen=True)
class Sheet:
    """The records of a reply under the German names of the list, without empty rows."""

    names: tuple[str, ...]
    records: Sequence[Mapping[str, object]]


def read_sheet(path: Path, fields: Sequence[str], ledger: Ledger) -> Sheet:
    """The sheet or layer that has a column for the address; other columns that are none of `fields` are left out. Else InputError."""
    suffix = path.suffix.lower()
    if suffix == ".gpkg":
        return _layer(path, fields, ledger)
    if suffix not in {".xlsx", ".csv"}:
        raise InputError("reply_suffix", file=path.name, expected=".xlsx, .csv, .gpkg")
    try:
        tables = _workbook(path) if suffix == ".xlsx" else [_delimited(path)]
    except (CalamineError, OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            "file_unreadable", file=path.name, found=str(error).splitlines()[0] if str(error) else type(error).__name__
        ) from error
    for rows in tables:
        for i, row in enumerate(rows[:SEARCHED_ROWS]):
            names = [_names(tuple(fields)).get(" ".join(str(cell).split()).casefold(), "") for cell in row]
            if KEY in names:
                return _sheet(path, names, rows[i + 1 :])
    raise InputError("column_missing", file=path.name, found=", ".join(str(c) for c in (tables[0] or [[]])[0][:12]), expected=KEY)


def _sheet(path: Path, names: list[str], rows: Sequence[Sequence[object]]) -> Sheet:
    repeated = sorted({n for n in names if n and names.count(n) > 1})
    if repeated:
        raise InputError("column_repeated", file=path.name, found=", ".join(repeated))
    filled = [row for row in rows if any(cell not in {"", None} for cell in row)]
    records = [{n: row[i] if i < len(row) else "" for i, n in enumerate(names) if n} for row in filled]
    return Sheet(tuple(n for n in names if n), records)


@cache
def _names(fields: tuple[str, ...]) -> dict[str, str]:
    """Headings in both languages, and the names themselves, to names."""
    found = {name: name for name in fields}
    for lang in LANGUAGES:
        found |= {" ".join(sentence(f"field_{name}", lang).split()).casefold(): name for name in fields}
    return found


def _workbook(path: Path) -> list[list[list[object]]]:
    book = CalamineWorkbook.from_path(str(path))
    return [list(map(list, book.get_sheet_by_name(name).to_python(skip_empty_area=False))) for name in book.sheet_names]


def _delimited(path: Path) -> list[list[object]]:
    text = path.read_bytes().decode("utf-8-sig")
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    return [list(map(_unquoted, row)) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)]


def _unquoted(text: str) -> object:
    """The text without the apostrophe that an export puts before what a spreadsheet would compute."""
    return text[1:] if text[:1] == "'" and text[1:2] in {"=", "+", "-", "@", "\t", "\r"} else text


def _layer(path: Path, fields: Sequence[str], ledger: Ledger) -> Sheet:
    if not path.is_file():
        raise InputError("file_unreadable", file=path.name, found="–")
    frame: gpd.GeoDataFrame = read_geofile(path, ledger, layer=_with_key(path))
    names = [c for c in frame.columns if c in fields]
    records = frame[names].astype(object).where(frame[names].notna(), "").to_dict("records")
    return Sheet(tuple(names), [{str(name): value for name, value in record.items()} for record in records])


def _with_key(path: Path) -> str:
    try:
        layers = {str(name): pyogrio.read_info(path, layer=name)["fields"] for name, _ in pyogrio.list_layers(path)}
    except (DataSourceError, DataLayerError) as error:
        raise InputError("geodata_unreadable", file=path.name, found=str(error).splitlines()[0].replace(str(path), path.name)) from error
    for name, fields in layers.items():
        if KEY in fields:
            return name
    raise InputError("column_missing", file=path.name, found=", ".join(layers), expected=KEY)
