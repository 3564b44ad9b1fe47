"""The school register of the Land with its quirks, and the list that says how each school is connected."""

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point

from geodata.catalogue import load_catalogue
from geodata.readers.delimited import Form, read_delimited
from geodata.readers.geofile import CRS
from geodata.readers.statuses import UNKNOWN, read_statuses
from geodata.reading import Ledger, Notes, Snapshot, join_notes, strictest

COLUMNS = [
    "school_number",
    "name",
    "ags",
    "operating_key",
    "is_open",
    "status",
    "download_mbits",
    "geometry",
    "source_id",
    "origin",
    "visibility",
]
OPEN = "1"
AGS_DIGITS = 8
# Plausible metres in EPSG:25832 for all of Germany; a school outside is not placed.
EASTING, NORTHING = (200_000, 1_000_000), (5_200_000, 6_150_000)


def read(snapshots: Sequence[Snapshot], *, land: str) -> tuple[gpd.GeoDataFrame, Notes]:
    """Schools of one Land, sorted by number: points in EPSG:25832 (null without usable coordinates), status `unknown` without a list.

    Schools of other Länder count as outside the area. `is_open` is Schulbetriebsschlüssel 1.
    """
    notes: list[Notes] = []
    rows: dict[str, dict[str, object]] = {}
    for snapshot in (s for s in snapshots if s.source_id == "msb__schools"):
        ledger = Ledger(snapshot)
        _read_register(snapshot, ledger, rows, land)
        notes.append(ledger.close())
    for snapshot in (s for s in snapshots if s.source_id == "msb__schools_status"):
        statuses, note = read_statuses(snapshot, key="schulnummer", known=rows.keys())
        for number, found in statuses.items():
            rows[number] |= {
                "status": found.status,
                "download_mbits": found.download_mbits,
                "visibility": strictest([str(rows[number]["visibility"]), snapshot.visibility]),
            }
        notes.append(note)
    frame = pd.DataFrame([rows[n] for n in sorted(rows)], columns=COLUMNS)
    # An empty frame must have the types of a full one.
    other = {"geometry": "object", "is_open": "bool", "download_mbits": "Float64"}
    frame = frame.astype({c: other.get(c, "string") for c in COLUMNS})
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=CRS), join_notes(notes)


def _read_register(snapshot: Snapshot, ledger: Ledger, rows: dict[str, dict[str, object]], land: str) -> None:
    source = load_catalogue()[snapshot.source_id]
    form = Form(";", source.declared(snapshot.table, snapshot.stand), source.required_columns(snapshot.table))
    table = read_delimited(snapshot.path, form, ledger)
    for number, row in table.rows():
        school, ags = row["Schulnummer"], row["Gemeindeschluessel"]
        if not (ags.isascii() and ags.isdigit() and len(ags) == AGS_DIGITS):
            ledger.refuse(number, "Gemeindeschluessel", ags, "not_an_ags", expected=AGS_DIGITS)
        elif not school or school in rows:
            ledger.refuse(number, "Schulnummer", school, "duplicate_key")
        elif not ags.startswith(land):
            ledger.outside_area += 1
        else:
            ledger.accepted += 1
            rows[school] = {
                "school_number": school,
                "name": " ".join(row.get(f"Schulbezeichnung_{i}", "") for i in (1, 2, 3)).strip() or row.get("Kurzbezeichnung", ""),
                "ags": ags,
                "operating_key": row["Schulbetriebsschluessel"],
                "is_open": row["Schulbetriebsschluessel"] == OPEN,
                "status": UNKNOWN,
                "download_mbits": None,
                "geometry": _point(number, row, ledger),
                "source_id": snapshot.source_id,
                "origin": snapshot.origin,
                "visibility": snapshot.visibility,
            }


def _point(number: int, row: dict[str, str], ledger: Ledger) -> Point | None:
    """The school's point; swapped axes and an unnamed EPSG code are mended with a warning, 0/0 and the implausible give none."""
    school, epsg = row["Schulnummer"], row["EPSG"]
    try:
        easting, northing = float(row["UTMRechtswert"].replace(",", ".")), float(row["UTMHochwert"].replace(",", "."))
    except ValueError:
        ledger.warn(
            "coordinates_absent",
            column="UTMRechtswert",
            ags=row["Gemeindeschluessel"],
            row=number,
            value=school,
            found=row["UTMRechtswert"],
        )
        return None
    if _plausible(northing, easting):
        easting, northing = northing, easting
        ledger.warn("coordinates_swapped", column="UTMRechtswert", ags=row["Gemeindeschluessel"], row=number, value=school)
    elif not _plausible(easting, northing):
        ledger.warn(
            "coordinates_absent",
            column="UTMRechtswert",
            ags=row["Gemeindeschluessel"],
            row=number,
            value=school,
            found=f"{easting:.0f}/{northing:.0f}",
        )
        return None
    if epsg.removeprefix("EPSG:") != "25832":
        ledger.warn("epsg_assumed", column="EPSG", ags=row["Gemeindeschluessel"], row=number, value=school, found=epsg)
    return Point(easting, northing)


def _plausible(easting: float, northing: float) -> bool:
    return EASTING[0] <= easting <= EASTING[1] and NORTHING[0] <= northing <= NORTHING[1]
