"""Wide result tables of the Breitbandatlas: one row per area, one column per technology and class (Kreise, Länder, Bund, Gemeinden)."""

import re
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from geodata.catalogue import load_catalogue
from geodata.readers.breitbandatlas_values import (
    BUND,
    DIGITS,
    LEVELS,
    TECHNOLOGIES,
    Expected,
    Value,
    check_areas,
    check_fractions,
    percent,
    place,
    refused,
    unique,
    wanted_keys,
    warn_of_values,
)
from geodata.readers.delimited import Form, Table, read_delimited
from geodata.reading import Ledger, Notes, Snapshot

_CODED = re.compile(r"verf_(?P<group>[a-z0-9]+?)(_(?P<mbits>\d+))?")
_SPELLED = re.compile(r"(?P<group>.+) ≥ (?P<mbits>\d+) Mbit/s")
GERMAN = {
    "alle Technologien": "all",
    "leitungsg. Technologien": "any",
    "mobile Technologien": "wireless",
    "DSL": "fttc",
    "CATV": "hfc",
    "FTTH/B": "fttb_h",
}
NO_CLASS = 0
TELLING = 5


@dataclass(frozen=True)
class Measure:
    """What one column measures."""

    column: str
    technology: str
    min_mbits: int


def read(snapshot: Snapshot, expected: Expected) -> tuple[list[Value], Notes]:
    """The values of one wide table; see `breitbandatlas.read_shares`."""
    ledger = Ledger(snapshot)
    source = load_catalogue()[snapshot.source_id]
    level = LEVELS[snapshot.source_id]
    form = Form(
        "," if level == "gemeinde" else ";",
        source.declared(snapshot.table, snapshot.stand),
        source.required_columns(snapshot.table),
    )
    table = read_delimited(snapshot.path, form, ledger)
    measures = [m for name in table.header if name in form.declared and (m := measure(name))]
    # For the Bund and the Länder a class may rightly be below 1 percent everywhere; over many areas it may not.
    if level in {"kreis", "gemeinde"}:
        check_fractions(ledger, ((c, table.column(c)) for c in form.required[1:]))
    values = _values(table, measures, ledger, level, expected)
    for m in measures:
        if m.min_mbits == NO_CLASS:
            ledger.warn("class_absent", column=m.column)
    return values, ledger.close()


def measure(column: str) -> Measure | None:
    """What a column measures; None for the key column."""
    coded, spelled = _CODED.fullmatch(column), _SPELLED.fullmatch(column)
    if spelled:
        return Measure(column, GERMAN[spelled["group"]], int(spelled["mbits"]))
    if coded:
        return Measure(column, TECHNOLOGIES.get(coded["group"], coded["group"]), int(coded["mbits"] or NO_CLASS))
    return None


def _values(table: Table, measures: list[Measure], ledger: Ledger, level: str, expected: Expected) -> list[Value]:
    key = table.header.index(next(c for c in table.header if c.lower() in {"ags", "staat"}))
    at = {m.column: table.header.index(m.column) for m in measures}
    keyed = []
    for number, fields in table.records:
        ags = BUND if fields[key] == "Deutschland" else fields[key]
        if not (ags.isascii() and ags.isdigit() and len(ags) == DIGITS[level]):
            ledger.refuse(number, table.header[key], fields[key], "not_an_ags", expected=DIGITS[level])
        else:
            keyed.append((number, ags, fields))
    check_areas(ledger, {ags for _, ags, _ in keyed}, wanted_keys(level, expected))
    kept = set(unique(ledger, keyed))
    values = []
    for number, ags, fields in keyed:
        if number not in kept or refused(ledger, number, ((c, fields[i]) for c, i in at.items())):
            continue
        numbers = {c: percent(fields[i]) for c, i in at.items()}
        warn_of_values(ledger, ags, numbers.items())
        _warn_of_classes(ledger, ags, measures, numbers)
        _warn_of_rounding(ledger, ags, numbers)
        found = place(level, ags, expected)
        if found is None:
            ledger.outside_area += 1
            continue
        ledger.accepted += 1
        values += [
            Value(ledger.snapshot, ags, found, ledger.snapshot.table, m.technology, m.min_mbits, numbers[m.column]) for m in measures
        ]
    return values


def _warn_of_classes(ledger: Ledger, ags: str, measures: list[Measure], numbers: dict[str, Decimal | None]) -> None:
    groups: dict[str, list[Measure]] = defaultdict(list)
    for m in measures:
        groups[m.technology].append(m)
    for members in groups.values():
        filled = [(m, v) for m in sorted(members, key=lambda m: m.min_mbits) if (v := numbers[m.column]) is not None]
        for (_, lower), (higher, value) in pairwise(filled):
            if value > lower:
                ledger.warn("higher_class_above_lower", column=higher.column, ags=ags, amount=float(value - lower))


def _warn_of_rounding(ledger: Ledger, ags: str, numbers: dict[str, Decimal | None]) -> None:
    """Some areas of 2018 stand there in whole percent; 0 and 100 alone prove nothing."""
    telling = {v for v in numbers.values() if v is not None and 0 < v < 100}  # noqa: PLR2004  # percent
    if len(telling) >= TELLING and all(v == int(v) for v in telling):
        ledger.warn("whole_numbers", ags=ags, amount=float(len(telling)))
