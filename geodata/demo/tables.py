"""Result tables of the Breitbandatlas for the demo: published figures to the last digit, classes without one filled in between."""

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import numpy as np

from geodata.catalogue import load_catalogue
from geodata.demo import facts
from geodata.readers.breitbandatlas_wide import measure as _measure

FILES = {"2018-12-31": "2018_2", "2019-12-31": "2019_2", "2020-12-31": "2020_2", "2021-06-30": "2021_1"}
USERS = {"households": "privat", "businesses": "gew", "businesses_in_business_parks": "gewerbe_gwg"}
LEVELS = {"breitbandatlas__kreise": "landkreis", "breitbandatlas__laender": "bundesland", "breitbandatlas__bund": "deutschland"}
# What part of the gap between two known classes is closed at a class below 30 Mbit/s, and between 30 and 100.
CLOSED = {1: 0.98, 2: 0.95, 6: 0.80, 8: 0.72, 10: 0.65, 16: 0.40, 30: 0.0, 50: 0.45}
KNOWN = (30, 100, 200, 400, 1000)
LTE, GIGABIT = (6, 10), 1000
LEAST = 0.01
VDSL_HIGHEST = {100: 0.80, 200: 0.45}
Figures = Mapping[tuple[str, int], float]
measure = cache(_measure)


def write_wide_tables(folder: Path) -> list[Path]:
    """Kreise, Länder and Bund for households at four Stände; Kreise for businesses in mid-2021."""
    folder.mkdir(parents=True, exist_ok=True)
    kreise, laender = facts.table("published_kreis_shares"), facts.table("published_land_shares")
    rows = {
        "breitbandatlas__kreise": kreise,
        "breitbandatlas__laender": laender[laender["ags"] != "00"],
        "breitbandatlas__bund": laender[laender["ags"] == "00"],
    }
    files = []
    for source, table in rows.items():
        for user, word in USERS.items():
            for stand, name in FILES.items():
                chosen = table[(table["subject"] == user) & (table["stand"] == stand)]
                if chosen.empty or (user != "households" and source != "breitbandatlas__kreise"):
                    continue
                columns = load_catalogue()[source].declared(user, stand)
                lines = []
                for ags, own in chosen.groupby("ags", sort=True):
                    figures = {(t, int(m)): float(v) for t, m, v in zip(own["technology"], own["min_mbits"], own["share_pct"], strict=True)}
                    lines.append([_key(c, str(ags)) if measure(c) is None else _text(_value(c, figures)) for c in columns])
                path = folder / f"{LEVELS[source]}_{word}_{name}.csv"
                _write(path, columns, lines, quoted_key=columns.index(next(c for c in columns if measure(c) is None)))
                files.append(path)
    return files


def write_gemeinde_table(folder: Path, gigabit: np.ndarray) -> Path:
    """The Gemeinden and Köln's nine Bezirke in mid-2021: spread around the Kreis, whose household-weighted mean they keep.

    `gigabit` is each Gemeinde's share (0–1) at its addresses: it says which ones lie above their Kreis, in all measures alike.
    """
    table, shares = facts.table("gemeinden"), facts.table("published_kreis_shares")
    mid = shares[(shares["stand"] == "2021-06-30") & (shares["subject"] == "households")]
    columns = load_catalogue()["breitbandatlas__gemeinden"].declared("households", "2021-06-30")
    lines = []
    for kreis, members in table.groupby(table["ags"].str[:5], sort=True):
        own = mid[mid["ags"] == kreis]
        households = members["households"].to_numpy("float64")
        own_gigabit = np.clip(gigabit[members.index], LEAST, 1 - LEAST)
        lean = np.log(own_gigabit / (1 - own_gigabit))
        spread = {
            (t, int(m)): _spread(float(v), lean, households)
            for t, m, v in zip(own["technology"], own["min_mbits"], own["share_pct"], strict=True)
        }
        for i, ags in enumerate(members["ags"]):
            figures = {key: float(values[i]) for key, values in spread.items()}
            lines.append([ags if measure(c) is None else _text(_value(c, figures)) for c in columns])
            if ags == "05315000":
                lines += [[f"053150{n:02d}", *lines[-1][1:]] for n in range(1, 10)]
    path = folder / "gemeinde_bezirke_privat_2021_mitte.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_NONE, lineterminator="\n", quotechar=None)
        writer.writerow([f'"{c}"' for c in columns])
        writer.writerows([f'"{line[0]}"', *line[1:]] for line in sorted(lines))
    return path


def _value(column: str, figures: Figures) -> float:
    """A figure for a column: published where there is one, else between its neighbours."""
    found = measure(column)
    if found is None:
        raise ValueError(column)
    technology, mbits = found.technology, found.min_mbits
    if (technology, mbits) in figures:
        return figures[technology, mbits]
    fixed, mobile = _fixed(mbits, figures), figures.get(("4g", 6), 99.0)
    lte = min(100.0, mobile + 0.01) if mbits < LTE[0] else mobile if mbits <= LTE[1] else 0.0
    cable = figures.get(("hfc", 1000), max(fixed - figures["fttb_h", 1000], 0.0))
    return {
        "any": fixed,
        "all": max(fixed, lte),
        "fttb_h": figures["fttb_h", 1000],
        "hfc": max(cable, min(fixed, (fixed + cable) / 2)) if mbits < GIGABIT else cable,
        "fttc": fixed * VDSL_HIGHEST.get(mbits, 0.95),
        "4g": lte,
        "wireless": lte,
        "2g": 99.9,
        "umts": 95.0,
    }.get(technology, 0.0)


def _fixed(mbits: int, figures: Figures) -> float:
    """The fixed-line share at any class, falling with the class."""
    known = {m: v for (t, m), v in figures.items() if t == "any"}
    above = min((m for m in known if m >= mbits), default=max(known))
    below = max((m for m in known if m < mbits), default=None)
    upper = 100.0 if below is None else known[below]
    return known[above] + (upper - known[above]) * CLOSED.get(mbits, 0.5)


def _spread(mean: float, lean: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Percentages around `mean`: logistic in `lean`, shifted until their weighted mean is right; higher means give higher values."""
    if not 0 < mean < 100 or len(lean) == 1:  # noqa: PLR2004  # percent
        return np.full(len(lean), mean)
    low, high = -30.0, 30.0
    for _ in range(80):
        shift = (low + high) / 2
        values = 100 / (1 + np.exp(-(lean + shift)))
        low, high = (shift, high) if np.average(values, weights=weights) < mean else (low, shift)
    return values


def _key(column: str, ags: str) -> str:
    return "Deutschland" if column == "staat" else ags


def _text(value: float) -> str:
    return f"{value:.2f}"


def _write(path: Path, columns: tuple[str, ...], lines: Iterable[list[str]], *, quoted_key: int) -> None:
    """`;`, a quoted header, a quoted AGS, plain numbers: as the published files."""
    with path.open("w", encoding="ascii", newline="") as stream:
        stream.write(";".join(f'"{c}"' for c in columns) + "\n")
        for line in lines:
            key = line[quoted_key]
            line[quoted_key] = key if key == "Deutschland" else f'"{key}"'
            stream.write(";".join(line) + "\n")
