"""`netzlage shares`: all published figures of one Kreis, as a table for people or as CSV or JSON for programs."""

import csv
import datetime as dt
import json
import sys
from decimal import Decimal

import click
from rich.console import Console
from rich.table import Table

from geodata.answers.places import find_kreis
from geodata.errors import InputError
from geodata.messages import sentence
from pipelines.cli.options import output_option, published, stand_option

SHOWN = (
    "subject",
    "technology",
    "min_mbits",
    "operator",
    "rollout",
    "share",
    "numerator",
    "denominator",
    "basis",
    "method",
    "boundary_edition",
    "stand",
)


@click.command(help="Anteile eines Kreises / shares of one Kreis.")
@click.option("--kreis", required=True, help="AGS (fünf Ziffern) oder Name / AGS of five digits, or name.")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="Ausgabeform / form."
)
@output_option
@stand_option
@click.pass_obj
def shares(lang: str, kreis: str, form: str, output: str, stand: str | None) -> None:
    """Print the rows of the fact table for one Kreis, at one Stand or at the newest Stand of each subject."""
    with published(output) as con:
        place = find_kreis(con, kreis)
        present = [row[0].isoformat() for row in con.execute("SELECT DISTINCT stand FROM out_coverage__shares ORDER BY stand").fetchall()]
        if stand and stand not in present:
            raise InputError("stand_absent", stand=stand, expected=", ".join(present))
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
        _print_table(rows, place.title, lang)


def _print_table(rows: list[dict[str, object]], title: str, lang: str) -> None:
    out = Console(highlight=False)
    if any(row["origin"] == "demo" for row in rows):
        out.print(sentence("demo_mark", lang), style="bold", markup=False)
    table = Table(title=title, title_justify="left")
    for column in SHOWN:
        numeric = column in {"min_mbits", "share", "numerator", "denominator"}
        table.add_column(sentence(f"column_{column}", lang), justify="right" if numeric else "left")
    for row in rows:
        table.add_row(*(_shown(column, row[column], lang) for column in SHOWN))
    out.print(table)
    out.print(sentence("availability", lang), markup=False)


def _shown(column: str, value: object, lang: str) -> str:
    if value is None:
        return sentence("no_data", lang) if column == "share" else "–"
    if column == "share":
        text = f"{float(str(value)) * 100:.2f} %"
        return text if lang == "en" else text.replace(".", ",")
    if isinstance(value, dt.date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, Decimal):
        text = f"{value:,.0f}"
        return text if lang == "en" else text.replace(",", ".")
    return str(value).replace("[", r"\[")


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
