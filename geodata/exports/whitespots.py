"""The white spots of one Kreis as an export: at which Stand, from addresses or cells, and which layers. No file is written here."""

import datetime as dt

import duckdb

from geodata.errors import InputError
from geodata.exports.layers import Export
from geodata.exports.whitespots_layers import ADDRESSES, CELLS, MOBILE, Maker, Question
from geodata.session import query
from geodata.thresholds import threshold_set
from geodata.whitespots.variants import variants_of


def chosen_kind(con: duckdb.DuckDBPyConnection, threshold: str, *, stand: str | None, cells: bool, internal: bool) -> tuple[dt.date, str]:
    """The Stand (the newest without a wish) and the kind that answers it: addresses where the run has them and they may be shown.

    InputError for a threshold set that there is not, and for a Stand without figures of it, with those that there are.
    """
    rows = [r for r in query(con, "export_whitespots_kinds", internal=internal).to_pylist() if r["threshold_set"] == threshold]
    if not rows:
        threshold_set(threshold)
    stands = sorted({r["stand"].isoformat() for r in rows})
    if not stands or (stand and stand not in stands):
        raise InputError("whitespots_stand_absent", stand=stand or "–", threshold=threshold, expected=", ".join(stands) or "–")
    day = stand or stands[-1]
    kinds = {r["kind"] for r in rows if r["stand"].isoformat() == day}
    if cells and ADDRESSES in kinds and CELLS not in kinds:
        raise InputError("whitespots_cells_absent", stand=day, threshold=threshold)
    wanted = [k for k in (ADDRESSES, CELLS, MOBILE) if k in kinds and not (cells and k == ADDRESSES)]
    return dt.date.fromisoformat(day), wanted[0]


def whitespots_export(con: duckdb.DuckDBPyConnection, asked: Question) -> Export:
    """All layers of the answer; `con` is open on `netzlage.duckdb`."""
    maker = Maker(con, asked)
    layers = [maker.areas(), *([maker.clusters()] if variants_of(asked.threshold) else [])]
    if asked.internal and asked.kind == ADDRESSES:
        layers.append(maker.addresses())
    layers.append(maker.cells() if asked.internal else maker.parts())
    layers += [maker.places("schools", "Point"), maker.places("business_parks", "MultiPolygon"), maker.definitions(), maker.sources()]
    return Export(maker.title, tuple(layers), "Zellen", maker.demo, asked.lang)
