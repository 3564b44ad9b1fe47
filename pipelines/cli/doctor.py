"""`netzlage doctor`: what of a profile is present, missing, or other than what was published or known; and which new Stände are due."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table

from assets.house import House
from geodata.downloads.editions import editions
from geodata.errors import InputError
from geodata.messages import sentence
from geodata.profile import DEMO_PREFIX, FileEntry
from geodata.snapshots import is_remote, locate, source_versions
from geodata.source_states import OFFICIAL, LoadedFile, is_reissued, source_states
from geodata.tables import file_hash
from pipelines.cli.options import output_option, readable
from pipelines.resources import house

STATES = ("present", "missing", "stale", "reissued", "remote", "generated")


@click.command(help="Was vom Profil da ist, fehlt oder veraltet ist / what of the profile is present, missing, stale.")
@click.option(
    "--profile", default="demo", show_default=True, help="demo, official oder der Pfad einer TOML-Datei / or the path of a TOML file."
)
@output_option
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    metavar="JJJJ-MM-TT",
    help="Tag, für den fällige Stände genannt werden; ohne Angabe heute / day for which due Stände are named; default: today.",
)
@click.pass_obj
def doctor(lang: str, profile: str, output: str, day: dt.datetime | None) -> None:
    """Print each file that is not simply present, the others by source, and how many are missing, stale or due."""
    place = house(profile, str(readable(output)))
    table = _table(sentence("doctor_title", lang, profile=place.profile.name), ("source", "table", "stand", "path", "state"), lang)
    counts: Counter[str] = Counter(dict.fromkeys(STATES, 0))
    present: Counter[str] = Counter()
    for entry in sorted(place.profile.files, key=lambda f: (f.source, str(f.stand), f.table)):
        state = _state(entry, place)
        counts[state] += 1
        if state == "present":
            present[entry.source] += 1
        else:
            table.add_row(entry.source, entry.table, str(entry.stand), entry.path, sentence(f"doctor_{state}", lang))
    for source, count in present.items():
        table.add_row(source, "–", "–", sentence("doctor_files", lang, count=count), sentence("doctor_present", lang))
    out = Console(highlight=False)
    out.print(table)
    out.print(_rhythm_table(place, (day or dt.datetime.now(tz=dt.UTC)).date(), lang))
    out.print(sentence("doctor_sum", lang, **counts), markup=False)


def _state(entry: FileEntry, place: House) -> str:
    """`missing` where nothing lies at the path, `remote` for an address not fetched yet, `stale` where the last run read other bytes.

    A file whose hash is not that of the edition known for its Stand is `reissued`; a demo file that the next run will generate is
    `generated`; all else is `present`.
    """
    if is_remote(entry) and not editions(entry.path, place.store / entry.source):
        return "remote"
    try:
        paths = locate(entry, store=place.store, demo=place.demo, offline=True)
    except InputError:
        return "generated" if entry.path.startswith(DEMO_PREFIX) else "missing"
    name, stand = f"raw_{entry.source}", entry.stand.isoformat() if entry.stand else None
    stamp = place.tables.stamp(name, stand) or place.tables.stamp(name)
    now = source_versions(place.profile, entry.source, stand, store=place.store, demo=place.demo)
    key = entry.model_dump_json()
    if stamp and stamp.inputs.get(key) != now[key]:
        return "stale"
    is_official = (entry.origin or place.profile.origin) == OFFICIAL
    return "reissued" if is_official and is_reissued(entry.source, entry.table, entry.stand, map(file_hash, paths)) else "present"


def _table(title: str, columns: Sequence[str], lang: str) -> Table:
    """An empty table in which names are folded, not cut."""
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for column in columns:
        table.add_column(sentence(f"doctor_{column}", lang), overflow="fold")
    return table


def _rhythm_table(place: House, day: dt.date, lang: str) -> Table:
    """Per source the newest Stand of the profile and the newest one known, the next, when it is usually out, and what that means."""
    title = sentence("doctor_rhythm_title", lang, day=f"{day:%d.%m.%Y}")
    table = _table(title, ("source", "newest", "published", "next", "usually_out", "state"), lang)
    files = [LoadedFile(f.source, f.table, f.stand) for f in place.profile.files if f.stand]
    for state in source_states(files):
        dates = (str(d or "–") for d in (state.published, state.following, state.current_until))
        table.add_row(state.source_id, str(state.newest), *dates, sentence(f"doctor_{state.word(day)}", lang))
    return table
