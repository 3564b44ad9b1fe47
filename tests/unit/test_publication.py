"""The published databases: every row of a table that follows the Stände names its Stand; only public rows in the public one."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.publication import write_databases
from geodata.session import Limits


def test_rows_name_their_stand_and_private_rows_stay(tmp_path: Path) -> None:
    files = []
    for stand, visibility in (("2020-12-31", "internal"), ("2021-06-30", "public")):
        files.append(tmp_path / f"{stand}.parquet")
        pq.write_table(pa.table({"rows": [1], "visibility": [visibility]}), files[-1])
    plain = tmp_path / "core_a__b.parquet"
    pq.write_table(pa.table({"rows": [3]}), plain)
    whole, public = tmp_path / "w.duckdb", tmp_path / "p.duckdb"
    write_databases(
        {"out_a__b": files, "core_a__b": [plain]}, whole=whole, public=public, public_sources=[], limits=Limits(spill=tmp_path / "spill")
    )
    with duckdb.connect(str(whole), read_only=True) as con:
        assert con.execute("SELECT rows, CAST(stand AS VARCHAR) FROM out_a__b ORDER BY stand").fetchall() == [
            (1, "2020-12-31"),
            (1, "2021-06-30"),
        ]
        assert con.execute("SELECT * FROM core_a__b").fetchall() == [(3,)]
    with duckdb.connect(str(public), read_only=True) as con:
        assert con.execute("SELECT CAST(stand AS VARCHAR) FROM out_a__b").fetchall() == [("2021-06-30",)]
        assert con.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("out_a__b",)]
