"""The compiled loop of zonal sums by cell: one walk along cells in ascending order, no search and no geometry. It knows no technology."""

import numpy as np
from numba import njit

ABSENT = -1  # a cell without a row, or without a figure
SLOTS = 6  # ABSENT and 0 to 4 operators


@njit(cache=True, nogil=True)
def zonal_sums(
    places: np.ndarray, zones: np.ndarray, amounts: np.ndarray, cells: np.ndarray, values: np.ndarray
) -> np.ndarray:  # fmt: skip
    """Per zone, column of `values` and value + 1: the sum of the amounts, and the number of places.

    `places` (cell_id, ascending, may repeat), `zones` (from 0) and `amounts` belong together, as do `cells` (ascending, each once) and
    `values` (one row per cell; ABSENT to SLOTS - 2). A place whose cell has no row counts under ABSENT.
    """
    sums = np.zeros((zones.max() + 1 if len(zones) else 0, values.shape[1], SLOTS, 2), np.int64)
    at = 0
    for i in range(len(places)):
        while at < len(cells) and cells[at] < places[i]:
            at += 1
        found = at < len(cells) and cells[at] == places[i]
        for j in range(values.shape[1]):
            slot = values[at, j] + 1 if found else ABSENT + 1
            sums[zones[i], j, slot, 0] += amounts[i]
            sums[zones[i], j, slot, 1] += 1
    return sums
