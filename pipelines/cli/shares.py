"""`netzlage shares`: the figures of one Kreis, as a table for people or as CSV or JSON for programs."""

import csv
import datetime as dt
import json
import sys
from collections.abc import Iterable, Mapping
from decimal import Decimal

import click
import duckdb
from rich.console import Console
from rich.table import Table

from geodata.answers import words
from geodata.answers.collect import Question, collect
from geodata.answers.figures import load_figures
from geodata.answers.places import Place, find_kreis
from geodata.messages import sentence, word
from pipelines.cli.answer import check_stand
from pipelines.cli.options import output_option, published, stand_option

# Widths at which a figure's name keeps its words whole at 80 columns.
COUNTS, BASIS = 17, 14
SQUARE_KM = "area"


@click.command(help="Anteile eines Kreises / shares of one Kreis.")
@click.option("--kreis", required=True, help="AGS (fünf Ziffern) oder Name / AGS of five digits, or name.")
@click.option("--all", "every", is_flag=True, help="Tabelle aller Zeilen / table of all rows; csv and json always have all.")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="Ausgabeform / form."
)
@output_option
@stand_option
@click.pass_obj
def shares(  # noqa: PLR0913  # one parameter per option
    lang: str, /, kreis: str, output: str, stand: str | None, *, form: str, every: bool
) -> None:
    """Print the figures that people ask for, or all rows of the fact table: at one Stand or at the newest of each."""
    with published(output) as con:
        place = find_kreis(con, kreis)
        check_stand(con, stand)
        if form == "table" and not every:
            _print_figures(con, place, stand, lang)
            return
        found = con.execute(_ROWS, {"ags": place.ags, "stand": stand})
        columns = [d[0] for d in found.description or []]
        rows = [dict(zip(columns, values, strict=True)) for values in found.fetchall()]
    if form == "csv":
        writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    elif form == "json":
        click.echo(json.dumps([{k: _plain(v) for k, v in row.items()} for row in rows], ensure_ascii=False, indent=1))
    else:
        demo = any(row["origin"] == "demo" for row in rows)
        _print_table((_line(row, lang) for row in rows), place.title, lang, demo=demo)


def _print_figures(con: duckdb.DuckDBPyConnection, place: Place, stand: str | None, lang: str) -> None:
    rows = [r for r in collect(con, Question((place,), load_figures(), stand)) if r.known]
    lines = (
        (r.figure.label(lang), words.value(r, lang), words.counts(r, lang), words.date(r.stand), sentence(f"report_basis_{r.basis}", lang))
        for r in rows
    )
    _print_table(lines, place.title, lang, demo=any(r.origin == "demo" for r in rows))
    count = len(con.execute(_ROWS, {"ags": place.ags, "stand": stand}).fetchall())
    Console(highlight=False).print(sentence("shares_more", lang, count=words.local(f"{count:,}", lang)), markup=False)


def _print_table(lines: Iterable[tuple[str, ...]], title: str, lang: str, *, demo: bool) -> None:
    out = Console(highlight=False)
    if demo:
        out.print(sentence("demo_mark", lang), style="bold", markup=False)
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(sentence("answer_figure", lang), overflow="fold")
    table.add_column(sentence("column_share", lang), justify="right", no_wrap=True)
    table.add_column(sentence("answer_counts", lang), overflow="fold", max_width=COUNTS)
    table.add_column(sentence("column_stand", lang), no_wrap=True)
    table.add_column(sentence("answer_basis", lang), overflow="fold", min_width=BASIS)
    for line in lines:
        table.add_row(*(cell.replace("[", r"\[") for cell in line))
    out.print(table)
    out.print(sentence("availability", lang), markup=False)


def _line(row: Mapping[str, object], lang: str) -> tuple[str, ...]:
    """One row of the fact table in words: what, how much, of how many, when, and how it was made."""
    what = [word("subject", str(row["subject"]), lang), word("technology", str(row["technology"]), lang)]
    if row["min_mbits"]:
        what.append(sentence("shares_from", lang, mbits=row["min_mbits"], direction=word("direction", str(row["direction"]), lang)))
    what += [word("operator", str(row["operator"]), lang)] if row["operator"] != "any" else []
    what += [word("rollout", str(row["rollout"]), lang)] if row["rollout"] != "existing" else []
    share, day = row["share"], row["stand"]
    made = [sentence(f"report_basis_{row['basis']}", lang), word("method", str(row["method"]), lang)]
    made += [str(row["boundary_edition"])] if row["boundary_edition"] != "as_published" else []
    return (
        ", ".join(what),
        sentence("no_data", lang) if share is None else words.percent(float(str(share)), lang),
        _counts(row, lang),
        words.date(day) if isinstance(day, dt.date) else "–",
        ", ".join(made),
    )


def _counts(row: Mapping[str, object], lang: str) -> str:
    """Numerator and denominator, only the one that is there, or a dash."""
    pair = [v for v in (row["numerator"], row["denominator"]) if isinstance(v, Decimal)]
    if str(row["subject"]).startswith(SQUARE_KM):
        pair, digits, unit = [v / words.CM2_PER_KM2 for v in pair], 2, " km²"
    else:
        digits, unit = 0, ""
    return " / ".join(words.local(f"{v:,.{digits}f}", lang) for v in pair) + unit if pair else "–"


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, dt.date) else value


_ROWS = """
SELECT *
FROM out_coverage__shares
WHERE ags = $ags AND ($stand IS NULL OR stand = TRY_CAST($stand AS DATE))
QUALIFY stand = max(stand) OVER (PARTITION BY subject)
ORDER BY subject, technology, min_mbits, direction, operator, rollout, basis, method, boundary_edition, source_id
"""
