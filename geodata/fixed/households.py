"""Households per address: the number that an operator delivers, else the Zensus cell's households shared out over its addresses."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyproj import Transformer

from geodata.fixed.kernels import shared_out
from geodata.fixed.measures import UNITS

CHUNK = 500_000
THREADS = 2


def units(households: pa.ChunkedArray) -> np.ndarray:
    """DECIMAL households as whole ten-thousandths, int64; null = −1."""
    scaled = pc.multiply(households.cast(pa.decimal128(18, 4)), pa.scalar(UNITS, pa.decimal128(9, 0))).cast(pa.int64())
    found: np.ndarray = scaled.fill_null(-1).to_numpy()
    return found


def zensus_rows(addresses: pa.Table, cells: pa.Table) -> np.ndarray:
    """For each address (`easting_m`, `northing_m`, EPSG:25832) the row of its Zensus cell in `cells` (`x_m`, `y_m`: centres in EPSG:3035).

    int32, −1 where the Zensus has no such cell. The cell is found in the Zensus' own grid: nothing is lost by moving centres.
    """
    if cells.num_rows == 0 or addresses.num_rows == 0:
        return np.full(addresses.num_rows, -1, dtype=np.int32)
    x, y = _to_laea(addresses["easting_m"].to_numpy(), addresses["northing_m"].to_numpy())
    own_x, own_y = cells["x_m"].to_numpy().astype("int64"), cells["y_m"].to_numpy().astype("int64")
    size = resolution(cells)
    keys = _key(own_x // size, own_y // size)
    order = np.argsort(keys, kind="stable")
    wanted = _key(np.floor(x / size).astype("int64"), np.floor(y / size).astype("int64"))
    at = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
    found = order[at]
    return np.where(keys[found] == wanted, found, -1).astype("int32")


def resolution(cells: pa.Table) -> int:
    """The side of the Zensus cells in metres: their centres lie half a side off the grid lines."""
    first = int(cells["x_m"][0].as_py())
    return next(size for size in (100, 1000, 10_000) if first % size == size // 2)


def per_address(zensus: np.ndarray, cell_units: np.ndarray, delivered: np.ndarray) -> np.ndarray:
    """Ten-thousandths of households per address, int64; −1 = no figure.

    `zensus`: row of the address's Zensus cell (−1: none); `cell_units`: ten-thousandths per cell (−1: no figure);
    `delivered`: whole households from an operator (−1: none). What a cell has beyond the delivered numbers (never less than 0)
    goes to its other addresses.
    """
    given = delivered >= 0
    has_cell = zensus >= 0
    rest = cell_units.copy()
    used = np.bincount(zensus[given & has_cell], delivered[given & has_cell].astype("float64"), len(cell_units)).astype("int64")
    rest = np.where(rest >= 0, np.maximum(rest - used * UNITS, 0), -1)
    group = np.where(given | ~has_cell, -1, zensus).astype("int32")
    found = shared_out(group, np.maximum(rest, 0))
    unknown = (group < 0) | (rest[np.maximum(group, 0)] < 0) if len(rest) else np.ones(len(zensus), dtype=bool)
    found = np.where(unknown, -1, found)
    return np.asarray(np.where(given, delivered.astype("int64") * UNITS, found), dtype="int64")


def households_by_cell(address_places: pa.Table, zensus_places: pa.Table, weights: np.ndarray, cell_units: np.ndarray) -> pa.Table:
    """Households per 100 m cell and Gemeinde (cell_id, ags, units: ten-thousandths), sorted; only where there are any.

    By address (`weights`, −1: no figure), and by their centre for Zensus cells (`cell_units`) without an address. The tables of places run
    row by row beside the addresses and the Zensus cells.
    """
    row = address_places["zensus_row"].to_numpy()
    empty = cell_units > 0
    empty[row[row >= 0]] = False
    pairs = [
        (address_places.select(["cell_id", "ags"]), np.maximum(weights, 0)),
        (zensus_places.filter(pa.array(empty)), cell_units[empty]),
    ]
    table = pa.concat_tables([places.append_column("units", pa.array(counted, pa.int64())) for places, counted in pairs])
    summed = table.filter(pc.is_valid(table["ags"])).group_by(["cell_id", "ags"]).aggregate([("units", "sum")])
    named = summed.rename_columns({"units_sum": "units", "cell_id": "cell_id", "ags": "ags"}).select(["cell_id", "ags", "units"])
    return named.filter(pc.greater(named["units"], 0)).sort_by([("cell_id", "ascending"), ("ags", "ascending")])


def _key(column: np.ndarray, row: np.ndarray) -> np.ndarray:
    key: np.ndarray = row * 1_000_000 + column
    return key


def _to_laea(easting: np.ndarray, northing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """EPSG:25832 to EPSG:3035; pyproj lets go of the interpreter, so two threads halve the time."""
    parts = [slice(i, i + CHUNK) for i in range(0, len(easting), CHUNK)]
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(lambda part: _transform(easting[part], northing[part]), parts))
    return np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])


def _transform(easting: np.ndarray, northing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x, y = Transformer.from_crs("EPSG:25832", "EPSG:3035", always_xy=True).transform(easting, northing)
    return np.asarray(x), np.asarray(y)
