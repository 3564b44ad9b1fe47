"""`netzlage addresses`: the address list of a Kreis for a Markterkundung, and operators' replies read back into it."""

from pathlib import Path

import click
from rich.console import Console

from geodata.address_list.export import MAIN, address_export, reply_export
from geodata.address_list.replies import read_replies, replied, with_reasons
from geodata.address_list.rows import kreis_from, list_rows
from geodata.answers.places import find_kreis
from geodata.errors import InputError
from geodata.exports.layers import Export
from geodata.exports.write import write
from geodata.messages import sentence, word
from geodata.tables import Tables
from geodata.thresholds import threshold_set
from pipelines.cli.options import output_option, published, readable, stand_option


@click.command(help="Adressliste eines Kreises für die Markterkundung / address list of a Kreis.")
@click.option("--kreis", required=True, help="AGS (fünf Ziffern) oder Name / AGS of five digits, or name.")
@click.option("--threshold", default="unter_100", show_default=True, help="Schwelle / threshold set (geodata/thresholds.toml).")
@click.option("--out", "out", required=True, help="Datei / file: .xlsx, .csv, .gpkg, .parquet, .geojson.")
@click.option("--replies", multiple=True, help="Antwort eines Betreibers, mehrfach möglich / an operator's reply, may be repeated.")
@click.option("--force", is_flag=True, help="Vorhandene Datei überschreiben / overwrite.")
@click.option("--internal", is_flag=True, help="Nicht öffentliche Daten ausgeben / write data that are not public.")
@output_option
@stand_option
@click.pass_obj
def addresses(  # noqa: PLR0913, PLR0917  # one parameter per option
    lang: str,
    kreis: str,
    threshold: str,
    out: str,
    replies: tuple[str, ...],
    output: str,
    stand: str | None,
    *,
    force: bool,
    internal: bool,
) -> None:
    """Write the list, one row per address, with the reason why it is in or out."""
    chosen = threshold_set(threshold)
    folder = readable(output, "netzlage.duckdb", "tables/")
    with published(str(folder)) as con:
        place = find_kreis(con, kreis)
    before = kreis_from(Tables(folder / "tables"), place.ags, stand)
    rows = list_rows(before, chosen, lang)
    if replies:
        read = read_replies([Path(r) for r in replies], before, rows)
        after = replied(before, read)
        fresh = list_rows(after, chosen, lang)
        export = reply_export(address_export(after, place.name, fresh, lang), after, with_reasons(read, rows, fresh), read.notes)
    else:
        export = address_export(before, place.name, rows, lang)
    if export.visibility != "public" and not internal:
        raise InputError("list_internal", found=sentence(f"visibility_{export.visibility}", lang))
    written = write(export, out, force=force)
    files = [written, *_beside(export, written, force=force)]
    report(export, files, lang)


def _beside(export: Export, written: Path, *, force: bool) -> list[Path]:
    """Files of their own for the other layers, where the form holds only one."""
    if written.suffix.lower() in {".xlsx", ".gpkg"}:
        return []
    others = [layer.name for layer in export.layers if layer.name != MAIN]
    return [
        write(export, written.with_stem(f"{written.stem}_{n}"), force=force, layer=n) for n in others if export.layer(n).geometry is None
    ]


def report(export: Export, files: list[Path], lang: str) -> None:
    """Say how many addresses are in the list, by their standing, what came of the replies, and where the files lie."""
    console = Console(highlight=False, soft_wrap=True)
    if export.demo:
        console.print(export.mark, style="bold", markup=False)
    counted = export.layer(MAIN).table["grund"].value_counts().to_pylist()
    codes = ", ".join(f"{c['counts']} {word('standing', str(c['values']), lang)}" for c in sorted(counted, key=lambda c: str(c["values"])))
    console.print(sentence("list_written", lang, count=export.layer(MAIN).table.num_rows, codes=codes), markup=False)
    for layer in export.layers:
        if layer.name == "antworten":
            for row in layer.table.to_pylist():
                console.print(sentence("list_reply", lang, **row), markup=False)
    for path in files:
        console.print(str(path), markup=False)
