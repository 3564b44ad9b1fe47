"""The one place that opens DuckDB: in memory, spatial loaded from the wheel, nothing fetched, with bounds on memory, threads and spill."""

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import duckdb
import duckdb_extension_httpfs
import duckdb_extension_spatial
import pyarrow as pa

from geodata.atomic import unfinished


@dataclass(frozen=True)
class Limits:
    """What one session may use. GEOS works outside `memory_limit`; DuckDB spills into a folder named after `spill` when it reaches it."""

    memory_limit: str = "2GB"
    threads: int = 2
    spill: Path = Path("duckdb_spill")

    @property
    def own_spill(self) -> str:
        """A folder for one database of this process: DuckDB gives its files the same names in every database."""
        name = f"{self.spill.name}-{self.memory_limit}-{self.threads}"
        return str(self.spill.with_name(unfinished(name, shared=True)))


@contextmanager
def session(limits: Limits) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory session with spatial functions, closed at the end of the block.

    Sessions with the same limits are connections to one in-memory database, so that spatial is loaded once a process; temporary tables,
    views and variables belong to the session alone.
    """
    con = _database(limits).cursor()
    try:
        yield con
    finally:
        con.close()
        # Setting the limit, even to what it is, makes DuckDB give freed memory back to the system; else it keeps up to 512 MB of it.
        with _database(limits).cursor() as last:
            last.execute("SET memory_limit = $limit", {"limit": limits.memory_limit})


@cache
def _database(limits: Limits) -> duckdb.DuckDBPyConnection:
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": limits.memory_limit,
        "threads": limits.threads,
        "temp_directory": limits.own_spill,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        # Files of one step stayed in memory for all later ones; the system keeps what is read again anyway.
        "enable_external_file_cache": False,
    }
    con = duckdb.connect(":memory:", config=config)
    atexit.register(con.close)  # it removes its folder
    con.load_extension(_extension(duckdb_extension_spatial, "spatial"))
    con.execute("SET preserve_insertion_order = true")
    return con


def with_httpfs(con: duckdb.DuckDBPyConnection) -> None:
    """Let a session read URLs; it still fetches no extension."""
    con.load_extension(_extension(duckdb_extension_httpfs, "httpfs"))


def query(con: duckdb.DuckDBPyConnection, name: str, /, **values: object) -> pa.Table:
    """The result of `geodata/sql/{name}.sql` with its `$named` parameters.

    A Path goes in as text, a list of paths as a list; a table is registered under its name instead.
    """
    named = {}
    for key, value in values.items():
        if isinstance(value, pa.Table):
            con.register(key, value)
        else:
            named[key] = _plain(value)
    return con.execute(_statement(name), named).to_arrow_table()


@cache
def _statement(name: str) -> str:
    return files("geodata").joinpath("sql", f"{name}.sql").read_text("utf-8")


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value


def _extension(package: ModuleType, name: str) -> str:
    """The path of an extension in its wheel."""
    (folder,) = package.__path__
    return str(Path(folder) / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension")
