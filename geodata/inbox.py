"""The drop folder: which file of which source a delivered file is, by its content, and the list of those taken over. It starts no runs.

A file lies in a folder named after its Stand: `eingang/2025-12-31/telekom.csv`. File names are not believed: a publisher's `202601_…` holds
December 2025.
"""

import datetime as dt
import sqlite3
import tomllib
import zipfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from geodata.atomic import replaced
from geodata.catalogue import load_catalogue
from geodata.downloads.kinds import is_web_page
from geodata.errors import InputError
from geodata.tables import file_hash

ACCEPTED = "angenommen.toml"
HEAD = 65536
# Sources whose files carry no header that the catalogue knows: what the first record or the container says.
GEBREF_FIELDS = 21
HEADERS = (
    (frozenset({"strasse", "hnr", "plz", "ort", "technologie", "download", "upload"}), ("deliveries__offers", "offers")),
    (frozenset({"site_id", "operator", "technology", "band_mhz"}), ("mobile_sites__own", "antennas")),
    (frozenset({"id", "lte", "nr_gesamt"}), ("monitoring__grid", "cells")),
    (frozenset({"ID", "LTE", "NR"}), ("monitoring__grid", "cells")),
)


@dataclass(frozen=True)
class Arrival:
    """A file in the drop folder: what it is, or the code of the reason why it is not taken (yet)."""

    path: Path
    stand: dt.date | None
    source: str = ""
    table: str = ""
    sha256: str = ""
    reason: str = ""


def arrivals(inbox: Path, seen: Mapping[str, str]) -> tuple[list[Arrival], dict[str, str]]:
    """What lies in the drop folder, ascending by path; and size and time of each file, to be given as `seen` the next time.

    A file that was not `seen` with the same size and time may still be growing: it waits. One whose bytes were taken over before is known.
    """
    taken = {entry["sha256"] for entry in accepted(inbox)}
    found, now = [], {}
    for path in sorted(p for p in inbox.glob("*/*") if p.is_file() and not p.name.startswith(".")):
        name = path.relative_to(inbox).as_posix()
        stat = path.stat()
        now[name] = f"{stat.st_size} {stat.st_mtime_ns}"
        stand = _stand(path.parent.name)
        if stand is None:
            found.append(Arrival(path, None, reason="inbox_no_stand"))
        elif seen.get(name) != now[name]:
            found.append(Arrival(path, stand, reason="inbox_growing"))
        elif (digest := file_hash(path)) in taken:
            found.append(Arrival(path, stand, sha256=digest, reason="inbox_known"))
        else:
            source, table = recognised(path)
            found.append(Arrival(path, stand, source, table, digest, "" if source else "inbox_unknown"))
    return found, now


def recognised(path: Path) -> tuple[str, str]:
    """Source and table of a file, by its content; two empty texts where it is none that the catalogue knows."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head or is_web_page(head):
        return "", ""
    if head.startswith(b"PK\x03\x04"):
        return _recognised_zip(path)
    if head.startswith(b"SQLite format 3\x00"):
        return _recognised_layers(path)
    return _recognised_text(head.decode("utf-8-sig", errors="replace"))


def accepted(inbox: Path) -> list[dict[str, str]]:
    """The files taken over, in the order in which they were: `source, table, stand, path, sha256`, of a delivery also `operator`."""
    try:
        rows = tomllib.loads((inbox / ACCEPTED).read_text("utf-8")).get("files", [])
    except FileNotFoundError:
        return []
    except tomllib.TOMLDecodeError as error:
        raise InputError("profile_no_toml", profile=ACCEPTED, found=str(error)) from error
    return [{k: str(v) for k, v in row.items()} for row in rows]


def accept(inbox: Path, arrival: Arrival) -> None:
    """Write a recognised file into the list, once."""
    rows = accepted(inbox)
    if any(row["sha256"] == arrival.sha256 for row in rows):
        return
    # A delivery names its operator nowhere; the folder's custom is one file per operator, named after it.
    operator = {"operator": arrival.path.stem.split("_")[0].lower()} if arrival.source == "deliveries__offers" else {}
    row = operator | {
        "source": arrival.source,
        "table": arrival.table,
        "stand": str(arrival.stand),
        "path": arrival.path.relative_to(inbox).as_posix(),
        "sha256": arrival.sha256,
    }
    text = "".join("[[files]]\n" + "".join(f"{k} = {_quoted(v)}\n" for k, v in one.items()) + "\n" for one in [*rows, row])
    with replaced(inbox / ACCEPTED) as part:
        part.write_text(text, "utf-8")


def _quoted(text: str) -> str:
    """A TOML basic string: backslash, quote and control characters escaped (TOML 1.0, section String)."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c >= " " and c != "\x7f" else f"\\u{ord(c):04x}" for c in escaped) + '"'


def _stand(folder: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(folder)
    except ValueError:
        return None


def _recognised_text(text: str) -> tuple[str, str]:
    # The school register has its byte order mark after the line `sep=;`.
    lines = [line for raw in text.splitlines()[:3] if (line := raw.lstrip("\ufeff")) and not line.startswith("sep=")]
    if not lines:
        return "", ""
    delimiter = max(";,\t", key=lines[0].count)
    names, record = ([v.strip().strip('"') for v in line.split(delimiter)] for line in (lines[0], lines[-1]))
    if delimiter == ";" and names[0] == "N" and len(names) == GEBREF_FIELDS:
        return "gebref__addresses", "addresses"
    known = set(names)
    for columns, found in HEADERS:
        if known >= columns and found[0] in load_catalogue():
            return found
    return _fitting_table(known, record)


def _fitting_table(known: set[str], record: list[str]) -> tuple[str, str]:
    """The one table of the catalogue whose required columns a header has."""
    fits = [
        (source.source_id, table)
        for source in load_catalogue().values()
        for table in source.required
        if source.required_columns(table) and known >= set(source.required_columns(table)) and _fits_key(source.source_id, record)
    ]
    # The table of households asks for the same columns as that of businesses; only a file with mobile columns is of households for sure.
    households = [f for f in fits if f[1] == "households"]
    if households and any(n.startswith(("verf_lte", "verf_5g", "verf_200", "mobile")) for n in known):
        return households[0]
    return fits[0] if len(fits) == 1 else ("", "")


def _fits_key(source_id: str, record: list[str]) -> bool:
    """The tables of Länder and Kreise have the same columns: the length of the key tells them apart."""
    key = record[0] if record else ""
    length = {"breitbandatlas__kreise": 5, "breitbandatlas__laender": 2}.get(source_id)
    return length is None or len(key) == length


def _recognised_zip(path: Path) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(path) as z:
            names = z.namelist()
            if any(n.startswith("xl/") for n in names):
                return _recognised_workbook(z)
            inner = [n for n in names if n.lower().endswith(".csv")]
            if len(inner) == 1:
                with z.open(inner[0]) as file:
                    return _recognised_text(file.read(HEAD).decode("utf-8-sig", errors="replace"))
            if any(n.lower().endswith(".gpkg") and "gitterzellen" in n.lower() for n in names):
                return "breitbandatlas__gitterzellen", "cells"
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return "", ""
    return "", ""


def _recognised_workbook(z: zipfile.ZipFile) -> tuple[str, str]:
    text = z.read("xl/workbook.xml")[:HEAD].decode("utf-8", errors="replace") if "xl/workbook.xml" in z.namelist() else ""
    if 'name="Privathaushalte"' in text:
        return "breitbandatlas__tabellen", "workbook"
    if 'name="Fläche"' in text:
        return "monitoring__workbook", "area"
    return "", ""


def _recognised_layers(path: Path) -> tuple[str, str]:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as con:
            layers = [row[0] for row in con.execute("SELECT table_name FROM gpkg_contents ORDER BY table_name")]
    except sqlite3.Error:
        return "", ""
    is_grid = any(layer.startswith("Versorgungsdaten_Gitterzellen") for layer in layers)
    return ("breitbandatlas__gitterzellen", "cells") if is_grid else ("", "")
