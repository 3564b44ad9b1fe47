"""The Breitbandatlas result tables 2018–2021 as one table of published values. What single forms look like is in the modules beside it."""

from collections.abc import Collection, Sequence

import pyarrow as pa

from geodata.errors import InputError
from geodata.readers import breitbandatlas_land_use, breitbandatlas_wide, breitbandatlas_workbook
from geodata.readers.breitbandatlas_values import SHARES, Expected, Value
from geodata.reading import Notes, Snapshot, join_notes

WIDE_TABLES = ("households", "businesses", "businesses_in_business_parks")
KEY_ORDER = ("ags", "level", "stand", "subject", "technology", "direction", "min_mbits", "operator", "rollout", "source_id")


def read_shares(snapshots: Sequence[Snapshot], *, kreise: Collection[str], gemeinden: Collection[str], land: str) -> tuple[pa.Table, Notes]:
    """Every published value of the area, of the other Länder and of the Bund, in percent as published; null where the publisher has none.

    `kreise` and `gemeinden` are the keys that must occur; a file without one of them is an InputError. Rows of other Kreise and Gemeinden
    count as outside the area. Sorted by key.
    """
    expected = Expected(frozenset(kreise), frozenset(gemeinden), land)
    values: list[Value] = []
    notes: list[Notes] = []
    for snapshot in (s for s in snapshots if s.source_id != "breitbandatlas__kreisdaten"):
        if snapshot.table in WIDE_TABLES:
            found, note = breitbandatlas_wide.read(snapshot, expected)
        elif snapshot.table == "land_use":
            found, note = breitbandatlas_land_use.read(snapshot, expected)
        else:
            raise InputError(
                "table_unknown", source=snapshot.source_id, found=snapshot.table, expected=", ".join((*WIDE_TABLES, "land_use"))
            )
        values += found
        notes.append(note)
    for snapshot in (s for s in snapshots if s.source_id == "breitbandatlas__kreisdaten"):
        found, note = breitbandatlas_workbook.read(snapshot, expected, values)
        values += found
        notes.append(note)
    table = pa.Table.from_pylist([v.row() for v in values], schema=SHARES)
    return table.sort_by([(k, "ascending") for k in KEY_ORDER]), join_notes(notes)
