"""HTML from the templates: jinja2 with escaping everywhere, in both languages; links from page to page are relative."""

import json
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from maps.content import SiteContent
from maps.language import Language
from maps.palette import COLOURS, NO_DATA_GROUND, NO_DATA_LINE, PATTERNS, class_of
from maps.publisher import Publisher

# The pages of the main menu: text and path.
MENU = (
    ("menu.start", "index.html"),
    ("menu.maps", "karten/index.html"),
    ("menu.areas", "gebiete.html"),
    ("menu.data", "daten/index.html"),
    ("menu.method", "methode.html"),
    ("menu.run", "laufbericht.html"),
)
LEGAL = (
    ("menu.imprint", "impressum.html"),
    ("menu.privacy", "datenschutz.html"),
    ("menu.accessibility", "barrierefreiheit.html"),
    ("menu.plain", "leichte-sprache.html"),
)
NO_CLASS = -1


@cache
def environment() -> Environment:
    """The templates of maps/templates, compiled once."""
    found = Environment(
        loader=PackageLoader("maps"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, auto_reload=False
    )
    found.globals |= {"colours": COLOURS, "patterns": PATTERNS, "no_data_line": NO_DATA_LINE, "no_data_ground": NO_DATA_GROUND}
    found.globals |= {"menu": MENU, "legal": LEGAL, "share_class": share_class}
    return found


class Renderer:
    """Renders pages of one content."""

    def __init__(self, content: SiteContent) -> None:
        """Keep what every page names."""
        self.demo, self.demo_scale, self.publisher = content.demo, content.demo_scale, content.publisher

    def page(self, template: str, language: Language, path: str, *, title: str, **context: object) -> str:
        """The page at `path` (below the folder of its language) from a template; `title` is the text in the tab."""
        root = "../" * (path.count("/") + (1 if language.folder else 0))
        return (
            environment()
            .get_template(template)
            .render(
                t=language,
                root=root,
                base=root + language.folder,
                other=root + language.other.folder + path,
                path=path,
                title=title,
                demo=self.demo,
                demo_scale=self.demo_scale,
                publisher=self.publisher,
                **context,
            )
        )


def share_class(share: float | None, scale: str = "share") -> int:
    """The class of a share; −1 for no data."""
    return NO_CLASS if share is None else class_of(share, scale)


def script_json(data: object) -> Markup:
    """JSON for a script element: no character in it can end the element or start a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704  # escaped here


def basemap_host(publisher: Publisher) -> str:
    """The host of the optional base map, for the Content-Security-Policy of map pages."""
    return f" {publisher.basemap.host}" if publisher.basemap else ""
