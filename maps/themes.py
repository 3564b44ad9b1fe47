"""The themes of the maps, and which rows of the fact table each one shows."""

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files

import pandas as pd

from geodata.facts import METHODS

# What the radio model stands on besides the sites.
MODEL_GROUND = ("terrain__dem", "land_use__classes")
MODELLED = "modelled"
# Subjects of what the model and the grid of the Bundesnetzagentur see differently.
DEVIATIONS = ("cells_reported_only", "cells_modelled_only")
BASES = ("reported", "derived", "modelled")
LEVELS = ("land", "kreis", "gemeinde")
# The atlas changed its method after this Stand: no line is drawn across it.
METHOD_BREAK = dt.date(2021, 12, 31)
FACT_KEY = ("subject", "technology", "min_mbits", "operator", "rollout", "direction")


@dataclass(frozen=True)
class Theme:
    """One map: the measure it shows, and the target it belongs to (empty: the measure has no target).

    `basis`: the only one it shows (empty: reported or derived; what the model says has maps of its own).
    """

    theme_id: str
    group: str
    subject: str
    technology: str
    title_de: str
    title_en: str
    measure_de: str
    measure_en: str
    min_mbits: int = 0
    operator: str = "any"
    rollout: str = "existing"
    scale: str = "share"
    target_id: str = ""
    note_de: str = ""
    note_en: str = ""
    basis: str = ""

    @property
    def legend(self) -> str:
        """Which sentence says what dark means: a gap between two statements is no lack of coverage."""
        return "deviation" if self.subject in DEVIATIONS else self.scale

    @property
    def fact(self) -> tuple[object, ...]:
        """The key of its rows in the fact table."""
        return (self.subject, self.technology, self.min_mbits, self.operator, self.rollout, "down")

    @property
    def breaks(self) -> bool:
        """Whether its series has the break of the atlas."""
        return self.subject == "households" and self.group == "festnetz"


@dataclass(frozen=True)
class StandView:
    """What a theme shows of one level at one Stand: a share (0–1) or None per AGS, its numerator and denominator, and on which basis."""

    stand: dt.date
    basis: str
    source_ids: tuple[str, ...]
    shares: dict[str, float | None]
    counts: dict[str, tuple[float, float]] = field(default_factory=dict)
    methods: tuple[str, ...] = ()


THEMES = tuple(Theme(**entry) for entry in tomllib.loads(files("maps").joinpath("themes.toml").read_text("utf-8"))["themes"])


@dataclass(frozen=True)
class Series:
    """One theme through all Stände, per level ascending; a level without data has an empty list."""

    theme: Theme
    levels: Mapping[str, list[StandView]]

    @property
    def stands(self) -> list[dt.date]:
        """All Stände at which any level has a value, ascending."""
        return sorted({view.stand for level in ("kreis", "gemeinde") for view in self.levels[level]})

    @property
    def source_ids(self) -> set[str]:
        """The sources of all its figures."""
        return {s for views in self.levels.values() for view in views for s in view.source_ids}

    def at(self, level: str, stand: dt.date) -> StandView | None:
        """The view of a level at a Stand."""
        return next((view for view in self.levels[level] if view.stand == stand), None)

    def newest(self, level: str) -> StandView | None:
        """The newest view of a level."""
        return self.levels[level][-1] if self.levels[level] else None


def series(shares: pd.DataFrame, ags: Mapping[str, list[str]], *, edition: str, themes: Iterable[Theme] = THEMES) -> list[Series]:
    """All themes from the rows of the fact table; `ags` lists the areas of each level."""
    rows = shares[shares["share"].notna() & shares["boundary_edition"].isin(["as_published", edition])]
    wanted = {theme.fact for theme in themes}
    groups = {key: frame for key, frame in rows.groupby(list(FACT_KEY), sort=False, observed=True) if key in wanted}
    empty = rows.iloc[:0]
    found = []
    for theme in themes:
        own = groups.get(theme.fact, empty)
        own = own[own["basis"].isin([theme.basis] if theme.basis else BASES[:2])]
        found.append(Series(theme, {level: views(own, level=level, ags=ags[level]) for level in LEVELS}))
    return found


def noted(theme: Theme, notes: Mapping[str, tuple[str, ...]]) -> Theme:
    """The theme with the notes that every map of the model carries; another one as it is."""
    if theme.basis != MODELLED:
        return theme
    german, english = (
        " ".join(filter(None, [note, *notes.get(code, ())])) for code, note in (("de", theme.note_de), ("en", theme.note_en))
    )
    return replace(theme, note_de=german, note_en=english)


def views(rows: pd.DataFrame, *, level: str, ags: list[str]) -> list[StandView]:
    """The Stände at which the rows of one measure have a value for any of the areas `ags` of a level, ascending.

    Reported rows come before derived ones and are never mixed within a Stand; modelled ones stand in themes of their own.
    """
    rows = rows[(rows["level"] == level) & rows["ags"].isin(ags)]
    order = {method: position for position, method in enumerate(METHODS)}
    found = []
    for stand, at_stand in rows.groupby("stand", sort=True):
        basis = next(b for b in BASES if (at_stand["basis"] == b).any())
        chosen = at_stand[at_stand["basis"] == basis]
        chosen = chosen.iloc[chosen["method"].map(order).fillna(len(order)).argsort(kind="stable")].drop_duplicates("ags")
        shares: dict[str, float | None] = dict.fromkeys(ags)
        shares |= {str(a): float(s) for a, s in zip(chosen["ags"], chosen["share"], strict=True)}
        counted = chosen[chosen["numerator"].notna() & chosen["denominator"].notna()]
        counts = {
            str(a): (float(n), float(d)) for a, n, d in zip(counted["ags"], counted["numerator"], counted["denominator"], strict=True)
        }
        sources = set(chosen["source_id"]) | set(MODEL_GROUND if basis == MODELLED else ())
        found.append(StandView(_day(stand), basis, tuple(sorted(sources)), shares, counts, tuple(sorted(set(chosen["method"])))))
    return found


def _day(value: object) -> dt.date:
    if not isinstance(value, dt.date):
        raise TypeError(value)
    return value
