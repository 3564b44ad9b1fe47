"""`netzlage fetch`: ask the publishers for new editions of the files that a profile names, and keep them beside the old ones."""

import difflib

import click
from rich.console import Console
from rich.table import Table

from geodata.downloads.client import Client, shown
from geodata.downloads.editions import Bounds, editions, fetch, kept
from geodata.errors import InputError, NetzlageError
from geodata.messages import sentence
from geodata.snapshots import is_remote
from pipelines.cli.options import offline_option, output_option
from pipelines.resources import house


@click.command("fetch", help="Dateien der Herausgeber abrufen / fetch the publishers' files.")
@click.argument("sources", nargs=-1)
@click.option(
    "--profile", default="official", show_default=True, help="official oder der Pfad einer TOML-Datei / or the path of a TOML file."
)
@output_option
@offline_option
@click.option("--accept", is_flag=True, help="auch Dateien von auffälliger Größe übernehmen / take files of conspicuous size too.")
@click.pass_obj
def fetch_command(  # noqa: PLR0913 (one per word of the command)
    lang: str, sources: tuple[str, ...], profile: str, output: str, *, offline: bool, accept: bool
) -> None:
    """Fetch each address once; a failure does not keep the others from being fetched, and makes the exit code 1."""
    place = house(profile, output, offline=offline)
    known = sorted({f.source for f in place.profile.files})
    for name in sources:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=5, cutoff=0.4) or known
            raise InputError("source_unknown", profile=place.profile.name, found=name, expected=", ".join(near))
    wanted = {f.path: f for f in place.profile.files if is_remote(f) and (not sources or f.source in sources)}
    out, err = Console(highlight=False, soft_wrap=True), Console(stderr=True, highlight=False, soft_wrap=True)
    if not wanted:
        out.print(sentence("fetch_nothing", lang, profile=place.profile.name), markup=False)
        return
    table = Table(title=sentence("fetch_title", lang, profile=place.profile.name), title_justify="left")
    for column in (sentence("doctor_source", lang), sentence("fetch_column_file", lang), sentence("fetch_column_bytes", lang), "sha256"):
        table.add_column(column)
    table.add_column(sentence("fetch_column_state", lang))
    client, failed = Client(), 0
    for url, entry in sorted(wanted.items(), key=lambda item: (item[1].source, item[0])):
        shelf = place.store / entry.source
        if place.offline:
            state = "kept" if kept(url, shelf) else "absent"
        else:
            try:
                state = fetch(url, shelf, client=client, bounds=None if accept else Bounds()).state
            except NetzlageError as error:
                err.print(error.message(lang), style="red", markup=False)
                state = "failed"
        failed += state in {"failed", "absent"}
        newest = editions(url, shelf)[-1:]
        size, sha = (f"{newest[0].bytes:,}".replace(",", "." if lang == "de" else ","), newest[0].sha256[:12]) if newest else ("–", "–")
        table.add_row(entry.source, shown(url).rsplit("/", 1)[-1], size, sha, sentence(f"fetch_{state}", lang))
    out.print(table)
    if failed:
        raise NetzlageError("fetch_sum_failed", failed=failed, count=len(wanted))
