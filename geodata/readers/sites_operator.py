"""An operator's own list of its antennas, CSV or GeoPackage. Nothing is filled in here: what a row does not say is null (antennas.py)."""

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geodata.errors import InputError
from geodata.mobile.antennas import ANTENNAS, site_settings
from geodata.mobile.settings import load_settings
from geodata.readers.bulk import SURPLUS, Frame, bulk_notes, bulk_query, look, records
from geodata.readers.geofile import read_geofile
from geodata.readers.site_rows import (
    OPERATORS,
    TECHNOLOGIES,
    as_antennas,
    beginnings,
    check_columns,
    columns_of,
    expected_words,
    sorted_out,
    words,
)
from geodata.reading import Ledger, Notes, Snapshot, join_notes
from geodata.session import Limits, query, session

REQUIRED = ("site_id", "operator", "technology")
DECLARED = (
    *REQUIRED, "band_mhz", "lon", "lat", "easting", "northing", "height_m", "azimuth_deg", "beamwidth_deg", "eirp_dbm", "in_service_from",
    "measure",
)  # fmt: skip
MEASURES: Mapping[str, Sequence[str]] = {
    "5g_extension": ("5gerweiterung", "5gextension", "5gausbau"),
    "lte_new": ("lteneubau", "ltenew", "neuerltestandort"),
    "lte_upgrade": ("lteerweiterung", "ltekapazitätserweiterung", "lteupgrade", "lteaufrüstung", "lteumrüstung"),
}
GEOPACKAGE = (".gpkg", ".geojson", ".shp")


def read(snapshots: Sequence[Snapshot], *, frame: Frame, limits: Limits) -> tuple[pa.Table, Notes]:
    """The antennas (ANTENNAS) of all lists in the order of their files and rows; one row is one sector of one band.

    `frame` is the Land and the reach around it: rows in Germany but outside it are outside the area. Repeated rows, impossible values and
    unknown words are quarantined. Raises InputError for a file that cannot be read or lacks a column.
    """
    parts = [_read_file(snapshot, frame=frame, limits=limits) for snapshot in snapshots]
    return pa.concat_tables([ANTENNAS.empty_table(), *(table for table, _ in parts)]), join_notes([notes for _, notes in parts])


def _read_file(snapshot: Snapshot, *, frame: Frame, limits: Limits) -> tuple[pa.Table, Notes]:
    ledger = Ledger(snapshot)
    with session(limits) as con:
        query(con, "delivery_macros")
        if snapshot.path.suffix.casefold() in GEOPACKAGE:
            con.register("records", _features(snapshot, ledger))
            found, width = bulk_query(con, "mobile_model_operator", **_variables(snapshot)), len(DECLARED)
        else:
            sight = look(snapshot.path, ";,")
            columns = columns_of(sight, ledger, declared=DECLARED, required=REQUIRED)
            missing = [c for c in DECLARED if c not in columns]
            with records(con, snapshot.path, sight, [*columns, *SURPLUS, *missing], header=True):
                found, width = bulk_query(con, "mobile_model_operator", **_variables(snapshot)), len(columns)
        if not len(found):
            raise InputError("file_without_records", file=snapshot.path.name)
        found = _unrepeated(found.append_column("row", pa.array(range(1, len(found) + 1), pa.int64())))
    found, refused = sorted_out(found, frame, ledger)
    return as_antennas(found, snapshot), bulk_notes(ledger, refused, expected=_expected(width))


def _variables(snapshot: Snapshot) -> dict[str, float | str | list[str]]:
    here = site_settings().plausible
    found: dict[str, float | str | list[str]] = {"bands": list(load_settings().bands), **beginnings(snapshot)}
    for name, table in (("operator", OPERATORS), ("technology", TECHNOLOGIES), ("measure", MEASURES)):
        found |= words(name, table)
    for name in ("height_m", "eirp_dbm", "beamwidth_deg", "azimuth_deg"):
        found[f"{name}_least"], found[f"{name}_most"] = getattr(here, name)
    return found


def _expected(width: int) -> dict[str, object]:
    here = site_settings().plausible
    limits = {
        f"site_value_implausible {name}": "–".join(f"{v:g}" for v in getattr(here, name))
        for name in ("height_m", "eirp_dbm", "beamwidth_deg", "azimuth_deg")
    }
    tables = (("operator", OPERATORS), ("technology", TECHNOLOGIES), ("measure", MEASURES))
    return {
        "field_count_differs": width,
        "unknown_word band_mhz": ", ".join(load_settings().bands),
        "site_technology_not_yet": ", ".join(f"{t} {day}" for t, day in site_settings().first_day.items()),
        **{f"unknown_word {name}": expected_words(table) for name, table in tables},
        **limits,
    }


def _unrepeated(found: pa.Table) -> pa.Table:
    """`found` with a reason on each row that says again what an earlier one says."""
    same = [c for c in found.column_names if c not in {"row", "reason", "column", "value", "position"}]
    first = found.group_by(same, use_threads=False).aggregate([("row", "min")])["row_min"]
    again = pc.and_(pc.invert(pc.is_in(found["row"], value_set=first.combine_chunks())), pc.is_null(found["reason"]))
    for name, value in (("column", "site_id"), ("value", found["site_id"]), ("reason", "repeated_row")):
        at = found.schema.get_field_index(name)
        found = found.set_column(at, name, pc.if_else(again, value, found[name]))
    return found


def _features(snapshot: Snapshot, ledger: Ledger) -> pa.Table:
    """The features as records of text; a point gives the position where the columns do not."""
    frame = read_geofile(snapshot.path, ledger, layer=_layer(snapshot))
    frame = frame.rename(columns={c: str(c).strip().casefold() for c in frame.columns})
    names = [c for c in frame.columns if c != "geometry"]
    check_columns(names, ledger, declared=DECLARED, required=REQUIRED)
    columns = {c: _texts(frame[c]) if c in names else pa.repeat("", len(frame)) for c in DECLARED}
    if not {"lon", "lat"} <= set(names) and not {"easting", "northing"} <= set(names):
        columns["easting"], columns["northing"] = _points(frame)
    return pa.table(columns | {"broken": pa.repeat(pa.scalar(value=False), len(frame))})


def _layer(snapshot: Snapshot) -> str | None:
    name = snapshot.options.get("layer")
    return None if name is None else str(name)


def _texts(values: pd.Series) -> pa.Array:
    texts = [str(v).removesuffix(" 00:00:00") for v in values]
    return pa.array(["" if absent else text for text, absent in zip(texts, values.isna(), strict=True)], pa.string())


def _points(frame: gpd.GeoDataFrame) -> list[pa.Array]:
    usable = (frame.geometry.geom_type == "Point") & ~frame.geometry.is_empty
    x, y = np.full(len(frame), np.nan), np.full(len(frame), np.nan)
    x[usable], y[usable] = frame.geometry[usable].x, frame.geometry[usable].y
    return [pa.array(["" if np.isnan(v) else f"{v:.3f}" for v in values], pa.string()) for values in (x, y)]
