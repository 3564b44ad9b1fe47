"""The published database files: all tables of a run, and the public ones alone. Written whole; the caller swaps them in."""

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from geodata.session import Limits, session

_STAND = re.compile(r"\d{4}-\d{2}-\d{2}")
_WITH_STAND = "* EXCLUDE (filename), CAST(parse_filename(filename, TRUE) AS DATE) AS stand"


def write_databases(
    tables: Mapping[str, Sequence[Path]], *, whole: Path, public: Path, public_sources: Sequence[str], limits: Limits
) -> None:
    """Write every table into `whole`; into `public` only out tables, and of them only public rows.

    A table says so by a column `visibility`; one that only names its source counts as public where the source is in `public_sources`.
    A table that follows the Stände without naming them gets a column `stand` from the names of its files. A table with no files is
    left out. Geometry stays GEOMETRY with its CRS. `whole` begins as a copy of `public`: out tables are large and mostly public.
    """
    files = {name: paths for name, paths in tables.items() if paths}
    out = {name for name in files if name.startswith("out_")}
    with session(limits) as con:
        partly = set()
        with _attached(con, public):
            for name in sorted(out):
                source = _rows(con, files[name])
                shown = _public_rows(source, public_sources)
                shown.create(f"written.{_identifier(name)}")
                if shown.count("*").fetchone() != source.count("*").fetchone():
                    partly.add(name)
        shutil.copyfile(public, whole)
        with _attached(con, whole):
            for name in partly:
                con.execute(f"DROP TABLE written.{_identifier(name)}")
            for name in sorted(files.keys() - out | partly):
                _rows(con, files[name]).create(f"written.{_identifier(name)}")


@contextmanager
def _attached(con: duckdb.DuckDBPyConnection, path: Path) -> Iterator[None]:
    """The database file as the catalogue `written`, complete at the end of the block."""
    # The form of DuckDB 1.4: a fifth less of computing than the one that every DuckDB since 1.0 reads, and smaller.
    con.execute(f"ATTACH {_literal(path)} AS written (STORAGE_VERSION 'v1.4.0')")
    try:
        yield
    finally:
        con.execute("DETACH DATABASE written")


def _rows(con: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> duckdb.DuckDBPyRelation:
    """All rows of the files, with their Stand."""
    paths = [str(f) for f in files]
    source = con.read_parquet(paths)
    if "stand" in source.columns or not all(_STAND.fullmatch(f.stem) for f in files):
        return source
    return con.read_parquet(paths, filename=True).project(_WITH_STAND)


def _public_rows(source: duckdb.DuckDBPyRelation, public_sources: Sequence[str]) -> duckdb.DuckDBPyRelation:
    column = duckdb.ColumnExpression
    if "visibility" in source.columns:
        return source.filter(column("visibility") == duckdb.ConstantExpression("public"))
    return source.filter(column("source_id").isin(*(duckdb.ConstantExpression(s) for s in ["", *public_sources])))


def _literal(path: Path) -> str:
    """A path as an SQL literal: ATTACH takes no parameters."""
    return "'" + str(path).replace("'", "''") + "'"


def _identifier(name: str) -> str:
    if not name.replace("_", "").isalnum():
        msg = f"not a table name: {name!r}"
        raise ValueError(msg)
    return name
