"""What became of white spots and clusters between two Stände that tell the same; the comparisons are in SQL.

A pair that crosses the atlas' change of method after 2021 says so in `crosses_method_break`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from geodata.reading import strictest
from geodata.session import Limits, query, session

LAST_DAY_OF_THE_OLD_METHOD = "2021-12-31"
MEASURE = ("kind", "threshold_set", "bound")
CHANGES = pa.schema(
    [
        *((name, pa.string()) for name in ("ags", "level")),
        *((name, pa.date32()) for name in ("stand_before", "stand")),
        *((name, pa.string()) for name in MEASURE),
        ("crosses_method_break", pa.bool_()),
        *((f"{change}_cells", pa.int64()) for change in ("closed", "shrunk", "unchanged", "grown", "new", "lost")),
        *((name, pa.int64()) for name in ("before_units", "after_units", "left_addresses", "kept_addresses", "new_addresses")),
        *((name, pa.string()) for name in ("origin", "visibility")),
    ]
)
CLUSTER_CHANGES = pa.schema(
    [
        *((name, pa.string()) for name in ("variant", "kind")),
        *((name, pa.date32()) for name in ("stand_before", "stand")),
        ("crosses_method_break", pa.bool_()),
        *((name, pa.string()) for name in ("cluster_id_before", "cluster_id")),
        *((name, pa.int64()) for name in ("members_before", "members_after", "shared_members")),
        *((name, pa.string()) for name in ("change", "origin", "visibility")),
    ]
)


@dataclass(frozen=True)
class StandFiles:
    """The tables of one Stand: out_whitespots__areas, core_whitespots__cells, __addresses, __members."""

    stand: str
    areas: Path
    cells: Path
    addresses: Path
    members: Path


def changes(stands: Sequence[StandFiles], *, land: str, limits: Limits) -> pa.Table:
    """CHANGES between every Stand and the next one that tells the same measure, ascending."""
    parts = [CHANGES.empty_table()]
    with session(limits) as con:
        for before, after, measures in _pairs(stands):
            found = query(
                con,
                "whitespots_changes",
                measures=measures.select(MEASURE),
                before_cells=before.cells,
                after_cells=after.cells,
                before_addresses=before.addresses,
                after_addresses=after.addresses,
                stand_before=before.stand,
                stand=after.stand,
                land=land,
                **{"break": LAST_DAY_OF_THE_OLD_METHOD},
            )
            rows = measures.to_pylist()
            kinds = sorted({r["kind"] for r in rows})
            marks = [_marks([r for r in rows if r["kind"] == kind]) for kind in kinds]
            shown = pa.table({"kind": kinds} | {n: pa.array([m[n] for m in marks], pa.string()) for n in ("origin", "visibility")})
            parts.append(found.join(shown, "kind").select(CHANGES.names).cast(CHANGES))
    return pa.concat_tables(parts).sort_by([(k, "ascending") for k in ("stand", "stand_before", "ags", *MEASURE)])


def cluster_changes(stands: Sequence[StandFiles], *, limits: Limits) -> pa.Table:
    """CLUSTER_CHANGES between every Stand with chained points of a kind and the next one with some."""
    parts = [CLUSTER_CHANGES.empty_table()]
    found: dict[str, list[tuple[StandFiles, dict[str, str]]]] = {}
    for own in stands:
        rows = pq.read_table(own.members, columns=["kind", "origin", "visibility"])
        marks = rows.group_by(["kind", "origin", "visibility"]).aggregate([]).to_pylist()
        for kind in sorted({m["kind"] for m in marks}):
            found.setdefault(kind, []).append((own, _marks([m for m in marks if m["kind"] == kind])))
    with session(limits) as con:
        for kind, told in sorted(found.items()):
            for (before, earlier), (after, later) in pairwise(told):
                days = {"stand_before": before.stand, "stand": after.stand, "break": LAST_DAY_OF_THE_OLD_METHOD}
                rows = query(con, "whitespots_cluster_changes", before=before.members, after=after.members, kind=kind, **days)
                for name, value in _marks([earlier, later]).items():
                    rows = rows.append_column(name, pa.repeat(value, rows.num_rows))
                parts.append(rows.select(CLUSTER_CHANGES.names).cast(CLUSTER_CHANGES))
    return pa.concat_tables(parts)


def _marks(rows: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Origin and strictest visibility of what is compared."""
    return {"origin": min(r["origin"] for r in rows), "visibility": strictest(r["visibility"] for r in rows)}


def _pairs(stands: Sequence[StandFiles]) -> list[tuple[StandFiles, StandFiles, pa.Table]]:
    """Pairs of Stände with the measures for which one follows the other."""
    told = [(s, pq.read_table(s.areas, columns=[*MEASURE, "origin", "visibility"])) for s in stands]
    last: dict[tuple[str, ...], tuple[StandFiles, dict[str, str]]] = {}
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    files = {s.stand: s for s in stands}
    for own, areas in told:
        rows = areas.group_by([*MEASURE, "origin", "visibility"]).aggregate([]).to_pylist()
        for row in sorted(rows, key=lambda r: tuple(r.values())):
            key = tuple(row[m] for m in MEASURE)
            if key in last:
                found.setdefault((last[key][0].stand, own.stand), []).append(row | _marks([row, last[key][1]]))
            last[key] = own, row
    return [(files[a], files[b], pa.Table.from_pylist(rows)) for (a, b), rows in sorted(found.items())]
