"""The workbook of the demo's Breitbandatlas, `bba_MM_YYYY.xlsx`: shares of Bund, Land, Kreise and Gemeinden from the demo's addresses.

The Bund stands there with an invented course from its published values; the workbook says so.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xlsxwriter
from scipy.spatial import cKDTree
from xlsxwriter.worksheet import Worksheet

from geodata.demo import facts
from geodata.demo.addresses import Addresses
from geodata.demo.gridfile import covered, grouped
from geodata.demo.lines import CLASSES, Lines
from geodata.demo.raster import Floats, Ints

KEYS = ("AGS", "Name", "Verwaltungsebene", "Land", "Kreis", "Raumkategorie")
GROUPS = {"alle": "alle Technologien", "ftthb": "FTTB/H", "ftth": "FTTH", "fttb": "FTTB", "fttc": "FTTC", "hfc": "HFC", "sonst": "sonstige"}
SHEETS = {"Privathaushalte": "Privathaushalte", "Schulen": "Schulen (Verfügbarkeit am Standort)", "Unternehmen": "Unternehmen"}
SOURCE = "Demonstrationsdaten"
CREATED = dt.datetime(2022, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
FIRST_ROW = 4
TOWN, SUBURB = 1000.0, 250.0
EXPLANATION = (
    "Demonstrationsdaten: alle Werte dieser Arbeitsmappe sind erfunden.",
    "Aufbau wie die Ergebnistabellen des Breitbandatlas (Gigabit-Grundbuch) ab 2022; kein Wert stammt von dort.",
    "Nordrhein-Westfalen, Kreise und Gemeinden: Anteile an den Adressen der Demonstration, in Prozent mit zwei Nachkommastellen.",
    "Bund: erfundener Verlauf; der Abstand zu 100 Prozent schrumpft wie der des Landes.",
    "Demonstration data: all values of this workbook are invented. Not for decisions.",
)


@dataclass(frozen=True)
class Weights:
    """What is counted per sheet: position of the address, position of its Gemeinde, and weight."""

    address: Ints
    gemeinde: Ints
    weight: np.ndarray


def sheets(addresses: Addresses, schools: Floats) -> dict[str, Weights]:
    """The weights of each sheet; a school (`schools`: east, north) has the lines of the address next to it."""
    everyone = np.arange(len(addresses))
    gemeinde = addresses.gemeinde.astype("int64")
    # One address per cell is near enough to a school, and eight times fewer.
    _, some = np.unique(addresses.cell, return_index=True)
    _, nearest = cKDTree(np.column_stack([addresses.east[some], addresses.north[some]])).query(schools)
    at = some[nearest]
    return {
        "Privathaushalte": Weights(everyone, gemeinde, addresses.households),
        "Schulen": Weights(at, gemeinde[at], np.ones(len(at))),
        "Unternehmen": Weights(everyone, gemeinde, addresses.businesses),
    }


def write_workbook(counted: dict[str, Weights], found: Lines, stand: str, bund: float, folder: Path) -> list[Path]:
    """The workbook of one Stand. `bund` times the Land's gap to 100 % is the Bund's, for all values alike."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"bba_{stand[5:7]}_{stand[:4]}.xlsx"
    groups = {group: classes for (direction, group), classes in grouped(found).items() if direction == "down"}
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        book.set_properties(
            {"title": f"{SOURCE}: Breitbandatlas {stand}", "comments": EXPLANATION[0], "author": SOURCE, "created": CREATED}
        )
        first = book.add_worksheet("Erläuterung")
        for i, line in enumerate((*EXPLANATION, f"Datenstand: {_date(stand)}")):
            first.write_string(i, 0, line)
        for name, title in SHEETS.items():
            sheet = book.add_worksheet(name)
            _head(book, sheet, title, stand)
            shares = _shares(counted[name], groups)
            shares[0] = np.round(np.clip(100 - (100 - shares[0]) * bund, 0, 100), 2)
            for i, (key, values) in enumerate(zip(_keys(), shares, strict=True)):
                for column, word in enumerate(key):
                    sheet.write_string(FIRST_ROW + i, column, word)
                for column in np.flatnonzero(~np.isnan(values)).tolist():
                    sheet.write_number(FIRST_ROW + i, len(KEYS) + column, float(values[column]))
    return [path]


def _shares(counted: Weights, groups: dict[str, np.ndarray]) -> Floats:
    """Percent for each row of `_keys`, technology and class; the first row repeats the Land. NaN where there is nothing to count."""
    count = len(facts.table("gemeinden"))
    reached = np.concatenate([covered(counted.gemeinde, groups[g][counted.address], counted.weight, count) for g in GROUPS], axis=1)
    whole = np.bincount(counted.gemeinde, counted.weight, count)
    kreis = np.unique(facts.table("gemeinden")["ags"].str[:5], return_inverse=True)[1]
    parts, totals = [], []
    for level in (np.zeros(count, "int64"), np.zeros(count, "int64"), kreis, np.arange(count)):
        parts.append(np.stack([np.bincount(level, column) for column in reached.T], axis=1))
        totals.append(np.bincount(level, whole))
    with np.errstate(invalid="ignore"):
        shares: Floats = np.round(np.concatenate(parts) / np.concatenate(totals)[:, None] * 100, 2)
    return shares


def _keys() -> list[tuple[str, ...]]:
    gemeinden, kreise = facts.table("gemeinden"), facts.table("kreise").sort_values("ags")
    land, names = "Nordrhein-Westfalen", dict(zip(kreise["ags"], kreise["name"], strict=True))
    rows: list[tuple[str, ...]] = [("00", "Deutschland (erfundener Verlauf)", "Bund", "", "", ""), ("05", land, "Land", land, "", "")]
    for table, level in ((kreise, "Kreis"), (gemeinden, "Gemeinde")):
        for ags, name, people, area in table[["ags", "name", "inhabitants", "area_km2"]].itertuples(index=False):
            kind = "Städtisch" if people / area >= TOWN else "Halbstädtisch" if people / area >= SUBURB else "Ländlich"
            rows.append((ags, name, level, land, names[ags[:5]], kind))
    return rows


def _head(book: xlsxwriter.Workbook, sheet: Worksheet, title: str, stand: str) -> None:
    """The Datenstand in a free cell, two rows of merged technology names, one row of classes; row after row, as the book streams."""
    bold = book.add_format({"bold": True})
    sheet.write_string(0, 0, f"{SOURCE}: Breitbandverfügbarkeit, {title}, in %", bold)
    sheet.write_string(0, len(KEYS), f"Datenstand: {_date(stand)}")
    last = len(KEYS) + len(GROUPS) * len(CLASSES) - 1
    sheet.merge_range(1, len(KEYS), 1, last, "leitungsgebunden", bold)
    for i, words in enumerate(GROUPS.values()):
        start = len(KEYS) + i * len(CLASSES)
        sheet.merge_range(2, start, 2, start + len(CLASSES) - 1, words, bold)
    sheet.write_row(3, 0, [*KEYS, *[f"≥ {c} Mbit/s" for c in CLASSES] * len(GROUPS)], bold)


def _date(stand: str) -> str:
    return f"{stand[8:]}.{stand[5:7]}.{stand[:4]}"
