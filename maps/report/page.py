"""The report as one HTML file: pictures and styles inside, nothing fetched, every text escaped."""

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape
from markupsafe import Markup

from maps.report.document import Document


def page(document: Document) -> str:
    """The whole page; the same document gives the same text."""
    style = _style()
    pictures = {name: "data:image/svg+xml;base64," + base64.b64encode(data).decode() for name, data in document.pictures.items()}
    return _template().render(
        document=document,
        pictures=pictures,
        style=Markup(style),  # noqa: S704  # a file of this package
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )


@cache
def _template() -> Template:
    environment = Environment(loader=PackageLoader("maps"), autoescape=select_autoescape(default=True), undefined=StrictUndefined)
    return environment.get_template("report.html")


@cache
def _style() -> str:
    return files("maps").joinpath("templates", "report.css").read_text("utf-8")
