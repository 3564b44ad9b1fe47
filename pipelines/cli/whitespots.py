"""`netzlage whitespots`: the white spots of one Kreis as a file for QGIS, Excel or a program."""

import click
import duckdb
from rich.console import Console

from geodata.answers.places import find_kreis
from geodata.errors import InputError
from geodata.exports.whitespots import chosen_kind, whitespots_export
from geodata.exports.whitespots_layers import Question, published_classes
from geodata.exports.write import SUFFIXES, is_whole, write
from geodata.messages import sentence
from geodata.session import query
from pipelines.cli.options import output_option, published, stand_option


@click.command(help="Weiße Flecken eines Kreises als Datei / white spots of a Kreis as a file.")
@click.option("--kreis", required=True, help="AGS (fünf Ziffern) oder Name / AGS of five digits, or name.")
@click.option("--threshold", default="unter_100", show_default=True, help="Schwelle / threshold: weiss_30, grau_100, richtlinie_2023 …")
@click.option("--out", required=True, help=f"Datei / file: {', '.join(SUFFIXES)}")
@click.option("--cells", is_flag=True, help="aus Zellen, auch wo es Adressen gibt / from cells even where there are addresses.")
@click.option("--layer", default=None, help="Ebene einer Datei, die nur eine fasst / layer of a file that holds only one.")
@click.option("--internal", is_flag=True, help="auch, was nicht öffentlich ist / what is not public too.")
@click.option("--force", is_flag=True, help="vorhandene Datei überschreiben / overwrite a file that exists.")
@output_option
@stand_option
@click.pass_obj
def whitespots(lang: str, /, kreis: str, threshold: str, out: str, **more: str | bool | None) -> None:
    """Write the file and say where it lies, what is in it and what was left out."""
    internal, layer, output = bool(more["internal"]), more["layer"], str(more["output"])
    stand = str(more["stand"]) if more["stand"] else None
    with published(output) as con:
        if not _has_whitespots(con):
            raise InputError("whitespots_absent", output=output)
        place = find_kreis(con, kreis)
        day, kind = chosen_kind(con, threshold, stand=stand, cells=bool(more["cells"]), internal=internal)
        edition = str(query(con, "report_edition").column(0)[0].as_py())
        export = whitespots_export(con, Question(place.ags, place.name, threshold, day, kind, edition, internal, lang))
    path = write(export, out, force=bool(more["force"]), layer=str(layer) if layer else None)
    say = Console(highlight=False, soft_wrap=True)
    if export.demo:
        say.print(sentence("demo_mark", lang), style="bold", markup=False)
    say.print(export.title, markup=False)
    for one in export.layers:
        say.print(f"  {one.name}: {one.table.num_rows} ({sentence(f'visibility_{one.visibility}', lang)})", markup=False)
    if not internal:
        say.print(sentence("whitespots_left_out_internal", lang), markup=False)
        if published_classes(threshold)[0] is None:
            say.print(sentence("whitespots_no_parts", lang, threshold=threshold), markup=False)
    if not is_whole(path):
        held = str(layer or export.main)
        others = ", ".join(one.name for one in export.layers if one.name != held)
        say.print(sentence("whitespots_one_layer", lang, layer=held, others=others), markup=False)
    say.print(sentence("whitespots_written", lang, path=str(path)), markup=False)


def _has_whitespots(con: duckdb.DuckDBPyConnection) -> bool:
    found = con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'out_whitespots__areas'").fetchone()
    return found is not None and found[0] > 0
