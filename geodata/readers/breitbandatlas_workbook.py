"""The rounded workbook of Kreisdaten 2021: only its schools enter; every other column is held against the result tables."""

from collections.abc import Sequence
from decimal import Decimal

from python_calamine import CalamineError, CalamineWorkbook

from geodata.errors import InputError
from geodata.readers.breitbandatlas_values import Expected, Value, check_areas, unique
from geodata.reading import Ledger, Notes, Snapshot

SHEET = "krs_geom_tbl"
SUBJECTS = {"priv": "households", "gew": "businesses", "schulen": "schools_by_surroundings"}
TECHNOLOGIES = {"alle_tech": "all", "lg_tech": "any", "dsl": "fttc", "catv": "hfc", "ftthb": "fttb_h"}
REQUIRED = ("krs", "schulen_alle_tech_1000")
ROUNDING = Decimal("0.5")
HIGHEST = 100


def read(snapshot: Snapshot, expected: Expected, published: Sequence[Value]) -> tuple[list[Value], Notes]:
    """Availability of the households around schools; a warning for each rounded value that is not the rounded published one.

    `published` are the values of the same Stand's tables, in percent.
    """
    ledger = Ledger(snapshot)
    header, records = _sheet(snapshot)
    measures = {name: found for name in header if (found := _measure(name))}
    exact = {(v.ags, v.subject, v.technology, v.min_mbits): v.percent for v in published if v.level == "kreis"}
    keyed = []
    for number, fields in enumerate(records, start=1):
        ledger.read += 1
        ags = str(fields[header["krs"]])
        if len(ags) != 5 or not ags.isdigit():  # noqa: PLR2004  # digits of a Kreis
            ledger.refuse(number, "krs", ags, "not_an_ags", expected=5)
        else:
            keyed.append((number, ags, fields))
    check_areas(ledger, {ags for _, ags, _ in keyed}, expected.kreise)
    kept = set(unique(ledger, ((n, ags, tuple(str(f) for f in fields)) for n, ags, fields in keyed)))
    values = []
    differences: list[Decimal] = []
    for number, ags, fields in keyed:
        if number not in kept:
            continue
        if ags not in expected.kreise:
            ledger.outside_area += 1
            continue
        numbers = _numbers(ledger, number, fields, header, measures)
        if numbers is None:
            continue
        ledger.accepted += 1
        schools = {n: m for n, m in measures.items() if m[0] == SUBJECTS["schulen"]}
        values += [Value(snapshot, ags, "kreis", *schools[name], numbers[name]) for name in schools]
        differences += _compare(ledger, ags, {n: (exact.get((ags, *m)), numbers[n]) for n, m in measures.items() if n not in schools})
    ledger.warn("rounded_not_taken", amount=float(max(map(abs, differences), default=0)), count=len(differences))
    return values, ledger.close()


def _compare(ledger: Ledger, ags: str, pairs: dict[str, tuple[Decimal | None, Decimal | None]]) -> list[Decimal]:
    """Rounded minus published, where both are there; a warning for each that rounding does not explain."""
    found = {name: rounded - share for name, (share, rounded) in pairs.items() if share is not None and rounded is not None}
    for name, difference in found.items():
        if abs(difference) > ROUNDING:
            ledger.warn("rounded_differs", column=name, ags=ags, amount=float(difference))
    return list(found.values())


def _sheet(snapshot: Snapshot) -> tuple[dict[str, int], list[list[object]]]:
    try:
        workbook = CalamineWorkbook.from_path(snapshot.path)
        if SHEET not in workbook.sheet_names:
            raise InputError("sheet_missing", file=snapshot.path.name, found=", ".join(workbook.sheet_names), expected=SHEET)
        rows: list[list[object]] = [list(row) for row in workbook.get_sheet_by_name(SHEET).to_python()]
    except (CalamineError, OSError) as error:
        raise InputError("workbook_unreadable", file=snapshot.path.name, found=str(error)) from error
    if len(rows) < 2:  # noqa: PLR2004  # a header and a record
        raise InputError("file_without_records", file=snapshot.path.name)
    header = {str(name): i for i, name in enumerate(rows[0])}
    missing = [c for c in REQUIRED if c not in header]
    if missing:
        raise InputError("column_missing", file=snapshot.path.name, found=", ".join(header), expected=", ".join(missing))
    return header, rows[1:]


def _measure(column: str) -> tuple[str, str, int] | None:
    subject, _, rest = column.partition("_")
    technology, _, mbits = rest.rpartition("_")
    if subject not in SUBJECTS or technology not in TECHNOLOGIES or not mbits.isdigit():
        return None
    return SUBJECTS[subject], TECHNOLOGIES[technology], int(mbits)


def _numbers(
    ledger: Ledger, number: int, fields: list[object], header: dict[str, int], measures: dict[str, tuple[str, str, int]]
) -> dict[str, Decimal | None] | None:
    """The record's percentages; None where one is no number or out of range, which quarantines the record."""
    found: dict[str, Decimal | None] = {}
    for name in measures:
        value = fields[header[name]]
        if value in ("", None):
            found[name] = None
        elif isinstance(value, bool) or not isinstance(value, int | float):
            ledger.refuse(number, name, str(value), "not_a_number")
            return None
        elif not 0 <= value <= HIGHEST:
            ledger.refuse(number, name, str(value), "share_out_of_range")
            return None
        else:
            found[name] = Decimal(str(value))
    return found
