"""The whole site, written into a new folder: pages in two languages, pictures, data of the maps, scripts and styles."""

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from maps.area_pages import AreaPages, area_csv, csv_path
from maps.atlas import Atlas
from maps.choropleth import choropleth
from maps.content import SiteContent
from maps.geometry import for_screen
from maps.language import LANGUAGES, Language
from maps.map_data import write_map_data
from maps.picture import Painter, Wording, picture
from maps.render import Renderer
from maps.run_report import run_page
from maps.search_index import search_rows
from maps.sketch import vector_picture
from maps.standalone import standalone_page
from maps.start import areas_page, maps_page, start_page
from maps.text_pages import legal_pages, method_page
from maps.theme_pages import theme_page
from maps.themes import Series
from maps.vendor import copy_vendor

Progress = Callable[[str], None]


def build(content: SiteContent, folder: Path, *, vendor: Path, progress: Progress | None = None) -> list[Path]:
    """Write the site into the empty `folder`; `vendor` is the folder of installed npm packages. Returns all files, sorted."""
    tell = progress or _silent
    copy_vendor(vendor, folder / "vendor")
    for name in ("static", "kreise", "gemeinden"):
        (folder / name).mkdir(parents=True)
    for file in files("maps").joinpath("static").iterdir():
        (folder / "static" / file.name).write_bytes(file.read_bytes())
    tell("figures")
    atlas, renderer = Atlas(content), Renderer(content)
    write_map_data(atlas, folder)
    (folder / "suche.json").write_text(json.dumps(search_rows(atlas), ensure_ascii=False, separators=(",", ":")), "utf-8")
    tell("pictures")
    _write_pictures(atlas, folder)
    tell("pages")
    _write_pages(atlas, renderer, folder)
    return sorted(p for p in folder.rglob("*") if p.is_file())


def picture_name(content: SiteContent, series: Series) -> str:
    """The file name of the PNG of a theme, in the folder `bilder` of each language."""
    return f"{'DEMO_' if content.demo else ''}{series.theme.theme_id}.png"


def _write_pictures(atlas: Atlas, folder: Path) -> None:
    content, kreise = atlas.content, atlas.content.kreise
    screen, painter = for_screen(kreise), Painter(atlas.simple_kreise.shapes)
    drawn = atlas.drawn(atlas.simple_kreise, tuple(a.ags for a in atlas.kreise))
    for language in LANGUAGES:
        for name in ("bilder", "einzelkarten"):
            (folder / language.folder / name).mkdir(parents=True)
    for series in atlas.series:
        view = series.newest("kreis")
        if view is None:
            continue
        theme = series.theme
        painted = painter.paint(view.shares, theme.scale)
        parts = choropleth(screen, view, scale=theme.scale)
        for language in LANGUAGES:
            place = folder / language.folder
            mark = language("frame.demo_title") if content.demo else ""
            words = Wording(theme, view, _credit(content, view.source_ids, language), mark)
            (place / "bilder" / picture_name(content, series)).write_bytes(picture(painter, painted, words, language))
            (place / "bilder" / f"{theme.theme_id}.svg").write_text(vector_picture(drawn, view, theme.scale, mark=mark), "utf-8")
            (place / "einzelkarten" / f"{theme.theme_id}.html").write_text(standalone_page(atlas, series, parts, language), "utf-8")


def _write_pages(atlas: Atlas, renderer: Renderer, folder: Path) -> None:
    content = atlas.content
    for language in LANGUAGES:
        base = folder / language.folder
        for name in ("karten", "kreise", "gemeinden"):
            (base / name).mkdir(parents=True, exist_ok=True)
        pages = {
            "index.html": start_page(atlas, renderer, language),
            "karten/index.html": maps_page(atlas, renderer, language),
            "gebiete.html": areas_page(atlas, renderer, language),
            "methode.html": method_page(renderer, language),
            "laufbericht.html": run_page(content, renderer, language),
            **legal_pages(renderer, language),
        }
        for series in atlas.series:
            name = picture_name(content, series)
            pages[f"karten/{series.theme.theme_id}.html"] = theme_page(atlas, series, renderer, language, picture=name)
        for path, text in pages.items():
            (base / path).write_text(text, "utf-8")
        areas = AreaPages(atlas, renderer, language)
        for area in atlas.areas.values():
            (base / area.path).write_text(areas.page(area), "utf-8")
    for area in atlas.areas.values():
        (folder / csv_path(area, "DEMO_" if content.demo else "")).write_text(area_csv(atlas, area), "utf-8")


def _credit(content: SiteContent, source_ids: tuple[str, ...], language: Language) -> str:
    used = {*source_ids, *content.areas["source_id"]}
    rows = content.sources[content.sources["source_id"].isin(used)]
    texts = []
    for attribution, changed in zip(rows["attribution"].astype(str), rows["changes_marked"], strict=True):
        texts.append(attribution + (f" ({language('picture.changed')})" if changed and "verändert" not in attribution else ""))
    return language("picture.sources", sources="; ".join(dict.fromkeys(texts)))


def _silent(_: str) -> None:
    """Nobody listens."""
