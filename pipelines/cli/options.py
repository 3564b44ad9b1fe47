"""Options that several commands share, and the published database that reading commands open."""

import shlex
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

DAMAGED = (duckdb.IOException, duckdb.SerializationException, duckdb.InternalException, duckdb.FatalException)
OTHER_VERSION = (duckdb.CatalogException, duckdb.BinderException)  # a table or column that this version reads is not there


def command(*words: str, output: str) -> str:
    """What to type for a command on the same output folder."""
    return shlex.join(["netzlage", *words, *(["--output", output] if output != "output" else [])])


def readable(output: str, *only: str) -> Path:
    """The output folder; of a URL a copy, brought to what is published there. `only`: files, or folders with a slash at the end."""
    folder = reading_folder(output)
    if is_url(output):
        pull(output, folder, only=only, exact=True)
    return folder


@contextmanager
def published(output: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published database of an output folder or URL, read-only; InputError where nothing is published yet, or the file is damaged."""
    path = readable(output, "netzlage.duckdb") / "netzlage.duckdb"
    if not path.is_file():
        raise InputError("nothing_published", output=output)
    try:
        with duckdb.connect(str(path), read_only=True, config={"autoinstall_known_extensions": False}) as con:
            yield con
    except OTHER_VERSION as error:
        found = str(error).split("\n", 1)[0]
        raise InputError("database_of_other_version", file=str(path), found=found, output=output) from error
    # A file with a sound beginning opens; only the tables behind it cannot be read.
    except DAMAGED as error:
        if "Could not set lock" in str(error):
            raise InputError("database_locked", file=str(path)) from error
        found = str(error).split("\n", 1)[0]
        raise InputError("database_unreadable", file=str(path), found=found, output=output) from error
