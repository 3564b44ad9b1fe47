"""Trends of a share and their test on the past: what each would have said of a later Stand. What may be shown is not decided here."""

import calendar
import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from geodata.reading import strictest

MEASURE = ("subject", "technology", "min_mbits", "basis", "method", "source_id", "is_after_break")
LEAST_STANDS = 2
# A share of 0 or 1 has no logit; the atlas of 2018 publishes whole percents, so half of one is what a zero may be.
CLAMP = 0.005
CABLE = "hfc"
Trend = Callable[[Sequence[float], Sequence[float], float], float]


def no_change(_times: Sequence[float], shares: Sequence[float], _at: float) -> float:
    """The last share."""
    return shares[-1]


def straight_line(times: Sequence[float], shares: Sequence[float], at: float) -> float:
    """The line through the last two Stände, times in years."""
    return shares[-1] + (shares[-1] - shares[-2]) / (times[-1] - times[-2]) * (at - times[-1])


def logit_trend(times: Sequence[float], shares: Sequence[float], at: float) -> float:
    """The least-squares line through the logits of all Stände, shares held within `CLAMP` of 0 and 1."""
    logits = [math.log(p / (1 - p)) for p in (min(max(s, CLAMP), 1 - CLAMP) for s in shares)]
    mid_time, mid = math.fsum(times) / len(times), math.fsum(logits) / len(logits)
    above = math.fsum((t - mid_time) * (y - mid) for t, y in zip(times, logits, strict=True))
    slope = above / math.fsum((t - mid_time) ** 2 for t in times)
    return 1 / (1 + math.exp(-(mid + slope * (at - mid_time))))


CANDIDATES: Mapping[str, Trend] = {"no_change": no_change, "straight_line": straight_line, "logit_trend": logit_trend}


def months(day: dt.date) -> int:
    """Months since year 0: Stände are ends of months."""
    return day.year * 12 + day.month


def later(day: dt.date, by: int) -> dt.date:
    """The end of the month that lies `by` months after that of `day`."""
    year, month = divmod(months(day) + by - 1, 12)
    return dt.date(year, month + 1, calendar.monthrange(year, month + 1)[1])


@dataclass(frozen=True)
class Series:
    """The shares of one measure on one side of the method break: `shares[ags][stand]`, and how far the technology's network reaches."""

    measure: Mapping[str, object]
    shares: Mapping[str, Mapping[dt.date, float]]
    footprints: Mapping[str, Mapping[dt.date, float]]
    origin: str
    visibility: str = "internal"

    @cached_property
    def stands(self) -> list[dt.date]:
        """The Stände, ascending."""
        return sorted({s for of_kreis in self.shares.values() for s in of_kreis})

    def fitted(self, candidate: str, ags: str, until: dt.date, at: dt.date) -> float | None:
        """What a candidate, fitted on all Stände up to `until`, says of `at`; None where the Kreis lacks one of them.

        Never below 0 or above all households; cable never above the widest reach of its network up to `until`.
        """
        known = self.shares[ags]
        used = [s for s in self.stands if s <= until]
        if len(used) < LEAST_STANDS or any(s not in known for s in used):
            return None
        value = CANDIDATES[candidate]([months(s) / 12 for s in used], [known[s] for s in used], months(at) / 12)
        return min(max(value, 0.0), self.cap(ags, until))

    def cap(self, ags: str, until: dt.date) -> float:
        """The highest share that can be reached: for cable the widest reach up to `until` in any class, else all."""
        if self.measure["technology"] != CABLE:
            return 1.0
        return max(reach for stand, reach in self.footprints[ags].items() if stand <= until)


@dataclass(frozen=True)
class Pair:
    """One test: fitted up to a Stand, compared with a later one. `errors` = actual − predicted, for the same Kreise in each candidate."""

    until: dt.date
    compared: dt.date
    errors: Mapping[str, tuple[float, ...]]

    @property
    def horizon(self) -> int:
        """Months between the two."""
        return months(self.compared) - months(self.until)

    def miss(self, candidate: str) -> float:
        """The mean absolute error over the Kreise."""
        return mean_miss([self], candidate)


def mean_miss(pairs: Iterable[Pair], candidate: str) -> float:
    """The mean absolute error over all Kreise of all pairs."""
    errors = [abs(e) for p in pairs for e in p.errors[candidate]]
    return math.fsum(errors) / len(errors)


def gathered_series(rows: pa.Table) -> list[Series]:
    """The series in the rows of `targets_series.sql`, sorted by measure."""
    found: dict[tuple[object, ...], list[dict[str, object]]] = {}
    for row in rows.to_pylist():
        found.setdefault(tuple(row[c] for c in MEASURE), []).append(row)
    series = []
    for key, of_measure in sorted(found.items(), key=lambda item: str(item[0])):
        shares: dict[str, dict[dt.date, float]] = {}
        reaches: dict[str, dict[dt.date, float]] = {}
        for row in of_measure:
            shares.setdefault(str(row["ags"]), {})[row["stand"]] = row["share"]  # type: ignore[index,assignment]
            reaches.setdefault(str(row["ags"]), {})[row["stand"]] = row["footprint_share"]  # type: ignore[index,assignment]
        visibility = strictest(["internal", *(str(r["visibility"]) for r in of_measure)])
        series.append(Series(dict(zip(MEASURE, key, strict=True)), shares, reaches, str(of_measure[0]["origin"]), visibility))
    return series


def pairs_of(series: Series) -> list[Pair]:
    """Every pair of Stände of a series with at least two Stände to fit, and at least one Kreis with all of them."""
    found = []
    stands = series.stands
    for i, until in enumerate(stands):
        for compared in stands[i + 1 :]:
            errors: dict[str, list[float]] = {name: [] for name in CANDIDATES}
            for ags in sorted(series.shares):
                actual = series.shares[ags].get(compared)
                for name in CANDIDATES:
                    predicted = series.fitted(name, ags, until, compared)
                    if actual is not None and predicted is not None:
                        errors[name].append(actual - predicted)
            if errors["no_change"]:
                found.append(Pair(until, compared, {name: tuple(e) for name, e in errors.items()}))
    return found


BACKTEST = pa.schema(
    [
        *((c, pa.int32() if c == "min_mbits" else pa.bool_() if c == "is_after_break" else pa.string()) for c in MEASURE),
        ("candidate", pa.string()),
        ("fitted_from", pa.date32()),
        ("fitted_until", pa.date32()),
        ("compared_with", pa.date32()),
        ("horizon_months", pa.int32()),
        ("kreise", pa.int32()),
        ("mean_abs_error_points", pa.float64()),
        ("mean_error_points", pa.float64()),
        ("no_change_error_points", pa.float64()),
        ("is_better_than_no_change", pa.bool_()),
        ("origin", pa.string()),
        ("visibility", pa.string()),
    ]
)


def backtest_table(every: list[Series]) -> pa.Table:
    """One row per series, pair of Stände and candidate: by how many points it misses on average over the Kreise."""
    rows = []
    for series in every:
        for pair in pairs_of(series):
            base = pair.miss("no_change")
            for name, errors in pair.errors.items():
                rows.append(
                    {
                        **series.measure,
                        "candidate": name,
                        "fitted_from": series.stands[0],
                        "fitted_until": pair.until,
                        "compared_with": pair.compared,
                        "horizon_months": pair.horizon,
                        "kreise": len(errors),
                        "mean_abs_error_points": pair.miss(name) * 100,
                        "mean_error_points": math.fsum(errors) / len(errors) * 100,
                        "no_change_error_points": base * 100,
                        "is_better_than_no_change": pair.miss(name) < base,
                        "origin": series.origin,
                        "visibility": series.visibility,
                    }
                )
    return pa.Table.from_pylist(rows, schema=BACKTEST)
