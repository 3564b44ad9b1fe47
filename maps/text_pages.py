"""Pages of running text: the method from docs/, the legal pages from maps/legal/, both Markdown without HTML."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from markdown_it import MarkdownIt
from markupsafe import Markup

from geodata.errors import NetzlageError
from maps.language import Language
from maps.publisher import Publisher
from maps.render import LEGAL, Renderer

# The German method page is docs/methode.md itself; its English reader gets docs/method.md.
METHOD = {"de": "methode.md", "en": "method.md"}
DOCS = Path(__file__).resolve().parent.parent / "docs"


def method_page(renderer: Renderer, language: Language) -> str:
    """Definitions, breaks, uncertainties and known defects, from the same file as the documentation."""
    path = DOCS / METHOD[language.code]
    if not path.is_file():
        raise NetzlageError("text_missing", found=f"docs/{path.name}")
    return _page(renderer, language, "methode.html", "menu.method", path.read_text("utf-8"), legal=False)


def legal_pages(renderer: Renderer, language: Language) -> dict[str, str]:
    """The legal pages by path, filled with the publisher's details."""
    pages = {}
    for key, path in LEGAL:
        name = f"{path.removesuffix('.html')}.{language.code}.md"
        text = _filled(files("maps").joinpath("legal", name).read_text("utf-8"), renderer.publisher)
        pages[path] = _page(renderer, language, path, key, text, legal=True)
    return pages


def _page(  # noqa: PLR0913  # where, in what and as what
    renderer: Renderer, language: Language, path: str, key: str, text: str, *, legal: bool
) -> str:
    body = Markup(_markdown().render(text))  # noqa: S704  # HTML in the text is escaped; it comes from the project or the publisher
    return renderer.page("text.html", language, path, title=language(key), body=body, legal_page=legal)


def _filled(text: str, publisher: Publisher) -> str:
    values = {name: str(value) for name, value in publisher.model_dump().items() if name != "basemap"}
    host = publisher.basemap.operator if publisher.basemap else "–"
    return text.format(**values, feedback_name=publisher.feedback_url.removeprefix("mailto:"), basemap_operator=host)


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")
