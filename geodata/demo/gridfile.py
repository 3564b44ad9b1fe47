"""The Gitterzellen of the demo in the form of the Bundesnetzagentur: a zipped GeoPackage with one row per 100 m cell and 336 shares."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyogrio
import shapely

from geodata.demo import facts
from geodata.demo.addresses import Addresses
from geodata.demo.boundaries import CRS, DATE
from geodata.demo.lines import CLASSES, TECHNOLOGIES, Classes, Lines
from geodata.demo.raster import CELL_M, Floats, Ints, Raster

SUBJECTS = ("hh", "gew", "gwg")
GROUPS = ("alle", "ftthb", *TECHNOLOGIES)
CHUNK_CELLS = 15_000
ZIP_LEVEL, ZIP_DATE = 1, (1980, 1, 1, 0, 0, 0)


def write_grid(addresses: Addresses, raster: Raster, found: Lines, stand: str, folder: Path) -> list[Path]:
    """`Versorgungsdaten_Gitterzellen_Stand_YYYYMMDD_gpkg.zip`: percent of a cell's households, businesses, and those in Gewerbegebiete.

    Two decimals; null where none is reported; a cell with no line at all has no row.
    """
    layer = f"Versorgungsdaten_Gitterzellen_Stand_{stand.replace('-', '')}"
    folder.mkdir(parents=True, exist_ok=True)
    path, archive = folder / f"{layer}.gpkg", folder / f"{layer}_gpkg.zip"
    path.unlink(missing_ok=True)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": DATE})
    options = {"SPATIAL_INDEX": "NO", "FID": "id"}
    shape = {"geometry_name": "geom", "geometry_type": "Polygon", "crs": CRS}
    reader = pa.RecordBatchReader.from_batches(_schema(), _batches(addresses, raster, found))
    pyogrio.write_arrow(reader, path, layer=layer, driver="GPKG", layer_options=options, **shape)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=ZIP_LEVEL) as packed:
        entry = zipfile.ZipInfo(path.name, ZIP_DATE)
        entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
        with path.open("rb") as plain, packed.open(entry, "w", force_zip64=True) as target:
            while block := plain.read(2**20):
                target.write(block)
    path.unlink()
    return [archive]


def grouped(found: Lines) -> dict[tuple[str, str], Classes]:
    """The class of each address per direction and group of technologies: `alle` is the best line, `ftthb` the best fibre."""
    groups: dict[tuple[str, str], Classes] = {}
    for direction, classes in (("down", found.down), ("up", found.up)):
        own = classes | {"ftthb": np.maximum(classes["ftth"], classes["fttb"])}
        own["alle"] = np.maximum.reduce(list(own.values()))
        groups |= {(direction, group): own[group] for group in GROUPS}
    return groups


def covered(place: Ints, classes: Classes, weights: np.ndarray, count: int) -> Floats:
    """Weight with a line of at least each of `CLASSES` at each of `count` places."""
    width = len(CLASSES) + 1
    counted = np.bincount(place * width + classes, weights, count * width).reshape(count, width)
    reached: Floats = counted[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
    return reached


def percent(part: Floats, whole: Floats) -> Floats:
    """Percent with two decimals; NaN where there is nothing to divide, or nothing covered."""
    with np.errstate(divide="ignore", invalid="ignore"):
        shares: Floats = np.where(part > 0, np.round(part / whole[:, None] * 100, 2), np.nan)
    return shares


def _schema() -> pa.Schema:
    geometry = pa.field("geom", pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"})
    keys = [geometry, ("raster_id", pa.string()), ("raster_rowid", pa.int64()), ("ags", pa.string())]
    return pa.schema([*keys, *((name, pa.float64()) for name in _columns())])


def _columns() -> list[str]:
    return [f"{d}_fn_{s}_{g}_{c}" for d in ("down", "up") for s in SUBJECTS for g in GROUPS for c in CLASSES]


def _batches(addresses: Addresses, raster: Raster, found: Lines) -> Iterator[pa.RecordBatch]:
    order = np.argsort(addresses.cell, kind="stable")
    cell = addresses.cell[order]
    first = np.flatnonzero(np.diff(cell, prepend=-1))
    cells, bounds = cell[first], np.append(first, len(cell))
    groups = grouped(found)
    firms = addresses.businesses
    weights = {"hh": addresses.households, "gew": firms, "gwg": np.where(addresses.park >= 0, firms, 0)}
    keys = facts.table("gemeinden")["ags"].to_numpy("str")
    for start in range(0, len(cells), CHUNK_CELLS):
        own = cells[start : start + CHUNK_CELLS]
        part = order[bounds[start] : bounds[start + len(own)]]
        place = np.repeat(np.arange(len(own)), np.diff(bounds[start : start + len(own) + 1]))
        shares: dict[str, Floats] = {}
        for subject, weight in weights.items():
            whole = np.bincount(place, weight[part], len(own)).astype("float64")
            for (direction, group), classes in groups.items():
                reached = percent(covered(place, classes[part], weight[part], len(own)), whole)
                shares |= {f"{direction}_fn_{subject}_{group}_{c}": reached[:, i] for i, c in enumerate(CLASSES)}
        row, column = np.divmod(own, 10_000)
        owner = raster.gemeinde[row - raster.south, column - raster.west]
        seen = np.logical_or.reduce([~np.isnan(shares[f"down_fn_{s}_alle_10"]) for s in SUBJECTS]) & (owner >= 0)
        east, north = column[seen] * float(CELL_M), row[seen] * float(CELL_M)
        columns = [
            pa.array(shapely.to_wkb(shapely.box(east, north, east + CELL_M, north + CELL_M)), pa.binary()),
            pa.array([f"100mN{r}E{c}" for r, c in zip(row[seen], column[seen], strict=True)]),
            pa.array(own[seen]),
            pa.array(keys[owner[seen]]),
            *(pa.array(shares[name][seen], from_pandas=True) for name in _columns()),
        ]
        yield pa.record_batch(columns, schema=_schema())
