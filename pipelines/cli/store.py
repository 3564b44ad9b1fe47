"""`netzlage push`, `pull` and `unlock`: keep a whole run in an object store, and take it up on another machine."""

from pathlib import Path

import click
from rich.console import Console

from geodata.errors import InputError
from geodata.messages import sentence
from geodata.storage import is_url
from geodata.stored_runs import Moved, root_of
from geodata.stored_runs import pull as pulled
from geodata.working_folder import WorkingFolder
from geodata.working_folder import unlock as remove_lock
from pipelines.cli.options import output_option

KEYS = (
    "Zugangsdaten nur aus der Umgebung / credentials only from the environment: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL."
)


@click.command(help=f"Einen Lauf im Objektspeicher ablegen / store a run in an object store. {KEYS}")
@click.argument("url", metavar="s3://…")
@output_option
@click.pass_obj
def push(lang: str, url: str, output: str) -> None:
    """Store an output folder, whole or not at all."""
    place = WorkingFolder(_folder(output), root_of(url))
    if not place.folder.is_dir():
        raise InputError("output_empty", output=output)
    with place.held(fetch=False):
        _say("run_pushed", lang, url, place.store(publish=True))


@click.command(help=f"Einen Lauf aus dem Objektspeicher holen / fetch a run from an object store. {KEYS}")
@click.argument("url", metavar="s3://…")
@output_option
@click.pass_obj
def pull(lang: str, url: str, output: str) -> None:
    """Bring a stored run into an output folder; the next run goes on from there."""
    _say("run_pulled", lang, url, pulled(url, _folder(output)))


@click.command(help=f"Die Sperre eines abgebrochenen Laufs entfernen / remove the lock of a run that was broken off. {KEYS}")
@click.argument("url", metavar="s3://…")
@click.pass_obj
def unlock(lang: str, url: str) -> None:
    """Remove the lock, and say who held it."""
    held = remove_lock(url)
    out = Console(highlight=False, soft_wrap=True)
    out.print(sentence("run_unlocked" if held else "run_not_locked", lang, url=url, **held), markup=False)


def _folder(output: str) -> Path:
    if is_url(output):
        raise InputError("output_is_url", found=output)
    return Path(output)


def _say(code: str, lang: str, url: str, moved: Moved) -> None:
    Console(highlight=False, soft_wrap=True).print(sentence(code, lang, url=url, files=moved.files, carried=moved.carried), markup=False)
