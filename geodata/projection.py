"""Projections of the Kreise's shares, only where a trend beat "no change" on Stände it had not seen. Internal: never on a public page."""

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from geodata.targets import METHOD_BREAK, Target
from geodata.trends import CABLE, CANDIDATES, LEAST_STANDS, MEASURE, Pair, Series, later, mean_miss, months, pairs_of

HORIZONS = (6, 12, 18, 24)
TRENDS = tuple(name for name in CANDIDATES if name != "no_change")
LEAST_PAIRS = 2
LEAST_ERRORS = 20
INTERVAL = 0.8
# Published shares are rounded: so much may the whole exceed its two parts.
ROUNDING = 0.0005
FIBRE = "fttb_h"
GIGABIT = ("households", "any", 1000)

PROJECTION = pa.schema(
    [
        *((c, pa.int32() if c == "min_mbits" else pa.bool_() if c == "is_after_break" else pa.string()) for c in MEASURE),
        ("ags", pa.string()),
        ("level", pa.string()),
        ("last_stand", pa.date32()),
        ("last_share", pa.float64()),
        ("projected_stand", pa.date32()),
        ("horizon_months", pa.int32()),
        ("verdict", pa.string()),
        ("reason", pa.string()),
        ("candidate", pa.string()),
        ("projected_share", pa.float64()),
        ("lower_share", pa.float64()),
        ("upper_share", pa.float64()),
        ("interval", pa.float64()),
        ("interval_left_out", pa.float64()),
        ("tested_pairs", pa.int32()),
        ("mean_abs_error_points", pa.float64()),
        ("no_change_error_points", pa.float64()),
        ("target_id", pa.string()),
        ("origin", pa.string()),
        ("visibility", pa.string()),
    ]
)


@dataclass(frozen=True)
class Ruling:
    """What may be said of one series at one horizon: a candidate with the interval of its errors, or the reason why nothing."""

    reason: str
    candidate: str = ""
    width: float = 0.0
    pairs: tuple[Pair, ...] = ()
    left_out: float | None = None


def measures(targets: Sequence[Target]) -> pa.Table:
    """The measures that are tested: those of the share targets, and fibre and cable apart where the target is gigabit."""
    found = {(t.subject, t.technology, t.min_mbits) for t in targets if t.required_share is not None}
    if GIGABIT in found:
        found |= {(GIGABIT[0], technology, GIGABIT[2]) for technology in (FIBRE, CABLE)}
    names = ("subject", "technology", "min_mbits")
    schema = pa.schema([("subject", pa.string()), ("technology", pa.string()), ("min_mbits", pa.int32())])
    return pa.Table.from_pylist([dict(zip(names, m, strict=True)) for m in sorted(found)], schema=schema)


def width(errors: Iterable[float]) -> float:
    """The order statistic of the absolute errors below which a further one falls with at least `INTERVAL`, were it like these.

    Absolute, so that the interval holds its own projection even where the errors of the past lean to one side.
    """
    ranked = sorted(abs(e) for e in errors)
    return ranked[min(math.ceil(INTERVAL * (len(ranked) + 1)), len(ranked)) - 1]


def ruling(series: Series, pairs: Sequence[Pair], horizon: int) -> Ruling:
    """What may be said `horizon` months after the last Stand of a series, given its tests.

    A candidate must beat "no change" over all tests of the series, of which there are at least `LEAST_PAIRS`, and in each at the horizon.
    """
    last = series.stands[-1]
    if len(series.stands) < LEAST_STANDS:
        return Ruling("too_few_stands")
    if not series.measure["is_after_break"] and series.measure["method"] != "status_list" and later(last, horizon) > METHOD_BREAK:
        return Ruling("across_method_break")
    at_horizon = [p for p in pairs if p.horizon == horizon]
    if len(pairs) < LEAST_PAIRS or not at_horizon:
        return Ruling("horizon_not_tested")
    better = [
        name
        for name in TRENDS
        if mean_miss(pairs, name) < mean_miss(pairs, "no_change") and all(p.miss(name) < p.miss("no_change") for p in at_horizon)
    ]
    if not better:
        return Ruling("no_change_is_better", pairs=tuple(at_horizon))
    best = min(better, key=lambda name: (mean_miss(at_horizon, name), name))
    errors = [e for p in at_horizon for e in p.errors[best]]
    if len(errors) < LEAST_ERRORS:
        return Ruling("too_few_errors", pairs=tuple(at_horizon))
    return Ruling("", best, width(errors), tuple(at_horizon), _left_out(at_horizon, best))


def _left_out(pairs: Sequence[Pair], candidate: str) -> float | None:
    """How often an interval from the other pairs holds the errors of the pair left out; None for a single pair."""
    if len(pairs) < LEAST_PAIRS:
        return None
    inside = []
    for pair in pairs:
        others = width(e for p in pairs if p is not pair for e in p.errors[candidate])
        inside += [abs(e) <= others for e in pair.errors[candidate]]
    return sum(inside) / len(inside)


def projections(every: Sequence[Series], targets: Sequence[Target]) -> pa.Table:
    """Per series (the newest side of the method break), Kreis and horizon: a projection, or `not_reliable` with its reason.

    The total of gigabit has no trend of its own: it is bounded by fibre and cable (`bounds`).
    """
    newest: dict[tuple[object, ...], Series] = {}
    for series in every:
        key = tuple(series.measure[c] for c in MEASURE[:3])
        if key not in newest or series.stands[-1] > newest[key].stands[-1]:
            newest[key] = series
    rows: list[dict[str, object]] = []
    for key, series in newest.items():
        own = [t for t in targets if (t.subject, t.technology, t.min_mbits) == key and t.required_share is not None]
        ends = {later(series.stands[-1], h): "" for h in HORIZONS}
        ends |= {t.due: t.target_id for t in own if t.due > series.stands[-1]}
        pairs = pairs_of(series)
        for end, target_id in sorted(ends.items()):
            horizon = months(end) - months(series.stands[-1])
            rows += _rows(series, ruling(series, pairs, horizon), end, horizon=horizon, target_id=target_id)
    _bound(rows)
    rows.sort(key=lambda r: [str(r[c]) for c in (*MEASURE, "ags", "projected_stand")])
    return pa.Table.from_pylist(rows, schema=PROJECTION)


def _rows(series: Series, found: Ruling, end: dt.date, *, horizon: int, target_id: str) -> list[dict[str, object]]:
    last = series.stands[-1]
    rows = []
    for ags in sorted(series.shares):
        value = series.fitted(found.candidate, ags, last, end) if found.candidate else None
        reason = found.reason if value is not None or found.reason else "too_few_stands"
        cap = series.cap(ags, last) if value is not None else 1.0
        shown = found.candidate or min(TRENDS, key=lambda name: mean_miss(found.pairs, name) if found.pairs else 0.0)
        rows.append(
            {
                **series.measure,
                "ags": ags,
                "level": "kreis",
                "last_stand": last,
                "last_share": series.shares[ags].get(last),
                "projected_stand": end,
                "horizon_months": horizon,
                "verdict": "not_reliable" if reason else "projected",
                "reason": reason,
                "candidate": found.candidate if value is not None else None,
                "projected_share": value,
                "lower_share": None if value is None else min(max(value - found.width, 0.0), cap),
                "upper_share": None if value is None else min(max(value + found.width, 0.0), cap),
                "interval": None if value is None else INTERVAL,
                "interval_left_out": None if value is None else found.left_out,
                "tested_pairs": len(found.pairs),
                "mean_abs_error_points": mean_miss(found.pairs, shown) * 100 if found.pairs else None,
                "no_change_error_points": mean_miss(found.pairs, "no_change") * 100 if found.pairs else None,
                "target_id": target_id or None,
                "origin": series.origin,
                "visibility": series.visibility,
            }
        )
    return rows


def _bound(rows: list[dict[str, object]]) -> None:
    """Replace what is said of all gigabit lines by the bounds from fibre and cable, or by the reason why there are none."""
    parts = {(r["technology"], r["ags"], r["projected_stand"], r["last_stand"]): r for r in rows if r["subject"] == GIGABIT[0]}
    for row in rows:
        if tuple(row[c] for c in MEASURE[:3]) != GIGABIT:
            continue
        place = (row["ags"], row["projected_stand"], row["last_stand"])
        fibre, cable = parts.get((FIBRE, *place)), parts.get((CABLE, *place))
        row |= {"verdict": "not_reliable", "candidate": None, "projected_share": None, "lower_share": None, "upper_share": None}
        row |= {"interval": None, "interval_left_out": None}
        if row["reason"] in {"too_few_stands", "across_method_break"}:
            continue
        found = bounds(row, fibre, cable) if fibre and cable else "part_not_reliable"
        if isinstance(found, str):
            row["reason"] = found
        else:
            # Each part may leave its own interval in 20 of 100 cases: both hold in at least 60.
            row |= {"verdict": "projected", "reason": "", "candidate": "bounds", "interval": 2 * INTERVAL - 1}
            row["lower_share"], row["upper_share"] = found


def bounds(whole: dict[str, object], fibre: dict[str, object], cable: dict[str, object]) -> tuple[float, float] | str:
    """The bounds of "fibre or cable" from both parts' intervals, or why there are none.

    A union is at least its larger part and at most the sum of both. Where no line is taken away it is also at least what it was, and grows
    by no more than both parts grow. That holds only where nothing but fibre and cable is counted (not before 2021).
    """
    if fibre["verdict"] != "projected" or cable["verdict"] != "projected":
        return "part_not_reliable"
    now, fibre_now, cable_now = (float(str(r["last_share"])) for r in (whole, fibre, cable))
    if now > fibre_now + cable_now + ROUNDING:
        return "other_lines"
    (fibre_low, fibre_high), (cable_low, cable_high) = (
        (float(str(r["lower_share"])), float(str(r["upper_share"]))) for r in (fibre, cable)
    )
    grown = now + max(fibre_high - fibre_now, 0) + max(cable_high - cable_now, 0)
    low = min(max(now, fibre_low, cable_low), 1.0)
    return low, max(low, min(1.0, fibre_high + cable_high, grown))
