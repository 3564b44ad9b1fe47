"""The best server of each cell, exactly: blocks of cells on some threads. Not the loops themselves: tiles.py."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geodata.mobile.around import surroundings
from geodata.mobile.refractivity import DELTA_N, SEA_LEVEL_N0
from geodata.mobile.scene import BAND, Air, Floats, Ground, Masts, Whole, World
from geodata.mobile.settings import Settings
from geodata.mobile.tiles import NONE, Work, brute_block, search_block

BLOCK = 64  # cells on a side: a unit of work
CLUTTERED_M = 100.0  # a clutter height far above the receiver: the whole standard deviation
Search = Callable[[World, Whole, Work], int]


@dataclass(frozen=True)
class Best:
    """Per cell (row 0 is the south) the RSRP in dBm, minus infinity where no mast is in reach, and the mast's number there, else -1.

    `evaluations` counts the path losses computed over a whole profile.
    """

    power_dbm: Floats
    mast: NDArray[np.int32]
    evaluations: int


def air_of(settings: Settings) -> Air:
    """The settings as the compiled loops take them; bands in the order of the settings."""
    here, bands = settings.receiver, list(settings.bands.items())
    return Air(
        here.height_m,
        here.time_percent,
        here.location_percent,
        DELTA_N,
        SEA_LEVEL_N0,
        np.array([(band.frequency_ghz, 1000.0 * band.reach_km, settings.sigma_db(name, CLUTTERED_M)) for name, band in bands], BAND),
    )


def best_server(ground: Ground, masts: Masts, air: Air, wanted: NDArray[np.bool_], *, threads: int = 2) -> Best:
    """The strongest mast of each wanted cell, without computing what cannot win. The same bits for any number of threads."""
    around = surroundings(air)
    return _run(lambda world, window, work: search_block(world, around, window, work), World(ground, masts, air), wanted, threads)


def brute_force(ground: Ground, masts: Masts, air: Air, wanted: NDArray[np.bool_], *, threads: int = 2) -> Best:
    """The same, with every mast in reach evaluated: what the search is held against."""
    return _run(brute_block, World(ground, masts, air), wanted, threads)


def _run(search: Search, world: World, wanted: NDArray[np.bool_], threads: int) -> Best:
    work = Work(wanted, np.full(wanted.shape, -np.inf), np.full(wanted.shape, NONE, "int32"))
    rows, columns = wanted.shape
    windows = [
        np.array([row, min(row + BLOCK, rows), column, min(column + BLOCK, columns)])
        for row in range(0, rows, BLOCK)
        for column in range(0, columns, BLOCK)
        if wanted[row : row + BLOCK, column : column + BLOCK].any()
    ]
    with ThreadPoolExecutor(threads) as pool:
        evaluations = sum(pool.map(lambda window: search(world, window, work), windows))
    return Best(work.power_dbm, work.mast, evaluations)
