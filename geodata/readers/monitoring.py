"""The grid of the Mobilfunk-Monitoring: how many operators reach each 100 m cell, by technology. It knows counts, never which operator.

The bytes are read in `monitoring_file`; shares are made in `mobile_cells`.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pyarrow as pa

from geodata.cells import COLUMNS
from geodata.errors import InputError
from geodata.readers.bulk import bulk_notes
from geodata.readers.monitoring_file import REFUSED, Grid, Scan, read_grid, scanned
from geodata.readers.monitoring_kernels import UNREAD
from geodata.readers.monitoring_lines import Area
from geodata.reading import Ledger, Notes, Snapshot, join_notes
from geodata.session import Limits
from geodata.zip_member import unpacked

# What a column of the table takes from the file; of two columns the larger count.
OPERATORS = {
    "operators_2g": (("2g",),),
    "operators_3g": (("3g",),),
    "operators_4g": (("4g",),),
    "operators_5g": (("5g",), ("5g_part", "5g_dss"), ("5g_part",)),
    "operators_5g_nsa_sa": (("5g_nsa_sa",),),
    "operators_5g_sa": (("5g_sa",),),
}
CELLS = pa.schema(
    [("cell_id", pa.int32()), *((name, pa.int8()) for name in OPERATORS), ("edition_max", pa.int8()), ("is_5g_total", pa.bool_())]
)


def read(snapshots: Sequence[Snapshot], *, land_cells: pa.Table, limits: Limits, scan: Scan | None = None) -> tuple[pa.Table, Notes]:
    """The cells of the Land, sorted by `cell_id`, in the schema `CELLS`; `land_cells` has a column `cell_id`, which may repeat.

    `operators_…` is null where the edition lacks the technology, or the field is empty. `edition_max`: 3 where the three established
    operators were counted, 4 where 1&1 may be among them. `is_5g_total`: false where the edition has no count of operators with any 5G;
    then `operators_5g` is the larger of its two counts, a lower bound that is exact only for "none". A readable row of another Land counts
    as outside the area. Of equal rows of a cell the first counts, of differing ones none. Zipped or not, one edition or one file per Land.
    `scan`: what scans the lines of a file, without it threads of this process. Raises InputError for what is no such grid, and for a file
    without any cell of the Land.
    """
    if not snapshots:
        return CELLS.empty_table(), join_notes([])
    area = Area.of(land_cells["cell_id"].to_numpy())
    cells = int(area.mask.sum())
    taken = np.empty(0, np.int32)
    tables, notes = [], []
    for snapshot in snapshots:
        ledger = Ledger(snapshot)
        with unpacked(snapshot.path, ".csv") as path:
            grid = read_grid(path, ledger, area, scan=scan or partial(scanned, threads=limits.threads))
        keep, repeats = _once(grid, taken)
        if not len(grid.cells):
            raise InputError("monitoring_elsewhere", file=snapshot.path.name, found=grid.read - len(grid.refused), expected=_frame(area))
        ledger.accepted = int(keep.sum())
        ledger.outside_area = grid.read - len(grid.refused) - len(grid.cells)
        table = _table(grid, keep, ledger)
        taken = np.concatenate([taken, table["cell_id"].to_numpy()])
        tables.append(table)
        refused = pa.Table.from_pylist([dict(zip(REFUSED.names, r, strict=True)) for r in [*grid.refused, *repeats]], schema=REFUSED)
        if snapshot is snapshots[-1] and len(taken) < cells:
            ledger.warn("monitoring_cells_absent", amount=float(cells - len(taken)), count=cells)
        expected = {"monitoring_field_count": len(grid.edition.names), "not_an_operator_count": grid.edition.expected()}
        notes.append(bulk_notes(ledger, refused, expected=expected))
    whole = pa.concat_tables([CELLS.empty_table(), *tables])
    return (whole.sort_by("cell_id") if len(tables) > 1 else whole.combine_chunks()), join_notes(notes)


def _table(grid: Grid, keep: np.ndarray, ledger: Ledger) -> pa.Table:
    """The kept rows, sorted by cell; a warning for each column without any figure."""
    order = np.flatnonzero(keep)
    if not (np.diff(grid.cells[order]) > 0).all():
        order = order[np.argsort(grid.cells[order], kind="stable")]
    position = {meaning: i for i, meaning in enumerate(grid.edition.counts)}
    for meaning, i in position.items():
        if len(order) and (grid.counts[order, i] == UNREAD).all():
            ledger.warn("column_empty", column=grid.edition.names[grid.edition.counts[meaning]], amount=float(len(order)))
    columns: list[pa.Array] = [pa.array(grid.cells[order], pa.int32())]
    for choices in OPERATORS.values():
        parts = next((c for c in choices if set(c) <= set(position)), ())
        if parts:
            counted = np.maximum.reduce([grid.counts[order, position[p]] for p in parts])
            columns.append(pa.array(counted, pa.int8(), mask=counted == UNREAD))
        else:
            columns.append(pa.nulls(len(order), pa.int8()))
    columns.append(pa.array(np.full(len(order), grid.edition.highest, np.int8)))
    columns.append(pa.repeat(pa.scalar("5g" in position), len(order)))
    return pa.table(columns, schema=CELLS)


def _once(grid: Grid, taken: np.ndarray) -> tuple[np.ndarray, list[tuple[int, str, str, str]]]:
    """Which rows stay, and the ones that repeat a cell: of this file, or of an earlier one."""
    keep = np.ones(len(grid.cells), dtype=bool)
    refused: list[tuple[int, str, str, str]] = []
    if not (np.diff(grid.cells) > 0).all():
        order = np.argsort(grid.cells, kind="stable")
        begins = np.flatnonzero(np.r_[True, np.diff(grid.cells[order]) != 0])
        sizes = np.diff(np.r_[begins, len(order)])
        for begin, size in zip(begins[sizes > 1], sizes[sizes > 1], strict=True):
            members = order[begin : begin + size]
            same = bool((grid.counts[members] == grid.counts[members[0]]).all())
            gone = members[1:] if same else members
            keep[gone] = False
            refused += [_repeat(grid, int(i), "duplicate_cell" if same else "contradicting_cell") for i in gone]
    again = np.flatnonzero(np.isin(grid.cells, taken) & keep) if len(taken) else ()
    for i in again:
        keep[i] = False
        refused.append(_repeat(grid, int(i), "duplicate_cell"))
    return keep, refused


def _repeat(grid: Grid, at: int, reason: str) -> tuple[int, str, str, str]:
    cell = int(grid.cells[at])
    return int(grid.rows[at]), "id", f"100mN{cell // COLUMNS}E{cell % COLUMNS:04d}", reason


def _frame(area: Area) -> str:
    """The keys of the south-west and the north-east cell of the Land's frame."""
    (row, column), (rows, columns) = area.corner.tolist(), area.mask.shape
    return f"100mN{row}E{column:04d} – 100mN{row + rows - 1}E{column + columns - 1:04d}" if rows else "–"
