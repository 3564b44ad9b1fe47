"""The figures of a finished site against the tables of the run, read anew with SQL: map data, tables of the pages, CSVs, targets.

How the pages were made plays no part here: what they show is read back from the files.
"""

import csv
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.compute as pc

from geodata.facts import METHODS
from geodata.messages import sentence
from geodata.session import Limits, query, session
from maps.language import LANGUAGES, Language
from maps.releases.cards import wrong_targets
from maps.themes import BASES, MODELLED, THEMES

FACTS, BELOW, TARGETS = "out_coverage__shares", "out_whitespots__areas", "out_targets__status"
DATA = "karten/werte"
LEVELS = ("kreis", "gemeinde")
# Half of the last digit that a file or page shows of a share, and what a double may lose.
HALF_HUNDREDTH, HALF_SIXTH = 0.5001e-4, 0.5001e-6
KEY = ("theme_id", "subject", "technology", "min_mbits", "operator", "rollout")
SHOWN = pa.schema([("theme_id", pa.string()), ("ags", pa.string()), ("stand", pa.string()), ("share", pa.float64())])
_HEAD = re.compile(r'<th scope="col" class="num">([^<]*)</th>')
_CELL = re.compile(r'<td class="num">([^<]*)</td>')
_ROW = re.compile(r'<tr><th scope="row">(?:<a [^>]*>)?([^<]*)')
_AREA = re.compile(r'<td class="key">([^<]*)</td>')
_NO_DIGIT = re.compile(r"[^\d.]")


@dataclass(frozen=True)
class Against:
    """What the figures of a site are held against. `tables` are the files of each out table, `areas` those of the maps."""

    tables: Mapping[str, Sequence[Path]]
    areas: gpd.GeoDataFrame
    edition: str
    demo: bool
    limits: Limits


@dataclass
class _Read:
    """Figures as a file shows them, column by column."""

    themes: list[str] = field(default_factory=list)
    ags: list[str] = field(default_factory=list)
    stands: list[str] = field(default_factory=list)
    shares: list[float | None] = field(default_factory=list)

    def add(self, theme: str, ags: str, stand: str, share: float | None) -> None:
        self.themes.append(theme)
        self.ags.append(ags)
        self.stands.append(stand)
        self.shares.append(share)

    def table(self) -> pa.Table:
        """The rows that show a figure."""
        found = pa.table([self.themes, self.ags, self.stands, self.shares], schema=SHOWN)
        return found.filter(pc.is_valid(found["share"]))


def expected_figures(against: Against) -> pa.Table:
    """What the tables say of each theme, area and Stand (theme_id, level, stand, ags, share), for the areas of the maps."""
    themes = [{c: getattr(t, c) for c in KEY} | {"bases": [t.basis] if t.basis else [b for b in BASES if b != MODELLED]} for t in THEMES]
    shown, tables, edition = against.areas[against.areas["level"].isin(LEVELS)], against.tables, against.edition
    given = {"themes": pa.Table.from_pylist(themes), "areas": pa.table({c: list(shown[c].astype(str)) for c in ("ags", "level")})}
    with session(against.limits) as con:
        candidates = [query(con, "site_facts", facts=list(tables[FACTS]), boundary_edition=edition, **given)]
        if tables.get(BELOW):
            candidates.append(query(con, "site_below", below=list(tables[BELOW]), boundary_edition=edition, **given))
        return query(con, "site_figures", candidates=pa.concat_tables(candidates), methods=list(METHODS))


def wrong_figures(site: Path, expected: pa.Table, against: Against) -> list[str]:
    """Sentences on the figures of the site that the tables do not say, and on those of the tables that the site lacks."""
    stands = sorted({f"{s:%Y-%m-%d}" for s in pc.unique(expected["stand"]).to_pylist()})
    kreise = expected.filter(pc.equal(expected["level"], "kreis"))
    found = []
    with session(against.limits) as con:
        csvs = _csvs(site, demo=against.demo)
        places = [(DATA, _map_data(site, stands), expected, HALF_HUNDREDTH), ("*.csv", csvs, expected, HALF_SIXTH)]
        for language in LANGUAGES:
            folder = site / language.folder
            days = {language.date(s): f"{s:%Y-%m-%d}" for s in pc.unique(expected["stand"]).to_pylist()}
            places.append((f"{language.folder}karten/*.html", _theme_pages(folder, days), kreise, HALF_HUNDREDTH))
            places.append((f"{language.folder}kreise, gemeinden", _area_pages(folder, days, language), expected, HALF_HUNDREDTH))
        for place, shown, wanted, half in places:
            rows = query(con, "site_figures_differ", expected=wanted, shown=shown, half=half).to_pylist()
            found += [
                sentence("site_figure_wrong", page=place, what=what, found=r["shown"], expected=r["expected"])
                for r in rows
                for what in [f"{r['theme_id']} {r['ags']} {r['stand']}"]
            ]
        targets = query(con, "site_targets", targets=list(against.tables[TARGETS])).to_pylist()
    return found + wrong_targets(site, targets, pc.unique(kreise["theme_id"]).to_pylist())


def _map_data(site: Path, stands: Iterable[str]) -> pa.Table:
    folder, read = site / DATA, _Read()
    order = json.loads((folder / "index.json").read_text("utf-8"))["ags"]
    for stand in stands:
        for theme, levels in json.loads((folder / f"{stand}.json").read_text("utf-8")).items():
            for level, values in levels.items():
                for ags, value in zip(order[level], values, strict=False):
                    read.add(theme, ags, stand, None if value is None else value / 10_000)
    return read.table()


def _csvs(site: Path, *, demo: bool) -> pa.Table:
    read = _Read()
    for path in _files(site, f"{'DEMO_' if demo else ''}*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            lines = csv.reader(file)
            theme, ags, stand, share = map(next(lines).index, ("theme", "ags", "stand", "share"))
            for row in lines:
                read.add(row[theme], row[ags], row[stand], float(row[share]) if row[share] else None)
    return read.table()


def _theme_pages(folder: Path, days: Mapping[str, str]) -> pa.Table:
    read = _Read()
    for theme in THEMES:
        for line, stands in _rows(folder / "karten" / f"{theme.theme_id}.html", "tabelle", days):
            for stand, text in zip(stands, _CELL.findall(line), strict=False):
                read.add(theme.theme_id, "".join(_AREA.findall(line)), stand, _share(text))
    return read.table()


def _area_pages(folder: Path, days: Mapping[str, str], language: Language) -> pa.Table:
    names, read = {language.pick(t, "title"): t.theme_id for t in THEMES}, _Read()
    for page in _files(folder, "*.html"):
        for line, stands in _rows(page, "alle", days):
            title = html.unescape("".join(_ROW.findall(line)))
            for stand, text in zip(stands, _CELL.findall(line), strict=False):
                read.add(names.get(title, title), page.stem, stand, _share(text))
    return read.table()


def _files(folder: Path, pattern: str) -> Iterator[Path]:
    for name in ("kreise", "gemeinden"):
        yield from sorted((folder / name).glob(pattern))


def _rows(page: Path, heading: str, days: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    """The lines of the table below a heading, each with the Stände of its columns; none where the page has no such table."""
    _, _, after = page.read_text("utf-8").partition(f'id="{heading}"')
    head, _, body = after.partition("</table>")[0].partition("</thead>")
    stands = [days.get(text, text) for text in _HEAD.findall(head)]
    for line in body.splitlines():
        if line.startswith("<tr>"):
            yield line, stands


@cache
def _share(text: str) -> float | None:
    """A share from its text: `95,67 %` or `95.67%`; None for words."""
    digits = _NO_DIGIT.sub("", text.replace(",", "."))
    return float(digits) / 100 if digits else None
