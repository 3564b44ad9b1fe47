"""What must hold for a table before anybody builds on it. Each function returns what it found wrong; nothing is good."""

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geodata.gate import PUBLIC
from geodata.session import Limits, query, session

# Definitions of the administration: 5 Regierungsbezirke, 31 Kreise and 22 kreisfreie Städte, 396 Gemeinden.
AREAS = {"05": {"land": 1, "regierungsbezirk": 5, "kreis": 53, "gemeinde": 396}}
KREIS_POINTS, LAND_POINTS = 2.0, 0.25
JUMP_POINTS = 15.0
INTERNAL = "internal"


class Finding(NamedTuple):
    """What a check found, as a sentence, and the visibility of the rows that it tells of."""

    text: str
    visibility: str = INTERNAL


def areas_that_fail(areas: pd.DataFrame, *, land: str, edition: str) -> list[Finding]:
    """Editions with other numbers of areas than the Land has; an absent `edition`. `areas` has boundary_edition, ags, level."""
    found = (
        []
        if edition in set(areas["boundary_edition"])
        else [f"Ausgabe {edition} fehlt, vorhanden: {sorted(set(areas['boundary_edition']))}"]
    )
    for name, rows in areas.groupby("boundary_edition"):
        counts = rows["level"].value_counts()
        for level, expected in AREAS.get(land, {}).items():
            number = int(counts.get(level, 0))
            if number != expected:
                found.append(f"{name}: {number} × {level}, erwartet {expected}")
    return [Finding(text, PUBLIC) for text in found]


def facts_that_fail(facts: list[Path], limits: Limits) -> list[Finding]:
    """Rows of the fact table with a null or repeated key, a share outside 0–1.005, or a numerator above its denominator."""
    with session(limits) as con:
        return [
            Finding(f"{r['defect']}: {r['rows']} Zeilen, zum Beispiel {r['example']}")
            for r in query(con, "facts_that_fail", facts=facts).to_pylist()
        ]


def accounts_that_fail(accounting: pa.Table) -> list[Finding]:
    """Files whose rows do not add up."""
    total = pc.add(pc.add(accounting["accepted"], accounting["outside_area"]), accounting["quarantined"])
    return [
        Finding(f"{r['file']}: gelesen {r['read']}, verbucht anders")
        for r in accounting.filter(pc.not_equal(accounting["read"], total)).to_pylist()
    ]


def differences_that_stand_out(differences: pa.Table) -> list[Finding]:
    """Derived shares further from the reported ones than 2 points for a Kreis, 0.25 for the Land, largest first."""
    found = []
    far = pc.greater(pc.abs(differences["difference_points"]), LAND_POINTS)
    judged = pc.is_in(differences["level"], pa.array(["kreis", "land"]))
    for r in sorted(differences.filter(pc.and_(far, judged)).to_pylist(), key=lambda r: -abs(r["difference_points"])):
        if r["method"].startswith("addresses_best_operator"):
            continue  # understates by its nature: the difference is what it is computed for
        bound = {"kreis": KREIS_POINTS, "land": LAND_POINTS}.get(r["level"])
        if bound is not None and abs(r["difference_points"]) > bound:
            measure = f"{r['technology']} ≥ {r['min_mbits']} Mbit/s, {r['stand']}, {r['method']}, {r['boundary_edition']}"
            found.append(Finding(f"{r['ags']} {r['subject']} {measure}: {r['difference_points']:+.2f} Punkte", r["visibility"]))
    return found


def shares_that_jump(facts: list[Path], limits: Limits) -> list[Finding]:
    """Shares of the Land that moved by more than 15 points from one Stand to the next of the same source and method, largest first."""
    with session(limits) as con:
        return [
            Finding(
                f"{r['subject']} {r['technology']} ≥ {r['min_mbits']} Mbit/s ({r['operator']}, {r['method']}), "
                f"{r['stand_before']} → {r['stand_after']}: {r['points']:+.2f} Punkte",
                r["visibility"],
            )
            for r in query(con, "shares_that_jump", facts=facts, points=JUMP_POINTS).to_pylist()
        ]


def stands_not_loaded(sources: pa.Table, known: Mapping[str, Iterable[dt.date]]) -> list[Finding]:
    """Sources of which a newer Stand is known to be published than the newest that the run read. `known`: Stände by source."""
    newest: dict[str, dt.date] = {}
    private = {r["source_id"] for r in sources.select(["source_id", "visibility"]).to_pylist() if r["visibility"] != PUBLIC}
    for row in sources.select(["source_id", "stand"]).to_pylist():
        newest[row["source_id"]] = max(row["stand"], newest.get(row["source_id"], row["stand"]))
    late = {s: max(stands) for s, stands in known.items() if s in newest and max(stands) > newest[s]}
    return [
        Finding(f"{s}: geladen {newest[s]}, veröffentlicht {stand}", INTERNAL if s in private else PUBLIC)
        for s, stand in sorted(late.items())
    ]
