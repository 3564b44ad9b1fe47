"""The files of the Zensus grid, CSV or Parquet, as usable records and refused ones. Which lie in the Land is decided in `zensus`."""

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geodata.errors import InputError
from geodata.readers.bulk import SURPLUS, bulk_query, look, records
from geodata.reading import Ledger, Snapshot
from geodata.session import Limits, session

VALUES = {"persons": "Einwohner", "households": "Insgesamt_Haushalte", "household_size": "HHGroesse_D"}
SUPPRESSED = (-1, -9)  # none or kept secret, as they stand in official files
GRIDS = (100, 1_000, 10_000)
UNITS = {"m": 1, "km": 1_000}
HIGHEST = {"persons": 10_000_000, "households": 10_000_000, "household_size": 1_000}
SPAN = 10**8  # more than any coordinate of EPSG:3035 in metres
REFUSED = pa.schema([("row", pa.int64()), ("column", pa.string()), ("value", pa.string()), ("reason", pa.string())])


@dataclass(frozen=True)
class Cells:
    """The usable records of one file, each cell once: centres in EPSG:3035 and values (NaN: no figure); beside them the refused ones.

    `cell_m` is the width of a cell, 0 where the file has no record to tell it from.
    """

    cell_m: int
    x_m: np.ndarray
    y_m: np.ndarray
    value: np.ndarray
    refused: pa.Table
    expected: dict[str, object]


def keys(x_m: np.ndarray, y_m: np.ndarray) -> np.ndarray:
    """One integer per cell, ascending by y, then x."""
    found: np.ndarray = y_m.astype("int64") * SPAN + x_m.astype("int64")
    return found


def read_file(snapshot: Snapshot, ledger: Ledger, taken: np.ndarray, *, limits: Limits) -> Cells:
    """The records of one file; a cell that occurs again, or in `taken` (keys of earlier files of the same table), is refused.

    Raises InputError for a file that is no table, or lacks a column.
    """
    if snapshot.path.suffix == ".parquet":
        table, cell_m, names, width = _parquet(snapshot, limits)
    else:
        table, cell_m, names, width = _text(snapshot, ledger, limits)
    fault = pc.is_valid(table["reason"])
    good, bad = table.filter(pc.invert(fault)), table.filter(fault)
    x, y = (good[c].to_numpy().astype("int64") for c in ("x_m", "y_m"))
    again = _repeated(keys(x, y), taken)
    value = good["value"].cast(pa.float64()).to_numpy()
    refused = pa.concat_tables(
        [
            pa.table(
                [bad["row"], _named(bad["at"], names), pc.fill_null(bad["text"], ""), bad["reason"]],
                names=REFUSED.names,
            ).cast(REFUSED),
            _repeats(good["row"].to_numpy()[again], x[again], y[again], names["x"]),
        ]
    )
    kind = "0 – {:,}, ganze Zahlen" if snapshot.table == "persons" else "0 – {:,}"
    expected: dict[str, object] = {
        "zensus_field_count": width,
        "not_a_centre": cell_m,
        "not_a_cell_figure": kind.format(HIGHEST[snapshot.table]).replace(",", ".", 1),
    }
    return Cells(cell_m, x[~again], y[~again], value[~again], refused, expected)


def _text(snapshot: Snapshot, ledger: Ledger, limits: Limits) -> tuple[pa.Table, int, dict[str, str], int]:
    path, value = snapshot.path, VALUES[snapshot.table]
    sight = look(path, ";")
    header = [name.strip() for name in sight.first]
    header = header[:-1] if not header[-1] else header  # a trailing delimiter
    grid = next((m for name in header if (m := re.fullmatch(r"x_mp_((\d{1,3})(k?m))", name))), None)
    names = {"x": grid[0] if grid else "x_mp_…", "y": f"y_mp_{grid[1]}" if grid else "y_mp_…", "value": value}
    names["grid_id"] = f"GITTER_ID_{grid[1]}" if grid else ""
    missing = [c for role, c in names.items() if role != "grid_id" and c not in header]
    if missing or grid is None:
        raise InputError("column_missing", file=path.name, found=", ".join(header[:12]), expected=", ".join(missing))
    repeated = sorted({n for n in header if header.count(n) > 1})
    if repeated:
        raise InputError("column_repeated", file=path.name, found=", ".join(repeated))
    cell_m = int(grid[2]) * UNITS[grid[3]]
    if cell_m not in GRIDS:
        raise InputError("zensus_grid_unknown", file=path.name, found=grid[0], expected=_either())
    columns = [f"c{i}" for i in range(len(header))]
    at = {role: columns[header.index(c)] for role, c in names.items() if c in header}
    chosen = ", ".join([*(f"{at.get(role, 'NULL::VARCHAR')} AS {role}" for role in names), f"{columns[-1]} AS ending", *SURPLUS])
    with session(limits) as con, records(con, path, sight, (*columns, *SURPLUS), header=True):
        con.view("records").project(chosen).create_view("zensus_texts")
        whole = int(snapshot.table == "persons")
        table = bulk_query(con, "zensus_records", cell_m=cell_m, whole=whole, highest=HIGHEST[snapshot.table])
        con.execute("DROP VIEW zensus_texts")
    if not table.num_rows:
        raise InputError("file_without_records", file=path.name)
    if table["value"].null_count == table.num_rows:
        ledger.warn("column_empty", column=value, amount=float(table.num_rows))
    return table, cell_m, names, len(header)


def _parquet(snapshot: Snapshot, limits: Limits) -> tuple[pa.Table, int, dict[str, str], int]:
    path, value = snapshot.path, VALUES[snapshot.table]
    names = {"x": "x", "y": "y", "value": value}
    try:
        with session(limits) as con:
            found = con.read_parquet(str(path))
            missing = [c for c in names.values() if c not in found.columns]
            if missing:
                raise InputError("column_missing", file=path.name, found=", ".join(found.columns), expected=", ".join(missing))
            table = found.project(f"TRY_CAST(x AS BIGINT) AS x_m, TRY_CAST(y AS BIGINT) AS y_m, TRY_CAST({value} AS DOUBLE) AS value, x, y")
            data = table.to_arrow_table()
    except duckdb.Error as error:
        raise InputError("file_of_other_kind", file=path.name, found=str(error).splitlines()[0]) from error
    x, y = (pc.fill_null(data[c], -1).to_numpy() for c in ("x_m", "y_m"))
    cell_m = _grid_of(x, y, path)
    number = data["value"].to_numpy()
    number = np.where(np.isin(number, SUPPRESSED), np.nan, number)
    fault, at, text = (np.full(len(x), None, dtype=object) for _ in range(3))
    odd = (number < 0) | (number > HIGHEST[snapshot.table])
    if snapshot.table == "persons":
        odd |= ~np.isnan(number) & (number != np.floor(number))
    fault[odd], at[odd], text[odd] = "not_a_cell_figure", "value", number[odd].astype(str)
    for role, coordinate in (("y", y), ("x", x)):
        odd = (coordinate < 0) | (coordinate >= SPAN) | ((coordinate % cell_m != cell_m // 2) if cell_m else False)
        fault[odd], at[odd] = "not_a_centre", role
        text[odd] = [str(data[role][int(i)].as_py()) for i in np.flatnonzero(odd)]
    row = np.arange(1, len(x) + 1)
    columns = {"row": row, "x_m": x, "y_m": y, "value": pa.array(number, pa.float64(), from_pandas=False)}
    columns |= {n: pa.array(v, pa.string()) for n, v in (("reason", fault), ("at", at), ("text", text))}
    return pa.table(columns), cell_m, names | {"grid_id": ""}, len(names)


def _grid_of(x: np.ndarray, y: np.ndarray, path: Path) -> int:
    """The width of the cells whose centres these are: a centre tells it, for those of 100 m end in 50 and those of 1 km in 500."""
    if not len(x):
        return 0
    counts = {g: int(((x % g == g // 2) & (y % g == g // 2)).sum()) for g in GRIDS}
    best = max(counts, key=lambda g: counts[g])
    if not counts[best]:
        raise InputError("zensus_grid_unknown", file=path.name, found=f"{x[0]} {y[0]}", expected=_either())
    return best


def _either() -> str:
    return " / ".join(map(str, GRIDS))


def _repeated(key: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """Which keys occurred before, here or among `taken`."""
    order = np.argsort(key, kind="stable")
    again = np.zeros(len(key), dtype=bool)
    again[order[1:][np.diff(key[order]) == 0]] = True
    if len(taken):
        again |= np.isin(key, taken)
    return again


def _repeats(row: np.ndarray, x: np.ndarray, y: np.ndarray, column: str) -> pa.Table:
    values = [f"{a} {b}" for a, b in zip(x.tolist(), y.tolist(), strict=True)]
    return pa.table([row, [column] * len(row), values, ["duplicate_key"] * len(row)], schema=REFUSED)


def _named(roles: pa.ChunkedArray, names: dict[str, str]) -> pa.ChunkedArray:
    """The columns as the file calls them."""
    own = pa.array([*names, ""], pa.string())
    called = pa.array([*names.values(), ""], pa.string())
    return called.take(pc.index_in(roles, own).combine_chunks())
