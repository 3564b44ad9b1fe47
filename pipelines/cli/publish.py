"""`netzlage publish` and `netzlage rollback`: approve a release that a run built, and take the published one back."""

import click
from rich.console import Console

from geodata.messages import sentence
from maps.releases.store import Store
from pipelines.cli.options import output_option
from pipelines.resources import working_folder


@click.command(help="Eine gebaute Veröffentlichung freigeben / approve and publish a release that a run built.")
@click.option(
    "--stand", required=True, metavar="JJJJ-MM-TT", help="Neuester Stand der Veröffentlichung / newest as-of date of the release."
)
@output_option
@click.pass_obj
def publish(lang: str, stand: str, output: str) -> None:
    """Put the release of a Stand in the place of the published one."""
    place = working_folder(output)
    store = Store(place.folder)
    with place.stored(publish=True), store.locked():
        release = store.publish(store.for_stand(stand).release_id)
    _say("release_published", lang, release=release.release_id, stand=release.stand)


@click.command(help="Die letzte Veröffentlichung zurücknehmen / go back to the release published before.")
@output_option
@click.pass_obj
def rollback(lang: str, output: str) -> None:
    """Put the release before in the place of the published one."""
    place = working_folder(output)
    store = Store(place.folder)
    with place.stored(publish=True), store.locked():
        former, release = store.rollback()
    _say("release_rolled_back", lang, former=former.release_id, release=release.release_id, stand=release.stand)


def _say(code: str, lang: str, **values: object) -> None:
    Console(highlight=False, soft_wrap=True).print(sentence(code, lang, **values), markup=False)
