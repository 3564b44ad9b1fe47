"""`netzlage report`: the report on one Kreis, or on all of them, as PDF or HTML."""

import re
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

import click
from rich.console import Console

from geodata.answers.places import find_kreis
from geodata.errors import InputError
from geodata.exports.target import target_path, written
from geodata.messages import sentence
from geodata.report import ReportData, read_report_data
from pipelines.cli.options import output_option, published
from pipelines.resources import threads

Lang = Literal["de", "en"]
SUFFIXES = (".pdf", ".html", ".png")


@click.command(help="Bericht über einen Kreis als PDF oder HTML / report on a Kreis as PDF or HTML.")
@click.option("--kreis", default=None, help="AGS (fünf Ziffern) oder Name / AGS of five digits, or name.")
@click.option("--all", "every", is_flag=True, help="alle Kreise in den Ordner --out / all Kreise into the folder --out.")
@click.option(
    "--out", required=True, help="Datei (.pdf, .html; .png: eine Seite als Bild), bei --all ein Ordner / file, with --all a folder."
)
@click.option(
    "--format", "form", type=click.Choice(["pdf", "html"]), default="pdf", show_default=True, help="nur mit --all / only with --all."
)
@click.option("--page", "number", type=click.IntRange(1, 4), default=1, show_default=True, help="Seite, nur bei .png / page, .png only.")
@click.option("--internal", is_flag=True, help="auch, was nicht öffentlich ist / what is not public too.")
@click.option("--force", is_flag=True, help="vorhandene Dateien überschreiben / overwrite files that exist.")
@output_option
@click.pass_obj
def report(lang: Lang, /, kreis: str | None, out: str, form: str, output: str, **more: bool | int) -> None:
    """Write the report and say where it lies."""
    if more["every"] == (kreis is not None):
        raise InputError("report_kreis_or_all")
    with published(output) as con:
        chosen = find_kreis(con, kreis).ags if kreis else None
        data = read_report_data(con, internal=bool(more["internal"]))
    say = Console(highlight=False, soft_wrap=True)
    if data.demo:
        say.print(sentence("demo_mark", lang), style="bold", markup=False)
    if chosen:
        path = target_path(out, suffixes=SUFFIXES, demo=data.demo, force=bool(more["force"]))
        write_report(data.only(chosen), chosen, lang, path, int(more["number"]))
        say.print(sentence("report_written", lang, path=str(path)), markup=False)
    else:
        count = _write_all(data, Path(out), f".{form}", lang=lang, force=bool(more["force"]))
        say.print(sentence("report_written_all", lang, count=count, folder=out), markup=False)


def write_report(data: ReportData, ags: str, lang: Lang, path: Path, number: int = 1) -> None:
    """Write one report; the suffix of `path` says in which form. The rendering is imported here: other commands do without it."""
    from maps.report.document import document  # noqa: PLC0415
    from maps.report.page import page  # noqa: PLC0415
    from maps.report.pdf import page_picture, pdf  # noqa: PLC0415

    made = document(data, ags, lang)
    forms = {".pdf": lambda: pdf(made), ".html": lambda: page(made).encode(), ".png": lambda: page_picture(made, number)}
    content = forms[path.suffix.lower()]()
    with written(path) as part:
        part.write_bytes(content)


def _write_all(data: ReportData, folder: Path, suffix: str, *, lang: Lang, force: bool) -> int:
    """All Kreise, one process for each core that the settings allow. Nothing is written where one file may not be."""
    names = data.kreise()
    paths = {
        ags: target_path(folder / f"{ags}_{_file_name(name)}{suffix}", suffixes=SUFFIXES, demo=data.demo, force=force)
        for ags, name in names.items()
    }
    with ProcessPoolExecutor(threads(), mp_context=get_context("spawn")) as pool:
        done = [pool.submit(write_report, data.only(ags), ags, lang, path) for ags, path in paths.items()]
        for one in done:
            one.result()
    return len(paths)


def _file_name(name: str) -> str:
    for letter, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        name = name.lower().replace(letter, plain)
    return re.sub(r"[^a-z0-9]+", "-", name).strip("-")
