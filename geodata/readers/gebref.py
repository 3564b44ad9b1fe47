"""Gebäudereferenzen NRW: every address of the Land with its point, from the edition of 21 columns or the older one of 15."""

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from geodata.errors import InputError
from geodata.readers.bulk import SURPLUS, Frame, Sight, bulk_notes, bulk_query, look, only, records
from geodata.reading import Ledger, Notes, Snapshot, join_notes
from geodata.session import Limits, query, session

ADDRESSES = pa.schema(
    [
        ("address_id", pa.string()),
        ("ags", pa.string()),
        ("street_key", pa.string()),
        ("street", pa.string()),
        ("house_number", pa.int32()),
        ("suffix", pa.string()),
        ("district", pa.string()),
        ("place", pa.string()),
        ("easting_m", pa.float64()),
        ("northing_m", pa.float64()),
        ("cell_id", pa.int64()),
    ]
)
EDITIONS: Mapping[int, tuple[str, ...]] = {
    len(columns := form.split(";")): tuple(columns)
    for form in (
        "nba;oid;qua;landschl;land;regbezschl;regbez;kreisschl;kreis;gmdschl;gmd;ottschl;ott;strschl;str;hnr;adz;zone;ostwert;nordwert;datum",
        "nba;oid;qua;landschl;regbezschl;kreisschl;gmdschl;ottschl;strschl;hnr;adz;ostwert;nordwert;str;datum",
    )
}
ONLY_NEW = ("gmd", "ott", "zone")
KEY_FIELDS = 6


def read(snapshots: Sequence[Snapshot], *, land: str, frame: Frame, limits: Limits) -> tuple[pa.Table, Notes]:
    """The addresses of one Land in the order of the file, points in EPSG:25832.

    `land` is the two-digit key; records of others count as outside the area. `frame` holds the metres that are plausible for it.
    `suffix` is lower case, '' without one; `district` is the Ortsteil, `place` the Gemeinde. The older edition names neither: it takes
    `place` from the key file (table `keys`) where one is given, else ''.
    """
    parts: list[pa.Table] = []
    notes: list[Notes] = []
    names: dict[str, str] = {}
    for snapshot in (s for s in snapshots if s.table == "keys"):
        names |= _read_keys(snapshot, notes)
    for snapshot in (s for s in snapshots if s.table != "keys"):
        if snapshot.table != "addresses":
            raise InputError("table_unknown", source=snapshot.source_id, found=snapshot.table, expected="addresses, keys")
        table, note = _read_file(snapshot, land=land, frame=frame, limits=limits)
        parts.append(_named(table, names) if names else table)
        notes.append(note)
    return pa.concat_tables([ADDRESSES.empty_table(), *parts]), join_notes(notes)


def _read_file(snapshot: Snapshot, *, land: str, frame: Frame, limits: Limits) -> tuple[pa.Table, Notes]:
    path = snapshot.path
    sight = look(path, ";")
    columns = _edition(sight, snapshot)
    missing = [c for c in ONLY_NEW if c not in columns]
    ledger = Ledger(snapshot)
    with session(limits) as con:
        query(con, "address_macros")
        with records(con, path, sight, [*columns, *SURPLUS, *missing], header=sight.first[0] == "nba"):
            found = bulk_query(con, "address_records", land=land, **frame.sides())
        found = found.append_column("row", pa.array(range(1, len(found) + 1), pa.int64()))
        good = only(found, pc.and_(pc.is_null(found["reason"]), pc.invert(found["outside"])))
        repeated = query(con, "address_duplicates", numbered=good)
    if len(repeated):
        good = good.filter(pc.invert(pc.is_in(good["row"], value_set=repeated["row"].combine_chunks())))
    ledger.accepted, ledger.outside_area = len(good), pc.sum(found["outside"]).as_py() or 0
    swapped = pc.sum(good["swapped"]).as_py() or 0
    if swapped:
        ledger.warn("addresses_swapped", column="ostwert", amount=float(swapped))
    refused = found.filter(pc.is_valid(found["reason"])).select(["row", "column", "value", "reason"])
    expected = {"field_count_differs": len(columns), "not_an_ags": 8, "coordinates_outside": frame.text()}
    notes = bulk_notes(ledger, pa.concat_tables([refused, repeated.select(refused.column_names)]), expected=expected)
    return good.select(ADDRESSES.names).cast(ADDRESSES), notes


def _edition(sight: Sight, snapshot: Snapshot) -> tuple[str, ...]:
    width = len(sight.first) - (sight.first[-1] == "")
    if width not in EDITIONS:
        counts = " / ".join(map(str, EDITIONS))
        raise InputError("gebref_edition_unknown", file=snapshot.path.name, found=width, expected=counts)
    return EDITIONS[width]


def _read_keys(snapshot: Snapshot, notes: list[Notes]) -> dict[str, str]:
    """The names of the Gemeinden by AGS, from the records `G;05;3;15;000;Köln` of a gebref_schluessel.txt."""
    sight = look(snapshot.path, ";")
    ledger = Ledger(snapshot)
    names = {}
    text = snapshot.path.read_text(sight.encoding, errors="replace").removeprefix("\ufeff")
    for number, line in enumerate((li for li in text.splitlines() if li), start=1):
        fields = [f.strip() for f in line.split(";")]
        ledger.read += 1
        if fields[0] == "G" and len(fields) < KEY_FIELDS:
            ledger.refuse(number, "", line[:80], "field_count_differs", expected=KEY_FIELDS)
            continue
        ledger.accepted += 1
        if fields[0] == "G":
            names["".join(fields[1:5])] = fields[5]
    notes.append(ledger.close())
    return names


def _named(table: pa.Table, names: Mapping[str, str]) -> pa.Table:
    """`table` with the name of its Gemeinde where the file gave none."""
    at = pc.index_in(table["ags"], value_set=pa.array(names.keys(), pa.string()))
    place = pc.if_else(pc.equal(table["place"], ""), pc.fill_null(pc.take(pa.array(names.values(), pa.string()), at), ""), table["place"])
    return table.set_column(ADDRESSES.names.index("place"), ADDRESSES.field("place"), place)
