"""What operators deliver: per row an address, a technology and its speeds. Which address of the register that is, matching says."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyproj import Transformer

from geodata.errors import InputError
from geodata.readers.bulk import SHOWN, SURPLUS, Frame, Sight, bulk_notes, bulk_query, look, only, records
from geodata.reading import Ledger, Notes, Snapshot, join_notes
from geodata.session import Limits, query, session

SAME = pa.dictionary(pa.int8(), pa.string())  # one text for a whole file
OFFERS = pa.schema(
    [
        ("operator", SAME),
        ("source_file", SAME),
        ("row", pa.int64()),
        ("street", pa.string()),
        ("house_number", pa.int32()),
        ("suffix", pa.string()),
        ("postcode", pa.string()),
        ("place", pa.string()),
        ("district", pa.string()),
        ("technology", pa.string()),
        ("download_mbits", pa.float64()),
        ("upload_mbits", pa.float64()),
        ("households", pa.int32()),
        ("rollout", pa.string()),
        ("planned_until", pa.date32()),
        ("usage", pa.string()),
        ("easting_m", pa.float64()),
        ("northing_m", pa.float64()),
        ("visibility", SAME),
        ("origin", SAME),
        ("source_id", SAME),
    ]
)
REFUSED = pa.schema([("row", pa.int64()), ("column", pa.string()), ("value", pa.string()), ("reason", pa.string())])
REQUIRED = ("strasse", "hnr", "ort", "technologie", "download")
DECLARED = (*REQUIRED, "plz", "upload", "lat", "lon", "hnr_z", "ortsteil", "nutzungstyp")
OPTIONAL = ("haushalte", "status", "geplant_bis")
# Letters and digits of the operators' words; what is not here is refused, not guessed.
TECHNOLOGIES: Mapping[str, Sequence[str]] = {
    "ftth": ("ftth",),
    "fttb": ("fttb",),
    "fttb_h": ("fttbh", "ftthb", "glasfaser"),
    "hfc": ("hfc", "catv", "kabel", "koax", "docsis", "docsis30", "docsis31", "docsis40"),
    "fttc": ("fttc", "vdsl", "vdsl2", "dsl", "adsl", "adsl2", "vectoring", "vdslvectoring", "supervectoring", "vdslsupervectoring"),
    "other": ("other", "sonst", "sonstige", "sonstiges", "andere"),
}
ROLLOUTS: Mapping[str, Sequence[str]] = {
    "existing": ("", "gebaut", "bestand"),
    "in_progress": ("imbau", "inbau"),
    "planned": ("geplant",),
}


def read(snapshots: Sequence[Snapshot], *, frame: Frame, limits: Limits) -> tuple[pa.Table, Notes]:
    """The offers of all deliveries in the order of their files; `row` is the physical record, 1 = first behind the header.

    The operator is the snapshot's option `operator`, else the file's name. Positions are in EPSG:25832 (null without usable coordinates,
    `frame` says which are); rows with neither a key (street, number, place) nor a position are quarantined. Texts are as delivered, ''
    for none; `suffix` is lower case. A null `upload_mbits` stays null. No row is outside the area: that takes the matching.
    """
    parts = [_read_file(snapshot, frame=frame, limits=limits) for snapshot in snapshots]
    table = pa.concat_tables([OFFERS.empty_table(), *(table for table, _ in parts)]).unify_dictionaries()
    return table, join_notes([note for _, note in parts])


def _read_file(snapshot: Snapshot, *, frame: Frame, limits: Limits) -> tuple[pa.Table, Notes]:
    sight = look(snapshot.path, ";,")
    ledger = Ledger(snapshot)
    columns = _columns(sight, ledger)
    missing = [c for c in (*DECLARED, *OPTIONAL) if c not in columns]
    with session(limits) as con:
        query(con, "address_macros")
        query(con, "delivery_macros")
        with records(con, snapshot.path, sight, [*columns, *SURPLUS, *missing], header=True):
            found = bulk_query(con, "delivery_records", **_words(), **_degrees(frame))
        if not len(found):
            raise InputError("file_without_records", file=snapshot.path.name)
        found = _placed(found, frame).append_column("row", pa.array(range(1, len(found) + 1), pa.int64()))
        refused = [found.filter(pc.is_valid(found["reason"]))]
        found = only(found, pc.is_null(found["reason"]))
        lost = pc.and_(pc.invert(found["has_key"]), pc.is_null(found["easting_m"]))
        refused.append(_without_address(found.filter(lost)))
        found = only(found, pc.invert(lost))
        refused.append(query(con, "delivery_duplicates", offers=found))
    found = only(found, pc.invert(pc.is_in(found["row"], value_set=refused[-1]["row"].combine_chunks())))
    ledger.accepted = len(found)
    for reason, mask in (("offers_swapped", found["swapped"]), ("offers_without_position", found["unplaced"])):
        if amount := pc.sum(mask).as_py():
            ledger.warn(reason, column="lat", amount=float(amount))
    expected = {
        "field_count_differs": len(columns),
        "unknown_word technologie": ", ".join(w for words in TECHNOLOGIES.values() for w in words),
        "unknown_word status": ", ".join(w for words in ROLLOUTS.values() for w in words if w),
    }
    notes = bulk_notes(ledger, pa.concat_tables([t.select(REFUSED.names).cast(REFUSED) for t in refused]), expected=expected)
    same = {"operator": str(snapshot.options.get("operator", snapshot.path.stem)), "source_file": snapshot.path.name}
    same |= {"visibility": snapshot.visibility, "origin": snapshot.origin, "source_id": snapshot.source_id}
    for name, text in same.items():
        found = found.append_column(name, pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(found), "int8")), [text]))
    return found.select(OFFERS.names).cast(OFFERS), notes


def _columns(sight: Sight, ledger: Ledger) -> list[str]:
    """The file's columns by their declared names; one that nobody declared gets a number, so that no header reaches SQL."""
    names = [name.strip().casefold() for name in sight.first]
    if not names[-1]:
        names = names[:-1]
    file = ledger.snapshot.path.name
    missing = [c for c in REQUIRED if c not in names]
    if missing:
        raise InputError("column_missing", file=file, found=", ".join(names[:12]), expected=", ".join(missing))
    repeated = sorted({n for n in names if names.count(n) > 1})
    if repeated:
        raise InputError("column_repeated", file=file, found=", ".join(repeated))
    for name in (c for c in DECLARED if c not in names):
        ledger.warn("column_absent", column=name)
    for name in (n for n in names if n not in (*DECLARED, *OPTIONAL)):
        ledger.warn("column_unknown", column=name)
    return [name if name in (*DECLARED, *OPTIONAL) else f"extra_{number}" for number, name in enumerate(names)]


def _words() -> dict[str, list[str]]:
    """The word tables as pairs of lists side by side."""
    words = {}
    for name, singular, table in (("technologies", "technology", TECHNOLOGIES), ("rollouts", "rollout", ROLLOUTS)):
        words[f"{singular}_words"] = [word for spellings in table.values() for word in spellings]
        words[name] = [value for value, spellings in table.items() for _ in spellings]
    return words


def _degrees(frame: Frame) -> dict[str, float]:
    sides = Transformer.from_crs("EPSG:25832", "EPSG:4326", always_xy=True).transform_bounds(
        frame.west, frame.south, frame.east, frame.north
    )
    return dict(zip(("west", "south", "east", "north"), sides, strict=True))


def _placed(found: pa.Table, frame: Frame) -> pa.Table:
    """`found` with easting_m and northing_m, in metres rounded to millimetres so that no platform differs; null outside the frame."""
    longitude, latitude = (found[name].to_numpy() for name in ("longitude", "latitude"))
    known = np.isfinite(longitude)
    easting, northing = np.full(len(found), np.nan), np.full(len(found), np.nan)
    transform = Transformer.from_crs("EPSG:4326", "EPSG:25832", always_xy=True).transform
    easting[known], northing[known] = (np.round(v, 3) for v in transform(longitude[known], latitude[known]))
    inside = (easting >= frame.west) & (easting <= frame.east) & (northing >= frame.south) & (northing <= frame.north)
    unplaced = pc.or_(found["unplaced"], pa.array(known & ~inside))
    swapped = pc.and_(found["swapped"], pa.array(inside))
    return (
        found.drop_columns(["longitude", "latitude", "unplaced", "swapped"])
        .append_column("unplaced", unplaced)
        .append_column("swapped", swapped)
        .append_column("easting_m", pa.array(easting, mask=~inside))
        .append_column("northing_m", pa.array(northing, mask=~inside))
    )


def _without_address(lost: pa.Table) -> pa.Table:
    """The records that nothing can place, as refused."""
    parts = [pc.fill_null(lost[name].cast(pa.string()), "") for name in ("street", "house_number", "place")]
    value = pc.utf8_slice_codeunits(pc.binary_join_element_wise(*parts, " "), 0, SHOWN)
    columns = {"row": lost["row"], "column": pa.repeat("", len(lost)), "value": value}
    return pa.table(columns | {"reason": pa.repeat("offer_without_address", len(lost))})
