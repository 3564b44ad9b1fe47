"""The 100 m grid of the demo's Land: which Gemeinde each cell's centre lies in, and smooth random fields over it.

Grid of the Bundesnetzagentur: row = floor(northing / 100), column = floor(easting / 100) in EPSG:25832. It knows no households.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
from rasterio.features import rasterize
from rasterio.transform import Affine
from scipy import ndimage

CELL_M = 100
MARGIN_CELLS = 4
NOWHERE = -1
# A point lies at most 71 m from the centre of its cell on any 100 m grid; five cells across leave room for borders that miss the centres.
BORDER_CELLS = 5
LATTICE_REACH = 3

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Raster:
    """`gemeinde`: per cell the position of its Gemeinde in `areas`, −1 outside. Row 0, column 0 of the array is (`south`, `west`)."""

    areas: gpd.GeoDataFrame
    gemeinde: npt.NDArray[np.int16]
    south: int
    west: int

    def field(self, reach_cells: float, rng: np.random.Generator) -> npt.NDArray[np.float32]:
        """A smooth random field: mean 0, deviation 1, alike within about `reach_cells`."""
        noise = ndimage.gaussian_filter(rng.standard_normal(self.gemeinde.shape, dtype="float32"), reach_cells, mode="wrap")
        scaled: npt.NDArray[np.float32] = (noise / noise.std()).astype("float32")
        return scaled

    def field_at(self, reach_cells: float, row: Ints, column: Ints, rng: np.random.Generator) -> npt.NDArray[np.float32]:
        """The values of a wide smooth field (`reach_cells` of at least 3) at cells of the array: drawn on a lattice, linear in between."""
        step = reach_cells / LATTICE_REACH
        shape = tuple(int(n / step) + 2 for n in self.gemeinde.shape)
        noise = ndimage.gaussian_filter(rng.standard_normal(shape, dtype="float32"), LATTICE_REACH, mode="wrap")
        found = ndimage.map_coordinates(noise / noise.std(), [row / step, column / step], order=1, prefilter=False)
        values: npt.NDArray[np.float32] = found.astype("float32")
        return values

    def near_border(self) -> npt.NDArray[np.bool_]:
        """Cells from which another Gemeinde, or the outside, lies within two cells."""
        lowest = ndimage.minimum_filter(self.gemeinde, BORDER_CELLS, mode="constant", cval=NOWHERE)
        near: npt.NDArray[np.bool_] = lowest != ndimage.maximum_filter(self.gemeinde, BORDER_CELLS, mode="constant", cval=NOWHERE)
        return near


def rasterized(areas: gpd.GeoDataFrame) -> Raster:
    """The raster of `areas` (EPSG:25832); a cell belongs to the area that holds its centre."""
    west, south, east, north = areas.total_bounds
    column, row = int(west // CELL_M) - MARGIN_CELLS, int(south // CELL_M) - MARGIN_CELLS
    shape = (int(north // CELL_M) - row + MARGIN_CELLS, int(east // CELL_M) - column + MARGIN_CELLS)
    transform = Affine(CELL_M, 0, column * CELL_M, 0, -CELL_M, (row + shape[0]) * CELL_M)
    drawn = rasterize(zip(areas.geometry, range(len(areas)), strict=True), shape, fill=NOWHERE, transform=transform, dtype="int16")
    return Raster(areas, np.ascontiguousarray(drawn[::-1]), row, column)
