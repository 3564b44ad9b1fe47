"""The catalogue of sources: who publishes what under which licence, and which columns each table has at each Stand."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

_GROUPED = re.compile(r"^(?P<prefix>.*?)\[(?P<classes>[\d ,]+)\](?P<suffix>.*)$")


@dataclass(frozen=True)
class Source:
    """One source. `reference` sources (boundaries, Zensus) have a date of their own but do not follow the Stände.

    `columns` holds per table and Stand what the publisher delivers; `required` per table what no file may lack.
    """

    source_id: str
    title: str
    publisher: str
    landing_page: str
    licence: str
    attribution: str
    visibility: str
    rhythm: str
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

    def required_columns(self, table: str) -> tuple[str, ...]:
        """The columns that a table must have."""
        return tuple(name for text in self.required.get(table, []) for name in _spelled(text))


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
