"""Land use as a raster or as polygons of any file and CRS, mapped by the profile to the clutter classes of the radio model.

Not the heights of the classes (mobile/surface.py), and not the land-use table of the Breitbandatlas.
"""

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from rasterio.enums import Resampling
from rasterio.errors import RasterioError
from rasterio.features import rasterize
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window

from geodata.errors import InputError
from geodata.mobile.surface import CLASSES
from geodata.mobile.terrain import CHUNK, CRS_CELLS, Grid
from geodata.readers.geofile import read_geofile, require_columns, valid_polygons
from geodata.reading import Ledger, Notes, Snapshot, join_notes

RASTERS = (".tif", ".tiff")
UNKNOWN = 255
Classes = NDArray[np.uint8]


def read(snapshots: Sequence[Snapshot], grid: Grid) -> tuple[Classes, Notes]:
    """The class (position in CLASSES) of each cell of the grid, UNKNOWN where no file says any; of several files the first counts.

    The profile's `options`: `classes` names for each value of a file its class; `fields.class` the column of polygons; `crs` stands in for
    a raster without one. A cell takes the value that most of a raster's pixels in it have, or the polygon over its centre (of several the
    last of the file). `read` counts the pixels' files of a raster as one, and the features of polygons: a feature with another value is
    quarantined, a raster's other values are a warning.
    """
    found = np.full(grid.shape, UNKNOWN, "uint8")
    notes = []
    for snapshot in snapshots:
        ledger = Ledger(snapshot)
        part = (_raster if snapshot.path.suffix.lower() in RASTERS else _polygons)(snapshot, grid, ledger)
        found = np.where(found == UNKNOWN, part, found)
        notes.append(ledger.close())
    return found, join_notes(notes)


def _classes(snapshot: Snapshot) -> Mapping[str, int]:
    """The positions in CLASSES by the values of the file."""
    named = snapshot.options.get("classes")
    if not isinstance(named, dict) or not named or not set(map(str, named.values())) <= set(CLASSES):
        raise InputError("land_use_without_classes", file=snapshot.path.name, found=str(named or "–"), expected=", ".join(CLASSES))
    return {str(value): CLASSES.index(str(name)) for value, name in named.items()}


def _raster(snapshot: Snapshot, grid: Grid, ledger: Ledger) -> Classes:
    named, name = _classes(snapshot), snapshot.path.name
    if wrong := [value for value in named if not value.removeprefix("-").isdigit()]:
        raise InputError("land_use_without_classes", file=name, found=", ".join(wrong), expected='1 = "open", …')
    found, others = np.full(grid.shape, UNKNOWN, "uint8"), set[int]()
    try:
        with rasterio.open(snapshot.path) as file:
            crs = snapshot.options.get("crs") or file.crs
            if not crs:
                raise InputError("terrain_without_crs", file=name)
            options = {
                "src_crs": crs, "crs": CRS_CELLS, "transform": grid.transform(), "height": grid.rows, "width": grid.columns,
                "resampling": Resampling.mode, "dtype": "float64", "nodata": np.nan, "src_nodata": file.nodata,
            }  # fmt: skip
            with WarpedVRT(file, **options) as warped:
                for top in range(0, grid.rows, CHUNK):
                    window = Window(0, top, grid.columns, min(CHUNK, grid.rows - top))
                    values = warped.read(1, window=window)[::-1]
                    here = found[grid.rows - top - len(values) : grid.rows - top]
                    for value in np.unique(values[np.isfinite(values)]).tolist():
                        at = named.get(f"{value:.0f}")
                        here[values == value] = UNKNOWN if at is None else at
                        others |= {int(value)} if at is None else set()
    except (RasterioError, OSError, ValueError) as error:
        raise InputError("terrain_unreadable", file=name, found=str(error).replace(str(snapshot.path), name) or "–") from error
    if others:
        ledger.warn("land_use_unknown", found=", ".join(map(str, sorted(others)[:10])))
    ledger.read = ledger.accepted = 1
    return found


def _polygons(snapshot: Snapshot, grid: Grid, ledger: Ledger) -> Classes:
    named, fields = _classes(snapshot), snapshot.options.get("fields")
    column = str(fields.get("class", "")) if isinstance(fields, dict) else ""
    frame: gpd.GeoDataFrame = read_geofile(snapshot.path, ledger)
    require_columns(frame, (column,), snapshot.path)
    ledger.read = len(frame)
    values = frame[column].astype("string").fillna("").str.strip()
    labels = [str(n) for n in range(1, len(frame) + 1)]
    shapes = []
    frame_box = shapely.box(*rasterio.transform.array_bounds(grid.rows, grid.columns, grid.transform()))
    for row, (value, polygon) in enumerate(zip(values, valid_polygons(frame.geometry, labels, ledger), strict=True), 1):
        if polygon is None:
            ledger.refuse(row, "geometry", value, "geometry_missing")
        elif value not in named:
            ledger.refuse(row, column, str(value)[:80], "unknown_word", expected=", ".join(named))
        elif not polygon.intersects(frame_box):
            ledger.outside_area += 1
        else:
            ledger.accepted += 1
            shapes.append((polygon, named[value]))
    if not shapes:
        return np.full(grid.shape, UNKNOWN, "uint8")
    drawn = rasterize(shapes, grid.shape, fill=UNKNOWN, transform=grid.transform(), dtype="uint8")
    return np.ascontiguousarray(drawn[::-1])
