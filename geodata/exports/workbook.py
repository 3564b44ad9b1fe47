"""All layers as sheets of an Excel workbook. Text is text: no cell is ever computed. Equal input gives equal bytes."""

import datetime as dt
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from geodata.errors import InputError
from geodata.exports.about import about_line
from geodata.exports.layers import Export, Form, Layer
from geodata.messages import sentence

# Title, what may be done with the sheet, a blank line; then the headings (counted from 0).
HEADING_ROW = 3
MAX_ROWS = 1_048_576
WIDEST = 60
_CREATED = dt.datetime(2021, 1, 1)  # noqa: DTZ001  # constant: a workbook holds no clock
_FORMATS: dict[Form, dict[str, object]] = {
    "text": {"text_wrap": True},
    "count": {"num_format": "#,##0"},
    "decimal": {"num_format": "#,##0.00"},
    "percent": {"num_format": "0.00 %"},
    "date": {"num_format": "dd.mm.yyyy", "align": "left"},
    "flag": {},
}


def write_workbook(export: Export, path: Path) -> None:
    """Write every layer as a sheet: title, visibility and source above, headings frozen and filtered, numbers as numbers."""
    for layer in export.layers:
        if layer.table.num_rows > MAX_ROWS - HEADING_ROW - 1:
            raise InputError("export_too_long", found=layer.table.num_rows, expected=MAX_ROWS - HEADING_ROW - 1)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        stand = next((x.stand for x in export.layers if x.stand), None)
        created = dt.datetime(stand.year, stand.month, stand.day) if stand else _CREATED  # noqa: DTZ001  # the Stand, not a moment
        subject = f"{export.visibility}{' · ' + export.mark if export.demo else ''}"
        book.set_properties({"title": export.title, "subject": subject, "author": "Netzlage", "created": created})
        top = {"valign": "top"}
        formats = {form: book.add_format(_FORMATS[form] | top) for form in _FORMATS}
        heading = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E8E6EF", "text_wrap": True, "valign": "top"})
        title = book.add_format({"bold": True, "font_size": 14})
        note = book.add_format({"font_color": "#5A566B"})
        mark = book.add_format({"bold": True, "font_color": "#7F3B4B"})
        for layer in export.layers:
            sheet = book.add_worksheet(layer.name)
            sheet.write_string(0, 0, layer.title, title)
            sheet.write_string(1, 0, about_line(export, layer), mark if export.demo else note)
            for column, f in enumerate(layer.fields):
                sheet.write_string(HEADING_ROW, column, f.alias, heading)
                width = _write_column(sheet, column, layer.table.column(f.name).to_pylist(), form=formats[f.form], lang=export.lang)
                sheet.set_column(column, column, max(width, *map(len, f.alias.split())) + 3)
            _finish(sheet, layer, export)


def _write_column(sheet: Worksheet, column: int, values: list[object], *, form: Format, lang: str) -> int:
    """Write the values below the heading; returns the width that the longest of them needs, up to WIDEST."""
    width = 1
    for row, value in enumerate(values, HEADING_ROW + 1):
        if value is None:
            continue
        text = str(value)
        if isinstance(value, bool):
            text = sentence("yes" if value else "no", lang)
            sheet.write_string(row, column, text, form)
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value, form)
            text = f"{value:,.2f}"
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, column, value, form)
        else:
            sheet.write_string(row, column, text, form)
        width = max(width, len(text))
    return min(width, WIDEST)


def _finish(sheet: Worksheet, layer: Layer, export: Export) -> None:
    last = len(layer.fields) - 1
    sheet.freeze_panes(HEADING_ROW + 1, 1)
    sheet.autofilter(HEADING_ROW, 0, HEADING_ROW + max(layer.table.num_rows, 1), last)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADING_ROW)
    # An ampersand starts a command in headers and footers.
    sheet.set_footer("&L" + about_line(export, layer).replace("&", "&&")[:200] + "&R&P / &N")
