"""Options that several commands share, and the published database that reading commands open."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import duckdb

from geodata.errors import InputError

output_option = click.option(
    "--output", default="output", show_default=True, type=click.Path(file_okay=False), help="Ausgabeordner / output folder."
)
stand_option = click.option(
    "--stand", default=None, metavar="JJJJ-MM-TT", help="Datenstand; ohne Angabe der neueste / as-of date; default: the newest."
)

offline_option = click.option("--offline", is_flag=True, help="nichts aus dem Netz holen / fetch nothing from the net.")


@contextmanager
def published(output: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published database of an output folder, read-only; InputError where nothing is published yet."""
    path = Path(output) / "netzlage.duckdb"
    if not path.is_file():
        raise InputError("nothing_published", output=output)
    con = duckdb.connect(str(path), read_only=True, config={"autoinstall_known_extensions": False})
    try:
        yield con
    finally:
        con.close()
