"""Schools whose point and register disagree about the Gemeinde. The register counts; the difference is a warning."""

from collections.abc import Sequence

import pyarrow as pa

from geodata.reading import ACCOUNTING, Ledger, Notes, Snapshot, join_notes


def place_notes(located: pa.Table, snapshots: Sequence[Snapshot]) -> Notes:
    """A warning for each open school whose `located_ags` is not its `ags` (both of the Gemeinde); `located` as of `schools_located.sql`."""
    if not snapshots:
        return join_notes([])
    ledger = Ledger(snapshots[0])
    for row in located.to_pylist():
        if row["is_open"] and row["located_ags"] != row["ags"]:
            reason = "school_elsewhere" if row["located_ags"] else "school_outside"
            ledger.warn(
                reason,
                column="Gemeindeschluessel",
                ags=row["ags"],
                value=row["school_number"],
                found=row["located_ags"],
                expected=row["ags"],
            )
    notes = ledger.close()
    return Notes(notes.quarantine, notes.warnings, ACCOUNTING.empty_table())
