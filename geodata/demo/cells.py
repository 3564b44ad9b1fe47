"""Which 100 m cells of the demo are inhabited, and how densely: towns, villages and scattered farms. It places no addresses."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geodata.demo import facts
from geodata.demo.raster import CELL_M, Floats, Ints, Raster

# Zensus 2022: about 570,000 inhabited cells in the Land, more of them where people and room are.
INHABITED = 570_000
PEOPLE_POWER, ROOM_POWER = 0.62, 0.38
FULLEST = 0.62
FARMS = 0.12
VILLAGES_PER_KM2, REACH_M = 0.10, 900.0
QUARTER_CELLS = 4.0
DENSEST, FARM_WEIGHT = 4.0, 0.12
BLOCK_CELLS = 3
FEW_CELLS = 4


@dataclass(frozen=True)
class Cells:
    """Inhabited cells, sorted by Gemeinde, row, column.

    `row`, `column`: floor(northing / 100), floor(easting / 100). `gemeinde`: position in the table of Gemeinden.
    `weight`: how densely a cell is inhabited, 1 on the average of its Gemeinde's towns.
    """

    row: Ints
    column: Ints
    gemeinde: Ints
    weight: Floats


def inhabited(raster: Raster, *, scale: float, rng: np.random.Generator) -> Cells:
    """The inhabited cells: about 570,000 at scale 1; below, that fraction of each Gemeinde's, at least one.

    Whole blocks of 300 m are kept, dense and sparse ones alike, so that streets stay together.
    """
    table = facts.table("gemeinden")
    hill = raster.field(QUARTER_CELLS, rng).ravel()
    border = raster.near_border().ravel()
    flat = raster.gemeinde.ravel()
    order = np.argsort(flat, kind="stable")
    bounds = np.searchsorted(flat[order], np.arange(len(table) + 1))
    room = np.diff(bounds)
    drawn = table["households"].to_numpy("float64") ** PEOPLE_POWER * room**ROOM_POWER
    counts = np.minimum(facts.apportioned(drawn, INHABITED), (room * FULLEST).astype("int64"))
    middles = shapely.get_coordinates(raster.areas.geometry.representative_point().to_numpy())
    found = []
    for i, (point, count) in enumerate(zip(middles, counts, strict=True)):
        own = order[bounds[i] : bounds[i + 1]]
        rows, columns = np.divmod(own, raster.gemeinde.shape[1])
        at = np.stack([columns + raster.west + 0.5, rows + raster.south + 0.5]) * CELL_M
        chosen, weight = _settled(at, point, hill[own], int(count), rng)
        if scale < 1:
            kept = _sampled(rows[chosen], columns[chosen], weight, border[own[chosen]], max(1, round(len(chosen) * scale)))
            chosen, weight = chosen[kept], weight[kept]
        found.append((own[chosen], np.full(len(chosen), i), weight))
    cell, gemeinde, weight = (np.concatenate(parts) for parts in zip(*found, strict=True))
    row, column = np.divmod(cell, raster.gemeinde.shape[1])
    return Cells(row + raster.south, column + raster.west, gemeinde, weight)


def _settled(at: Floats, middle: Floats, hill: npt.NDArray[np.float32], count: int, rng: np.random.Generator) -> tuple[Ints, Floats]:
    """The `count` cells of one Gemeinde that draw most people (ascending positions), and their weights; some are lone farms."""
    east, north = at
    villages = rng.choice(len(east), min(len(east), 1 + int(len(east) / CELL_M * VILLAGES_PER_KM2)), replace=False)
    places = [(*middle, 1.0), *zip(east[villages], north[villages], rng.pareto(2.0, len(villages)) * 0.12 + 0.04, strict=True)]
    reach = REACH_M * (len(east) / 8600) ** 0.3
    drawn = np.zeros(len(east))
    for x, y, size in places:
        drawn += size * np.exp(-np.hypot(east - x, north - y) / (reach * size**0.4))
    drawn *= np.exp(0.55 * hill + rng.normal(0, 0.25, len(east)))
    farms = min(int(count * FARMS), len(east) - count)
    ranked = np.argsort(-drawn, kind="stable")
    town = ranked[: count - farms]
    weight = np.full(len(east), FARM_WEIGHT)
    weight[town] = np.clip((drawn[town] / drawn[town].mean()) ** 0.8, FARM_WEIGHT, DENSEST)
    lone = rng.choice(ranked[count - farms :], farms, replace=False)
    chosen = np.sort(np.concatenate([town, lone]))
    return chosen, weight[chosen]


def _sampled(rows: Ints, columns: Ints, weight: Floats, border: npt.NDArray[np.bool_], count: int) -> Ints:
    """Positions of `count` cells in whole blocks, drawn evenly from the densest block to the sparsest.

    Where few are wanted, none near a border: addresses there may fall away.
    """
    position = np.flatnonzero(~border) if count < FEW_CELLS and not border.all() else np.arange(len(rows))
    key = rows[position] // BLOCK_CELLS * 10_000 + columns[position] // BLOCK_CELLS
    _, block, size = np.unique(key, return_inverse=True, return_counts=True)
    dense_first = np.argsort(-np.bincount(block, weight[position]) / size, kind="stable")
    step = min(len(size), 1 + int(count / size.mean()))
    even = np.unique(((np.arange(step) + 0.5) / step * len(size)).astype("int64"))
    others = np.setdiff1d(np.arange(len(size)), even)
    turn = np.empty(len(size), dtype="int64")
    turn[dense_first[np.concatenate([even, others])]] = np.arange(len(size))
    chosen: Ints = np.sort(position[np.argsort(turn[block], kind="stable")[:count]])
    return chosen
