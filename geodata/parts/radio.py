"""The radio model in parts: strips of rows, with the terrain and the masts within reach of them. The model itself: geodata/mobile.

Strips keep the rows and columns of the whole grid, so that every coordinate is computed from the same corner and every bit is the same;
arrays have the size of the whole, but memory is taken only where a strip writes.
"""

import itertools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geodata.cells import COLUMNS
from geodata.mobile.around import surroundings
from geodata.mobile.coverage import CELLS, Modelled, served
from geodata.mobile.coverage import modelled as modelled_here
from geodata.mobile.masts import layers
from geodata.mobile.rasters import tenths
from geodata.mobile.scene import STEP_M, Air, Ground, Masts, World
from geodata.mobile.search import BLOCK, air_of
from geodata.mobile.settings import Settings
from geodata.mobile.terrain import Grid
from geodata.mobile.tiles import NONE, Work, search_block
from geodata.parts.run import over, ranges
from geodata.parts.workers import Pool

ARRAYS = ("terrain", "surface", "cells")


@dataclass(frozen=True)
class StripPart:
    """Rows of the grid, first to one before the last, for one layer; `numbers`: which masts of the layer the `masts` here are."""

    folder: str
    grid: Grid
    corner: tuple[float, float]
    rows: tuple[int, int]
    masts: Masts
    numbers: NDArray[np.int32]
    air: Air
    threads: int


@dataclass(frozen=True)
class Levels:
    """Of the wanted cells of a strip, ascending: level in tenths of a dBm and number of the mast (−1: none)."""

    tenth_dbm: NDArray[np.int16]
    mast: NDArray[np.int32]
    evaluations: int


def modelled(  # noqa: PLR0913  # as `mobile.coverage.modelled`
    antennas: pa.Table,
    ground: Ground,
    grid: Grid,
    cells: NDArray[np.int32],
    settings: Settings,
    *,
    pool: Pool,
    scratch: Path,
    threads: int = 2,
) -> Modelled:
    """What `mobile.coverage.modelled` gives; `scratch`: a folder that all workers see."""
    if pool.parts == 1:
        return modelled_here(antennas, ground, grid, cells, settings, threads=threads)
    folder = scratch / "radio"
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in zip(ARRAYS, (ground.terrain, ground.surface, cells), strict=True):
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
    air, found = air_of(settings), list(layers(antennas, ground, settings))
    strips = _strips(grid, cells, pool.parts)
    corner = (ground.west_m, ground.south_m)
    parts = [
        StripPart(str(folder.absolute()), grid, corner, rows, *within_reach(layer.masts, air, corner[1], rows), air, threads)
        for layer in found
        for rows in strips
    ]
    levels = over(pool, strip, parts)
    tables = [CELLS.empty_table()]
    for k, layer in enumerate(found):
        own = levels[k * len(strips) : (k + 1) * len(strips)]
        both = np.concatenate([part.tenth_dbm for part in own]), np.concatenate([part.mast for part in own])
        tables.append(served(layer, cells, *both, settings))
    return Modelled(pa.concat_tables(tables).unify_dictionaries(), sum(part.evaluations for part in levels))


def within_reach(masts: Masts, air: Air, south_m: float, rows: tuple[int, int]) -> tuple[Masts, NDArray[np.int32]]:
    """The masts that may reach a strip, in their order, with their sectors; and their numbers."""
    south, north = south_m + rows[0] * STEP_M, south_m + rows[1] * STEP_M
    away = np.maximum(np.maximum(south - masts.mast["northing_m"], masts.mast["northing_m"] - north), 0.0)
    numbers = np.flatnonzero(away <= air.bands["reach_m"][masts.mast["band"]]).astype("int32")
    chosen = masts.mast[numbers]
    counts = chosen["last"] - chosen["first"]
    ends = np.cumsum(counts)
    sectors = np.repeat(chosen["first"] - (ends - counts), counts) + np.arange(counts.sum())
    chosen["first"], chosen["last"] = ends - counts, ends
    return Masts(chosen, masts.sector[sectors]), numbers


def strip(part: StripPart) -> Levels:
    """The best server of the wanted cells of one strip."""
    terrain, surface, cells = (np.load(Path(part.folder) / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in ARRAYS)
    first, last = part.rows
    own = np.array(cells[slice(*np.searchsorted(cells, [(first + part.grid.row) * COLUMNS, (last + part.grid.row) * COLUMNS]))])
    row, column = np.divmod(own.astype("int64"), COLUMNS)
    places = (row - part.grid.row, column - part.grid.column)
    reach = ceil(part.air.bands["reach_m"].max() / STEP_M) + BLOCK
    around = slice(max(first - reach, 0), last + reach)
    heights = []
    for whole in (terrain, surface):
        heights.append(np.zeros(whole.shape, whole.dtype))
        heights[-1][around] = whole[around]
    work = Work(np.zeros(terrain.shape, bool), np.empty(terrain.shape), np.empty(terrain.shape, "int32"))
    work.power_dbm[first:last], work.mast[first:last], work.wanted[places] = -np.inf, NONE, True
    evaluations = _search(World(Ground(*part.corner, *heights), part.masts, part.air), work, part)
    mast = work.mast[places]
    return Levels(
        tenths(work.power_dbm[places]),
        np.where(mast >= 0, part.numbers[mast], NONE).astype("int32") if len(part.numbers) else mast,
        evaluations,
    )


def _search(world: World, work: Work, part: StripPart) -> int:
    """Fill the strip block by block, the blocks of the whole grid."""
    first, last = part.rows
    around, columns = surroundings(part.air), work.wanted.shape[1]
    windows = [
        np.array([row, min(row + BLOCK, last), column, min(column + BLOCK, columns)])
        for row in range(first, last, BLOCK)
        for column in range(0, columns, BLOCK)
        if work.wanted[row : row + BLOCK, column : column + BLOCK].any()
    ]
    with ThreadPoolExecutor(part.threads) as pool:
        return sum(pool.map(lambda window: search_block(world, around, window, work), windows))


def _strips(grid: Grid, cells: NDArray[np.int32], parts: int) -> list[tuple[int, int]]:
    """Whole rows of blocks with about as many wanted cells each; together all rows of the grid."""
    rows = grid.shape[0]
    block = (cells // COLUMNS - grid.row) // BLOCK
    ends = sorted({int(block[last - 1]) + 1 for _, last in ranges(len(cells), parts)} | {ceil(rows / BLOCK)})
    edges = [0, *(min(end * BLOCK, rows) for end in ends)]
    return [(a, b) for a, b in itertools.pairwise(edges) if b > a]
