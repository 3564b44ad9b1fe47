"""Areas of public funding as a coordinator has them: polygons in any file and CRS, columns named by the profile. It cuts nothing out."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.errors import InputError
from geodata.readers.geofile import CRS, read_geofile, require_columns
from geodata.reading import Ledger, Notes, Snapshot, join_notes

COLUMNS = ["funding_id", "status", "until", "subject", "file", "row", "geometry", "source_id", "origin", "visibility"]
FIELDS = ("id", "status", "until", "subject")
DEFAULT_FIELDS = {"status": "status", "until": "bis", "subject": "foerdergegenstand"}
# Letters of the administration's words; what is not here is refused, not guessed.
WORDS: Mapping[str, Sequence[str]] = {
    "final": ("endgültig", "endgueltig", "endgültiger bescheid", "endgueltiger bescheid", "zuwendungsbescheid in endgültiger höhe"),
    "preliminary": ("vorläufig", "vorlaeufig", "vorläufiger bescheid", "vorlaeufiger bescheid", "in vorläufiger höhe"),
    "applied": ("beantragt", "antrag gestellt", "in prüfung", "in pruefung"),
    "withdrawn": ("zurückgezogen", "zurueckgezogen", "widerrufen", "abgelehnt"),
}
STATUS = {word: status for status, words in WORDS.items() for word in words}
_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


def read(snapshots: Sequence[Snapshot], *, land: BaseGeometry) -> tuple[gpd.GeoDataFrame, Notes]:
    """Funding areas that touch `land` (EPSG:25832), by id: one valid polygon or MultiPolygon each.

    The profile's `options.fields` names the columns of `id`, `status`, `until` and `subject` (without it: none, `status`, `bis`,
    `foerdergegenstand`); the id is the file's own, or the file's name and the row. Refused: no polygon, an invalid one (a repair could move
    addresses in or out), an unknown status, a day that is none, a repeated id. Elsewhere counts as outside.
    """
    notes: list[Notes] = []
    rows: dict[str, dict[str, object]] = {}
    shapely.prepare(land)
    for snapshot in snapshots:
        ledger = Ledger(snapshot)
        _read_file(snapshot, ledger, rows, land)
        notes.append(ledger.close())
    frame = pd.DataFrame([rows[key] for key in sorted(rows)], columns=COLUMNS)
    texts = [c for c in COLUMNS if c not in {"until", "row", "geometry"}]
    frame = frame.astype({"row": "int64", **dict.fromkeys(texts, "string")})
    frame["until"] = pd.to_datetime(frame["until"]).astype("datetime64[ms]")
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=CRS), join_notes(notes)


def _read_file(snapshot: Snapshot, ledger: Ledger, rows: dict[str, dict[str, object]], land: BaseGeometry) -> None:
    fields = _fields(snapshot)
    frame = read_geofile(snapshot.path, ledger)
    require_columns(frame, tuple(fields.values()), snapshot.path)
    ledger.read = len(frame)
    for number, record in enumerate(frame.to_dict("records"), start=1):
        key = _text(record[fields["id"]]) if "id" in fields else f"{snapshot.path.stem}-{number}"
        geometry = record[frame.geometry.name]
        word = " ".join(_text(record[fields["status"]]).casefold().split())
        day = _day(record[fields["until"]])
        if not key:
            ledger.refuse(number, fields["id"], key, "funding_without_id")
        elif key in rows:
            ledger.refuse(number, fields.get("id", ""), key, "duplicate_key")
        elif word not in STATUS:
            ledger.refuse(number, fields["status"], word, "unknown_word", expected=", ".join(STATUS))
        elif day is None:
            ledger.refuse(number, fields["until"], _text(record[fields["until"]]), "not_a_date")
        elif geometry is None or geometry.is_empty or geometry.geom_type not in {"Polygon", "MultiPolygon"}:
            ledger.refuse(number, "geometry", key, "geometry_missing")
        elif not geometry.is_valid or not np.isfinite(geometry.area):
            ledger.refuse(number, "geometry", key, "funding_invalid", found=shapely.is_valid_reason(geometry))
        elif not shapely.intersects(land, geometry):
            ledger.outside_area += 1
            ledger.warn("funding_elsewhere", value=key)
        else:
            ledger.accepted += 1
            rows[key] = {
                "funding_id": key,
                "status": STATUS[word],
                "until": None if day == dt.date.max else day,
                "subject": _text(record[fields["subject"]]) if "subject" in fields else "",
                "file": snapshot.path.name,
                "row": number,
                "geometry": geometry,
                "source_id": snapshot.source_id,
                "origin": snapshot.origin,
                "visibility": snapshot.visibility,
            }


def _fields(snapshot: Snapshot) -> dict[str, str]:
    named = snapshot.options.get("fields", {})
    if not isinstance(named, dict) or set(named) - set(FIELDS):
        found = f"options.fields: {named!r}"
        raise InputError("profile_invalid", profile=snapshot.source_id, found=found)
    return DEFAULT_FIELDS | {str(key): str(column) for key, column in named.items()}


def _text(value: object) -> str:
    return "" if value is None or value is pd.NaT or value != value else str(value).strip()  # noqa: PLR0124  # NaN is not itself


def _day(value: object) -> dt.date | None:
    """The day, `date.max` for none given (open), None for what is no day."""
    text = _text(value)
    if not text:
        return dt.date.max
    if isinstance(value, dt.datetime):  # pandas' timestamps too
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        if german := _GERMAN.fullmatch(text):
            return dt.date(int(german[3]), int(german[2]), int(german[1]))
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
