"""The whole site, written into a new folder: pages, pictures, and the scripts and styles that they need."""

import shutil
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path

from geodata.errors import NetzlageError
from maps.choropleth import choropleth
from maps.content import SiteContent
from maps.geometry import for_screen
from maps.pages import index_page, theme_page
from maps.picture import picture
from maps.themes import THEMES, StandView, noted, views

STATIC = ("netzlage.css", "karte.js", "zeichen.svg")
LEAFLET = ("leaflet.js", "leaflet.css", "images/layers.png", "images/layers-2x.png", "images/marker-icon.png")


def build(content: SiteContent, folder: Path, *, vendor: Path, progress: Callable[[str], None] | None = None) -> list[Path]:
    """Write the site into the empty `folder`; `vendor` is the folder of installed npm packages. Returns all files, sorted."""
    for name in ("karten", "bilder", "static", "vendor/leaflet/images"):
        (folder / name).mkdir(parents=True)
    for name in STATIC:
        (folder / "static" / name).write_bytes(files("maps").joinpath("static", name).read_bytes())
    _copy_leaflet(vendor, folder / "vendor" / "leaflet")
    kreise = content.kreise
    screen, edition = for_screen(kreise), str(content.areas["boundary_edition"].iloc[0])
    entries: list[Mapping[str, object]] = []
    for theme in (noted(t, content.model_notes.get("de", ())) for t in THEMES):
        if progress:
            progress(theme.theme_id)
        found = views(theme, content.shares, ags=kreise["ags"].tolist(), edition=edition)
        name = f"{'DEMO_' if content.demo else ''}{theme.theme_id}.png"
        if found:
            image = picture(theme, found[-1], kreise, credit=_credit(content, found[-1]), demo=content.demo)
            (folder / "bilder" / name).write_bytes(image)
        parts = choropleth(screen, found[-1]) if found else None
        page = theme_page(theme, found, content, parts, picture=name)
        (folder / "karten" / f"{theme.theme_id}.html").write_text(page, "utf-8")
        entries.append({"theme_id": theme.theme_id, "title": theme.title, "picture": name, "stand": found[-1].stand if found else None})
    (folder / "index.html").write_text(index_page(content, entries), "utf-8")
    return sorted(p for p in folder.rglob("*") if p.is_file())


def _credit(content: SiteContent, view: StandView) -> str:
    used = {*view.source_ids, *content.areas["source_id"]}
    rows = content.sources[content.sources["source_id"].isin(used)]
    texts = []
    for attribution, changed in zip(rows["attribution"].astype(str), rows["changes_marked"], strict=True):
        texts.append(attribution + (" (Daten verändert)" if changed and "verändert" not in attribution else ""))
    return "Quellen: " + "; ".join(dict.fromkeys(texts))


def _copy_leaflet(vendor: Path, target: Path) -> None:
    for name in LEAFLET:
        source = vendor / "leaflet" / "dist" / name
        if not source.is_file():
            raise NetzlageError("vendor_missing", found=f"leaflet/dist/{name}")
        shutil.copyfile(source, target / name)
