"""Which Gemeinde a point lies in: a dense array of cells for the inside, an exact test for points in border cells.

Not a spatial join of anything but points, and not the table of cells and cut pieces (cell_areas.py). The answer is the one of
`ST_Intersects` with the full polygons, point for point: a point on a border belongs to the lowest AGS, a point in none has no AGS.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely

from geodata.atomic import replaced_folder
from geodata.cell_raster import Raster, ordered, rasterise
from geodata.cell_sides import INSIDE, OUTSIDE, expanded, sides
from geodata.cells import CELL_M, COLUMNS, cell_ids, in_grid
from geodata.errors import InputError

FORMAT = "netzlage-cell-index-1"
NOWHERE, UNDECIDED = -1, -2  # codes below the areas': in none; not told by the cell
BLOCK = 1 << 15  # points looked up at once: their arrays stay in the cache
_ONE_AT_A_TIME = Lock()
_ARRAYS = {"cells": "int32", "starts": "int32", "candidates": "int32", "offsets": "int64", "row_starts": "int64", "edges": "float64"}


class Lookup(NamedTuple):
    """The arrays of an index; rows and columns counted from the cell (`west`, `south`).

    `cells[row, column]`: the code of the area that fills the cell, -1 for outside, -2 - k for the k-th border cell.
    `candidates[starts[k]:starts[k + 1]]`: the codes that the k-th border cell may belong to, ascending.
    `edges[row_starts[b]:row_starts[b + 1]]` with b = `offsets[code] + row`: the edges of an area in a row.
    """

    west: int
    south: int
    cells: np.ndarray
    starts: np.ndarray
    candidates: np.ndarray
    offsets: np.ndarray
    row_starts: np.ndarray
    edges: np.ndarray


@dataclass(frozen=True)
class CellIndex:
    """The areas of one boundary edition on the 100 m grid. A code is the position of an AGS in `ags`, ascending; -1 is outside.

    `areas` (ags, geometry) holds the full polygons, or the file they lie in: few points ever need them.
    """

    ags: pa.StringArray
    lookup: Lookup
    areas: gpd.GeoDataFrame | Path

    @classmethod
    def build(cls, areas: gpd.GeoDataFrame) -> "CellIndex":
        """The index of areas with the columns ags and geometry (EPSG:25832); raises InputError where they cannot be used."""
        found = ordered(areas)
        raster = rasterise(found.geometry.to_numpy())
        cells, pairs = _filled(raster)
        border, starts = np.unique(pairs[:, 0], return_index=True)
        cells[border] = UNDECIDED - np.arange(len(border), dtype="int32")
        arrays = {
            "cells": cells.reshape(raster.rows, raster.columns),
            "starts": np.append(starts, len(pairs)),
            "candidates": pairs[:, 1],
            "offsets": raster.offsets,
            "row_starts": raster.row_starts,
            "edges": raster.edges,
        }
        return cls(pa.array(found["ags"], pa.string()), Lookup(raster.west, raster.south, **_fixed(arrays)), found)

    def save(self, folder: Path) -> None:
        """Write the index as a folder of .npy files, a JSON head and the polygons in GeoParquet; whole or not at all."""
        with replaced_folder(folder) as part:
            for name in _ARRAYS:
                np.save(part / f"{name}.npy", getattr(self.lookup, name), allow_pickle=False)
            self._polygons.to_parquet(part / "areas.parquet", index=False, compression="zstd", schema_version="1.1.0")
            head = {"format": FORMAT, "west": self.lookup.west, "south": self.lookup.south, "ags": self.ags.to_pylist()}
            (part / "index.json").write_text(json.dumps(head, indent=1), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "CellIndex":
        """The index in a folder, its arrays mapped into memory and shared between processes.

        Raises InputError where the folder is absent, incomplete or of another format.
        """
        try:
            head = json.loads((folder / "index.json").read_text("utf-8"))
            if head["format"] != FORMAT:
                raise InputError("cell_index_unreadable", folder=folder, found=head["format"])
            mapped = {name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in _ARRAYS}
            lookup = Lookup(int(head["west"]), int(head["south"]), **_fixed(mapped))
            return cls(pa.array(head["ags"], pa.string()), lookup, folder / "areas.parquet")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError("cell_index_unreadable", folder=folder, found=str(error)) from error

    def locate(self, easting: np.ndarray, northing: np.ndarray) -> np.ndarray:
        """The int32 code of each point (metres, EPSG:25832; float64 without a number is outside)."""
        easting, northing = np.asarray(easting, "float64"), np.asarray(northing, "float64")
        codes = np.empty(len(easting), "int32")
        for at in range(0, len(codes), BLOCK):
            part = slice(at, at + BLOCK)
            self._find(easting[part], northing[part], codes[part])
        return codes

    def cells_table(self) -> pa.Table:
        """One row for each cell of the areas, sorted: cell_id, ags (null: a border runs through the cell), is_border.

        To be registered with DuckDB; what cannot be said of a border cell is said by `core_area_cells`.
        """
        cells = self.lookup.cells
        row, column = np.nonzero(cells != NOWHERE)
        codes = cells[row, column]
        number = ((row + self.lookup.south) * COLUMNS + column + self.lookup.west).astype("int32")
        return pa.table({"cell_id": number, "ags": self.names(codes), "is_border": codes < NOWHERE})

    def names(self, codes: np.ndarray) -> pa.DictionaryArray:
        """The AGS of each code, null for -1 and below."""
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), self.ags)

    @cached_property
    def _polygons(self) -> gpd.GeoDataFrame:
        return gpd.read_parquet(self.areas) if isinstance(self.areas, Path) else self.areas

    def _find(self, x: np.ndarray, y: np.ndarray, codes: np.ndarray) -> None:
        rows, columns = self.lookup.cells.shape
        row, column = np.floor(y / CELL_M) - self.lookup.south, np.floor(x / CELL_M) - self.lookup.west
        # A point without a number (NaN) makes the comparisons with least and greatest fail too.
        if not (row.min() >= 0 and row.max() < rows and column.min() >= 0 and column.max() < columns):
            within = np.flatnonzero((row >= 0) & (row < rows) & (column >= 0) & (column < columns))
            codes[:] = NOWHERE
            if len(within):
                inner = np.empty(len(within), "int32")
                self._find(x[within], y[within], inner)
                codes[within] = inner
            return
        flat = (row * columns + column).astype("int64")
        self.lookup.cells.reshape(-1).take(flat, out=codes, mode="clip")
        border = np.flatnonzero(codes < NOWHERE)
        if len(border):
            codes[border] = self._by_edges(x[border], y[border], flat[border] // columns, UNDECIDED - codes[border])

    def _by_edges(self, x: np.ndarray, y: np.ndarray, row: np.ndarray, border: np.ndarray) -> np.ndarray:
        """The codes of points in the border cells `border`."""
        look = self.lookup
        at, pair = expanded(look.starts[border], look.starts[border + 1])
        candidate = look.candidates[pair]
        bucket = look.offsets[candidate] + row[at]
        place = sides(x[at], y[at], look.edges, look.row_starts[bucket], look.row_starts[bucket + 1])
        met = np.flatnonzero(place != OUTSIDE)
        points, first = np.unique(at[met], return_index=True)  # the first candidate is the lowest
        first = met[first]
        codes = np.full(len(x), NOWHERE, "int32")
        codes[points] = np.where(place[first] == INSIDE, candidate[first], UNDECIDED)
        unsure = codes == UNDECIDED
        if unsure.any():
            left = unsure[at]
            codes[unsure] = self._by_polygons(x[unsure], y[unsure], (np.cumsum(unsure) - 1)[at[left]], candidate[left])
        return codes

    def _by_polygons(self, x: np.ndarray, y: np.ndarray, at: np.ndarray, candidate: np.ndarray) -> np.ndarray:
        """The codes of points so close to an edge that only exact arithmetic can tell: GEOS, with the full polygons."""
        codes = np.full(len(x), NOWHERE, "int32")
        with _ONE_AT_A_TIME:  # GEOS fills in a prepared polygon on first use
            shapes = self._polygons.geometry.to_numpy()
            for code in np.unique(candidate):
                open_ = at[candidate == code]
                open_ = open_[codes[open_] == NOWHERE]
                shapely.prepare(shapes[code])
                codes[open_[shapely.intersects_xy(shapes[code], x[open_], y[open_])]] = code
        return codes


def locate_table(index: CellIndex, easting: np.ndarray, northing: np.ndarray) -> pa.Table:
    """One row for each point, in its order: cell_id (null where the point is not on the grid) and ags (dictionary; null: in no area)."""
    easting, northing = np.asarray(easting, "float64"), np.asarray(northing, "float64")
    on_grid = in_grid(easting, northing)
    numbers = cell_ids(np.where(on_grid, easting, 0.0), np.where(on_grid, northing, 0.0))
    return pa.table({"cell_id": pa.array(numbers, mask=~on_grid), "ags": index.names(index.locate(easting, northing))})


def _filled(raster: Raster) -> tuple[np.ndarray, np.ndarray]:
    """The flat cells with the lowest code in those that no edge touches, and (flat cell, code) of all that meet a border cell, sorted."""
    whole, crossed = raster.inner()
    cells = np.full(raster.rows * raster.columns, NOWHERE, "int32")
    # Runs are by code: written from the last to the first, the lowest code of areas that overlap stays.
    cells[whole[::-1, 0]] = whole[::-1, 1]
    pairs = np.concatenate([raster.touched, crossed])
    return cells, pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def _fixed(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Plain, contiguous arrays that nobody may write into, whether built or mapped."""
    found = {name: np.ascontiguousarray(arrays[name], kind).view(np.ndarray).view() for name, kind in _ARRAYS.items()}
    for array in found.values():
        array.flags.writeable = False
    return found
