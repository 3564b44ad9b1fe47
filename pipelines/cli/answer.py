"""`netzlage answer`: the table for a Kleine Anfrage or the press: every figure with Stand, definition, source, files and its command."""

import shlex
from dataclasses import dataclass
from pathlib import Path

import click
import duckdb
from rich.console import Console

from geodata.answers.collect import Question, Row, collect, sums
from geodata.answers.document import Answer, blocks
from geodata.answers.figures import chosen_figures
from geodata.answers.outlook import outlook
from geodata.answers.places import BEYOND, Place, find_place, listed_places, load_places, without_overlap
from geodata.answers.text import as_text
from geodata.answers.write import write_answer
from geodata.errors import InputError
from geodata.messages import sentence
from pipelines.cli.options import output_option, published, stand_option

FLAGS = {"kreis": "--kreis", "gemeinde": "--gemeinde", "land": "--land"}


@dataclass(frozen=True)
class Wanted:
    """The areas of a call: those that add up to a sum, and the Land beside them."""

    named: tuple[Place, ...]
    listed: tuple[Place, ...]
    land: tuple[Place, ...]
    areas_file: str | None

    @property
    def summed(self) -> tuple[Place, ...]:
        """The areas of the sum."""
        return (*self.named, *self.listed)


@click.command(help="Antwort auf eine Anfrage, mit Nachweis je Angabe / answer with the proof of every figure.")
@click.option("--kreis", multiple=True, help="AGS oder Name, mehrfach möglich / AGS or name, may be given several times.")
@click.option("--gemeinde", multiple=True, help="AGS oder Name, mehrfach möglich / AGS or name, may be given several times.")
@click.option("--land", is_flag=True, help="das Land daneben, nicht in der Summe / the Land beside it, not in the sum.")
@click.option("--areas-file", default=None, help="Liste, je Zeile ein AGS oder Name / list, one AGS or name a line.")
@click.option("--figure", multiple=True, help="nur diese Angaben / only these figures, e.g. households_1000.")
@click.option("--method", default=None, help="nur dieses Verfahren / only this method, e.g. published.")
@click.option("--out", default=None, help="Datei .docx, .xlsx oder .txt; ohne Angabe Text / file; default: text.")
@click.option("--internal", is_flag=True, help="auch, was nicht öffentlich ist / what is not public too.")
@click.option("--force", is_flag=True, help="eine vorhandene Datei überschreiben / overwrite a file that exists.")
@output_option
@stand_option
@click.pass_obj
def answer(lang: str, /, output: str, out: str | None, *, force: bool, **asked: object) -> None:
    """Collect the figures and print or write them."""
    figures = chosen_figures(texts(asked["figure"]))
    with published(output) as con:
        wanted = _wanted(con, asked)
        stand = str(asked["stand"]) if asked["stand"] else None
        check_stand(con, stand)
        method, internal = (str(asked["method"]) if asked["method"] else None), bool(asked["internal"])
        question = Question((*wanted.summed, *wanted.land), figures, stand, method, internal)
        rows = collect(con, question)
        if not any(r.known for r in rows):
            raise InputError("answer_nothing")
        several = len(wanted.summed) > 1
        within = [r for r in rows if r.ags in {p.ags for p in wanted.summed}]
        future = outlook(con, question, lang)
        total = sums(con, within, question, sentence("answer_sum", lang, count=len(wanted.summed))) if several else []
    by_area = [r for p in question.places for r in rows if r.ags == p.ags]
    whole = (*total, *by_area)
    made = Answer(_title(wanted, lang), whole, tuple(_command(r, wanted, question, lang, output) for r in whole), lang, future)
    if out:
        path = write_answer(made, out, force=force)
        Console(highlight=False, soft_wrap=True).print(sentence("answer_written", lang, path=str(path)), markup=False)
    else:
        click.echo(as_text(blocks(made)), nl=False)


def check_stand(con: duckdb.DuckDBPyConnection, stand: str | None) -> None:
    """InputError for a Stand of which there are no figures; it lists those that are there."""
    present = [row[0].isoformat() for row in con.execute("SELECT DISTINCT stand FROM out_coverage__shares ORDER BY stand").fetchall()]
    if stand and stand not in present:
        raise InputError("stand_absent", stand=stand, expected=", ".join(present))


def texts(values: object) -> tuple[str, ...]:
    """The values of an option that may be given several times."""
    return tuple(str(v) for v in values) if isinstance(values, tuple) else ()


def _wanted(con: duckdb.DuckDBPyConnection, asked: dict[str, object]) -> Wanted:
    places = load_places(con)
    found = [find_place(places, one, levels=("kreis",)) for one in texts(asked["kreis"])]
    found += [find_place(places, one, levels=("gemeinde",)) for one in texts(asked["gemeinde"])]
    areas_file = str(asked["areas_file"]) if asked["areas_file"] else None
    listed = listed_places(places, Path(areas_file)) if areas_file else []
    land = tuple(p for p in places if p.level == "land" and p.ags not in BEYOND) if asked["land"] else ()
    if not found and not listed and not land:
        raise InputError("answer_without_area")
    without_overlap([*found, *listed])
    return Wanted(tuple(found), tuple(listed), land, areas_file)


def _title(wanted: Wanted, lang: str) -> str:
    places = [*wanted.summed, *wanted.land]
    few = len(places) <= len(FLAGS)
    areas = ", ".join(p.title for p in places) if few else sentence("answer_areas", lang, count=len(places))
    return sentence("answer_title", lang, areas=areas)


def _command(row: Row, wanted: Wanted, question: Question, lang: str, output: str) -> str:
    """The command that gives this row again: one area or the same list, this figure, its Stand and method; nothing without data."""
    if not row.known or row.stand is None:
        return ""
    words = ["netzlage", "answer"]
    places = [p for p in question.places if p.ags == row.ags] if row.ags else list(wanted.named)
    if not row.ags and wanted.areas_file:
        words += ["--areas-file", wanted.areas_file]
    for place in places:
        words += [FLAGS[place.level]] if place.level == "land" else [FLAGS[place.level], place.ags]
    words += ["--figure", row.figure.figure_id, "--stand", row.stand.isoformat(), "--method", row.method]
    words += ["--internal"] if question.internal else []
    words += ["--output", output] if output != "output" else []
    words += ["--lang", lang] if lang != "de" else []
    return shlex.join(words)
