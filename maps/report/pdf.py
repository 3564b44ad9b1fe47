"""The report as PDF: tagged (PDF/UA-1), fonts embedded, no clock. Texts reach the typesetter as data, never as markup."""

import datetime as dt
import json
from functools import cache
from importlib.resources import files
from pathlib import Path

import matplotlib as mpl
import typst

from maps.report.document import Document

PREVIEW_PPI = 72


def pdf(document: Document) -> bytes:
    """The bytes of the PDF; the same document gives the same bytes."""
    found: bytes = typst.compile(  # type: ignore[call-overload]
        _inputs(document),
        format="pdf",
        pdf_standards=["ua-1"],
        font_paths=[_fonts()],
        ignore_system_fonts=True,
        timestamp=dt.datetime.combine(document.created, dt.time(), dt.UTC),
    )
    return found


def page_picture(document: Document, number: int) -> bytes:
    """One page as a small PNG, to show what a report looks like; a number beyond the last page gives the last."""
    pages = typst.compile(  # type: ignore[call-overload]
        _inputs(document), format="png", ppi=PREVIEW_PPI, font_paths=[_fonts()], ignore_system_fonts=True
    )
    listed = pages if isinstance(pages, list) else [pages]
    found: bytes = listed[min(number, len(listed)) - 1]
    return found


def _fonts() -> str:
    """Matplotlib brings DejaVu Sans: the same letters in pictures and text, whatever is installed."""
    return str(Path(mpl.get_data_path()) / "fonts" / "ttf")


def _inputs(document: Document) -> dict[str, bytes]:
    """The files that the typesetter reads, by name; its package takes such a dict, though its types do not say so."""
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
    return {"main.typ": _template(), "data.json": json.dumps(data, ensure_ascii=False).encode(), **document.pictures}


@cache
def _template() -> bytes:
    return files("maps").joinpath("templates", "report.typ").read_bytes()
