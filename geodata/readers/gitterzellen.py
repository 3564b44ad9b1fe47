"""Gitterzellen of the Breitbandatlas: for each 100 m cell the shares of its households and businesses, by technology and class.

The cells carry shares only: how many households lie in one is not known here. Geometry is not read, the key of a cell says where it lies.
"""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geodata.errors import InputError
from geodata.readers.gitterzellen_file import Layer, batches, check_cells, count_rows, open_layer, text_among_numbers
from geodata.readers.gitterzellen_values import Shares
from geodata.readers.refusals import refuse_rows
from geodata.reading import Ledger, Notes, Snapshot, join_notes
from geodata.zip_member import unpacked

DIRECTIONS = ("down", "up")
USERS = ("hh", "gew", "gwg")
TECHNOLOGIES = ("alle", "ftthb", "ftth", "fttb", "fttc", "hfc", "sonst")
CLASSES = (10, 16, 30, 50, 100, 200, 400, 1000)
ANY, LOWEST = "alle", CLASSES[0]
KEY_COLUMNS = ("raster_id", "ags")
REQUIRED = (*KEY_COLUMNS, *(f"down_fn_hh_{t}_1000" for t in ("alle", "ftthb", "hfc")), f"down_fn_hh_{ANY}_{LOWEST}")
IGNORED = re.compile(r"id|fid|raster_rowid|(down|up)_mf_\w+")
# Cells of Germany in EPSG:25832: hundreds of metres, with room on every side.
NORTHINGS, EASTINGS = (52_000, 61_999), (2_000, 9_999)
AGS_DIGITS = 8
NAMED = 12


def read(snapshots: Sequence[Snapshot], *, land: str, users: Sequence[str] = USERS) -> tuple[pa.Table, Notes]:
    """The cells of one Land, sorted by `cell_id`: `cell_id` int32, `ags` string, and every fixed-line column of `users` under its own name.

    Shares are int32 hundredths of a percent (77.14 → 7714); null where the publisher reports none (`filled` says what that means). All
    columns of the official form are there; one that the file lacks is null throughout. Rows of other Länder count as outside the area.
    `row` in quarantine is the row id of the GeoPackage. Zipped or not. Raises InputError for a file that is not such a grid.
    """
    names = share_columns(users)
    taken = np.empty(0, dtype="int32")
    tables, notes = [], []
    for snapshot in snapshots:
        ledger = Ledger(snapshot)
        with unpacked(snapshot.path, ".gpkg") as path:
            table = _read_one(open_layer(path, ledger), ledger, land, names, taken)
        taken = np.concatenate([taken, table["cell_id"].to_numpy()])
        tables.append(table)
        notes.append(ledger.close())
    if len(tables) == 1:
        return tables[0], join_notes(notes)
    whole = pa.concat_tables([schema(users).empty_table(), *tables])
    return whole.sort_by("cell_id"), join_notes(notes)


def share_columns(users: Sequence[str] = USERS) -> tuple[str, ...]:
    """The fixed-line columns of the official form for `users` (`hh` households, `gew` businesses, `gwg` businesses in Gewerbegebiete)."""
    return tuple(f"{d}_fn_{u}_{t}_{c}" for d in DIRECTIONS for u in users for t in TECHNOLOGIES for c in CLASSES)


def schema(users: Sequence[str] = USERS) -> pa.Schema:
    """The schema of what `read` gives."""
    return pa.schema([("cell_id", pa.int32()), ("ags", pa.string()), *((n, pa.int32()) for n in share_columns(users))])


def filled(table: pa.Table) -> pa.Table:
    """The table of `read` with 0 for each null that means "none at this speed"; a null that means "none reported" stays null.

    A cell reports for a direction and a group of users where its lowest class over all technologies is filled (`down_fn_hh_alle_10`),
    and for a technology also where the lowest class of that technology is. Where it reports, a null class is 0 percent. Where it does
    not, nobody said anything: null. A cell without a row is no data either, and no function can see it.
    """
    columns = []
    for name in table.column_names:
        column = table[name]
        group, _, mbits = name.rpartition("_")
        if mbits.isdigit() and column.null_count:
            lowest = {f"{group}_{LOWEST}", f"{group.rpartition('_')[0]}_{ANY}_{LOWEST}"} & set(table.column_names)
            for reported in sorted(lowest):
                column = pc.if_else(pc.and_(pc.is_null(column), pc.is_valid(table[reported])), pa.scalar(0, pa.int32()), column)
        columns.append(column)
    return pa.table(columns, names=table.column_names)


@dataclass(frozen=True)
class _Rows:
    """The rows of one file that were read: row ids, cells (0 for what is no key), AGS as it stands there, shares."""

    ids: np.ndarray
    cells: np.ndarray
    ags: pa.ChunkedArray
    shares: Shares


def _read_one(layer: Layer, ledger: Ledger, land: str, names: tuple[str, ...], taken: np.ndarray) -> pa.Table:
    present = [n for n in names if n in layer.columns]
    _check_columns(layer, ledger, names)
    everything, selected = count_rows(layer, land)
    if not everything:
        raise InputError("file_without_records", file=layer.file)
    check_cells(layer, land, ledger)
    ledger.read, ledger.outside_area = everything, everything - selected
    with ThreadPoolExecutor(max_workers=1) as beside:
        texts = beside.submit(text_among_numbers, layer, land, [n for n in present if n in layer.numbers])
        rows = _streamed(layer, ledger, land, Shares(present, selected))
        keep = _refuse(ledger, layer, rows, texts.result())
    keep &= _refuse_repeated(ledger, rows, keep, taken)
    ledger.accepted = int(keep.sum())
    rows.shares.warn(ledger)
    order = np.flatnonzero(keep)
    order = order[np.argsort(rows.cells[order], kind="stable")]
    as_it_came = bool(np.array_equal(order, np.arange(selected)))
    columns = [pa.array(rows.cells[order], pa.int32()), rows.ags.take(pa.array(order)).combine_chunks()]
    columns += [rows.shares.release(n, None if as_it_came else order) if n in present else pa.nulls(len(order), pa.int32()) for n in names]
    return pa.table(columns, names=["cell_id", "ags", *names])


def _streamed(layer: Layer, ledger: Ledger, land: str, shares: Shares) -> _Rows:
    """All rows of the Land; InputError where fewer or more come than were counted, for GDAL stops at a torn page without a word."""
    ids, cells, ags = [np.empty(0, "int64")], [np.empty(0, "int32")], []
    for batch in batches(layer, land, [*KEY_COLUMNS, *shares.names], ledger):
        # Copies: whatever still points into a batch keeps all its columns alive.
        ids.append(np.array(batch.column(0)))
        cells.append(_cell_ids(batch.column("raster_id")))
        ags.append(pc.fill_null(batch.column("ags").cast(pa.string()), "").dictionary_encode().cast(pa.string()))
        if shares.rows + batch.num_rows > shares.expected:
            break
        shares.add(batch)
    found = sum(map(len, ids))
    if found != shares.expected:
        raise InputError("geodata_cut_off", file=layer.file, found=f"{found} Zeilen / rows", expected=f"{shares.expected} Zeilen / rows")
    return _Rows(np.concatenate(ids), np.concatenate(cells), pa.chunked_array(ags, pa.string()), shares)


def _check_columns(layer: Layer, ledger: Ledger, names: tuple[str, ...]) -> None:
    missing = [c for c in REQUIRED if c not in layer.columns]
    if missing:
        raise InputError("column_missing", file=layer.file, found=", ".join(layer.columns[:NAMED]), expected=", ".join(missing))
    known = {*KEY_COLUMNS, *share_columns()}
    unknown = [c for c in layer.columns if c not in known and not IGNORED.fullmatch(c)]
    absent = [n for n in names if n not in layer.columns]
    for code, columns in (("columns_unknown", unknown), ("columns_absent", absent)):
        if columns:
            ledger.warn(code, amount=float(len(columns)), count=len(columns), columns=", ".join(columns))
    date = re.search(r"(\d{4})(\d{2})(\d{2})$", layer.name)
    if date and ledger.snapshot.stand not in {None, "-".join(date.groups())}:
        ledger.warn("stand_in_name", found=layer.name, expected=ledger.snapshot.stand)


def _cell_ids(keys: pa.Array) -> np.ndarray:
    """The integer keys of raster_id; 0 for what is no key of a cell in Germany."""
    text = keys.cast(pa.string())
    good = pc.fill_null(pc.match_substring_regex(text, r"^100mN[0-9]{5}E[0-9]{4}$"), fill_value=False)
    text = pc.if_else(good, text, "100mN00000E0000")
    north = pc.utf8_slice_codeunits(text, 5, 10).cast(pa.int32()).to_numpy(zero_copy_only=False)
    east = pc.utf8_slice_codeunits(text, 11, 15).cast(pa.int32()).to_numpy(zero_copy_only=False)
    inside = (north >= NORTHINGS[0]) & (north <= NORTHINGS[1]) & (east >= EASTINGS[0]) & (east <= EASTINGS[1])
    return np.where(inside, north * 10_000 + east, 0).astype("int32")


def _refuse(ledger: Ledger, layer: Layer, rows: _Rows, texts: dict[int, tuple[str, str]]) -> np.ndarray:
    """Quarantine the rows that cannot be read, each once and for its first fault; the rows that stay, as a mask."""
    good_ags = pc.match_substring_regex(rows.ags, "^[0-9]{8}$").to_numpy().astype(bool)
    faults: list[tuple[str, np.ndarray, dict[int, tuple[str, str]]]] = [("not_an_ags", ~good_ags, {}), ("not_a_cell", rows.cells == 0, {})]
    for reason, found in (("not_a_number", rows.shares.no_numbers), ("share_out_of_range", rows.shares.out_of_range)):
        at = np.fromiter(found, dtype="int64", count=len(found))
        faults.append((reason, np.isin(np.arange(len(rows.ids)), at), {int(rows.ids[i]): what for i, what in found.items()}))
    faults.insert(2, ("not_a_number", np.isin(rows.ids, np.fromiter(texts, dtype="int64", count=len(texts))), texts))
    keep = np.ones(len(rows.ids), dtype=bool)
    for reason, mask, what in faults:
        odd = np.flatnonzero(mask & keep)
        keep[odd] = False
        column = {"not_an_ags": "ags", "not_a_cell": "raster_id"}.get(reason)
        cells = {i: (column, v) for i, v in layer.values(column, rows.ids[odd]).items()} if column else what
        refuse_rows(ledger, ((int(i), *cells[int(i)]) for i in rows.ids[odd]), reason, expected=AGS_DIGITS)
    return keep


def _refuse_repeated(ledger: Ledger, rows: _Rows, keep: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """Of identical rows of one cell the first stays, of differing ones none, of a cell that an earlier file has none; as a mask."""
    order = np.flatnonzero(keep)
    order = order[np.argsort(rows.cells[order], kind="stable")]
    begins = np.flatnonzero(np.r_[True, np.diff(rows.cells[order]) != 0]) if len(order) else order
    first = np.repeat(order[begins], np.diff(np.r_[begins, len(order)]))  # the first row of each row's cell
    later = np.flatnonzero(order != first)
    members, firsts = order[later], first[later]
    differs = ~rows.shares.equal(members, firsts)
    differs |= ~pc.equal(rows.ags.take(pa.array(members)), rows.ags.take(pa.array(firsts))).to_numpy().astype(bool)
    torn = np.isin(rows.cells, rows.cells[members[differs]]) & keep
    again = np.isin(rows.cells, taken) & keep
    again[members] = True
    again &= ~torn
    for reason, mask in (("contradicting_cell", torn), ("duplicate_cell", again)):
        refuse_rows(ledger, ((int(rows.ids[i]), "raster_id", _key(rows.cells[i])) for i in np.flatnonzero(mask)), reason)
    stays: np.ndarray = ~(torn | again)
    return stays


def _key(cell: np.int32) -> str:
    return f"100mN{int(cell) // 10_000}E{int(cell) % 10_000:04d}"
