"""Zensus 2022 grid cells: persons and households, from the official CSV or from Parquet with persons and household size.

The Zensus grid (EPSG:3035) is not the grid of the Bundesnetzagentur: a cell is placed by its centre.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from geodata.errors import InputError
from geodata.readers.delimited import Form, read_delimited
from geodata.reading import Ledger, Notes, Snapshot, join_notes

CELLS = pa.schema(
    [
        ("zensus_id", pa.string()),
        ("x_m", pa.int32()),
        ("y_m", pa.int32()),
        ("easting_m", pa.float64()),
        ("northing_m", pa.float64()),
        ("persons", pa.int64()),
        ("households", pa.decimal128(18, 4)),
    ]
)
SUPPRESSED = -1
VALUES = {"persons": "Einwohner", "households": "Insgesamt_Haushalte", "household_size": "HHGroesse_D"}
CELL_M = 1000


def read(snapshots: Sequence[Snapshot], *, land: BaseGeometry) -> tuple[pa.Table, Notes]:
    """The cells whose centre lies in `land` (EPSG:25832), sorted by id.

    `x_m, y_m` are the centre in EPSG:3035, `easting_m, northing_m` the same in EPSG:25832. `households` is the delivered number, else
    persons / household size, rounded to four places; null where the publisher has none. Suppressed values (−1, –) are null.
    """
    columns: dict[str, pd.Series] = {}
    notes = []
    for snapshot in snapshots:
        if snapshot.table not in VALUES:
            raise InputError("table_unknown", source=snapshot.source_id, found=snapshot.table, expected=", ".join(VALUES))
        ledger = Ledger(snapshot)
        cells = _parquet(snapshot, ledger) if snapshot.path.suffix == ".parquet" else _text(snapshot, ledger)
        inside = _inside(cells, land)
        ledger.outside_area += int((~inside).sum())
        ledger.accepted += int(inside.sum())
        columns[snapshot.table] = cells[inside].set_index(["y_m", "x_m"])["value"]
        notes.append((ledger, snapshot.table))
    table = _joined(columns)
    without = int((table["persons"].gt(0) & table["households"].isna()).sum())
    for ledger, name in notes:
        if name != "persons" and without:
            ledger.warn("cells_without_households", column=VALUES[name], amount=float(without))
    return pa.Table.from_pandas(table, schema=CELLS, preserve_index=False), join_notes([ledger.close() for ledger, _ in notes])


def _joined(columns: dict[str, pd.Series]) -> pd.DataFrame:
    nothing = pd.Series(dtype="float64", index=pd.MultiIndex.from_arrays([[], []], names=["y_m", "x_m"]))
    frame = pd.DataFrame({name: columns.get(name, nothing) for name in VALUES})
    frame = frame.sort_index().reset_index()
    size = frame["household_size"].where(frame["household_size"] > 0)
    households = frame["households"].where(frame["households"].notna(), (frame["persons"] / size).round(4))
    x, y = frame["x_m"].to_numpy(), frame["y_m"].to_numpy()
    easting, northing = _transformed(x, y)
    return pd.DataFrame(
        {
            "zensus_id": [f"CRS3035RES{CELL_M}mN{int(b) - CELL_M // 2}E{int(a) - CELL_M // 2}" for a, b in zip(x, y, strict=True)],
            "x_m": x.astype("int32"),
            "y_m": y.astype("int32"),
            "easting_m": easting,
            "northing_m": northing,
            "persons": frame["persons"].astype("Int64"),
            "households": pd.Series([None if pd.isna(h) else Decimal(f"{h:.4f}") for h in households], dtype="object"),
        }
    )


def _inside(cells: pd.DataFrame, land: BaseGeometry) -> np.ndarray:
    if cells.empty:
        return np.zeros(0, dtype=bool)
    easting, northing = _transformed(cells["x_m"].to_numpy(), cells["y_m"].to_numpy())
    shapely.prepare(land)
    west, south, east, north = land.bounds
    near = (easting >= west) & (easting <= east) & (northing >= south) & (northing <= north)
    found = np.zeros(len(cells), dtype=bool)
    found[near] = shapely.intersects_xy(land, easting[near], northing[near])
    return found


def _transformed(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """EPSG:3035 to EPSG:25832, in metres rounded to millimetres so that no platform differs."""
    easting, northing = Transformer.from_crs("EPSG:3035", "EPSG:25832", always_xy=True).transform(x, y)
    return np.round(easting, 3), np.round(northing, 3)


def _parquet(snapshot: Snapshot, ledger: Ledger) -> pd.DataFrame:
    column = VALUES[snapshot.table]
    try:
        with duckdb.connect(":memory:") as con:
            found = con.read_parquet(str(snapshot.path))
            missing = [c for c in ("x", "y", column) if c not in found.columns]
            if missing:
                raise InputError("column_missing", file=snapshot.path.name, found=", ".join(found.columns), expected=", ".join(missing))
            frame = found.df()
    except duckdb.Error as error:
        raise InputError("file_of_other_kind", file=snapshot.path.name, found=str(error).splitlines()[0]) from error
    ledger.read += len(frame)
    repeated = frame.duplicated(["x", "y"])
    for number, x, y in zip(np.flatnonzero(repeated), frame.loc[repeated, "x"], frame.loc[repeated, "y"], strict=True):
        ledger.refuse(int(number) + 1, "x", f"{x} {y}", "duplicate_key")
    kept = frame[~repeated]
    value = kept[column].astype("float64")
    return pd.DataFrame({"x_m": kept["x"], "y_m": kept["y"], "value": value.where(value != SUPPRESSED)}).reset_index(drop=True)


def _text(snapshot: Snapshot, ledger: Ledger) -> pd.DataFrame:
    column = VALUES[snapshot.table]
    table = read_delimited(snapshot.path, Form(";", (), (column,)), ledger)
    grid = next((m[1] for name in table.header if (m := re.fullmatch(r"x_mp_(\d+k?m)", name))), None)
    if grid is None or f"y_mp_{grid}" not in table.header:
        raise InputError("column_missing", file=snapshot.path.name, found=", ".join(table.header), expected="x_mp_…, y_mp_…")
    names = (f"x_mp_{grid}", f"y_mp_{grid}")
    rows: list[tuple[float, float, float | None]] = []
    seen: set[tuple[float, float]] = set()
    for number, row in table.rows():
        try:
            x, y = _number(row[names[0]]), _number(row[names[1]])
            value = _number(row[column])
        except ValueError as error:
            ledger.refuse(number, column, str(error), "not_a_number")
            continue
        if x is None or y is None:
            ledger.refuse(number, names[0], "", "not_a_number")
        elif (x, y) in seen:
            ledger.refuse(number, names[0], f"{row[names[0]]} {row[names[1]]}", "duplicate_key")
        else:
            seen.add((x, y))
            rows.append((x, y, value))
    return pd.DataFrame(rows, columns=["x_m", "y_m", "value"]).astype({"value": "float64"})


def _number(text: str) -> float | None:
    """A number with a dot or comma; None for an empty, suppressed (–) or missing (−1) value; ValueError with the text for anything else."""
    if text in {"", "–", "-"}:
        return None
    if not re.fullmatch(r"-?\d+([.,]\d+)?", text):
        raise ValueError(text)
    value = float(text.replace(",", "."))
    return None if value == SUPPRESSED else value
