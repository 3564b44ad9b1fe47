"""What the forms of the Breitbandatlas share: keys, technologies, and how a percentage is read. No file is opened here."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

from geodata.errors import InputError
from geodata.reading import Ledger, Snapshot

SHARES = pa.schema(
    [
        ("ags", pa.string()),
        ("level", pa.string()),
        ("stand", pa.date32()),
        ("subject", pa.string()),
        ("technology", pa.string()),
        ("direction", pa.string()),
        ("min_mbits", pa.int32()),
        ("operator", pa.string()),
        ("rollout", pa.string()),
        ("share_pct", pa.decimal128(9, 4)),
        ("source_id", pa.string()),
        ("origin", pa.string()),
        ("visibility", pa.string()),
    ]
)
# Old groups that have a name of today; the others (umts, wlan, wimax, plc, 2g) keep theirs.
TECHNOLOGIES = {"100": "any", "200": "wireless", "300": "all", "ftth": "fttb_h", "catv": "hfc", "dsl": "fttc", "lte": "4g"}
BUND = "00"
LEVELS = {
    "breitbandatlas__kreise": "kreis",
    "breitbandatlas__laender": "land",
    "breitbandatlas__bund": "bund",
    "breitbandatlas__gemeinden": "gemeinde",
}
DIGITS = {"kreis": 5, "land": 2, "bund": 2, "gemeinde": 8, "stadtbezirk": 8}
HIGHEST = Decimal("100.5")  # rounding of the publisher: up to 100.39 in official files
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Expected:
    """The keys of the area: what must occur, and what else lies outside."""

    kreise: frozenset[str]
    gemeinden: frozenset[str]
    land: str


@dataclass(frozen=True)
class Value:
    """One published value, in percent as published."""

    snapshot: Snapshot
    ags: str
    level: str
    subject: str
    technology: str
    min_mbits: int
    percent: Decimal | None

    def row(self) -> dict[str, object]:
        """The value as a row of `SHARES`."""
        return {
            "ags": self.ags,
            "level": self.level,
            "stand": dt.date.fromisoformat(str(self.snapshot.stand)),
            "subject": self.subject,
            "technology": self.technology,
            "direction": "down",
            "min_mbits": self.min_mbits,
            "operator": "any",
            "rollout": "existing",
            "share_pct": self.percent,
            "source_id": self.snapshot.source_id,
            "origin": self.snapshot.origin,
            "visibility": self.snapshot.visibility,
        }


def percent(text: str) -> Decimal | None:
    """A percentage as published; None for an empty field. Raises ValueError for anything that is not a plain number."""
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


def refused(ledger: Ledger, number: int, cells: Iterable[tuple[str, str]]) -> bool:
    """Quarantine the record if one of its (column, text) cells is no number, or no percentage."""
    for column, text in cells:
        try:
            value = percent(text)
        except ValueError:
            ledger.refuse(number, column, text, "not_a_number")
            return True
        if value is not None and not 0 <= value <= HIGHEST:
            ledger.refuse(number, column, text, "share_out_of_range")
            return True
    return False


def unique(ledger: Ledger, rows: Iterable[tuple[int, str, tuple[str, ...]]]) -> list[int]:
    """The record numbers to keep of (number, key, content): of identical repeats the first, of differing ones none."""
    groups: dict[str, list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
    for number, key, content in rows:
        groups[key].append((number, content))
    kept = []
    for key, members in groups.items():
        same = len({content for _, content in members}) == 1
        if same:
            kept.append(members[0][0])
        for number, _ in members[1:] if same else members:
            how = (
                "die erste Zeile gilt, diese wurde zurückgewiesen" if same else "die Zeilen widersprechen sich, alle wurden zurückgewiesen"
            )
            ledger.refuse(number, "ags", key, "duplicate_ags", kept=how)
    return sorted(kept)


def check_fractions(ledger: Ledger, columns: Iterable[tuple[str, list[str]]]) -> None:
    """InputError where the largest value of a column lies in (0, 1]: a fraction where percent is expected."""
    for column, texts in columns:
        numbers = [Decimal(t) for t in texts if _NUMBER.fullmatch(t)]
        if numbers and 0 < max(numbers) <= 1:
            raise InputError("fraction_for_percent", file=ledger.snapshot.path.name, column=column, found=max(numbers))


def check_areas(ledger: Ledger, present: set[str], wanted: frozenset[str]) -> None:
    """InputError where an area that must occur does not."""
    missing = sorted(wanted - present)
    if missing:
        raise InputError(
            "areas_missing",
            file=ledger.snapshot.path.name,
            found=len(wanted) - len(missing),
            count=len(wanted),
            expected=", ".join(missing[:10]),
        )


def place(level: str, ags: str, expected: Expected) -> str | None:
    """The level that a key has in the fact table; None where it lies outside the area."""
    if level == "kreis":
        return level if ags in expected.kreise else None
    if level == "gemeinde":
        if ags in expected.gemeinden:
            return level
        # Köln's Bezirke stand in the Gemeinde tables as 05315001 to 05315009 beside the city's own 05315000.
        return "stadtbezirk" if f"{ags[:5]}000" in expected.gemeinden else None
    return level


def wanted_keys(level: str, expected: Expected) -> frozenset[str]:
    """The keys that a file of this level must hold."""
    return {"kreis": expected.kreise, "gemeinde": expected.gemeinden, "land": frozenset({expected.land}), "bund": frozenset({BUND})}[level]


def warn_of_values(ledger: Ledger, ags: str, cells: Iterable[tuple[str, Decimal | None]]) -> None:
    """A warning for each value above 100 percent."""
    for column, value in cells:
        if value is not None and value > 100:  # noqa: PLR2004  # percent
            ledger.warn("share_above_100", column=column, ags=ags, amount=float(value - 100))
