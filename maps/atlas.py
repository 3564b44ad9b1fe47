"""All figures of the site in the shape that pages ask for: areas and their relations, series, ranks. It computes no share."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from maps.content import SiteContent
from maps.geometry import neighbours, simplified
from maps.sketch import Drawer, Sketch
from maps.themes import THEMES, StandView, Theme, noted, series

CITY_GEMEINDEN = 1
SKETCH_M = 400.0


@dataclass(frozen=True)
class Area:
    """A Kreis or a Gemeinde. `kreis` is its own AGS for a Kreis; `is_city`: a kreisfreie Stadt, Kreis and Gemeinde at once."""

    ags: str
    level: str
    name: str
    kreis: str
    is_city: bool

    @property
    def path(self) -> str:
        """Its page."""
        return f"{'kreise' if self.level == 'kreis' else 'gemeinden'}/{self.ags}.html"


@dataclass(frozen=True)
class Figure:
    """The newest figure of a theme for an area: with the Land's at the same Stand, and its place among all areas of the level."""

    theme: Theme
    view: StandView
    share: float | None
    count: tuple[float, float] | None
    land: float | None
    rank: int | None
    of: int


class Atlas:
    """Everything of one run that a page can show."""

    def __init__(self, content: SiteContent) -> None:
        """Find the areas of the edition and the series of all themes."""
        self.content = content
        self._sketches: dict[tuple[int, tuple[str, ...]], Sketch] = {}
        kreise, gemeinden = content.kreise, content.gemeinden
        per_kreis = gemeinden["ags"].str[:5].value_counts()
        self.kreise = [
            Area(a, "kreis", n, a, int(per_kreis.get(a, 0)) == CITY_GEMEINDEN) for a, n in zip(kreise["ags"], kreise["name"], strict=True)
        ]
        cities = {area.ags for area in self.kreise if area.is_city}
        self.gemeinden = [Area(a, "gemeinde", n, a[:5], a[:5] in cities) for a, n in zip(gemeinden["ags"], gemeinden["name"], strict=True)]
        self.areas = {area.ags: area for area in [*self.kreise, *self.gemeinden]}
        self.land = next(iter(content.areas.loc[content.areas["level"] == "land", "ags"]), kreise["ags"].iloc[0][:2])
        ags = {"land": [self.land], "kreis": [a.ags for a in self.kreise], "gemeinde": [a.ags for a in self.gemeinden]}
        self.series = series(content.shares, ags, edition=content.edition, themes=[noted(t, content.model_notes) for t in THEMES])
        self.by_theme = {s.theme.theme_id: s for s in self.series}

    @cached_property
    def simple_kreise(self) -> Drawer:
        """The Kreise, simplified, for pictures."""
        return Drawer(simplified(self.content.kreise, SKETCH_M))

    @cached_property
    def simple_gemeinden(self) -> Drawer:
        """The Gemeinden, simplified, for pictures."""
        return Drawer(simplified(self.content.gemeinden, SKETCH_M)) if self.gemeinden else self.simple_kreise

    @cached_property
    def neighbours(self) -> dict[str, list[str]]:
        """The neighbours of each Kreis and each Gemeinde, of the same level."""
        found = neighbours(self.content.kreise)
        return found | neighbours(self.content.gemeinden) if self.gemeinden else found

    @cached_property
    def ranks(self) -> dict[tuple[str, str], dict[str, int]]:
        """The place of each area at the newest Stand of a theme and level; equal shares have equal places. The best place is 1."""
        ranks = {}
        for one in self.series:
            for level in ("kreis", "gemeinde"):
                if view := one.newest(level):
                    known = pd.Series({a: s for a, s in view.shares.items() if s is not None}, dtype=float).round(4)
                    places = known.rank(method="min", ascending=one.theme.scale == "gap").astype(int)
                    ranks[one.theme.theme_id, level] = {str(a): int(p) for a, p in places.items()}
        return ranks

    @cached_property
    def targets(self) -> dict[tuple[str, str], dict[str, object]]:
        """The newest measured row of out_targets__status per target and AGS."""
        rows = self.content.targets
        known = rows[rows["actual_share"].notna() | rows["actual_count"].notna()].sort_values("stand")
        return {(str(r["target_id"]), str(r["ags"])): {str(k): v for k, v in r.items()} for r in known.to_dict("records")}

    def drawn(self, drawer: Drawer, ags: tuple[str, ...]) -> Sketch:
        """The picture of some areas, drawn once for all pages that show it."""
        key = (id(drawer), ags)
        if key not in self._sketches:
            self._sketches[key] = drawer.draw(ags)
        return self._sketches[key]

    def gemeinden_of(self, kreis: str) -> list[Area]:
        """The Gemeinden of a Kreis."""
        return [area for area in self.gemeinden if area.kreis == kreis]

    def figure(self, theme_id: str, area: Area) -> Figure | None:
        """The newest figure of a theme for an area; None where the theme has nothing for the level."""
        one = self.by_theme[theme_id]
        view = one.newest(area.level)
        if view is None:
            return None
        land = one.at("land", view.stand)
        ranks = self.ranks[theme_id, area.level]
        return Figure(
            one.theme,
            view,
            view.shares[area.ags],
            view.counts.get(area.ags),
            land.shares[self.land] if land else None,
            ranks.get(area.ags),
            len(ranks),
        )
