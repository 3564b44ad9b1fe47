"""The catalogue of sources: who publishes what under which licence, how often, which columns and which known editions each table has."""

import calendar
import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

MONTHS = {"quarterly": 3, "half-yearly": 6, "yearly": 12}
_GROUPED = re.compile(r"^(?P<prefix>.*?)\[(?P<classes>[\d ,]+)\](?P<suffix>.*)$")


@dataclass(frozen=True)
class Source:
    """One source. `reference` sources (boundaries, Zensus) have a date of their own but do not follow the Stände.

    `rhythm` is `quarterly`, `half-yearly`, `yearly` or `once`. `publication` is what the licence says of publishing what is made of the
    source: `allowed`, `share-alike` or `forbidden`; not stated is forbidden. `columns` holds per table and Stand what the publisher
    delivers; `required` per table what no file may lack.
    """

    source_id: str
    title: str
    publisher: str
    landing_page: str
    licence: str
    attribution: str
    visibility: str
    rhythm: str
    lag_days: int | None = None
    publication: str = "forbidden"
    changes_marked: bool = False
    share_alike: bool = False
    non_commercial: bool = False
    reference: bool = False
    columns: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)
    required: Mapping[str, list[str]] = field(default_factory=dict)

    def declared(self, table: str, stand: str | None) -> tuple[str, ...]:
        """The columns that the publisher delivers at a Stand; of one not declared, those of the newest before it, else the oldest."""
        stands = self.columns.get(table, {})
        if not stands:
            return self.required_columns(table)
        earlier = [s for s in sorted(stands) if stand is None or s <= stand]
        return tuple(name for text in stands[earlier[-1] if earlier else min(stands)] for name in _spelled(text))

    def next_stand(self, stand: dt.date) -> dt.date | None:
        """The Stand that follows `stand` in the rhythm of the source, on the last day of a month where `stand` is one; None for `once`."""
        months = MONTHS.get(self.rhythm)
        if months is None:
            return None
        year, month = divmod(stand.year * 12 + stand.month - 1 + months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        is_last = stand.day == calendar.monthrange(stand.year, stand.month)[1]
        return dt.date(year, month + 1, last if is_last else min(stand.day, last))

    def required_columns(self, table: str) -> tuple[str, ...]:
        """The columns that a table must have."""
        return tuple(name for text in self.required.get(table, []) for name in _spelled(text))


@dataclass(frozen=True)
class KnownEdition:
    """A file that a publisher is known to have issued for a Stand."""

    table: str
    stand: dt.date
    file: str
    bytes: int
    sha256: str


@cache
def known_editions() -> Mapping[str, tuple[KnownEdition, ...]]:
    """The known editions by source, in the order of `editions.toml`."""
    tables = tomllib.loads(files("geodata").joinpath("editions.toml").read_text("utf-8"))
    return {source: tuple(KnownEdition(**row) for row in rows) for source, rows in tables.items()}


@cache
def load_catalogue() -> Mapping[str, Source]:
    """All sources by their id."""
    tables = tomllib.loads(files("geodata").joinpath("sources.toml").read_text("utf-8"))
    return {key: Source(source_id=key, **fields) for key, fields in tables.items()}


def _spelled(text: str) -> list[str]:
    """`verf_100_[1, 2, 6]` stands for three columns."""
    match = _GROUPED.match(text)
    if not match:
        return [text]
    return [f"{match['prefix']}{number.strip()}{match['suffix']}" for number in match["classes"].split(",")]
