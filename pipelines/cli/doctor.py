"""`netzlage doctor`: what of a profile is present, missing, or newer than what was published."""

import click
from rich.console import Console
from rich.table import Table

from assets.house import House
from geodata.errors import InputError
from geodata.messages import sentence
from geodata.profile import DEMO_PREFIX, FileEntry
from geodata.snapshots import locate, source_versions
from pipelines.cli.options import output_option
from pipelines.resources import house


@click.command(help="Was vom Profil da ist, fehlt oder veraltet ist / what of the profile is present, missing, stale.")
@click.option(
    "--profile", default="demo", show_default=True, help="demo, official oder der Pfad einer TOML-Datei / or the path of a TOML file."
)
@output_option
@click.pass_obj
def doctor(lang: str, profile: str, output: str) -> None:
    """Print one line per file of the profile, and how many are missing or stale."""
    place = house(profile, output)
    table = Table(title=sentence("doctor_title", lang, profile=place.profile.name), title_justify="left")
    for column in ("source", "table", "stand", "path", "state"):
        table.add_column(sentence(f"doctor_{column}", lang))
    counts = {"present": 0, "missing": 0, "stale": 0, "remote": 0, "generated": 0}
    for entry in sorted(place.profile.files, key=lambda f: (f.source, str(f.stand), f.table)):
        state = _state(entry, place)
        counts[state] += 1
        table.add_row(entry.source, entry.table, str(entry.stand), entry.path, sentence(f"doctor_{state}", lang))
    out = Console(highlight=False)
    out.print(table)
    out.print(sentence("doctor_sum", lang, **counts), markup=False)


def _state(entry: FileEntry, place: House) -> str:
    """`missing` where nothing lies at the path, `remote` for an address, `stale` where the last run read other bytes, else `present`.

    A demo file that the next run will generate is `generated`.
    """
    if entry.path.startswith(("https://", "http://")):
        return "remote"
    try:
        locate(entry, store=place.store, demo=place.demo)
    except InputError:
        return "generated" if entry.path.startswith(DEMO_PREFIX) else "missing"
    name, stand = f"raw_{entry.source}", entry.stand.isoformat() if entry.stand else None
    stamp = place.tables.stamp(name, stand) or place.tables.stamp(name)
    if stamp is None:
        return "present"
    now = source_versions(place.profile, entry.source, stand, store=place.store, demo=place.demo)
    key = entry.model_dump_json()
    return "present" if stamp.inputs.get(key) == now[key] else "stale"
