"""OpenCelliD: cells that phones have seen, grouped into sites. Their place is an estimate; the column `range` is unreliable and ignored."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from geodata.errors import InputError
from geodata.mobile.antennas import ANTENNAS, site_settings
from geodata.readers.bulk import SURPLUS, Frame, Sight, bulk_notes, bulk_query, look, records
from geodata.readers.site_rows import as_antennas, beginnings, columns_of, sorted_out
from geodata.reading import Ledger, Notes, Snapshot, join_notes
from geodata.session import Limits, query, session

COLUMNS = (
    "radio", "mcc", "net", "area", "cell", "unit", "lon", "lat", "range", "samples", "changeable", "created", "updated", "averagesignal",
)  # fmt: skip
REQUIRED = ("radio", "mcc", "net", "area", "cell", "lon", "lat")
MCC = "262"
NETS: Mapping[str, Sequence[str]] = {
    "telekom": ("1", "6"),
    "vodafone": ("2", "4", "9"),
    "telefonica": ("3", "5", "7", "8", "11"),
    "1und1": ("23",),
}
RADIOS = {"GSM": "2g", "UMTS": "3g", "LTE": "4g", "NR": "5g"}


def read(snapshots: Sequence[Snapshot], *, frame: Frame, limits: Limits) -> tuple[pa.Table, Notes]:
    """One antenna (ANTENNAS) per site: operator, technology, mean position of its cells weighted by their samples; the rest is null.

    A site is what shares the station's part of the cell number: eNodeB (LTE, cell / 256), gNodeB (NR, 24 bits, cell / 4096), else area and
    cell / 10. `accepted` counts cells. `frame` is the Land and the reach around it. Rows of other countries (mcc), of unknown networks and
    repeated cells are quarantined. A file without the header is read in the documented order of columns.
    """
    parts = [_read_file(snapshot, frame=frame, limits=limits) for snapshot in snapshots]
    return pa.concat_tables([ANTENNAS.empty_table(), *(table for table, _ in parts)]), join_notes([notes for _, notes in parts])


def _read_file(snapshot: Snapshot, *, frame: Frame, limits: Limits) -> tuple[pa.Table, Notes]:
    sight, ledger = look(snapshot.path, ","), Ledger(snapshot)
    has_header = sight.first[0].strip().casefold() == COLUMNS[0]
    columns = _columns(sight, ledger) if has_header else list(COLUMNS)
    missing = [c for c in COLUMNS if c not in columns]
    lists: dict[str, str | list[str]] = {
        "radio_words": list(RADIOS),
        "radio_values": list(RADIOS.values()),
        "net_words": [n for nets in NETS.values() for n in nets],
        "net_values": [operator for operator, nets in NETS.items() for _ in nets],
        **beginnings(snapshot),
    }
    with session(limits) as con:
        query(con, "delivery_macros")
        with records(con, snapshot.path, sight, [*columns, *SURPLUS, *missing], header=has_header):
            found = bulk_query(con, "mobile_model_opencellid", mcc=MCC, **lists)
        if not len(found):
            raise InputError("file_without_records", file=snapshot.path.name)
        found, refused = sorted_out(found, frame, ledger)
        sites = query(con, "mobile_model_opencellid_sites", cells=found)
    expected = {
        "field_count_differs": len(columns),
        "site_other_country mcc": MCC,
        "unknown_word net": ", ".join(n for nets in NETS.values() for n in nets),
        "unknown_word radio": ", ".join(RADIOS),
        "site_technology_not_yet": ", ".join(f"{t} {day}" for t, day in site_settings().first_day.items()),
    }
    return as_antennas(sites, snapshot), bulk_notes(ledger, refused, expected=expected)


def _columns(sight: Sight, ledger: Ledger) -> list[str]:
    return columns_of(sight, ledger, declared=COLUMNS, required=REQUIRED)
