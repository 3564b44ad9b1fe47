"""The ground of the radio model as a table: height and clutter class of every cell of a rectangle. Reading files: mobile/terrain.py."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geodata.cells import COLUMNS
from geodata.mobile.antennas import SiteSettings
from geodata.mobile.coverage import cells_of, reach_margin_m
from geodata.mobile.scene import Ground
from geodata.mobile.settings import Settings
from geodata.mobile.surface import CLASSES, by_inhabitants, ground_of
from geodata.mobile.terrain import Grid, read_terrain
from geodata.readers import land_use
from geodata.reading import Notes, Snapshot, join_notes, warning_notes

GROUND = pa.schema([("cell_id", pa.int32()), ("height_m", pa.float32()), ("clutter", pa.dictionary(pa.int8(), pa.string()))])
TERRAIN = "terrain__dem"


@dataclass(frozen=True)
class People:
    """Inhabitants per cell, for clutter where no land use is known: a cell may occur more than once."""

    cells: NDArray[np.int32]
    persons: NDArray[np.int64]


def ground_table(  # noqa: PLR0913  # what lies on the ground comes from four files
    cells: NDArray[np.int32],
    antennas: pa.Table,
    people: People,
    *,
    terrain: Sequence[Snapshot],
    uses: Sequence[Snapshot],
    settings: Settings,
    sites: SiteSettings,
) -> tuple[pa.Table, Notes]:
    """The ground (GROUND, ascending) of the rectangle around `cells` that a path may touch; empty without antennas.

    Terrain that is missing is counted in the warnings, or an InputError, as `sites.terrain.missing` says; so is a run without any file.
    """
    if not (len(antennas) and len(cells)):
        return GROUND.empty_table(), join_notes([])
    grid = Grid.around(cells, reach_margin_m(settings))
    needed, missing = grid.mask(cells), sites.terrain.missing
    heights, notes = read_terrain(terrain, grid, sites=_sites(antennas, grid), needed=needed, missing=missing)
    known, more = land_use.read(uses, grid)
    classes = np.where(known == land_use.UNKNOWN, by_inhabitants(grid, people.cells, people.persons, sites), known).astype("int8")
    if not terrain:
        more = join_notes([more, warning_notes(TERRAIN, "terrain_absent", amount=float(needed.sum()))])
    clutter = pa.DictionaryArray.from_arrays(pa.array(classes.ravel()), pa.array(CLASSES))
    every = cells_of(grid, np.ones(grid.shape, dtype=bool))
    return pa.table([every, heights.ravel(), clutter], schema=GROUND), join_notes([notes, more])


def ground_from(table: pa.Table, settings: Settings, sites: SiteSettings) -> tuple[Ground, Grid]:
    """The arrays of the search from a table of `ground_table`."""
    cells = table["cell_id"].to_numpy()
    south, west = divmod(int(cells[0]), COLUMNS)
    north, east = divmod(int(cells[-1]), COLUMNS)
    grid = Grid(south, west, north - south + 1, east - west + 1)
    clutter = table["clutter"].combine_chunks()
    order = np.array([CLASSES.index(name) for name in clutter.dictionary.to_pylist()], "uint8")
    classes = order[clutter.indices.to_numpy()].reshape(grid.shape)
    return ground_of(grid, table["height_m"].to_numpy().reshape(grid.shape).copy(), classes, settings, sites), grid


def _sites(antennas: pa.Table, grid: Grid) -> NDArray[np.bool_]:
    """Which cells of the grid have a site."""
    row, column = ((antennas[name].to_numpy() // 100).astype("int64") for name in ("northing_m", "easting_m"))
    row, column = row - grid.row, column - grid.column
    inside = (row >= 0) & (row < grid.rows) & (column >= 0) & (column < grid.columns)
    found = np.zeros(grid.shape, dtype=bool)
    found[row[inside], column[inside]] = True
    return found
