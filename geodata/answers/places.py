"""Areas as people name them: by AGS or by name, from a list in a file; where nothing fits, the nearest names."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from geodata.errors import InputError

SUGGESTIONS = 3
NEAR = 0.4
LARGEST_LIST = 100_000
# The other Länder and the Bund, of which the published tables tell: they have no boundaries here.
BEYOND = {"00": ("Deutschland", "bund"), "06": ("Hessen", "land"), "08": ("Baden-Württemberg", "land"), "09": ("Bayern", "land")}
# What people call them besides; the Land of the run is also "Land".
SHORT = {"05": ("nrw", "nordrhein-westfalen"), "00": ("bund",)}


@dataclass(frozen=True)
class Place:
    """An area of the run."""

    ags: str
    name: str
    level: str

    @property
    def title(self) -> str:
        """Name and AGS."""
        return f"{self.name} ({self.ags})"


def load_places(con: duckdb.DuckDBPyConnection) -> list[Place]:
    """All areas of the published database, and the Länder and the Bund that published tables tell of."""
    rows = con.execute(
        "SELECT ags, coalesce(max(name), ags), any_value(level) FROM core_boundaries__areas GROUP BY ags ORDER BY ags"
    ).fetchall()
    told = {ags for (ags,) in con.execute("SELECT DISTINCT ags FROM out_coverage__shares WHERE level IN ('land', 'bund')").fetchall()}
    return [Place(*row) for row in rows] + [Place(ags, *BEYOND[ags]) for ags in sorted(told & set(BEYOND))]


def find_place(places: Sequence[Place], wanted: str, *, levels: Sequence[str]) -> Place:
    """The area of that AGS or name, at the first of `levels` where one fits; InputError with the nearest names, or where several fit."""
    eligible = [p for p in places if p.level in levels]
    fold = wanted.strip().casefold()
    for level in levels:
        of_level = [p for p in eligible if p.level == level]
        exact = [p for p in of_level if p.ags == wanted.strip()] or [p for p in of_level if fold in _names(p)]
        if len(exact) == 1:
            return exact[0]
        if exact:
            raise InputError("place_ambiguous", found=wanted, expected=", ".join(p.title for p in exact))
    part = [p for p in eligible if fold and fold in p.name.casefold()]
    if len(part) == 1:
        return part[0]
    if part:
        raise InputError("place_ambiguous", found=wanted, expected=", ".join(p.title for p in part[: 3 * SUGGESTIONS]))
    names: dict[str, str] = {}
    for place in eligible:
        names.setdefault(place.name.casefold(), place.title)
    near = difflib.get_close_matches(fold, names, n=SUGGESTIONS, cutoff=NEAR) or list(names)[:SUGGESTIONS]
    raise InputError("place_absent", found=wanted, expected=", ".join(names[n] for n in near))


def _names(place: Place) -> set[str]:
    own = {"land"} if place.level == "land" and place.ags not in BEYOND else set()
    return {place.name.casefold(), *SHORT.get(place.ags, ())} | own


def find_kreis(con: duckdb.DuckDBPyConnection, wanted: str) -> Place:
    """The Kreis of that AGS or name in the published database; errors as of `find_place`."""
    return find_place(load_places(con), wanted, levels=("kreis",))


def listed_places(places: Sequence[Place], path: Path) -> list[Place]:
    """The areas of a list: one AGS or name a line, a Gemeinde before a Kreis of the same name; `#` begins a remark."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError("areas_file_unreadable", file=str(path), found=error.strerror or str(error)) from error
    if len(data) > LARGEST_LIST or b"\0" in data:
        raise InputError("areas_file_unreadable", file=str(path), found=f"{len(data)} Bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        wanted = line.split("#")[0].strip()
        if not wanted:
            continue
        try:
            found.append(find_place(places, wanted, levels=("gemeinde", "kreis")))
        except InputError as error:
            detail = error.values.get("expected", "")
            raise InputError("areas_file_line", file=str(path), line=number, found=wanted, expected=detail) from error
    if not found:
        raise InputError("areas_file_empty", file=str(path))
    return found


def without_overlap(places: Sequence[Place]) -> None:
    """InputError where one is named twice or lies in another, as a sum would count it twice."""
    for i, one in enumerate(places):
        for other in places[i + 1 :]:
            if one.ags.startswith(other.ags) or other.ags.startswith(one.ags):
                raise InputError("areas_overlap", found=f"{one.title}, {other.title}")
