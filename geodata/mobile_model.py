"""What the radio model says of a Land at one Stand: which lists of antennas count, its shares, and where the grid says otherwise.

Not the model (mobile/coverage.py), and not the shares of the authority's grid (mobile_cells.py).
"""

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geodata.facts import FACTS, KEY
from geodata.messages import LANGUAGES, sentence
from geodata.mobile.antennas import ANTENNAS, on_air
from geodata.mobile.settings import Settings
from geodata.session import Limits, query, session

METHOD = "p1812"
# Of several sources of sites one speaks at a Stand: two lists of the same sites would count them twice.
SOURCES = ("mobile_sites__own", "mobile_sites__opencellid", "mobile_sites__certificates")
LISTED = ANTENNAS.append(pa.field("listed_on", pa.date32()))
MEDIAN_PERCENT = 50.0
ESTABLISHED = ["telekom", "vodafone", "telefonica"]
DISAGREEMENT = pa.schema(
    [
        ("ags", pa.string()),
        ("level", pa.string()),
        ("stand", pa.date32()),
        ("technology", pa.string()),
        ("boundary_edition", pa.string()),
        ("cells", pa.int64()),
        ("cells_in_both", pa.int64()),
        ("cells_reported_only", pa.int64()),
        ("cells_modelled_only", pa.int64()),
        ("reported_only_share", pa.float64()),
        ("modelled_only_share", pa.float64()),
        ("source_id", pa.string()),
        ("origin", pa.string()),
        ("visibility", pa.string()),
    ]
)


def map_notes(settings: Settings, *, flat_cells: int) -> dict[str, tuple[str, ...]]:
    """What every modelled map and map of disagreement must say, per language.

    That its thresholds are not the Bundesnetzagentur's, while one of them is not; that the median overstates coverage; that cells were
    computed without terrain.
    """
    found: list[tuple[str, dict[str, object]]] = []
    levels = ", ".join(f"{t.upper()} ≥ {settings.thresholds[t].dbm:g} dBm".replace("-", "−") for t in sorted(settings.thresholds))
    if not all(threshold.of_authority for threshold in settings.thresholds.values()):
        found.append(("model_note_thresholds", {"levels": levels}))
    if settings.receiver.location_percent <= MEDIAN_PERCENT:
        found.append(("model_note_median", {"percent": f"{settings.receiver.location_percent:g}"}))
    if flat_cells:
        found.append(("model_note_flat", {"cells": flat_cells}))
    return {language: tuple(sentence(code, language, **values) for code, values in found) for language in LANGUAGES}


def listed(antennas: pa.Table, stand: str) -> pa.Table:
    """A reader's antennas with the Stand of their list (LISTED)."""
    return antennas.append_column(LISTED.field("listed_on"), pa.repeat(pa.scalar(dt.date.fromisoformat(stand)), len(antennas)))


def lists_at(antennas: pa.Table, stand: str) -> pa.Table:
    """The rows (of LISTED and more) that speak at a Stand: of the first of SOURCES that has any, each operator's newest list.

    A list that is newer than the Stand says only what has a date: its antennas without one are left out.
    """
    day = pa.scalar(dt.date.fromisoformat(stand))
    for source in SOURCES:
        own = antennas.filter(pc.equal(antennas["source_id"], source))
        parts = []
        for operator in sorted(pc.unique(own["operator"]).to_pylist(), key=str):
            mine = own.filter(pc.is_null(own["operator"]) if operator is None else pc.equal(own["operator"], operator))
            before = mine.filter(pc.less_equal(mine["listed_on"], day))
            found = before if len(before) else mine.filter(pc.is_valid(mine["in_service_from"]))
            date = pc.max(found["listed_on"]) if len(before) else pc.min(found["listed_on"])
            parts.append(found.filter(pc.equal(found["listed_on"], date)))
        if any(len(part) for part in parts):
            return pa.concat_tables(parts)
    return antennas.slice(0, 0)


def antennas_at(antennas: pa.Table, stand: str) -> pa.Table:
    """The antennas (ANTENNAS) in service at a Stand."""
    return on_air(lists_at(antennas, stand).select(ANTENNAS.names), stand)


def model_shares(  # noqa: PLR0913  # three tables, and what a Stand of a profile is
    cells: Path, area_cells: Path, households: Path, *, stand: str, land: str, boundary_edition: str, sources: pa.Table, limits: Limits
) -> pa.Table:
    """Facts (FACTS, sorted by KEY) of basis `modelled` and method `p1812`, for Gemeinden to the Land; all inputs Parquet.

    `cells` are Modelled.cells; `area_cells`, `households` and `sources` are those of `mobile_cells.mobile_shares`. Only for areas all
    cells of which are modelled.
    """
    if not pq.read_metadata(cells).num_rows:
        return FACTS.empty_table()
    with session(limits) as con:
        named = {"cells": cells, "area_cells": area_cells, "households": households, "land": land, "established": ESTABLISHED}
        measured = query(con, "mobile_model_measured", **named, boundary_edition=boundary_edition)
        found = query(
            con,
            "mobile_shares",
            measured=measured,
            basis="modelled",
            method=METHOD,
            complete=True,
            stand=stand,
            boundary_edition=boundary_edition,
            sources=sources,
        )
    return found.cast(FACTS).sort_by([(k, "ascending") for k in KEY])


def disagreement(  # noqa: PLR0913  # two grids, the areas, and what a Stand of a profile is
    cells: Path, reported: Path, area_cells: Path, *, stand: str, land: str, boundary_edition: str, sources: pa.Table, limits: Limits
) -> pa.Table:
    """Cells per area and technology where the authority's grid and the model differ, both ways (DISAGREEMENT); all inputs Parquet.

    `sources`: the row of subject `area` names source, origin and visibility of the model; only for areas all cells of which both know.
    """
    if not (pq.read_metadata(cells).num_rows and pq.read_metadata(reported).num_rows):
        return DISAGREEMENT.empty_table()
    with session(limits) as con:
        named = {"cells": cells, "reported": reported, "area_cells": area_cells, "sources": sources}
        found = query(con, "mobile_model_disagreement", **named, stand=stand, land=land, boundary_edition=boundary_edition)
    return found.cast(DISAGREEMENT)


def disagreement_facts(differences: Path, limits: Limits) -> pa.Table:
    """Facts (FACTS, sorted by KEY) of a Parquet file of `disagreement`: cells that only the one or only the other has, of all cells."""
    with session(limits) as con:
        found = query(con, "mobile_disagreement_facts", differences=pq.read_table(differences), method=METHOD)
    return found.cast(FACTS).sort_by([(k, "ascending") for k in KEY])


def measure_facts(counts: Path, *, boundary_edition: str, limits: Limits) -> pa.Table:
    """Facts (FACTS, sorted by KEY) of a Parquet file of counted measures (MEASURES): the count as numerator, no denominator, no share."""
    with session(limits) as con:
        found = query(con, "mobile_measures_facts", counts=pq.read_table(counts), boundary_edition=boundary_edition)
    return found.cast(FACTS).sort_by([(k, "ascending") for k in KEY])
