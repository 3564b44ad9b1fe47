"""How each source stands: newest Stand loaded against those known to be published, what is missing or changed, until when it is current.

No today's date here: `netzlage doctor` holds its day against `current_until`, the run report shows that date.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from geodata.catalogue import KnownEdition, Source, known_editions, load_catalogue

OFFICIAL = "official"


@dataclass(frozen=True)
class LoadedFile:
    """A file of a run or profile; `sha256` is empty where its bytes are not known."""

    source_id: str
    table: str
    stand: dt.date
    sha256: str = ""
    origin: str = OFFICIAL


@dataclass(frozen=True)
class SourceState:
    """`newest` Stand loaded, newest one `published` as far as known, the one `following` in the rhythm and the day it is usually out.

    `missing`: known editions (table, Stand) that are not loaded; `changed`: files that are not the known edition of their Stand.
    """

    source_id: str
    newest: dt.date
    published: dt.date | None
    missing: tuple[tuple[str, dt.date], ...]
    changed: tuple[tuple[str, dt.date], ...]
    following: dt.date | None
    current_until: dt.date | None

    def word(self, day: dt.date | None = None) -> str:
        """`new`: a newer Stand is known; `once`, `unannounced`; on a `day` at or after which a new one is usual `due`, else `current`."""
        if self.published and self.published > self.newest:
            return "new"
        if self.following is None:
            return "once"
        if self.current_until is None:
            return "unannounced"
        return "due" if day and day >= self.current_until else "current"


def source_states(
    files: Iterable[LoadedFile],
    catalogue: Mapping[str, Source] | None = None,
    known: Mapping[str, tuple[KnownEdition, ...]] | None = None,
) -> list[SourceState]:
    """One state for each source of the files, by its id."""
    catalogue, known = catalogue or load_catalogue(), known_editions() if known is None else known
    by_source: dict[str, list[LoadedFile]] = {}
    for file in files:
        by_source.setdefault(file.source_id, []).append(file)
    return [_state(catalogue[source_id], own, known.get(source_id, ())) for source_id, own in sorted(by_source.items())]


def is_reissued(source_id: str, table: str, stand: dt.date | None, hashes: Iterable[str]) -> bool:
    """Whether editions of a Stand are known and none of the hashes is one of them: the publisher has issued the file again."""
    expected = {k.sha256 for k in known_editions().get(source_id, ()) if (k.table, k.stand) == (table, stand)}
    return bool(expected) and not expected & set(hashes)


def _state(source: Source, files: list[LoadedFile], known: tuple[KnownEdition, ...]) -> SourceState:
    newest = max(file.stand for file in files)
    loaded = {(file.table, file.stand) for file in files}
    hashes: dict[tuple[str, dt.date], set[str]] = {}
    for edition in known:
        hashes.setdefault((edition.table, edition.stand), set()).add(edition.sha256)
    official = [f for f in files if f.origin == OFFICIAL and f.sha256]
    changed = {(f.table, f.stand) for f in official if f.sha256 not in hashes.get((f.table, f.stand), {f.sha256})}
    following = source.next_stand(newest)
    until = following + dt.timedelta(days=source.lag_days) if following and source.lag_days is not None else None
    return SourceState(
        source.source_id, newest, max((k.stand for k in known), default=None), tuple(sorted(set(hashes) - loaded)), tuple(sorted(changed)),
        following, until,
    )  # fmt: skip
