"""Which address of the register an offer of a delivery is: by its key, else by its position. It reads no files of publishers."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from geodata.session import Limits, query, session

REACH_MM = 30_000
BY = ("key", "position")
MATCHES = pa.schema(
    [
        ("operator", pa.string()),
        ("source_file", pa.string()),
        ("row", pa.int64()),
        ("address_id", pa.string()),
        ("address_row", pa.int32()),
        ("matched_by", pa.string()),
        ("distance_m", pa.float64()),
    ]
)


def match(offers: Path, addresses: Path, *, limits: Limits) -> pa.Table:
    """The address of each offer (core_deliveries__offers) in the register (core_gebref__addresses); both are Parquet.

    One row per offer, row by row beside the deliveries, in the schema MATCHES; `address_id` and `matched_by` are null where there is none.
    By key: place, street, house number and suffix, spelling aside (`address_macros.sql`). Where no key decides, by position: the nearest
    address within 30.0 m. `distance_m` is null where the offer has no position. Each operator is matched by itself.
    """
    rows = pq.read_table(offers, columns=["operator", "source_file", "row"])
    if not rows.num_rows:
        return MATCHES.empty_table()
    codes = pc.dictionary_encode(rows["operator"]).combine_chunks()
    found = _Found.nothing(len(rows))
    with session(limits) as con:
        query(con, "address_macros")
        for name, value in (("addresses", str(addresses)), ("offers", str(offers)), ("reach", REACH_MM)):
            con.execute(f"SET VARIABLE {name} = $value", {"value": value})
        for table in ("streets", "points", "places"):
            keep(con, table, f"address_{table}")
        keep(con, "spellings", "delivery_spellings")
        for code, operator in enumerate(codes.dictionary.to_pylist()):
            con.execute("SET VARIABLE operator = $operator", {"operator": operator})
            keep(con, "deliveries", "delivery_points")
            keep(con, "candidates", "delivery_candidates")
            own = np.flatnonzero(codes.indices.to_numpy() == code)
            for by in BY:
                keep(con, f"by_{by}", f"delivery_by_{by}")
                found.add(con, own, by)
    return _table(rows, found, addresses)


@dataclass(frozen=True)
class _Found:
    """Per offer the index of its address in the register and what found it (-1: nothing), and the distance in metres (NaN: unknown)."""

    index: NDArray[np.int64]
    by: NDArray[np.int8]
    distance: NDArray[np.float64]

    @classmethod
    def nothing(cls, count: int) -> "_Found":
        return cls(np.full(count, -1, "int64"), np.full(count, -1, "int8"), np.full(count, np.nan))

    def add(self, con: duckdb.DuckDBPyConnection, own: NDArray[np.int64], by: str) -> None:
        """Enter the table `by_…`, whose offers count from 0 within one operator; `own` are the rows of that operator."""
        part = con.table(f"by_{by}").project("offer, idx, round(sqrt(d2) / 1000, 3) AS distance").fetchnumpy()
        at = own[np.asarray(part["offer"])]
        self.index[at], self.by[at] = part["idx"], BY.index(by)
        self.distance[at] = np.ma.filled(part["distance"], np.nan)


def _table(rows: pa.Table, found: _Found, addresses: Path) -> pa.Table:
    nothing = found.by < 0
    ids = pq.read_table(addresses, columns=["address_id"])["address_id"].combine_chunks()
    columns = [
        *rows.columns,
        pc.take(ids, pa.array(found.index, mask=nothing)),
        pa.array(found.index, mask=nothing),
        pc.take(pa.array(BY), pa.array(found.by, mask=nothing)),
        pa.array(found.distance, mask=np.isnan(found.distance)),
    ]
    return pa.table(columns, names=MATCHES.names).cast(MATCHES)


def keep(con: duckdb.DuckDBPyConnection, table: str, name: str) -> None:
    """The result of `geodata/sql/{name}.sql` as a temporary table of the session."""
    statement = files("geodata").joinpath("sql", f"{name}.sql").read_text("utf-8")
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {statement}")
