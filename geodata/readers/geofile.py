"""What every reader of geometries needs: a file opened with one clear error, in EPSG:25832, with valid polygons."""

import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataSourceError
from shapely.geometry.base import BaseGeometry

from geodata.errors import InputError
from geodata.reading import Ledger

CRS = "EPSG:25832"


def read_geofile(path: Path, ledger: Ledger, *, layer: str | None = None, encoding: str | None = None) -> gpd.GeoDataFrame:
    """The features of a file in EPSG:25832; what GDAL remarks goes into the ledger.

    Raises InputError for an unreadable file, an absent layer, or a missing CRS.
    """
    with warnings.catch_warnings(record=True) as remarks:
        warnings.simplefilter("always")
        frame = _opened(path, layer, encoding)
    for text in sorted({str(r.message) for r in remarks}):
        ledger.warn("geodata_remark", found=text.replace(str(path), path.name))
    if frame.crs is None:
        raise InputError("crs_missing", file=path.name)
    return frame.to_crs(CRS)


def _opened(path: Path, layer: str | None, encoding: str | None) -> gpd.GeoDataFrame:
    try:
        layers = [str(name) for name, _ in pyogrio.list_layers(path)]
        if layer and layer not in layers:
            raise InputError("layer_missing", file=path.name, found=", ".join(layers), expected=layer)
        frame = gpd.read_file(path, layer=layer, encoding=encoding, engine="pyogrio")
    except (DataSourceError, RuntimeError, OSError, ValueError, shapely.errors.GEOSException) as error:
        raise InputError("geodata_unreadable", file=path.name, found=str(error).splitlines()[0] if str(error) else "–") from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError("geodata_unreadable", file=path.name, found="keine Geometrie")
    return frame


def require_columns(frame: gpd.GeoDataFrame, names: tuple[str, ...], path: Path) -> None:
    """InputError where one of the named columns is absent."""
    missing = [n for n in names if n not in frame.columns]
    if missing:
        raise InputError("column_missing", file=path.name, found=", ".join(map(str, frame.columns)), expected=", ".join(missing))


def valid_polygons(geometries: gpd.GeoSeries, labels: list[str], ledger: Ledger) -> np.ndarray:
    """Each geometry as a valid MultiPolygon, None where it has no area; a repair is a warning with the change in m²."""
    found = np.empty(len(geometries), dtype=object)
    for i, (geometry, label) in enumerate(zip(geometries, labels, strict=True)):
        if geometry is None or geometry.is_empty:
            continue
        polygons = _polygons(geometry)
        if not geometry.is_valid:
            change = (polygons.area if polygons else 0.0) - geometry.area
            ledger.warn("geometry_repaired", amount=round(change, 1), value=label)
        if polygons is not None and polygons.area > 0:
            found[i] = polygons
    return found


def _polygons(geometry: BaseGeometry) -> shapely.MultiPolygon | None:
    valid = geometry if geometry.is_valid else shapely.make_valid(geometry)
    parts = [p for p in shapely.get_parts(shapely.get_parts([valid])) if p.geom_type == "Polygon"]
    parts += [q for p in shapely.get_parts([valid]) if p.geom_type == "GeometryCollection" for q in _inner_polygons(p)]
    return shapely.MultiPolygon(parts) if parts else None


def _inner_polygons(collection: shapely.GeometryCollection) -> list[shapely.Polygon]:
    return [q for p in collection.geoms for q in shapely.get_parts([p]) if q.geom_type == "Polygon"]


def area_cm2(geometries: np.ndarray) -> np.ndarray:
    """Areas of EPSG:25832 polygons in cm², as whole numbers."""
    return np.rint(shapely.area(geometries) * 10_000).astype("int64")
