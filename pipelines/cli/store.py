"""`netzlage push` and `netzlage pull`: keep a whole run in an object store, and take it up on another machine."""

from pathlib import Path

import click
from rich.console import Console

from geodata.messages import sentence
from geodata.stored_runs import Moved
from geodata.stored_runs import pull as pulled
from geodata.stored_runs import push as pushed
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
    _say("run_pushed", lang, url, pushed(Path(output), url))


@click.command(help=f"Einen Lauf aus dem Objektspeicher holen / fetch a run from an object store. {KEYS}")
@click.argument("url", metavar="s3://…")
@output_option
@click.pass_obj
def pull(lang: str, url: str, output: str) -> None:
    """Bring a stored run into an output folder; the next run goes on from there."""
    _say("run_pulled", lang, url, pulled(url, Path(output)))


def _say(code: str, lang: str, url: str, moved: Moved) -> None:
    Console(highlight=False, soft_wrap=True).print(sentence(code, lang, url=url, files=moved.files, carried=moved.carried), markup=False)
