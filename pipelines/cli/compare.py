"""`netzlage compare`: one Kreis or the Land beside others: the same figures at the same Stand, basis and method, with targets and ranks."""

import csv
import json
import sys

import click
from rich.console import Console
from rich.table import Table

from geodata.answers import words
from geodata.answers.collect import Question, Row, collect
from geodata.answers.figures import chosen_figures
from geodata.answers.places import Place, find_place, load_places
from geodata.errors import InputError
from geodata.messages import sentence
from pipelines.cli.answer import check_stand, texts
from pipelines.cli.options import output_option, published, stand_option

LEVELS = ("kreis", "land", "regierungsbezirk", "bund")


@click.command(help="Ein Kreis neben anderen oder dem Land / one Kreis beside others or the Land.")
@click.option("--kreis", required=True, help="AGS oder Name / AGS or name.")
@click.option(
    "--with", "others", multiple=True, required=True, help="Kreis, Land oder Bund, mehrfach möglich / may be given several times."
)
@click.option("--figure", multiple=True, help="nur diese Angaben / only these figures, e.g. households_1000.")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="Ausgabeform / form."
)
@click.option("--internal", is_flag=True, help="auch, was nicht öffentlich ist / what is not public too.")
@output_option
@stand_option
@click.pass_obj
def compare(lang: str, /, kreis: str, others: tuple[str, ...], *, form: str, output: str, **asked: object) -> None:
    """Print what is known of all of them in the same way."""
    with published(output) as con:
        known = load_places(con)
        places = [find_place(known, one, levels=LEVELS) for one in (kreis, *others)]
        twice = [p for i, p in enumerate(places) if p in places[:i]]
        if twice:
            raise InputError("compare_itself", found=twice[0].title)
        stand = str(asked["stand"]) if asked["stand"] else None
        check_stand(con, stand)
        question = Question(tuple(places), chosen_figures(texts(asked["figure"])), stand, None, bool(asked["internal"]), base=places[0].ags)
        rows = collect(con, question)
    if not any(r.known for r in rows):
        raise InputError("answer_nothing")
    if form == "table":
        _print_table(rows, places, lang)
        return
    found = _records(rows, places[0], lang)
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        writer = csv.DictWriter(sys.stdout, list(found[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)


def _records(rows: list[Row], base: Place, lang: str) -> list[dict[str, object]]:
    """One row per figure and area; differences in points to the area that the comparison starts from."""
    start = {r.figure.figure_id: r.share for r in rows if r.ags == base.ags}
    found = []
    for row in rows:
        own, target = start[row.figure.figure_id], row.targets[0] if row.targets else {}
        apart = None if own is None or row.share is None else round((row.share - own) * 100, 6)
        found.append(
            {
                "figure_id": row.figure.figure_id,
                "label": row.figure.label(lang),
                "ags": row.ags,
                "area": row.area,
                "stand": row.stand.isoformat() if row.stand else None,
                "share": row.share,
                "difference_points": apart,
                "numerator": None if row.numerator is None else float(row.numerator),
                "denominator": None if row.denominator is None else float(row.denominator),
                "basis": row.basis or None,
                "method": row.method or None,
                "target_id": target.get("target_id"),
                "status": target.get("status"),
                "gap_points": target.get("gap_points"),
                "gap_count": target.get("gap_count"),
                "kreis_rank": target.get("kreis_rank"),
                "kreise_ranked": target.get("kreise_ranked"),
                "origin": row.origin or None,
                "visibility": row.visibility,
            }
        )
    return found


def _print_table(rows: list[Row], places: list[Place], lang: str) -> None:
    out = Console(highlight=False)
    if any(row.origin == "demo" for row in rows):
        out.print(sentence("demo_mark", lang), style="bold", markup=False)
    title = sentence("compare_title", lang, areas=", ".join(p.title for p in places))
    table = Table(title=title.replace("[", r"\["), title_justify="left")
    table.add_column(sentence("answer_figure", lang), overflow="fold")
    table.add_column(sentence("column_stand", lang), no_wrap=True)
    table.add_column(sentence("answer_basis", lang), overflow="fold")
    for place in places:
        table.add_column(place.name.replace("[", r"\["), justify="right", overflow="fold")
    for first in range(0, len(rows), len(places)):
        group = rows[first : first + len(places)]
        if not any(r.known for r in group):
            continue
        base = group[0]
        table.add_row(base.figure.label(lang), words.date(base.stand), words.basis(base, lang), *(_cell(r, base, lang) for r in group))
    out.print(table)
    for row in rows:
        for target in row.targets:
            out.print(f"{row.area}: {words.verdict(target, lang)}", markup=False, soft_wrap=True)
    out.print(sentence("availability", lang), markup=False)


def _cell(row: Row, base: Row, lang: str) -> str:
    text = words.value(row, lang)
    if row is base or row.share is None or base.share is None:
        return text
    return f"{text}\n({words.local(f'{(row.share - base.share) * 100:+.2f}', lang)})"
