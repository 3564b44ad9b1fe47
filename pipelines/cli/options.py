"""Options that several commands share, and the published database that reading commands open."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import duckdb

from geodata.errors import InputError
from geodata.storage import is_url
from geodata.stored_runs import pull
from pipelines.resources import reading_folder

output_option = click.option(
    "--output",
    default="output",
    show_default=True,
    type=click.Path(file_okay=False),
    help="Ausgabeordner oder s3://Behälter/Ordner / output folder or s3://bucket/folder.",
)
stand_option = click.option(
    "--stand", default=None, metavar="JJJJ-MM-TT", help="Datenstand; ohne Angabe der neueste / as-of date; default: the newest."
)

offline_option = click.option("--offline", is_flag=True, help="nichts aus dem Netz holen / fetch nothing from the net.")


def readable(output: str, *only: str) -> Path:
    """The output folder; of a URL a copy, brought to what is published there. `only`: files, or folders with a slash at the end."""
    folder = reading_folder(output)
    if is_url(output):
        pull(output, folder, only=only, exact=True)
    return folder


@contextmanager
def published(output: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published database of an output folder or URL, read-only; InputError where nothing is published yet."""
    path = readable(output, "netzlage.duckdb") / "netzlage.duckdb"
    if not path.is_file():
        raise InputError("nothing_published", output=output)
    con = duckdb.connect(str(path), read_only=True, config={"autoinstall_known_extensions": False})
    try:
        yield con
    finally:
        con.close()
