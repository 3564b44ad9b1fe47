"""`netzlage fetch`: ask the publishers for new editions of the files that a profile names, and keep them beside the old ones."""

import difflib
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from geodata.downloads.client import shown
from geodata.downloads.editions import Bounds, editions, kept
from geodata.errors import InputError, NetzlageError
from geodata.messages import sentence
from geodata.profile import FileEntry
from geodata.snapshots import addresses, ask_again
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
    wanted = addresses(f for f in place.profile.files if not sources or f.source in sources)
    out, err = Console(highlight=False, soft_wrap=True), Console(stderr=True, highlight=False, soft_wrap=True)
    if not wanted:
        out.print(sentence("fetch_nothing", lang, profile=place.profile.name), markup=False)
        return
    table = Table(title=sentence("fetch_title", lang, profile=place.profile.name), title_justify="left")
    for column in (sentence("doctor_source", lang), sentence("fetch_column_file", lang), sentence("fetch_column_bytes", lang), "sha256"):
        table.add_column(column)
    table.add_column(sentence("fetch_column_state", lang))
    failed = 0
    with place.working.stored():
        for entry, came in (
            _kept(wanted, place.store) if place.offline else ask_again(wanted, place.store, bounds=None if accept else Bounds())
        ):
            if isinstance(came, InputError):
                err.print(came.message(lang), style="red", markup=False)
            state = "failed" if isinstance(came, InputError) else came
            failed += state in {"failed", "absent"}
            newest = editions(entry.path, place.store / entry.source)[-1:]
            size, sha = (f"{newest[0].bytes:,}".replace(",", "." if lang == "de" else ","), newest[0].sha256[:12]) if newest else ("–", "–")
            table.add_row(entry.source, shown(entry.path).rsplit("/", 1)[-1], size, sha, sentence(f"fetch_{state}", lang))
    out.print(table)
    if failed:
        raise NetzlageError("fetch_sum_failed", failed=failed, count=len(wanted))


def _kept(wanted: list[FileEntry], store: Path) -> Iterator[tuple[FileEntry, str]]:
    """What is here already, where nothing may be fetched."""
    for entry in wanted:
        yield entry, "kept" if kept(entry.path, store / entry.source) else "absent"
