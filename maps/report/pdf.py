"""The report as PDF: tagged (PDF/UA-1), fonts embedded, no clock. Texts reach the typesetter as data, never as markup."""

import datetime as dt
import json
from functools import cache
from importlib.resources import files
from pathlib import Path

import matplotlib as mpl
import typst

from maps.report.document import Document


def pdf(document: Document) -> bytes:
    """The bytes of the PDF; the same document gives the same bytes."""
    data = {
        "lang": document.lang,
        "title": document.title,
        "subtitle": document.subtitle,
        "marks": document.marks,
        "summary": document.summary,
        "sections": [section.__dict__ for section in document.sections],
        "made": document.made,
        "page_word": document.page_word,
        "date": [document.created.year, document.created.month, document.created.day],
    }
    inputs = {"main.typ": _template(), "data.json": json.dumps(data, ensure_ascii=False).encode(), **document.pictures}
    # The package names files by a dict; its types do not say so.
    found: bytes = typst.compile(  # type: ignore[call-overload]
        inputs,
        format="pdf",
        pdf_standards=["ua-1"],
        # matplotlib brings DejaVu Sans: the same letters in pictures and text, whatever is installed.
        font_paths=[str(Path(mpl.get_data_path()) / "fonts" / "ttf")],
        ignore_system_fonts=True,
        timestamp=dt.datetime.combine(document.created, dt.time(), dt.UTC),
    )
    return found


@cache
def _template() -> bytes:
    return files("maps").joinpath("templates", "report.typ").read_bytes()
