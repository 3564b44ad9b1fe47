"""The modelled coverage of a Land: best server per operator and technology on the cells. Not the search itself, no shares, no rasters."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geodata.cells import CELL_M, COLUMNS
from geodata.mobile.masts import Layer, layers
from geodata.mobile.rasters import tenths
from geodata.mobile.scene import Ground
from geodata.mobile.search import air_of, best_server
from geodata.mobile.settings import Settings
from geodata.mobile.terrain import Grid

CELLS = pa.schema(
    [
        ("cell_id", pa.int32()),
        ("operator", pa.dictionary(pa.int8(), pa.string())),
        ("technology", pa.dictionary(pa.int8(), pa.string())),
        ("rsrp_tenth_dbm", pa.int16()),
        ("site_number", pa.int32()),
        ("is_covered", pa.bool_()),
    ]
)
SITES = pa.schema([("operator", pa.string()), ("technology", pa.string()), ("site_number", pa.int32()), ("site_id", pa.string())])


@dataclass(frozen=True)
class Modelled:
    """`cells` (CELLS) has a row for each wanted cell and layer, the level null where no mast is in reach."""

    cells: pa.Table
    evaluations: int


def modelled(  # noqa: PLR0913  # what a run of the model is
    antennas: pa.Table, ground: Ground, grid: Grid, cells: NDArray[np.int32], settings: Settings, *, threads: int = 2
) -> Modelled:
    """The coverage of `cells` (cell_id, ascending) by completed antennas.

    A cell is covered where its level, rounded to tenths of a dBm, reaches the threshold of the technology.
    """
    air, wanted, places = air_of(settings), grid.mask(cells), grid.places(cells)
    tables, evaluations = [CELLS.empty_table()], 0
    for layer in layers(antennas, ground, settings):
        best = best_server(ground, layer.masts, air, wanted, threads=threads)
        tables.append(served(layer, cells, tenths(best.power_dbm[places]), best.mast[places], settings))
        evaluations += best.evaluations
    return Modelled(pa.concat_tables(tables).unify_dictionaries(), evaluations)


def numbered_sites(antennas: pa.Table, ground: Ground, settings: Settings) -> pa.Table:
    """The names (SITES) of the site numbers that `modelled` gives for the same antennas and ground."""
    return pa.concat_tables([SITES.empty_table(), *(_sites(layer) for layer in layers(antennas, ground, settings))])


def cells_of(grid: Grid, mask: NDArray[np.bool_]) -> NDArray[np.int32]:
    """The cell_id of the cells under a mask of the grid, ascending."""
    row, column = np.nonzero(mask)
    return ((row + grid.row) * COLUMNS + column + grid.column).astype("int32")


def reach_margin_m(settings: Settings) -> float:
    """How far around the Land sites and terrain are needed."""
    return max(band.reach_km for band in settings.bands.values()) * 10 * CELL_M


def served(layer: Layer, cells: NDArray[np.int32], levels: NDArray[np.int16], mast: NDArray[np.int32], settings: Settings) -> pa.Table:
    """The rows (CELLS) of one layer from the level in tenths of a dBm and the mast (−1: none) of each cell."""
    server = np.where(mast >= 0, layer.site[mast], 0).astype("int32")
    return _cells(layer, cells, levels, server, levels >= round(10.0 * settings.thresholds[layer.technology].dbm))


def _cells(
    layer: Layer, cells: NDArray[np.int32], levels: NDArray[np.int16], server: NDArray[np.int32], covered: NDArray[np.bool_]
) -> pa.Table:
    def same(text: str) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(cells), "int8")), pa.array([text]))

    none = server == 0
    columns = [cells, same(layer.operator), same(layer.technology), pa.array(levels, mask=none), pa.array(server, mask=none), covered]
    return pa.table(columns, schema=CELLS)


def _sites(layer: Layer) -> pa.Table:
    count = len(layer.sites)
    numbers = pa.array(np.arange(1, count + 1, dtype="int32"))
    return pa.table([pa.repeat(layer.operator, count), pa.repeat(layer.technology, count), numbers, layer.sites], schema=SITES)
