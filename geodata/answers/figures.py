"""The catalogue of figures that people ask for: key in the fact table, label and definition in two languages."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pyarrow as pa

from geodata.errors import InputError
from geodata.targets import COUNTED


@dataclass(frozen=True)
class Figure:
    """One figure: a share of a subject with a technology and class, from at least one operator, existing."""

    figure_id: str
    subject: str
    technology: str
    min_mbits: int
    label_de: str
    label_en: str
    definition_de: str
    definition_en: str

    @property
    def is_count(self) -> bool:
        """Whether it is a count, without denominator and share."""
        return self.subject in COUNTED

    def label(self, lang: str) -> str:
        """Its name."""
        return self.label_en if lang == "en" else self.label_de

    def definition(self, lang: str) -> str:
        """What it is the share of."""
        return self.definition_en if lang == "en" else self.definition_de


@cache
def load_figures() -> tuple[Figure, ...]:
    """The figures in the order of `figures.toml`."""
    tables = tomllib.loads(files("geodata.answers").joinpath("figures.toml").read_text("utf-8"))
    return tuple(Figure(figure_id=key, **fields) for key, fields in tables.items())


def chosen_figures(wanted: Sequence[str]) -> tuple[Figure, ...]:
    """The figures of these ids in the order of the catalogue, all where none is named; InputError for an unknown id."""
    known = {f.figure_id for f in load_figures()}
    for one in wanted:
        if one not in known:
            raise InputError("figure_absent", found=one, expected=", ".join(f.figure_id for f in load_figures()))
    return tuple(f for f in load_figures() if not wanted or f.figure_id in wanted)


def figures_table(figures: Sequence[Figure]) -> pa.Table:
    """Their keys, for a query."""
    return pa.table(
        {
            "position": pa.array(range(len(figures)), pa.int32()),
            "figure_id": pa.array([f.figure_id for f in figures], pa.string()),
            "is_count": pa.array([f.is_count for f in figures], pa.bool_()),
            "subject": pa.array([f.subject for f in figures], pa.string()),
            "technology": pa.array([f.technology for f in figures], pa.string()),
            "min_mbits": pa.array([f.min_mbits for f in figures], pa.int32()),
        }
    )
