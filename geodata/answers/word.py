"""A document as a Word file (.docx): real headings, tables with repeated heading rows, no clock in it. Equal input gives equal bytes."""

import datetime as dt
import io
import zipfile
from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table

from geodata.answers.document import Answer, Grid, Heading, blocks
from geodata.messages import sentence

EARLIEST = (1980, 1, 1, 0, 0, 0)
LANGUAGES = {"de": "de-DE", "en": "en-GB"}
MARGIN_MM, SMALL_PT = 18, 8


def write_word(answer: Answer, path: Path) -> None:
    """Write the document; what it may not be taken for stands in the header of every page. The date in its properties is its Stand."""
    word = Document()
    _set_up(word, answer)
    header = word.sections[0].header.paragraphs[0]
    if answer.demo:
        header.add_run(sentence("demo_mark", answer.lang)).bold = True
    if answer.visibility != "public":
        header.add_run(f" {sentence(f'visibility_{answer.visibility}', answer.lang)}").bold = True
    for block in blocks(answer):
        if isinstance(block, Heading):
            word.add_heading(block.text, level=block.level)
        elif isinstance(block, Grid):
            _add_table(word, block)
        else:
            run = word.add_paragraph().add_run(block.text)
            run.bold = block.form == "bold"
            if block.form == "command":
                run.font.name, run.font.size = "Courier New", Pt(SMALL_PT)
    packed = io.BytesIO()
    word.save(packed)
    _write_without_clock(packed, path)


def _set_up(word: WordDocument, answer: Answer) -> None:
    section = word.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(MARGIN_MM)
    word.styles["Normal"].font.size = Pt(10)
    language = word.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    if language is not None:
        language.set(qn("w:val"), LANGUAGES[answer.lang])
    day = answer.stand or dt.date(2021, 1, 1)
    moment = dt.datetime(day.year, day.month, day.day)  # noqa: DTZ001  # the Stand, not a moment
    about = word.core_properties
    about.title, about.author, about.last_modified_by, about.comments = answer.title, "Netzlage", "Netzlage", ""
    about.created = about.modified = moment
    about.revision, about.language = 1, LANGUAGES[answer.lang]


def _add_table(word: WordDocument, grid: Grid) -> None:
    table = word.add_table(rows=1, cols=len(grid.heading), style="Table Grid")
    _fill(table, 0, grid.heading, bold=True)
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)  # noqa: SLF001  # the library has no name for it
    for number, row in enumerate(grid.rows, start=1):
        table.add_row()
        _fill(table, number, row, bold=False)
    word.add_paragraph()


def _fill(table: Table, number: int, texts: tuple[str, ...], *, bold: bool) -> None:
    for cell, text in zip(table.rows[number].cells, texts, strict=True):
        run = cell.paragraphs[0].add_run(text)
        run.bold, run.font.size = bold, Pt(SMALL_PT)


def _write_without_clock(packed: io.BytesIO, path: Path) -> None:
    """The same entries, all of one fixed time: the library stamps them with the present."""
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(path, "w") as target:
        for name in sorted(source.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            target.writestr(zipfile.ZipInfo(name, EARLIEST), source.read(name), zipfile.ZIP_DEFLATED)
