"""The start page, the overview of the maps, and the list of areas."""

import json
from itertools import groupby

from markupsafe import Markup

from maps.atlas import Atlas
from maps.language import Language
from maps.map_data import map_config
from maps.palette import labels
from maps.render import NO_CLASS, Renderer, basemap_host, script_json, share_class
from maps.themes import Series, StandView
from maps.wording import basis_line, sources, target_card

FIRST_THEME = "haushalte-gigabit"
SEARCH_TEXTS = ("none", "found", "failed", "land", "kreis", "city", "gemeinde", "postcode", "district")


def start_page(atlas: Atlas, renderer: Renderer, language: Language) -> str:
    """The six targets, the search, a map of the Kreise, what the figures mean."""
    shown = next((s for s in [atlas.by_theme[FIRST_THEME], *atlas.series] if s.levels["kreis"]), None)
    newest = shown.newest("kreis") if shown else None
    sentence = language("start.newest", stand=language.date(newest.stand), basis=language(f"basis.{newest.basis}_long")) if newest else ""
    content = atlas.content
    return renderer.page(
        "start.html",
        language,
        "index.html",
        title=language("start.tab"),
        newest=sentence,
        targets=[target_card(rows, language) for _, rows in content.targets.groupby("target_id", sort=False)],
        sources=sources(content, content.sources["source_id"]),
        search_texts=search_texts(language),
        **(map_context(atlas, shown, language, "index.html") if shown else {"series": None, "image_hosts": ""}),
    )


def maps_page(atlas: Atlas, renderer: Renderer, language: Language) -> str:
    """All themes with a small picture."""
    entries = [(s.theme, s.stands[-1] if s.stands else None) for s in atlas.series]
    groups = [(group, list(members)) for group, members in groupby(entries, key=lambda entry: entry[0].group)]
    return renderer.page("maps.html", language, "karten/index.html", title=language("maps.title"), groups=groups)


def areas_page(atlas: Atlas, renderer: Renderer, language: Language) -> str:
    """All Kreise with their Gemeinden."""
    kreise = [(kreis, atlas.gemeinden_of(kreis.ags)) for kreis in sorted(atlas.kreise, key=lambda a: (a.name, a.ags))]
    return renderer.page(
        "areas.html",
        language,
        "gebiete.html",
        title=language("areas.title"),
        kreise=kreise,
        gemeinden=len(atlas.gemeinden),
        search_texts=search_texts(language),
    )


def map_context(atlas: Atlas, series: Series, language: Language, path: str) -> dict[str, object]:
    """What the macro `map` needs for one theme."""
    root = "../" * (path.count("/") + (1 if language.folder else 0))
    newest = series.at("kreis", series.stands[-1])
    view = newest or series.newest("kreis") or series.newest("gemeinde")
    available = [s.theme for s in atlas.series if s.stands]
    return {
        "series": series,
        "stands": series.stands,
        "themes": [(group, list(members)) for group, members in groupby(available, key=lambda theme: theme.group)],
        "texts": labels(series.theme.scale, language),
        "counts": class_counts(newest, series.theme.scale, len(atlas.kreise)),
        "config": script_json(map_config(atlas, series, language, root=root)),
        "scale_note": language(f"legend.{series.theme.legend}"),
        "basis_line": basis_line(view, language) if view else "",
        "tiles": atlas.content.tiles,
        "image_hosts": Markup(basemap_host(atlas.content.publisher)),  # noqa: S704  # from the publisher's own file
    }


def class_counts(view: StandView | None, scale: str, areas: int) -> dict[int, int]:
    """How many areas each class has; −1 counts those without data."""
    counts = dict.fromkeys(range(-1, 8), 0)
    if view is None:
        return counts | {NO_CLASS: areas}
    for share in view.shares.values():
        counts[share_class(share, scale)] += 1
    return counts


def search_texts(language: Language) -> str:
    """The texts of the search for its script, as JSON; `#` stands for the number of results."""
    return json.dumps({name: language(f"search.{name}", count="#") for name in SEARCH_TEXTS}, ensure_ascii=False)
