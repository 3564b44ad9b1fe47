"""Administrative boundaries: DVG2 shapefiles of the Land, VG250 of the BKG, and Gemeinden of VG250-EW. One table for all editions."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.errors import InputError
from geodata.readers.geofile import CRS, area_cm2, read_geofile, require_columns, valid_polygons
from geodata.reading import Ledger, Notes, Snapshot, join_notes

COLUMNS = ["boundary_edition", "ags", "level", "name", "geometry", "area_cm2", "source_id", "origin", "visibility"]
LEVELS = {"land": "land", "regierungsbezirke": "regierungsbezirk", "kreise": "kreis", "gemeinden": "gemeinde"}
DIGITS = {"land": 2, "regierungsbezirk": 3, "kreis": 5, "gemeinde": 8}
LAYERS = {"land": "vg250_lan", "regierungsbezirke": "vg250_rbz", "kreise": "vg250_krs", "gemeinden": "vg250_gem"}
LAND_AREA = 4  # GF: land, without the sea
FIELDS = {"dvg2__boundaries": ("KN", "GN"), "vg250__boundaries": ("AGS", "GEN"), "vg250ew__gemeinden": ("ags", "name")}


def read(snapshots: Sequence[Snapshot], *, land: str) -> tuple[gpd.GeoDataFrame, Notes]:
    """Areas of one Land, all editions: MultiPolygons in EPSG:25832, `area_cm2` whole numbers; sorted by edition and AGS.

    An edition is named by its source and date (`dvg2-2022-03-08`). Levels that a source does not have are dissolved from its Gemeinden;
    their names are null. Features of other Länder count as outside the area.
    """
    frames, notes = [], []
    for snapshot in snapshots:
        frame, note = _read_one(snapshot, land)
        frames.append(frame)
        notes.append(note)
    if not frames:
        return gpd.GeoDataFrame({c: [] for c in COLUMNS}, geometry="geometry", crs=CRS), join_notes([])
    areas = pd.concat(frames, ignore_index=True)
    whole = pd.concat([areas, *(_dissolved(edition) for _, edition in areas.groupby("boundary_edition"))], ignore_index=True)
    whole["area_cm2"] = area_cm2(whole["geometry"].to_numpy())
    ordered = whole.sort_values(["boundary_edition", "ags"], ignore_index=True)[COLUMNS]
    ordered = ordered.astype(dict.fromkeys((c for c in COLUMNS if c not in {"area_cm2", "geometry"}), "string"))
    return gpd.GeoDataFrame(ordered, geometry="geometry", crs=CRS), join_notes(notes)


def _read_one(snapshot: Snapshot, land: str) -> tuple[gpd.GeoDataFrame, Notes]:
    if snapshot.table not in LEVELS:
        raise InputError("table_unknown", source=snapshot.source_id, found=snapshot.table, expected=", ".join(LEVELS))
    ledger, level = Ledger(snapshot), LEVELS[snapshot.table]
    key, name = FIELDS[snapshot.source_id]
    vg250 = snapshot.source_id == "vg250__boundaries"
    frame = read_geofile(snapshot.path, ledger, layer=LAYERS[snapshot.table] if vg250 else None)
    require_columns(frame, (key, name, "GF") if vg250 else (key, name), snapshot.path)
    ledger.read = len(frame)
    frame["ags"] = frame[key].astype("string").fillna("").str[: DIGITS[level]]
    frame["row"] = np.arange(1, len(frame) + 1)
    inside = frame["ags"].str.startswith(land) & ((frame["GF"] == LAND_AREA) if vg250 else True)
    ledger.outside_area = int((~inside).sum())
    frame = frame[inside].reset_index(drop=True)
    frame["geometry"] = valid_polygons(frame.geometry, frame["ags"].tolist(), ledger)
    keep = []
    for at, (row, ags, geometry) in enumerate(zip(frame["row"], frame["ags"].astype(str), frame["geometry"], strict=True)):
        digits = DIGITS[level]
        if not (ags.isdigit() and len(ags) == digits):
            ledger.refuse(int(row), key, ags, "not_an_ags", expected=digits)
        elif geometry is None:
            ledger.refuse(int(row), "geometry", ags, "geometry_missing")
        else:
            keep.append(at)
    ledger.accepted = len(keep)
    kept = frame.loc[keep]
    # A Gemeinde of several features (islands, exclaves) is one area.
    merged = kept.groupby("ags").agg({name: "first", "geometry": _merged}).reset_index()
    merged = merged.rename(columns={name: "name"}).assign(
        boundary_edition=f"{snapshot.source_id.split('__')[0]}-{snapshot.stand}",
        level=level,
        source_id=snapshot.source_id,
        origin=snapshot.origin,
        visibility=snapshot.visibility,
    )
    return gpd.GeoDataFrame(merged, geometry="geometry", crs=CRS), ledger.close()


def _dissolved(edition: pd.DataFrame) -> pd.DataFrame:
    """The levels above the Gemeinde that an edition does not have."""
    present = set(edition["level"])
    gemeinden = edition[edition["level"] == "gemeinde"]
    rows = []
    for level in ("kreis", "regierungsbezirk", "land"):
        if level in present:
            continue
        for ags, members in gemeinden.groupby(gemeinden["ags"].str[: DIGITS[level]]):
            first = members.iloc[0]
            rows.append(
                {
                    "boundary_edition": first["boundary_edition"],
                    "ags": ags,
                    "level": level,
                    "name": None,
                    "geometry": _multi(shapely.union_all(members["geometry"].to_numpy())),
                    "source_id": first["source_id"],
                    "origin": first["origin"],
                    "visibility": first["visibility"],
                }
            )
    return pd.DataFrame(rows, columns=[c for c in COLUMNS if c != "area_cm2"])


def _merged(parts: gpd.GeoSeries) -> shapely.MultiPolygon:
    return _multi(shapely.union_all(list(parts)))


def _multi(geometry: BaseGeometry) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([p for p in shapely.get_parts([geometry]) if isinstance(p, shapely.Polygon)])
