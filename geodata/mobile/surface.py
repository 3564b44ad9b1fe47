"""What stands on the ground, per cell: representative clutter heights from land use, or from inhabitants. No single buildings."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from geodata.mobile.antennas import SiteSettings
from geodata.mobile.scene import Ground
from geodata.mobile.settings import Settings
from geodata.mobile.terrain import Grid, Heights

CLASSES = ("open", "water", "suburban", "urban_or_forest", "dense_urban")
OPEN = CLASSES.index("open")


def by_inhabitants(grid: Grid, cells: NDArray[np.int32], persons: NDArray[np.int64], sites: SiteSettings) -> NDArray[np.uint8]:
    """The class (position in CLASSES) of each cell from its inhabitants. Forest cannot be told from fields here: land use is better."""
    found = np.full(grid.shape, OPEN, "uint8")
    row, column = grid.places(cells)
    inside = (row >= 0) & (row < grid.rows) & (column >= 0) & (column < grid.columns)
    count = np.zeros(grid.shape, "int64")
    np.add.at(count, (row[inside], column[inside]), persons[inside])
    for name, least in sorted(sites.clutter.items(), key=lambda item: item[1]):
        found[count >= least] = CLASSES.index(name)
    return found


def by_land_use(grid: Grid, cells: NDArray[np.int32], names: NDArray[np.str_]) -> NDArray[np.uint8]:
    """The class of each cell from its prevailing land use, given by the name of the class; a cell without one is open."""
    found = np.full(grid.shape, OPEN, "uint8")
    row, column = grid.places(cells)
    inside = (row >= 0) & (row < grid.rows) & (column >= 0) & (column < grid.columns)
    numbers: Mapping[str, int] = {name: number for number, name in enumerate(CLASSES)}
    found[row[inside], column[inside]] = [numbers[str(name)] for name in names[inside]]
    return found


def ground_of(grid: Grid, terrain: Heights, classes: NDArray[np.uint8], settings: Settings, sites: SiteSettings) -> Ground:
    """Terrain and surface for the search; heights per class from the settings, times the share of sites.toml."""
    heights = np.array([getattr(settings.clutter, name) * sites.clutter_share[name] for name in CLASSES], "float32")
    return Ground(grid.column * 100.0, grid.row * 100.0, terrain, terrain + heights[classes])
