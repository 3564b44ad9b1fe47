"""The pages and files that no release may lack, by what it is about: areas, themes, Stände, tables. What was written plays no part."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files

import pyarrow as pa
import pyarrow.compute as pc

from maps.content import SiteContent
from maps.downloads import EVERYTHING, Download
from maps.language import LANGUAGES
from maps.map_data import FOLDER
from maps.render import LEGAL, MENU
from maps.themes import THEMES
from maps.vendor import FILES, FONTS


@dataclass(frozen=True)
class Subject:
    """What a release is about. `figures` are the rows of releases/figures.py, `changed` the Stände that have a figure, `tiles` a path."""

    content: SiteContent
    figures: pa.Table
    downloads: Sequence[Download]
    changed: Iterable[str]
    tiles: str | None


def expected_files(what: Subject) -> set[str]:
    """Paths below the site."""
    return {f"{language.folder}{page}" for language in LANGUAGES for page in _pages(what)} | _files(what)


def _pages(what: Subject) -> set[str]:
    """The pages that both languages have."""
    found = {path for _, path in (*MENU, *LEGAL)} | {"daten/woerterbuch.html"}
    found |= {f"karten/{theme.theme_id}.html" for theme in THEMES}
    found |= {f"{folder}/{ags}.html" for folder, ags in _areas(what.content)}
    found |= {f"daten/{d.stand}/index.html" for d in what.downloads}
    found |= {f"daten/tabellen/{d.table}.html" for d in what.downloads if d.table != EVERYTHING}
    return found | {f"daten/{stand}/aenderungen.html" for stand in what.changed}


def _files(what: Subject) -> set[str]:
    mark = "DEMO_" if what.content.demo else ""
    kreise = what.figures.filter(pc.equal(what.figures["level"], "kreis"))
    drawn = pc.unique(kreise["theme_id"]).to_pylist()
    levels = set(what.content.areas["level"]) & {"kreis", "gemeinde"}
    stands = [f"{stand:%Y-%m-%d}" for stand in pc.unique(what.figures["stand"]).to_pylist()]
    found = {"suche.json", "catalog.ttl", "catalog.jsonld", "feed.xml", "daten/SHA256SUMS"} | {d.path for d in what.downloads}
    found |= {f"daten/datenwoerterbuch.{form}" for form in ("csv", "json")}
    found |= {f"{folder}/{mark}{ags}.csv" for folder, ags in _areas(what.content)}
    found |= {f"{FOLDER}/{name}.json" for name in ("index", *levels, *stands)}
    own = [path for t in drawn for path in (f"bilder/{mark}{t}.png", f"bilder/{t}.svg", f"einzelkarten/{t}.html")]
    found |= {language.folder + path for path in own for language in LANGUAGES}
    found |= {f"daten/{stand}/{mark}aenderungen.csv.gz" for stand in what.changed}
    found |= {f"static/{file.name}" for file in files("maps").joinpath("static").iterdir()} | {
        f"vendor/{name}" for name in (*FILES, *FONTS)
    }
    return found | ({what.tiles} if what.tiles else set())


def _areas(content: SiteContent) -> list[tuple[str, str]]:
    """The folder and the AGS of each area that has a page."""
    return [(folder, str(ags)) for folder, areas in (("kreise", content.kreise), ("gemeinden", content.gemeinden)) for ags in areas["ags"]]
