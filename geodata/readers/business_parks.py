"""Gewerbegebiete as a coordinator has them: polygons in any file and CRS, mapped by the profile, with an optional status list."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.errors import InputError
from geodata.readers.geofile import CRS, area_cm2, read_geofile, require_columns, valid_polygons
from geodata.readers.statuses import UNKNOWN, WORDS, read_statuses
from geodata.reading import Ledger, Notes, Snapshot, join_notes

COLUMNS = ["park_id", "name", "status", "geometry", "area_cm2", "source_id", "origin", "visibility"]


def read(snapshots: Sequence[Snapshot], *, land: BaseGeometry) -> tuple[gpd.GeoDataFrame, Notes]:
    """Gewerbegebiete that touch `land` (EPSG:25832), sorted by id: MultiPolygons with area in cm², status `unknown` without a list.

    The profile's `options`: `fields` names the columns of `id`, `name` and `status`; `where` keeps features by column and values;
    `encoding`. Features that `where` does not keep, or outside the Land, count as outside the area. Without an id field the running
    number of the file is the id.
    """
    notes: list[Notes] = []
    rows: dict[str, dict[str, object]] = {}
    for snapshot in (s for s in snapshots if s.source_id == "business_parks__areas"):
        ledger = Ledger(snapshot)
        _read_areas(snapshot, ledger, rows, land)
        notes.append(ledger.close())
    for snapshot in (s for s in snapshots if s.source_id == "business_parks__status"):
        statuses, note = read_statuses(snapshot, key="id", known=rows.keys())
        for park, found in statuses.items():
            rows[park]["status"] = found.status
        notes.append(note)
    frame = pd.DataFrame([rows[p] for p in sorted(rows)], columns=COLUMNS)
    # An empty frame must have the types of a full one.
    frame = frame.astype({"area_cm2": "int64", **dict.fromkeys((c for c in COLUMNS if c not in {"area_cm2", "geometry"}), "string")})
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=CRS), join_notes(notes)


def _read_areas(snapshot: Snapshot, ledger: Ledger, rows: dict[str, dict[str, object]], land: BaseGeometry) -> None:
    fields, where = _mapping(snapshot, "fields"), _mapping(snapshot, "where")
    encoding = snapshot.options.get("encoding")
    frame = read_geofile(snapshot.path, ledger, encoding=str(encoding) if encoding else None)
    require_columns(frame, (*(str(f) for f in fields.values()), *where), snapshot.path)
    ledger.read = len(frame)
    frame["row"] = np.arange(1, len(frame) + 1)
    for column, values in where.items():
        frame = frame[frame[column].isin(values if isinstance(values, list) else [values])]
    frame["park"] = frame[fields["id"]].astype("string") if "id" in fields else frame["row"].astype("string")
    frame = frame.reset_index(drop=True)
    polygons = valid_polygons(frame.geometry, frame["park"].tolist(), ledger)
    shapely.prepare(land)
    inside = shapely.intersects(land, polygons)
    ledger.outside_area = ledger.read - len(frame)
    for record, polygon, is_inside in zip(frame.to_dict("records"), polygons, inside, strict=True):
        park, row = str(record["park"]), int(record["row"])
        word = str(record[fields["status"]] or "").strip().casefold() if "status" in fields else ""
        if polygon is None:
            ledger.refuse(row, "geometry", park, "geometry_missing")
        elif park in rows:
            ledger.refuse(row, str(fields.get("id", "")), park, "duplicate_key")
        elif word not in WORDS:
            ledger.refuse(row, str(fields["status"]), word, "unknown_word", expected=", ".join(w for w in WORDS if w))
        elif not is_inside:
            ledger.outside_area += 1
        else:
            ledger.accepted += 1
            rows[park] = {
                "park_id": park,
                "name": str(record[fields["name"]]) if "name" in fields else "",
                "status": WORDS[word] if "status" in fields else UNKNOWN,
                "geometry": polygon,
                "area_cm2": int(area_cm2(np.array([polygon]))[0]),
                "source_id": snapshot.source_id,
                "origin": snapshot.origin,
                "visibility": snapshot.visibility,
            }


def _mapping(snapshot: Snapshot, name: str) -> dict[str, object]:
    found = snapshot.options.get(name, {})
    if not isinstance(found, dict):
        raise InputError("profile_invalid", profile=snapshot.source_id, found=f"options.{name}: {found!r}")
    return found
