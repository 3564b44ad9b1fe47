"""The Bundesnetzagentur's site certificates: where antennas stand, up to 80 m off. They name no operator and no technology."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from geodata.errors import InputError
from geodata.mobile.antennas import ANTENNAS, site_settings
from geodata.readers.bulk import SURPLUS, Frame, bulk_notes, bulk_query, look, records
from geodata.readers.site_rows import as_antennas, columns_of, sorted_out
from geodata.reading import Ledger, Notes, Snapshot, join_notes
from geodata.session import Limits, query, session

REQUIRED = ("lon", "lat")
DECLARED = (*REQUIRED, "fid", "standortbescheinigung_nr", "type", "direction", "height", "hdistance", "vdistance")
MOBILE = "mobilfunk"


def read(snapshots: Sequence[Snapshot], *, frame: Frame, limits: Limits) -> tuple[pa.Table, Notes]:
    """One antenna (ANTENNAS) per record; operator, technology, band and power are null. Both published forms are read.

    The site is the certificate's number, without one the number of the record (`fID`). `frame` is the Land and the reach around it. A row
    of another radio service than mobile (`type`), a repeated row and an impossible height or direction are quarantined.
    """
    parts = [_read_file(snapshot, frame=frame, limits=limits) for snapshot in snapshots]
    return pa.concat_tables([ANTENNAS.empty_table(), *(table for table, _ in parts)]), join_notes([notes for _, notes in parts])


def _read_file(snapshot: Snapshot, *, frame: Frame, limits: Limits) -> tuple[pa.Table, Notes]:
    sight, ledger, here = look(snapshot.path, ",;"), Ledger(snapshot), site_settings().plausible
    columns = columns_of(sight, ledger, declared=DECLARED, required=REQUIRED)
    if not {"fid", "standortbescheinigung_nr"} & set(columns):
        raise InputError("column_missing", file=snapshot.path.name, found=", ".join(columns), expected="standortbescheinigung_nr / fID")
    missing = [c for c in DECLARED if c not in columns]
    bounds = {"height_least": here.height_m[0], "height_most": here.height_m[1]}
    bounds |= {"direction_least": here.azimuth_deg[0], "direction_most": here.azimuth_deg[1]}
    with session(limits) as con:
        query(con, "delivery_macros")
        with records(con, snapshot.path, sight, [*columns, *SURPLUS, *missing], header=True):
            found = bulk_query(con, "mobile_model_certificates", mobile=MOBILE, **bounds)
    if not len(found):
        raise InputError("file_without_records", file=snapshot.path.name)
    if amount := pc.sum(pc.is_null(found["height_m"])).as_py():
        ledger.warn("site_values_absent", column="height", amount=float(amount))
    found, refused = sorted_out(found, frame, ledger)
    expected = {
        "field_count_differs": len(columns),
        "site_other_service type": MOBILE,
        "site_value_implausible height": "{height_least:g}–{height_most:g}".format(**bounds),
        "site_value_implausible direction": "{direction_least:g}–{direction_most:g}".format(**bounds),
    }
    return as_antennas(found, snapshot), bulk_notes(ledger, refused, expected=expected)
