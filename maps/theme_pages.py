"""One page per theme: map, picture, table of the Kreise."""

from maps.atlas import Atlas
from maps.language import Language
from maps.render import Renderer
from maps.start import map_context
from maps.themes import Series
from maps.wording import basis_line, sources, target_card


def theme_page(atlas: Atlas, series: Series, renderer: Renderer, language: Language, *, picture: str) -> str:
    """The page of a theme; without data, a page that says so. `picture` is the file name of its PNG."""
    theme, path = series.theme, f"karten/{series.theme.theme_id}.html"
    context: dict[str, object] = {"image_hosts": ""}
    if series.stands:
        context = map_context(atlas, series, language, path)
        if view := series.newest("kreis"):
            context["basis_line"] = basis_line(view, language)
    rows = atlas.content.targets
    rows = rows[rows["target_id"] == theme.target_id]
    card = target_card(rows, language) if len(rows) and series.stands else None
    return renderer.page(
        "theme.html",
        language,
        path,
        title=language.pick(theme, "title"),
        theme=theme,
        views=series.levels["kreis"],
        kreise=atlas.kreise,
        target=card if card and card["stand"] else None,
        picture=picture,
        sources=sources(atlas.content, series.source_ids),
        **({"stands": []} | context),
    )
