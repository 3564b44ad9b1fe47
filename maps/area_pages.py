"""One page per Kreis and Gemeinde, and its figures as CSV."""

import csv
import datetime as dt
import io

from geodata.targets import verdict_of
from maps.atlas import Area, Atlas, Figure
from maps.chart import Value, chart
from maps.language import Language, missing
from maps.palette import labels
from maps.render import Renderer
from maps.sketch import Sketch
from maps.themes import Series
from maps.wording import GOOD, sources

CARDS = (
    "haushalte-gigabit",
    "haushalte-glasfaser",
    "haushalte-100",
    "schulen",
    "gewerbegebiete",
    "flaeche-4g",
    "flaeche-5g",
    "weisse-flecken-mobilfunk",
)
COLUMNS = ("haushalte-gigabit", "haushalte-glasfaser", "flaeche-5g")
TREND = "haushalte-gigabit"
CM2_PER_KM2 = 10_000_000_000
PERCENT_TARGET = 100
CSV_FIELDS = (
    "ags",
    "name",
    "level",
    "theme",
    "subject",
    "technology",
    "min_mbits",
    "operator",
    "stand",
    "basis",
    "method",
    "numerator",
    "denominator",
    "share",
)


class AreaPages:
    """Makes the pages of all areas in one language; what all of them share is worked out once."""

    def __init__(self, atlas: Atlas, renderer: Renderer, language: Language) -> None:
        """Work out what all pages share."""
        self.atlas, self.renderer, self.language = atlas, renderer, language
        self.columns = [atlas.by_theme[t].theme for t in COLUMNS]
        self.names = {ags: area.name for ags, area in atlas.areas.items()}
        self.texts = labels("share", language)
        self.sources = sources(atlas.content, set().union(*(s.source_ids for s in atlas.series)))
        self.all_stands = sorted({stand for s in atlas.series for stand in s.stands}, reverse=True)
        self.column_values = {area.ags: self._columns(area) for area in atlas.areas.values()}
        self.prefix = "DEMO_" if atlas.content.demo else ""

    def page(self, area: Area) -> str:
        """The page of one area."""
        t, atlas = self.language, self.atlas
        trend = atlas.by_theme[TREND]
        children = atlas.gemeinden_of(area.ags) if area.level == "kreis" and not area.is_city else []
        picture, picture_text, shares = self._picture(area)
        return self.renderer.page(
            "area.html",
            t,
            area.path,
            title=area.name,
            area=area,
            kind=t("word.city") if area.is_city else t(f"word.{area.level}"),
            parent=atlas.areas.get(area.kreis) if area.level == "gemeinde" else None,
            cards=[self._card(figure, area) for key in CARDS if (figure := atlas.figure(key, area))],
            trend=chart(
                area.name,
                self._values(trend, area.level, area.ags),
                self._values(trend, "land", atlas.land),
                breaks=trend.theme.breaks,
                language=t,
            ),
            picture=picture,
            picture_text=picture_text,
            shares=shares,
            names=self.names,
            texts=self.texts,
            columns=self.columns,
            children=[(child, self.column_values[child.ags]) for child in children],
            near=[(atlas.areas[ags], self.column_values[ags]) for ags in atlas.neighbours[area.ags]],
            all_stands=self.all_stands,
            rows=[(s.theme, self._row(s, area)) for s in atlas.series if s.levels[area.level]],
            csv=csv_path(area, self.prefix),
            sources=self.sources,
        )

    def _card(self, figure: Figure, area: Area) -> dict[str, object]:
        t = self.language
        row = self.atlas.targets.get((figure.theme.target_id, area.ags))
        status = verdict_of(row) if row and row["stand"] == figure.view.stand else ""
        return {
            "theme": figure.theme,
            "value": t.percent(figure.share),
            "count": self._count(figure),
            "land": None if missing(figure.land) else t.percent(figure.land),
            "rank": None if figure.rank is None else t(f"area.rank_{area.level}", rank=figure.rank, of=figure.of),
            "target": t(f"status.{status}") if status and status != "no_data" else None,
            "state": "good" if status in GOOD else "open" if status in {"missed", "behind"} else "none",
            "stand": t.date(figure.view.stand),
            "basis": t(f"basis.{figure.view.basis}"),
        }

    def _count(self, figure: Figure) -> str | None:
        if figure.count is None:
            return None
        unit = CM2_PER_KM2 if figure.theme.subject == "area" else 1
        part, whole = (self.language.number(value / unit) for value in figure.count)
        return self.language("area.count_text", part=part, whole=whole, unit=self.language(f"unit.{figure.theme.subject}"))

    def _columns(self, area: Area) -> list[str]:
        figures = [self.atlas.figure(key, area) for key in COLUMNS]
        return [self.language.percent(figure.share) if figure else "–" for figure in figures]

    def _row(self, series: Series, area: Area) -> list[str]:
        views = {view.stand: view for view in series.levels[area.level]}
        return [self.language.percent(views[s].shares[area.ags]) if s in views else "–" for s in self.all_stands]

    def _values(self, series: Series, level: str, ags: str) -> list[Value]:
        return [Value(v.stand, share, v.basis) for v in series.levels[level] if (share := v.shares.get(ags)) is not None]

    def _picture(self, area: Area) -> tuple[Sketch | None, str, dict[str, float | None]]:
        """The Gemeinden of the Kreis; for a city, itself and its neighbours."""
        atlas, t, gigabit = self.atlas, self.language, self.atlas.by_theme[TREND]
        if area.is_city or not atlas.gemeinden:
            view = gigabit.newest("kreis")
            keys = [area.kreis, *atlas.neighbours[area.kreis]]
            drawn, key = atlas.simple_kreise, "area.map_kreise"
        else:
            view = gigabit.newest("gemeinde")
            keys = [a.ags for a in atlas.gemeinden_of(area.kreis)]
            drawn, key = atlas.simple_gemeinden, "area.map_gemeinden"
        if view is None:
            return None, "", {}
        return self.atlas.drawn(drawn, tuple(keys)), t(key, stand=t.date(view.stand)), view.shares


def csv_path(area: Area, prefix: str) -> str:
    """Where the CSV of an area lies."""
    return f"{area.path.rsplit('/', 1)[0]}/{prefix}{area.ags}.csv"


def area_csv(atlas: Atlas, area: Area) -> str:
    """All figures of an area, one row per theme and Stand; areas in cm², an empty field is no data."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(CSV_FIELDS)
    for one in atlas.series:
        theme = one.theme
        for view in one.levels[area.level]:
            part, whole = view.counts.get(area.ags, ("", ""))
            share = view.shares[area.ags]
            writer.writerow(
                [
                    area.ags,
                    _cell(area.name),
                    area.level,
                    theme.theme_id,
                    theme.subject,
                    theme.technology,
                    theme.min_mbits,
                    theme.operator,
                    _day(view.stand),
                    view.basis,
                    "+".join(view.methods),
                    _plain(part),
                    _plain(whole),
                    "" if share is None else f"{share:.6f}",
                ]
            )
    return stream.getvalue()


def _cell(text: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _plain(value: object) -> str:
    return "" if value == "" else f"{float(str(value)):.4f}".rstrip("0").rstrip(".")


def _day(value: dt.date) -> str:
    return value.isoformat()
