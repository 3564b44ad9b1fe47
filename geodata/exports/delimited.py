"""One layer as CSV that Excel opens by a double click in German: UTF-8 with a byte order mark, semicolon, decimal comma.

A text that Excel would take for a formula gets an apostrophe before it. Programs should read Parquet or GeoPackage instead.
"""

import csv
import datetime as dt
from pathlib import Path

from geodata.exports.layers import Export, Layer

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(export: Export, layer: Layer, path: Path) -> None:
    """Write one layer without its geometry; a German reader's forms in German, a program's (point, comma) in English."""
    german = export.lang == "de"
    columns = [layer.table.column(f.name).to_pylist() for f in layer.fields]
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, delimiter=";" if german else ",", lineterminator="\r\n")
        writer.writerow([f.name for f in layer.fields])
        writer.writerows([_shown(v, german=german) for v in row] for row in zip(*columns, strict=True))


def harmless(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would compute it."""
    return "'" + text if text.startswith(_FORMULA) else text


def _shown(value: object, *, german: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return ("ja" if value else "nein") if german else ("yes" if value else "no")
    if isinstance(value, float):
        text = repr(value)
        return text.replace(".", ",") if german else text
    if isinstance(value, dt.date):
        return value.isoformat()
    return harmless(value) if isinstance(value, str) else str(value)
