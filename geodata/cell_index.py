"""Which Gemeinde a point lies in: a dense array of cells for the inside, an exact test for points in border cells.

Not a spatial join of anything but points, and not the table of cells and cut pieces (cell_areas.py). The answer is the one of
`ST_Intersects` with the full polygons, point for point: a point on a border belongs to the lowest AGS, a point in none has no AGS.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely

from geodata.atomic import replaced_folder
from geodata.cell_kernels import NOWHERE, UNDECIDED, Lookup, border_cells_within, fill, find
from geodata.cell_raster import Raster, ordered, rasterise
from geodata.cells import CELL_M, COLUMNS, cell_ids, in_grid
from geodata.errors import InputError

FORMAT = "netzlage-cell-index-1"
_ARRAYS = {"cells": "int32", "starts": "int32", "candidates": "int32", "offsets": "int64", "row_starts": "int64", "edges": "float64"}


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
        easting, northing = read_only(easting, "float64"), read_only(northing, "float64")
        codes = np.empty(len(easting), "int32")
        if find(easting, northing, self.lookup, codes):
            unsure = np.flatnonzero(codes == UNDECIDED)
            codes[unsure] = self._settled(easting[unsure], northing[unsure])
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

    def _settled(self, easting: np.ndarray, northing: np.ndarray) -> np.ndarray:
        """The codes of points so close to an edge that only exact arithmetic can tell: GEOS, with the full polygons."""
        row = np.floor(northing / CELL_M).astype("int64") - self.lookup.south
        column = np.floor(easting / CELL_M).astype("int64") - self.lookup.west
        border = UNDECIDED - self.lookup.cells[row, column]
        count = self.lookup.starts[border + 1] - self.lookup.starts[border]
        point = np.repeat(np.arange(len(border)), count)
        within = np.arange(len(point)) - np.repeat(np.cumsum(count) - count, count)
        candidate = self.lookup.candidates[self.lookup.starts[border[point]] + within]
        codes = np.full(len(easting), NOWHERE, "int32")
        shapes = self._polygons.geometry.to_numpy()
        for code in np.unique(candidate):
            open_ = point[candidate == code]
            open_ = open_[codes[open_] == NOWHERE]
            shapely.prepare(shapes[code])
            codes[open_[shapely.intersects_xy(shapes[code], easting[open_], northing[open_])]] = code
        return codes


def locate_table(index: CellIndex, easting: np.ndarray, northing: np.ndarray) -> pa.Table:
    """One row for each point, in its order: cell_id (null where the point is not on the grid) and ags (dictionary; null: in no area)."""
    easting, northing = np.asarray(easting, "float64"), np.asarray(northing, "float64")
    on_grid = in_grid(easting, northing)
    numbers = cell_ids(np.where(on_grid, easting, 0.0), np.where(on_grid, northing, 0.0))
    return pa.table({"cell_id": pa.array(numbers, mask=~on_grid), "ags": index.names(index.locate(easting, northing))})


def _filled(raster: Raster) -> tuple[np.ndarray, np.ndarray]:
    """The flat cells with the lowest code in those that no edge touches, and (flat cell, code) of all that meet a border cell, sorted."""
    cells = np.full(raster.rows * raster.columns, NOWHERE, "int32")
    cells[raster.touched[:, 0]] = UNDECIDED
    code, first, last = np.ascontiguousarray(raster.runs.T)
    crossed = fill(cells, code, first, last)
    pairs = np.empty((crossed, 2), "int64")
    border_cells_within(cells, code, first, last, pairs)
    pairs = np.concatenate([raster.touched, pairs])
    return cells, pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def _fixed(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: read_only(arrays[name], kind) for name, kind in _ARRAYS.items()}


def read_only(array: np.ndarray, kind: str) -> np.ndarray:
    """A plain, contiguous, read-only view or copy: one type for the compiled loops, wherever the numbers come from."""
    found = np.ascontiguousarray(array, kind).view(np.ndarray).view()
    found.flags.writeable = False
    return found
