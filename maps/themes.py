"""The themes of the maps, and which rows of the fact table each one shows."""

import datetime as dt
from dataclasses import dataclass, replace

import pandas as pd

from geodata.facts import METHODS

# What the radio model stands on besides the sites.
MODEL_GROUND = ("terrain__dem", "land_use__classes")
MODELLED = "modelled"
BASES = ("reported", "derived", "modelled")
BASIS_DE = {
    "reported": "veröffentlicht (Tabelle oder Liste einer Behörde)",
    "derived": "abgeleitet (hier aus veröffentlichten Werten berechnet)",
    "modelled": "modelliert (hier aus Standorten und Gelände berechnet)",
}


@dataclass(frozen=True)
class Theme:
    """One map: the measure it shows, and the target it belongs to (None: the measure has no target).

    `basis`: the only one it shows (None: reported or derived; what the model says has maps of its own).
    """

    theme_id: str
    title: str
    measure: str
    subject: str
    technology: str
    min_mbits: int
    target_id: str | None = None
    note: str = ""
    basis: str | None = None


@dataclass(frozen=True)
class StandView:
    """What a theme shows at one Stand: a share (0–1) or None per AGS, and on which basis."""

    stand: dt.date
    basis: str
    source_ids: tuple[str, ...]
    shares: dict[str, float | None]


THEMES = (
    Theme(
        "haushalte-gigabit",
        "Gigabit für Haushalte",
        "Anteil der Haushalte mit mindestens 1.000 Mbit/s im Festnetz (Glasfaser oder Kabel)",
        "households",
        "any",
        1000,
        "households_gigabit_2025",
    ),
    Theme(
        "haushalte-glasfaser",
        "Glasfaser für Haushalte",
        "Anteil der Haushalte mit Glasfaser bis ins Gebäude (FTTB/H), mindestens 1.000 Mbit/s",
        "households",
        "fttb_h",
        1000,
    ),
    Theme(
        "haushalte-100",
        "100 Mbit/s für Haushalte",
        "Anteil der Haushalte mit mindestens 100 Mbit/s im Festnetz",
        "households",
        "any",
        100,
    ),
    Theme(
        "schulen",
        "Gigabit für Schulen",
        "Anteil der Schulen mit gigabitfähigem Anschluss",
        "schools",
        "any",
        1000,
        "schools_gigabit_2022",
        "Schulen ohne Angabe zählen als nicht angeschlossen.",
    ),
    Theme(
        "gewerbegebiete",
        "Gigabit für Gewerbegebiete",
        "Anteil der Gewerbegebiete mit gebautem Glasfaseranschluss",
        "business_parks",
        "any",
        1000,
        "business_parks_gigabit_2022",
        "Gewerbegebiete ohne Angabe zählen als nicht angeschlossen.",
    ),
    Theme(
        "haushalte-lte",
        "LTE für Haushalte",
        "Anteil der Haushalte mit LTE (mindestens 6 Mbit/s) von mindestens einem Betreiber",
        "households",
        "4g",
        6,
    ),
    Theme(
        "flaeche-4g",
        "LTE in der Fläche",
        "Anteil der Fläche mit LTE von mindestens einem Betreiber, im Freien",
        "area",
        "4g",
        0,
    ),
    Theme(
        "flaeche-5g",
        "5G in der Fläche",
        "Anteil der Fläche mit 5G von mindestens einem Betreiber, im Freien",
        "area",
        "5g",
        0,
        note="Für die Fläche nennt die Strategie keinen Anteil; das Ziel des Landes gilt den Haushalten.",
    ),
    Theme(
        "haushalte-5g",
        "5G für Haushalte",
        "Anteil der Haushalte mit 5G (mindestens 2 Mbit/s) von mindestens einem Betreiber",
        "households",
        "5g",
        2,
        "households_5g_2022",
        "Das Ziel gilt dem Land; die Werte der Kreise dienen der Orientierung.",
    ),
    Theme(
        "modell-flaeche-4g",
        "LTE in der Fläche, modelliert",
        "Anteil der Fläche mit LTE von mindestens einem Betreiber, im Freien, nach Standorten und Gelände",
        "area",
        "4g",
        0,
        basis=MODELLED,
    ),
    Theme(
        "modell-flaeche-5g",
        "5G in der Fläche, modelliert",
        "Anteil der Fläche mit 5G von mindestens einem Betreiber, im Freien, nach Standorten und Gelände",
        "area",
        "5g",
        0,
        basis=MODELLED,
    ),
    Theme(
        "modell-haushalte-4g",
        "LTE für Haushalte, modelliert",
        "Anteil der Haushalte mit LTE von mindestens einem Betreiber, im Freien, nach Standorten und Gelände",
        "households",
        "4g",
        0,
        basis=MODELLED,
    ),
    Theme(
        "modell-haushalte-5g",
        "5G für Haushalte, modelliert",
        "Anteil der Haushalte mit 5G von mindestens einem Betreiber, im Freien, nach Standorten und Gelände",
        "households",
        "5g",
        0,
        basis=MODELLED,
    ),
    Theme(
        "abweichung-4g-gemeldet",
        "LTE: gemeldet, aber nicht modelliert",
        "Anteil der Zellen mit LTE im Raster der Bundesnetzagentur, die das Modell nicht erreicht",
        "cells_reported_only",
        "4g",
        0,
        basis=MODELLED,
    ),
    Theme(
        "abweichung-4g-modelliert",
        "LTE: modelliert, aber nicht gemeldet",
        "Anteil der Zellen mit LTE nach dem Modell, die das Raster der Bundesnetzagentur nicht nennt",
        "cells_modelled_only",
        "4g",
        0,
        basis=MODELLED,
    ),
    Theme(
        "abweichung-5g-gemeldet",
        "5G: gemeldet, aber nicht modelliert",
        "Anteil der Zellen mit 5G im Raster der Bundesnetzagentur, die das Modell nicht erreicht",
        "cells_reported_only",
        "5g",
        0,
        basis=MODELLED,
    ),
    Theme(
        "abweichung-5g-modelliert",
        "5G: modelliert, aber nicht gemeldet",
        "Anteil der Zellen mit 5G nach dem Modell, die das Raster der Bundesnetzagentur nicht nennt",
        "cells_modelled_only",
        "5g",
        0,
        basis=MODELLED,
    ),
)


def noted(theme: Theme, notes: tuple[str, ...]) -> Theme:
    """The theme with the notes that every map of the model carries; another one as it is."""
    return replace(theme, note=" ".join([*([theme.note] if theme.note else []), *notes])) if theme.basis == MODELLED else theme


def views(theme: Theme, shares: pd.DataFrame, *, ags: list[str], edition: str) -> list[StandView]:
    """The Stände at which a theme has a value for any of the areas `ags`, ascending.

    Reported rows come before derived ones and are never mixed within a Stand; modelled ones stand in themes of their own. Derived rows are
    those of `edition`.
    """
    rows = shares[
        (shares["subject"] == theme.subject)
        & (shares["technology"] == theme.technology)
        & (shares["min_mbits"] == theme.min_mbits)
        & shares["basis"].isin([theme.basis] if theme.basis else BASES[:2])
        & (shares["direction"] == "down")
        & (shares["operator"] == "any")
        & (shares["rollout"] == "existing")
        & shares["ags"].isin(ags)
        & shares["boundary_edition"].isin(["as_published", edition])
        & shares["share"].notna()
    ]
    found = []
    for stand in sorted(set(rows["stand"])):
        at_stand = rows[rows["stand"] == stand]
        basis = next(b for b in BASES if (at_stand["basis"] == b).any())
        chosen = at_stand[at_stand["basis"] == basis].sort_values("method", key=lambda m: m.map(METHODS.index)).drop_duplicates("ags")
        values: dict[str, float | None] = dict.fromkeys(ags)
        values |= {str(a): float(s) for a, s in zip(chosen["ags"], chosen["share"], strict=True)}
        sources = set(chosen["source_id"]) | set(MODEL_GROUND if basis == MODELLED else ())
        found.append(StandView(stand, basis, tuple(sorted(sources)), values))
    return found
