"""`netzlage address`: what is reported at one address, by operator and Stand, and in which cell and cluster it lies."""

import re

import click
import numpy as np
import pyarrow as pa
from rich.console import Console
from rich.table import Table

from geodata.address_list.reasons import reasons, sentences
from geodata.cells import cell_ids, raster_ids
from geodata.errors import InputError
from geodata.lookup import Found, by_name, clusters_at, near_point, offers_at, supply_at
from geodata.matching import REACH_MM
from geodata.messages import sentence, word
from geodata.reading import strictest
from geodata.tables import Tables
from geodata.thresholds import threshold_set
from pipelines.cli.options import output_option, published, readable
from pipelines.resources import house

SHOWN = ("stand", "operator", "technology", "download_mbits", "upload_mbits", "rollout", "planned_until", "source_file")
_POINT = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*")


@click.command(help="Was an einer Adresse gemeldet ist / what is reported at an address.")
@click.argument("text", required=False)
@click.option("--point", default=None, metavar="LÄNGE,BREITE", help="Statt der Adresse ein Punkt / a point instead: 7.85,51.03.")
@click.option("--threshold", default="unter_100", show_default=True, help="Schwelle / threshold set (geodata/thresholds.toml).")
@click.option("--internal", is_flag=True, help="Nicht öffentliche Daten zeigen / show data that are not public.")
@output_option
@click.pass_obj
def address(  # noqa: PLR0913  # one parameter per option
    lang: str, text: str | None, point: str | None, threshold: str, output: str, *, internal: bool
) -> None:
    """Print the address, its cell and clusters, every offer, and the reason at each Stand."""
    chosen = threshold_set(threshold)
    folder = readable(output, "netzlage.duckdb", "tables/")
    with published(str(folder)):
        tables = Tables(folder / "tables")
    found, near = _asked(text, point, tables, output)
    offers, supply = offers_at(found.row, tables), supply_at(found.row, tables)
    shown = strictest([*offers["visibility"].to_pylist(), *(str(s["visibility"][0]) for _, s in supply)])
    if shown != "public" and not internal:
        raise InputError("address_internal", found=sentence(f"visibility_{shown}", lang))
    out = Console(highlight=False, soft_wrap=True)
    if "demo" in [str(s["origin"][0]) for _, s in supply_at(max(found.row, 0), tables)]:
        out.print(sentence("demo_mark", lang), style="bold", markup=False)
    cell = raster_ids(pa.array(cell_ids(np.array([found.easting_m]), np.array([found.northing_m]))))[0].as_py()
    place = {
        "label": found.label,
        "id": found.address_id,
        "cell": cell,
        "east": f"{found.easting_m:.0f}",
        "north": f"{found.northing_m:.0f}",
    }
    out.print(sentence("address_found", lang, **place), markup=False)
    if found.away_m is not None:
        out.print(sentence("address_away", lang, away=f"{found.away_m:.0f}"), markup=False)
    if near:
        nearest = "; ".join(f"{n.label} ({n.away_m:.0f} m)" for n in near)
        out.print(sentence("point_without_address", lang, nearest=nearest), markup=False)
    for row in clusters_at(found, tables):
        out.print(sentence("address_cluster", lang, **row), markup=False)
    _print_offers(out, offers, lang)
    for stand, row in supply:
        judged = reasons(row, chosen)
        out.print(f"{stand}: {sentences(row, judged, chosen, lang)[0]}", markup=False)
    if found.row >= 0 and not offers.num_rows:
        out.print(sentence("address_without_offers", lang), markup=False)


def _asked(text: str | None, point: str | None, tables: Tables, output: str) -> tuple[Found, tuple[Found, ...]]:
    """The address, or the point and the addresses nearest to it where none is within the reach of the matching."""
    if (text is None) == (point is None):
        raise InputError("address_or_point")
    if text is not None:
        return by_name(text, tables, house("demo", output).limits), ()
    both = _POINT.fullmatch(point or "")
    if not both or not (abs(float(both[1])) <= 180 and abs(float(both[2])) <= 90):  # noqa: PLR2004  # degrees
        raise InputError("point_not_understood", found=point)
    place, near = near_point(float(both[1]), float(both[2]), tables)
    if near and near[0].away_m is not None and near[0].away_m <= REACH_MM / 1000:
        return near[0], ()
    return place, near


def _print_offers(out: Console, offers: pa.Table, lang: str) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for column in SHOWN:
        table.add_column(sentence(f"offer_{column}", lang), justify="right" if column.endswith("_mbits") else "left", overflow="fold")
    for row in offers.to_pylist():
        row |= {kind: word(kind, row[kind], lang) for kind in ("technology", "rollout") if row[kind]}
        cells = ["–" if row[c] is None else f"{row[c]:g}" if isinstance(row[c], float) else str(row[c]) for c in SHOWN]
        table.add_row(*(c.replace("[", r"\[") for c in cells))
    if offers.num_rows:
        out.print(table)
