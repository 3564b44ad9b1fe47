"""The shares of households that the demo's Land must show: published ones for 2018–2021, and an invented course after them.

It chooses no addresses. Shares are percentages with two decimals, one row per Kreis (ascending keys), one column per measure.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from geodata.demo import facts
from geodata.demo.raster import Floats

CLASSES = (30, 100, 200, 400, 1000)
# The measures in the order of the columns: five classes of any fixed line, then FTTB/H and cable at >= 1000.
MEASURES = (*(("any", m) for m in CLASSES), ("fttb_h", 1000), ("hfc", 1000))
ANY30, ANY100, ANY200, ANY400, ANY1000, FIBRE, CABLE = range(len(MEASURES))
PUBLISHED = ("2018-12-31", "2019-12-31", "2020-12-31", "2021-06-30")
INVENTED = tuple(f"{year}-{day}" for year in range(2022, 2026) for day in ("06-30", "12-31"))
# What is announced at the newest Stand is what these two bring.
ANNOUNCED = ("2026-06-30", "2026-12-31")
STANDS = (*PUBLISHED, *INVENTED, *ANNOUNCED)
# A Kreis may not have more of `smaller` than of `larger`.
NESTED = ((ANY100, ANY30), (ANY200, ANY100), (ANY400, ANY200), (ANY1000, ANY400), (FIBRE, ANY1000), (CABLE, ANY1000))
FIBRE_LIMIT, FIBRE_PACE, CABLE_LIMIT, CABLE_PACE = 97.0, 0.05, 96.0, 0.02
OUTSIDE_CABLE, GAP_CLOSED = 0.5, (0.10, 0.09, 0.08, 0.06)
OPEN_GAP = 0.25


@dataclass(frozen=True)
class Change:
    """A published share that was changed so that the shares of its Kreis and Stand do not contradict each other."""

    ags: str
    stand: str
    measure: tuple[str, int]
    published: float
    used: float


@cache
def published() -> tuple[dict[str, Floats], list[Change]]:
    """The published shares of the 53 Kreise per Stand, made consistent, and what was changed for that."""
    table = facts.table("published_kreis_shares")
    table = table[table["subject"] == "households"]
    shares, changes = {}, []
    for stand in PUBLISHED:
        own = table[table["stand"] == stand].pivot_table(index="ags", columns=["technology", "min_mbits"], values="share_pct").sort_index()
        given = own[list(MEASURES)].to_numpy("float64")
        shares[stand] = consistent(given)
        changes += [
            Change(str(own.index[i]), stand, MEASURES[j], float(given[i, j]), float(shares[stand][i, j]))
            for i, j in np.argwhere(shares[stand] != given)
        ]
    return shares, changes


def consistent(shares: Floats) -> Floats:
    """The nearest shares (least largest change) where no smaller part exceeds what it is part of; consistent ones stay as they are.

    Half way between the largest value at or below a measure and the smallest at or above it in the order `NESTED`.
    """
    lowest, highest = shares.copy(), shares.copy()
    for smaller, larger in reversed(NESTED):
        lowest[:, larger] = np.maximum(lowest[:, larger], lowest[:, smaller])
    for smaller, larger in NESTED:
        highest[:, smaller] = np.minimum(highest[:, smaller], highest[:, larger])
    return np.where(lowest == highest, shares, (lowest + highest) / 2)


def goals(rng: np.random.Generator) -> dict[str, Floats]:
    """The shares of every Stand in `STANDS`: after mid-2021 each Kreis goes on at a pace of its own; nothing falls."""
    found = dict(published()[0])
    shares = found[PUBLISHED[-1]].copy()
    pace = rng.uniform(0.6, 1.4, len(shares))
    for stand in ("2021-12-31", *INVENTED, *ANNOUNCED):
        shares = _next(shares, pace)
        found[stand] = shares
    del found["2021-12-31"]
    return found


def _next(shares: Floats, pace: Floats) -> Floats:
    """Half a year later: half of the new fibre lies outside the gigabit area of before, as long as there is room for it."""
    later = shares.copy()
    later[:, FIBRE] += np.maximum(0, FIBRE_LIMIT - shares[:, FIBRE]) * FIBRE_PACE * pace
    later[:, CABLE] += np.maximum(0, np.minimum(CABLE_LIMIT, shares[:, ANY1000]) - shares[:, CABLE]) * CABLE_PACE
    gained = OUTSIDE_CABLE * (later[:, FIBRE] - shares[:, FIBRE]) + later[:, CABLE] - shares[:, CABLE]
    later[:, ANY1000] += np.minimum(gained, OPEN_GAP * (100 - shares[:, ANY1000]))
    later = np.round(later, 2)
    later[:, ANY1000] = np.maximum(later[:, ANY1000], later[:, [FIBRE, CABLE]].max(axis=1))
    for smaller, larger, closed in zip((ANY1000, ANY400, ANY200, ANY100), (ANY400, ANY200, ANY100, ANY30), GAP_CLOSED, strict=True):
        grown = np.round(shares[:, larger] + closed * (100 - shares[:, larger]), 2)
        later[:, larger] = np.maximum(grown, later[:, smaller])
    return later


def changes_table() -> pd.DataFrame:
    """The list of changes as a table."""
    return pd.DataFrame([vars(c) for c in published()[1]], columns=list(Change.__dataclass_fields__))
