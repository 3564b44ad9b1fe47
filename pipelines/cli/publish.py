"""`netzlage publish` and `netzlage rollback`: approve a release that a run built, and take the published one back."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console

from geodata.errors import InputError
from geodata.messages import sentence
from maps.releases.store import Store
from pipelines.cli.options import command, output_option
from pipelines.resources import working_folder


@click.command(help="Eine gebaute Veröffentlichung freigeben / approve and publish a release that a run built.")
@click.option(
    "--stand", required=True, metavar="JJJJ-MM-TT", help="Neuester Stand der Veröffentlichung / newest as-of date of the release."
)
@output_option
@click.pass_obj
def publish(lang: str, stand: str, output: str) -> None:
    """Put the release of a Stand in the place of the published one."""
    with _releases(output) as store:
        release = store.publish(store.for_stand(stand).release_id)
        before = store.history()[:-1]
    _say("release_published", lang, release=release.release_id, stand=release.stand)
    if before:
        _say("release_take_back", lang, command=command("rollback", output=output))


@click.command(help="Die letzte Veröffentlichung zurücknehmen / go back to the release published before.")
@output_option
@click.pass_obj
def rollback(lang: str, output: str) -> None:
    """Put the release before in the place of the published one."""
    with _releases(output) as store:
        former, release = store.rollback()
    _say("release_rolled_back", lang, former=former.release_id, release=release.release_id, stand=release.stand)


@contextmanager
def _releases(output: str) -> Iterator[Store]:
    """The releases of an output folder, held while one is published; InputError where there are none."""
    place = working_folder(output)
    store = Store(place.folder)
    with place.stored(publish=True):
        if not store.folder.is_dir():
            raise InputError("releases_absent", output=output)
        with store.locked():
            yield store


def _say(code: str, lang: str, **values: object) -> None:
    Console(highlight=False, soft_wrap=True).print(sentence(code, lang, **values), markup=False)
