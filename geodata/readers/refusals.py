"""Quarantine of many rows at once, for readers that check whole columns. It bounds what a wrong file may cost; it judges no value."""

from collections.abc import Iterable

from geodata.errors import InputError
from geodata.messages import sentence
from geodata.reading import Ledger

MOST_REFUSED = 50_000


def refuse_rows(ledger: Ledger, rows: Iterable[tuple[int, str, str]], reason: str, **values: object) -> int:
    """Quarantine each (row, column, value), say how many there were; InputError for more than a right file can have."""
    found = list(rows)
    if len(found) > MOST_REFUSED:
        row, column, value = found[0]
        example = sentence(reason, file=ledger.snapshot.path.name, row=row, column=column, value=value, **values)
        raise InputError("rows_mostly_unreadable", file=ledger.snapshot.path.name, found=len(found), example=example, expected=MOST_REFUSED)
    for row, column, value in found:
        ledger.refuse(row, column, value, reason, **values)
    return len(found)
