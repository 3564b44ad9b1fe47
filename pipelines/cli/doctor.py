"""`netzlage doctor`: what of a profile is present, missing, or other than what was published or known; and which new Stände are due."""

import datetime as dt
from collections import Counter

import click
from rich.console import Console
from rich.table import Table

from assets.house import House
from geodata.catalogue import known_editions, load_catalogue
from geodata.downloads.editions import editions
from geodata.errors import InputError
from geodata.messages import sentence
from geodata.profile import DEMO_PREFIX, FileEntry
from geodata.snapshots import is_remote, locate, source_versions
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
    """Print one line per file of the profile and per source, and how many are missing, stale or due."""
    place = house(profile, str(readable(output)))
    table = Table(title=sentence("doctor_title", lang, profile=place.profile.name), title_justify="left")
    for column in ("source", "table", "stand", "path", "state"):
        table.add_column(sentence(f"doctor_{column}", lang))
    counts: Counter[str] = Counter(dict.fromkeys(STATES, 0))
    for entry in sorted(place.profile.files, key=lambda f: (f.source, str(f.stand), f.table)):
        state = _state(entry, place)
        counts[state] += 1
        table.add_row(entry.source, entry.table, str(entry.stand), entry.path, sentence(f"doctor_{state}", lang))
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
    known = [k.sha256 for k in known_editions().get(entry.source, ()) if (k.table, k.stand) == (entry.table, entry.stand)]
    is_official = (entry.origin or place.profile.origin) == "official"
    if is_official and known and not any(file_hash(p) in known for p in paths):
        return "reissued"
    return "present"


def _rhythm_table(place: House, day: dt.date, lang: str) -> Table:
    """Per source the newest Stand of the profile, the one that follows, when it is usually out, and whether that day has come."""
    table = Table(title=sentence("doctor_rhythm_title", lang, day=f"{day:%d.%m.%Y}"), title_justify="left")
    for column in ("source", "newest", "next", "usually_out", "state"):
        table.add_column(sentence(f"doctor_{column}", lang))
    for source_id in sorted({f.source for f in place.profile.files}):
        source = load_catalogue()[source_id]
        newest = max(f.stand for f in place.profile.of(source_id) if f.stand)
        following = source.next_stand(newest)
        if following is None:
            table.add_row(source_id, str(newest), "–", "–", sentence("doctor_once", lang))
            continue
        out = following + dt.timedelta(days=source.lag_days) if source.lag_days is not None else None
        word = "unannounced" if out is None else "due" if day >= out else "current"
        table.add_row(source_id, str(newest), str(following), str(out or "–"), sentence(f"doctor_{word}", lang))
    return table
