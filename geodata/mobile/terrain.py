"""The ground of the model on the 100 m cells: heights from any GeoTIFF, window by window, in any CRS. Not what stands on it: surface.py."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import rasterio
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError
from rasterio.enums import Resampling
from rasterio.errors import RasterioError
from rasterio.transform import Affine
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window
from scipy import ndimage

from geodata.cells import CELL_M, COLUMNS
from geodata.errors import InputError
from geodata.reading import Ledger, Notes, Snapshot, join_notes

CRS_CELLS = "EPSG:25832"
CHUNK = 512  # rows and columns read at once
HIGHEST_M, LOWEST_M = 9000.0, -500.0  # what lies outside is no height in metres
Heights = NDArray[np.float32]


@dataclass(frozen=True)
class Grid:
    """A rectangle of cells in EPSG:25832: the south-west corner in whole cells, and its size. Row 0 is the south."""

    row: int
    column: int
    rows: int
    columns: int

    @classmethod
    def around(cls, cells: NDArray[np.int32], margin_m: float) -> "Grid":
        """The rectangle of some cells (cell_id) and a margin: as far as a path may reach."""
        row, column = np.divmod(np.asarray(cells, "int64"), COLUMNS)
        wide = int(-(-margin_m // CELL_M)) + 1
        south, west = int(row.min()) - wide, int(column.min()) - wide
        return cls(south, west, int(row.max()) + wide + 1 - south, int(column.max()) + wide + 1 - west)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows, self.columns

    def places(self, cells: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows and columns of cells in the grid."""
        row, column = np.divmod(np.asarray(cells, "int64"), COLUMNS)
        return row - self.row, column - self.column

    def mask(self, cells: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Which cells of the grid are among `cells`."""
        found = np.zeros(self.shape, dtype=bool)
        found[self.places(cells)] = True
        return found

    def transform(self) -> Affine:
        """The transform of a raster of the grid whose first row is the north."""
        return Affine(CELL_M, 0, self.column * CELL_M, 0, -CELL_M, (self.row + self.rows) * CELL_M)


def read_terrain(
    snapshots: Sequence[Snapshot], grid: Grid, *, sites: NDArray[np.bool_], needed: NDArray[np.bool_], missing: str
) -> tuple[Heights, Notes]:
    """Heights in m above sea level per cell, without gaps; of several files the first that has a height counts.

    A cell takes the mean of the file's pixels in it, or, where the file is coarser, the bilinear value at its centre. The option `crs` of
    a snapshot stands in for a file without one. `read` of the accounting counts files. `sites` and `needed` are cells of the grid; where
    one of them has no height, `missing` = error raises InputError, and flat takes the nearest known height (with no file at all, sea
    level): what remains of the loss is free space, the curve of the earth, and clutter. That is counted in the warnings.
    """
    heights = np.full(grid.shape, np.nan, "float32")
    for snapshot in snapshots:
        _add(heights, grid, snapshot)
    gaps = np.isnan(heights)
    cells, masts = int((gaps & needed).sum()), int((gaps & sites).sum())
    if missing == "error" and (cells or masts):
        raise InputError("terrain_missing", cells=cells, sites=masts)
    notes = []
    for snapshot in snapshots:
        ledger = Ledger(snapshot, read=1, accepted=1)
        if (cells or masts) and snapshot is snapshots[-1]:
            ledger.warn("terrain_flat", amount=float(cells), sites=masts)
        notes.append(ledger.close())
    return _closed(heights, gaps), join_notes(notes)


def _closed(heights: Heights, gaps: NDArray[np.bool_]) -> Heights:
    if gaps.all():
        return np.zeros_like(heights)
    if not gaps.any():
        return heights
    row, column = ndimage.distance_transform_edt(gaps, return_distances=False, return_indices=True)
    return np.ascontiguousarray(heights[row, column])


def _add(heights: Heights, grid: Grid, snapshot: Snapshot) -> None:
    name = snapshot.path.name
    try:
        with rasterio.open(snapshot.path) as file:
            crs = _crs(file.crs, snapshot)
            options = {
                "src_crs": crs, "crs": CRS_CELLS, "transform": grid.transform(), "height": grid.rows, "width": grid.columns,
                "resampling": _resampling(file, crs), "dtype": "float32", "nodata": np.nan, "src_nodata": file.nodata,
            }  # fmt: skip
            with WarpedVRT(file, **options) as warped:
                for top in range(0, grid.rows, CHUNK):
                    for left in range(0, grid.columns, CHUNK):
                        window = Window(left, top, min(CHUNK, grid.columns - left), min(CHUNK, grid.rows - top))
                        _fill(heights, warped.read(1, window=window), grid.rows - top, left)
    except (RasterioError, OSError, ValueError) as error:
        raise InputError("terrain_unreadable", file=name, found=str(error).replace(str(snapshot.path), name) or "–") from error


def _fill(heights: Heights, part: Heights, above: int, left: int) -> None:
    """Put a window whose first row is the north into the gaps; `above` is the row of `heights` north of it."""
    part = np.where((part > LOWEST_M) & (part < HIGHEST_M), part, np.nan)[::-1]
    here = heights[above - part.shape[0] : above, left : left + part.shape[1]]
    here[...] = np.where(np.isnan(here), part, here)


def _crs(own: object, snapshot: Snapshot) -> str:
    found = snapshot.options.get("crs") or (own.to_wkt() if own else None)  # type: ignore[attr-defined]
    if not found:
        raise InputError("terrain_without_crs", file=snapshot.path.name)
    try:
        return CRS.from_user_input(found).to_wkt()
    except CRSError as error:
        raise InputError("terrain_unreadable", file=snapshot.path.name, found=str(found)) from error


def _resampling(file: "rasterio.DatasetReader", crs: str) -> Resampling:
    """The mean where pixels are finer than cells."""
    metres = 111_320.0 if CRS.from_wkt(crs).is_geographic else 1.0
    return Resampling.average if max(map(abs, file.res)) * metres < CELL_M else Resampling.bilinear
