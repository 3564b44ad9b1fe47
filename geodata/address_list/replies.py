"""Operators' replies in the columns of the list: what they change, what is refused and why. `Kreis.with_offers` works out the rest."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from geodata.address_list.rows import Kreis
from geodata.address_list.sheets import KEY, read_sheet
from geodata.errors import InputError
from geodata.readers.deliveries import TECHNOLOGIES
from geodata.reading import Ledger, Notes, Snapshot, join_notes
from geodata.tables import file_hash

PARTS = {"vorhanden": "existing", "angekuendigt": "planned"}
SPEEDS, WORDS = ("download", "upload"), ("technik", "betreiber")
ANSWERED = (*(f"{part}_{c}" for part in PARTS for c in (*SPEEDS, *WORDS)), "angekuendigt_bis")
# Columns that a reply cannot change; a difference is logged as not taken over.
FIXED = ("strasse", "hausnummer", "zusatz", "ort", "haushalte", "foerdergebiet", "ostwert", "nordwert")
DATE = "antwort_datum"
FIELDS = (KEY, DATE, "stand", *ANSWERED, *FIXED)
FASTEST_MBITS = 100_000
CHANGES = pa.schema(
    [
        ("datei", pa.string()),
        ("sha256", pa.string()),
        ("zeile", pa.int64()),
        ("adress_id", pa.string()),
        ("spalte", pa.string()),
        ("alt", pa.string()),
        ("neu", pa.string()),
        ("antwort_datum", pa.date32()),
        ("betreiber", pa.string()),
        ("uebernommen", pa.bool_()),
    ]
)
_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?|\d{1,3}(?:\.\d{3})+,\d+")
_WORD = re.compile(r"[^a-z0-9]")


@dataclass(frozen=True)
class Offer:
    """What one reply says an operator has or plans at an address; `down` 0 takes back what was reported."""

    row: int
    part: str
    operator: str
    down: float
    up: float | None
    technology: str
    until: dt.date | None
    said: dt.date
    file: str


@dataclass(frozen=True)
class Replies:
    """All replies together: offers in the order in which they count, the log of changes, and the account of the rows."""

    offers: tuple[Offer, ...]
    changes: pa.Table
    notes: Notes


def read_replies(paths: Sequence[Path], kreis: Kreis, rows: pa.Table) -> Replies:
    """Read the files in their order; `rows` is the list that they answer. Accepted: read and either changed or as it was."""
    listed = {str(r[KEY]): r for r in rows.drop_columns(["geometry"]).to_pylist()}
    index = {key: i for i, key in enumerate(kreis.addresses["address_id"].to_pylist())}
    offers: list[Offer] = []
    changes: list[dict[str, object]] = []
    notes = []
    for path in paths:
        if not path.is_file():
            raise InputError("reply_absent", file=str(path))
        snapshot = Snapshot(
            "replies", "replies", kreis.stand.isoformat(), path, file_hash(path), path.stat().st_size, "delivered", "internal"
        )
        ledger = Ledger(snapshot)
        reader = _Reader(kreis, listed, index, ledger, offers, changes)
        for number, record in enumerate(read_sheet(path, FIELDS, ledger).records, start=1):
            ledger.read += 1
            reader.take(number, record)
        notes.append(ledger.close())
    order = {p.name: i for i, p in enumerate(paths)}
    offers.sort(key=lambda o: (o.said, order[o.file]))
    return Replies(tuple(offers), pa.Table.from_pylist(changes, schema=CHANGES), join_notes(notes))


def replied(kreis: Kreis, replies: Replies) -> Kreis:
    """The Kreis with the replies: each takes the place of what its operator had, or had announced, at the address; the last counts."""
    last = {(o.row, o.part, o.operator.casefold()): o for o in replies.offers}
    rollouts = pc.if_else(pc.equal(kreis.offers["rollout"].cast(pa.string()), "existing"), "existing", "planned").to_pylist()
    names = kreis.offers["operator"].cast(pa.string()).to_pylist()
    keys = zip(kreis.offers["address"].to_pylist(), rollouts, names, strict=True)
    kept = kreis.offers.filter(pa.array([(a, r, n.casefold()) not in last for a, r, n in keys], pa.bool_()))
    new = [
        {
            "operator": o.operator,
            "source_file": o.file,
            "technology": o.technology,
            "download_mbits": o.down,
            "upload_mbits": o.up,
            "households": None,
            "rollout": o.part,
            "planned_until": o.until,
            "address": o.row,
        }
        for o in last.values()
        if o.down > 0
    ]
    plain = pa.schema([f.with_type(pa.string()) if pa.types.is_dictionary(f.type) else f for f in kept.schema]).remove_metadata()
    return kreis.with_offers(pa.concat_tables([kept.cast(plain), pa.Table.from_pylist(new, schema=plain)]))


def with_reasons(replies: Replies, before: pa.Table, after: pa.Table) -> pa.Table:
    """The log of changes with a row for each address whose reason is another one now, in the name of the reply that counts there."""
    old, new = (dict(zip(t[KEY].to_pylist(), t["grund"].to_pylist(), strict=True)) for t in (before, after))
    taken = {r["adress_id"]: r for r in replies.changes.to_pylist() if r["uebernommen"]}
    rows = [r | {"spalte": "grund", "alt": old[key], "neu": new[key]} for key, r in taken.items() if old[key] != new[key]]
    return pa.concat_tables([replies.changes, pa.Table.from_pylist(rows, schema=CHANGES)])


class _RefusedError(Exception):
    """A row that cannot be taken: column, value, reason, and what was expected."""

    def __init__(self, column: str, value: object, reason: str, **values: object) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason, self.values = column, "" if value is None else str(value), reason, values


@dataclass
class _Reader:
    kreis: Kreis
    listed: Mapping[str, Mapping[str, object]]
    index: Mapping[str, int]
    ledger: Ledger
    offers: list[Offer]
    changes: list[dict[str, object]]

    def __post_init__(self) -> None:
        self.seen: set[str] = set()

    def take(self, number: int, record: Mapping[str, object]) -> None:
        """Take one record: an address elsewhere is outside, everything else is accepted or refused."""
        key = str(record[KEY]).strip()
        if key in self.kreis.elsewhere:
            self.ledger.outside_area += 1
            return
        try:
            self._take(number, key, record)
        except _RefusedError as refused:
            self.ledger.refuse(number, refused.column, refused.value, refused.reason, **refused.values)
        else:
            self.ledger.accepted += 1
        self.seen.add(key)

    def _take(self, number: int, key: str, record: Mapping[str, object]) -> None:
        if key not in self.listed:
            raise _RefusedError(KEY, key, "reply_address_unknown")
        if key in self.seen:
            raise _RefusedError(KEY, key, "duplicate_key")
        now = self.listed[key]
        if record.get("stand", "") not in {"", None} and _day("stand", record["stand"]) != self.kreis.stand:
            raise _RefusedError("stand", record["stand"], "reply_of_other_stand", expected=self.kreis.stand.isoformat())
        said = {c: _value(c, record[c]) for c in ANSWERED if c in record}
        changed = [c for c in said if said[c] != now[c]]
        other = [c for c in FIXED if c in record and not _alike(record[c], now[c])]
        date = _day(DATE, record.get(DATE))
        if changed and date is None:
            raise _RefusedError(DATE, "", "reply_without_date")
        values = {**now, **said}
        found = [self._offer(key, part, values, date) for part in PARTS if any(c.startswith(part) for c in changed)]
        self.offers += found
        names = {o.part: o.operator for o in found}
        for column in (*changed, *other):
            part = PARTS.get(column.partition("_")[0], "")
            self.changes.append(
                {
                    "datei": self.ledger.snapshot.path.name,
                    "sha256": self.ledger.snapshot.sha256,
                    "zeile": number,
                    "adress_id": key,
                    "spalte": column,
                    "alt": _text(now[column]),
                    "neu": _text(said.get(column, record[column])),
                    "antwort_datum": date,
                    "betreiber": names.get(part, ""),
                    "uebernommen": column in changed,
                }
            )

    def _offer(self, key: str, part: str, values: Mapping[str, object], date: dt.date | None) -> Offer:
        down, operator = values[f"{part}_download"], values[f"{part}_betreiber"] or self.listed[key][f"{part}_betreiber"]
        technology, until = values[f"{part}_technik"], values["angekuendigt_bis"] if part == "angekuendigt" else None
        needed = {f"{part}_betreiber": operator}
        if down:
            needed |= {f"{part}_technik": technology} | ({"angekuendigt_bis": until} if part == "angekuendigt" else {})
        for column, value in needed.items():
            if not value:
                raise _RefusedError(column, "", "value_missing")
        up = values[f"{part}_upload"]
        return Offer(
            row=self.index[key],
            part=PARTS[part],
            operator=str(operator),
            down=float(str(down or 0)),
            up=None if up is None else float(str(up)),
            technology=str(technology or "other"),
            until=until if isinstance(until, dt.date) else None,
            said=date or dt.date.min,
            file=self.ledger.snapshot.path.name,
        )


def _value(column: str, value: object) -> object:
    if column.endswith("_bis"):
        return _day(column, value)
    if column.endswith(SPEEDS):
        return _speed(column, value)
    text = _text(value)
    if not column.endswith("technik") or not text:
        return text or None
    word = _WORD.sub("", text.casefold())
    for technology, words in TECHNOLOGIES.items():
        if word in words:
            return technology
    raise _RefusedError(column, text, "unknown_word", expected=", ".join(TECHNOLOGIES))


def _speed(column: str, value: object) -> float | None:
    text = _text(value)
    if not text:
        return None
    if isinstance(value, str):
        if re.fullmatch(r"\d{1,3}\.\d{3}", text):
            raise _RefusedError(column, text, "number_ambiguous")
        if not _NUMBER.fullmatch(text):
            raise _RefusedError(column, text, "not_a_speed")
        text = (text.replace(".", "") if "," in text else text).replace(",", ".")
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise _RefusedError(column, text, "not_a_speed")
    if not 0 <= float(text) <= FASTEST_MBITS:
        raise _RefusedError(column, text, "not_a_speed")
    return float(text)


def _day(column: str, value: object) -> dt.date | None:
    text = _text(value)
    if not text:
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        if german := _GERMAN.fullmatch(text):
            return dt.date(int(german[3]), int(german[2]), int(german[1]))
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise _RefusedError(column, text, "not_a_date") from error


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, dt.date) else str(value).strip()


def _alike(value: object, now: object) -> bool:
    """Whether a column that a reply cannot change is as it was: numbers to a hundredth (sheets round), texts without outer blanks."""
    text, known = _text(value).replace(",", "."), _text(now)
    if isinstance(now, int | float) and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return abs(float(text) - float(now)) < 0.01  # noqa: PLR2004  # hundredths
    return _text(value) == known
