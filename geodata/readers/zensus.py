"""Zensus 2022 grid cells: persons and households, from the official CSV or from Parquet with persons and household size.

The Zensus grid (EPSG:3035) is not the grid of the Bundesnetzagentur: a cell is placed by its centre. Any of the official resolutions is
read (100 m, 1 km, 10 km), but only one at a time.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from geodata.errors import InputError
from geodata.readers.bulk import bulk_notes
from geodata.readers.zensus_files import SPAN, VALUES, Cells, keys, read_file
from geodata.reading import Ledger, Notes, Snapshot, join_notes
from geodata.session import Limits

CELLS = pa.schema(
    [
        ("zensus_id", pa.string()),
        ("x_m", pa.int32()),
        ("y_m", pa.int32()),
        ("easting_m", pa.float64()),
        ("northing_m", pa.float64()),
        ("persons", pa.int64()),
        ("households", pa.decimal128(18, 4)),
    ]
)
PLACES = 10_000  # households have four places
MARGIN_M = 5_000.0


def read(snapshots: Sequence[Snapshot], *, land: BaseGeometry, limits: Limits) -> tuple[pa.Table, Notes]:
    """The cells whose centre lies in `land` (EPSG:25832), ascending by `y_m`, then `x_m`.

    `x_m, y_m` are the centre in EPSG:3035, `easting_m, northing_m` the same in EPSG:25832. `households` is the delivered number, else
    persons / household size, rounded to four places; null where the publisher has none. Suppressed values (–, −1, −9) are null. A cell that
    occurs again is refused: the first counts. Raises InputError where the files have different resolutions.
    """
    found: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {name: [] for name in VALUES}
    taken: dict[str, np.ndarray] = {}
    files: list[tuple[Snapshot, Ledger, Cells]] = []
    cell_m = 0
    for snapshot in snapshots:
        if snapshot.table not in VALUES:
            raise InputError("table_unknown", source=snapshot.source_id, found=snapshot.table, expected=", ".join(VALUES))
        ledger = Ledger(snapshot)
        cells = read_file(snapshot, ledger, taken.get(snapshot.table, np.empty(0, "int64")), limits=limits)
        if cells.cell_m and cell_m and cells.cell_m != cell_m:
            raise InputError("zensus_mixed", file=snapshot.path.name, found=cells.cell_m, expected=cell_m)
        cell_m = cell_m or cells.cell_m
        inside = _inside(cells, land)
        ledger.accepted, ledger.outside_area = int(inside.sum()), int((~inside).sum())
        key = keys(cells.x_m, cells.y_m)
        taken[snapshot.table] = np.concatenate([taken.get(snapshot.table, key[:0]), key])
        found[snapshot.table].append((key[inside], cells.value[inside]))
        files.append((snapshot, ledger, cells))
    table = _joined(found, cell_m)
    without = pc.sum(pc.and_(pc.greater(pc.fill_null(table["persons"], 0), 0), pc.is_null(table["households"])), min_count=0).as_py()
    for snapshot, ledger, _ in files:
        if snapshot.table != "persons" and without:
            ledger.warn("cells_without_households", column=VALUES[snapshot.table], amount=float(without))
    return table, join_notes([bulk_notes(ledger, cells.refused, expected=cells.expected) for _, ledger, cells in files])


def _joined(found: dict[str, list[tuple[np.ndarray, np.ndarray]]], cell_m: int) -> pa.Table:
    """One row per cell of any table."""
    parts = {name: [np.concatenate([np.empty(0, kind), *(p[i] for p in pieces)]) for i, kind in enumerate(("int64", "float64"))]
             for name, pieces in found.items()}  # fmt: skip
    every = np.unique(np.concatenate([key for key, _ in parts.values()]))
    column = {name: np.full(len(every), np.nan) for name in parts}
    for name, (key, value) in parts.items():
        column[name][np.searchsorted(every, key)] = value
    x, y = (every % SPAN).astype("int32"), (every // SPAN).astype("int32")
    easting, northing = _transformed(x, y)
    size = np.where(column["household_size"] > 0, column["household_size"], np.nan)
    households = np.where(np.isnan(column["households"]), column["persons"] / size, column["households"])
    ids = pc.binary_join_element_wise(
        f"CRS3035RES{cell_m}mN", pa.array(y - cell_m // 2).cast(pa.string()), "E", pa.array(x - cell_m // 2).cast(pa.string()), ""
    )
    columns = [ids, x, y, easting, northing, _whole(column["persons"]), _decimal(households)]
    return pa.table(columns, schema=CELLS)


def _whole(values: np.ndarray) -> pa.Array:
    absent = np.isnan(values)
    return pa.array(np.where(absent, 0, values).astype("int64"), mask=absent)


def _decimal(values: np.ndarray) -> pa.Array:
    """Numbers rounded to four places, as DECIMAL."""
    absent = np.isnan(values)
    scaled = pa.array(np.rint(np.where(absent, 0, values) * PLACES).astype("int64"), mask=absent).cast(pa.decimal128(19, 0))
    return pa.Array.from_buffers(pa.decimal128(18, 4), len(scaled), scaled.buffers())


def _inside(cells: Cells, land: BaseGeometry) -> np.ndarray:
    """Whether the centre of a cell lies in the Land; only those near it are transformed."""
    found = np.zeros(len(cells.x_m), dtype=bool)
    if land.is_empty:
        return found
    bounds = _transformer("EPSG:25832", "EPSG:3035").transform_bounds(*land.bounds, densify_pts=50)
    west, south, east, north = bounds[0] - MARGIN_M, bounds[1] - MARGIN_M, bounds[2] + MARGIN_M, bounds[3] + MARGIN_M
    near = np.flatnonzero((cells.x_m >= west) & (cells.x_m <= east) & (cells.y_m >= south) & (cells.y_m <= north))
    easting, northing = _transformed(cells.x_m[near], cells.y_m[near])
    shapely.prepare(land)
    west, south, east, north = land.bounds
    framed = (easting >= west) & (easting <= east) & (northing >= south) & (northing <= north)
    found[near[framed]] = shapely.intersects_xy(land, easting[framed], northing[framed])
    return found


@cache
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def _transformed(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """EPSG:3035 to EPSG:25832, in metres rounded to millimetres so that no platform differs."""
    easting, northing = _transformer("EPSG:3035", "EPSG:25832").transform(x, y)
    return np.round(easting, 3), np.round(northing, 3)
