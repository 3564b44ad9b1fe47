"""Covered households per cell from the authority's Gitterzellen: share of the cell × households of the cell.

Null in the Gitterzellen (docs/tabellen.md): a cell with households but without a row, or whose lowest class is not reported, is
`unknown`; in a cell with its lowest class reported, a missing share is zero.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geodata.fixed.measures import AGS, CLASSES, DIRECTIONS, UNITS, rows

SOURCE_TECHNOLOGIES = {"any": "alle", "fttb_h": "ftthb", "ftth": "ftth", "fttb": "fttb", "hfc": "hfc", "fttc": "fttc", "other": "sonst"}
PERCENT_UNITS = 10_000  # hundredths of a percent in one whole
KNOWN_BY = "down_fn_{user}_alle_10"


def household_cells(table: pa.Table, households: pa.Table) -> Iterator[pa.Table]:
    """Parts of FIXED_CELLS for households, method `cells`.

    `table`: Gitterzellen as read (cell_id, ags, shares as hundredths of a percent). `households`: one row per cell and Gemeinde
    (cell_id int32, ags, units int64: ten-thousandths); where a border cuts a cell, the households on both sides follow the same share.
    """
    at = row_of(table, households["cell_id"].to_numpy())
    known = at >= 0
    known[known] &= table[KNOWN_BY.format(user="hh")].is_valid().to_numpy(zero_copy_only=False)[at[known]]
    units = households["units"].to_numpy()
    cell, ags = households["cell_id"].to_numpy(), coded(households["ags"])
    here = _Cells(at[known], units[known], cell[known], ags.filter(pa.array(known)))
    parts = _covered(table, "hh", here, {"method": "cells", "rollout": "existing", "subject": "households"})
    dark = {"method": "cells", "rollout": "existing", "subject": "households", "technology": "unknown", "direction": "down"}
    nothing = np.zeros((int((~known).sum()), len(CLASSES)), dtype=np.int64)
    yield from parts
    yield rows(dark, cell[~known], ags.filter(pa.array(~known)), units[~known], nothing)


def business_cells(table: pa.Table, user: str, subject: str) -> Iterator[pa.Table]:
    """Parts of FIXED_CELLS for businesses, method `cells_unweighted`: the source has no numbers, so each cell with one counts once."""
    known = np.flatnonzero(table[KNOWN_BY.format(user=user)].is_valid().to_numpy(zero_copy_only=False))
    units = np.full(len(known), UNITS, dtype=np.int64)
    cell, ags = table["cell_id"].to_numpy()[known], coded(table["ags"]).take(pa.array(known))
    keys = {"method": "cells_unweighted", "rollout": "existing", "subject": subject}
    yield from _covered(table, user, _Cells(known, units, cell, ags), keys)


@dataclass(frozen=True)
class _Cells:
    """Cells that count: their row in the Gitterzellen, ten-thousandths of what counts, cell and Gemeinde."""

    at: np.ndarray
    units: np.ndarray
    cell_id: np.ndarray
    ags: pa.DictionaryArray


def _covered(table: pa.Table, user: str, cells: _Cells, keys: dict[str, str]) -> Iterator[pa.Table]:
    for (technology, word), direction in product(SOURCE_TECHNOLOGIES.items(), DIRECTIONS):
        shares = np.zeros((len(cells.at), len(CLASSES)), dtype=np.int64)
        for i, mbits in enumerate(CLASSES):
            name = f"{direction}_fn_{user}_{word}_{mbits}"
            if name in table.column_names:
                shares[:, i] = pc.fill_null(table[name], 0).to_numpy()[cells.at]
        covered = (cells.units[:, None] * shares + PERCENT_UNITS // 2) // PERCENT_UNITS
        chosen = np.arange(len(cells.at)) if technology == "any" else np.flatnonzero(shares[:, 0])
        named = keys | {"technology": technology, "direction": direction}
        yield rows(named, cells.cell_id[chosen], cells.ags.take(pa.array(chosen)), cells.units[chosen], covered[chosen])


def coded(ags: pa.ChunkedArray) -> pa.DictionaryArray:
    """A column of AGS as codes."""
    whole = ags.combine_chunks()
    return whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode().cast(AGS)


def row_of(table: pa.Table, cells: np.ndarray) -> np.ndarray:
    """The row of each cell in the table; −1 where it has none."""
    own = table["cell_id"].to_numpy()
    if len(own) == 0:
        return np.full(len(cells), -1)
    order = np.argsort(own, kind="stable")
    at = np.minimum(np.searchsorted(own[order], cells), len(own) - 1)
    return np.where(own[order][at] == cells, order[at], -1)
