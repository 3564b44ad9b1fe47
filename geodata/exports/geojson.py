"""One layer as GeoJSON (RFC 7946): longitude and latitude, seven decimals, outer rings counter-clockwise."""

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pyproj
import shapely

from geodata.exports.about import about
from geodata.exports.layers import CRS, GEOMETRY, Export, Layer

# About a centimetre.
DIGITS = 7


def write_geojson(export: Export, layer: Layer, path: Path) -> None:
    """Write one layer."""
    path.write_bytes(geojson(export, layer))


def geojson(export: Export, layer: Layer) -> bytes:
    """One layer; one feature a line, null geometry for a layer that has none."""
    shapes = _geometries(layer)
    names = [f.name for f in layer.fields]
    columns = [layer.table.column(name).to_pylist() for name in names]
    head: dict[str, object] = {"type": "FeatureCollection", "name": layer.name, "netzlage": about(export, layer)}
    features = []
    for shape, *values in zip(shapes, *columns, strict=True):
        properties = {n: v.isoformat() if isinstance(v, dt.date) else v for n, v in zip(names, values, strict=True)}
        features.append(f'\n{{"type": "Feature", "properties": {_json(properties)}, "geometry": {shape}}}')
    return f'{_json(head)[:-1]},\n"features": [{",".join(features)}\n]}}\n'.encode()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _geometries(layer: Layer) -> list[str]:
    """The geometries as GeoJSON text."""
    if not layer.geometry:
        return ["null"] * layer.table.num_rows
    to_crs84 = pyproj.Transformer.from_crs(CRS, "OGC:CRS84", always_xy=True)

    def turned(points: np.ndarray) -> np.ndarray:
        return np.round(np.column_stack(to_crs84.transform(points[:, 0], points[:, 1])), DIGITS)

    shapes = shapely.transform(shapely.from_wkb(layer.table.column(GEOMETRY).to_pylist()), turned)
    texts = shapely.to_geojson(shapely.orient_polygons(shapes))
    return ["null" if t is None else str(t) for t in texts]
