"""What every reader returns: accepted rows, refused rows with their reasons, warnings, and the count that ties them together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from geodata.messages import sentence

QUARANTINE = pa.schema(
    [
        ("source_id", pa.string()),
        ("stand", pa.date32()),
        ("file", pa.string()),
        ("row", pa.int64()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("reason", pa.string()),
        ("sentence", pa.string()),
    ]
)
WARNINGS = pa.schema(
    [
        ("source_id", pa.string()),
        ("stand", pa.date32()),
        ("file", pa.string()),
        ("column", pa.string()),
        ("ags", pa.string()),
        ("amount", pa.float64()),
        ("reason", pa.string()),
        ("sentence", pa.string()),
    ]
)
ACCOUNTING = pa.schema(
    [
        ("source_id", pa.string()),
        ("stand", pa.date32()),
        ("file", pa.string()),
        ("read", pa.int64()),
        ("accepted", pa.int64()),
        ("outside_area", pa.int64()),
        ("quarantined", pa.int64()),
    ]
)


VISIBILITIES = ("public", "internal", "confidential")


def strictest(found: Iterable[str]) -> str:
    """The strictest of some visibilities: what is made of several sources may be shown to no more people than any of them."""
    return max(found, key=VISIBILITIES.index, default=VISIBILITIES[0])


@dataclass(frozen=True)
class Snapshot:
    """One file as received: where its bytes lie, and what the profile says of it.

    `stand` is an ISO date, or None for a source that does not follow the Stände (boundaries, Zensus).
    `table` names the part of the source (`households`, `kreise`, …). `origin` is `official`, `delivered` or `demo`.
    `options` are the reader's own settings from the profile, such as a field mapping.
    """

    source_id: str
    table: str
    stand: str | None
    path: Path
    sha256: str
    bytes: int
    origin: str
    visibility: str
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass
class Ledger:
    """Collects what happens to the rows of one file while it is read."""

    snapshot: Snapshot
    read: int = 0
    accepted: int = 0
    outside_area: int = 0
    _refused: list[dict[str, object]] = field(default_factory=list)
    _warned: list[dict[str, object]] = field(default_factory=list)

    def _place(self) -> dict[str, object]:
        return {"source_id": self.snapshot.source_id, "stand": self.snapshot.stand, "file": self.snapshot.path.name}

    def refuse(self, row: int, column: str, value: str, reason: str, **values: object) -> None:
        """Quarantine the physical record `row` (1 = first data record); once per record."""
        text = sentence(reason, file=self.snapshot.path.name, row=row, column=column, value=value, **values)
        self._refused.append(self._place() | {"row": row, "column": column, "value": value, "reason": reason, "sentence": text})

    def warn(self, reason: str, *, column: str = "", ags: str = "", amount: float | None = None, **values: object) -> None:
        """Note something that is survived: which column, which area, by how much (points or rows)."""
        text = sentence(reason, file=self.snapshot.path.name, column=column, ags=ags, amount=amount, **values)
        self._warned.append(self._place() | {"column": column, "ags": ags, "amount": amount, "reason": reason, "sentence": text})

    def close(self) -> "Notes":
        """The three side tables of this file; an account that does not add up is a defect of the reader and stops the run."""
        refused = len(self._refused)
        if self.read != self.accepted + self.outside_area + refused:
            msg = f"{self.snapshot.path.name}: {self.read} read, {self.accepted} accepted, {self.outside_area} outside, {refused} refused"
            raise AssertionError(msg)
        count = self._place() | {"read": self.read, "accepted": self.accepted, "outside_area": self.outside_area, "quarantined": refused}
        return Notes(_table(self._refused, QUARANTINE), _table(self._warned, WARNINGS), _table([count], ACCOUNTING))


@dataclass(frozen=True)
class Notes:
    """The side tables of one or more files, in the schemas above."""

    quarantine: pa.Table
    warnings: pa.Table
    accounting: pa.Table


def warning_notes(source_id: str, reason: str, *, amount: float) -> Notes:
    """Side tables with one warning about a source of which no file is there."""
    row: dict[str, object] = {
        "source_id": source_id,
        "stand": None,
        "file": "",
        "column": "",
        "ags": "",
        "amount": amount,
        "reason": reason,
    }
    text = sentence(reason, amount=amount)
    return Notes(QUARANTINE.empty_table(), _table([row | {"sentence": text}], WARNINGS), ACCOUNTING.empty_table())


def join_notes(parts: list[Notes]) -> Notes:
    """One set of side tables from several files; of no files, three empty tables."""
    return Notes(
        pa.concat_tables([QUARANTINE.empty_table(), *(p.quarantine for p in parts)]),
        pa.concat_tables([WARNINGS.empty_table(), *(p.warnings for p in parts)]),
        pa.concat_tables([ACCOUNTING.empty_table(), *(p.accounting for p in parts)]),
    )


def _table(rows: list[dict[str, object]], schema: pa.Schema) -> pa.Table:
    columns = {f.name: pa.array([r[f.name] for r in rows], _loose(f.type)).cast(f.type) for f in schema}
    return pa.table(columns, schema=schema)


def _loose(kind: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_date(kind) else kind
