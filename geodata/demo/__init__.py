"""The embedded demo: a whole Land in the publishers' formats, from published figures and invention, the same for the same seed."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from geodata.demo.boundaries import gemeinden, write_boundaries
from geodata.demo.places import write_parks, write_schools
from geodata.demo.settlement import settle, write_zensus
from geodata.demo.tables import write_gemeinde_table, write_wide_tables

README = """Demonstrationsdaten, schematische Grenzen

Alle Dateien in diesem Ordner sind erzeugt (Zufallszahl {seed}). Die Werte der Kreise und Länder sind veröffentlichte Werte
(Breitbandatlas | Gigabit-Grundbuch, https://gigabitgrundbuch.bund.de), ergänzt um erfundene Zwischenwerte. Grenzen, Gemeindewerte,
Haushalte je Gitterzelle, Schulen, Gewerbegebiete und ihr Anschlussstand sind erfunden. Nicht für Entscheidungen verwenden.

Demonstration data, schematic boundaries

All files in this folder are generated (seed {seed}). The values of Kreise and Länder are published ones, filled up with invented values
in between. Boundaries, values of Gemeinden, households per cell, schools, business parks and their status are invented.
Not for decisions.
"""


def generate(folder: Path, *, seed: int, progress: Callable[[str], None] = lambda _: None) -> list[Path]:
    """Write the demo below `folder` and return its files, sorted. Same seed, same bytes."""
    zensus, places, tables = (np.random.default_rng([seed, i]) for i in range(3))
    progress("boundaries")
    areas = gemeinden()
    files = [folder / "vg250" / "vg250.gpkg"]
    write_boundaries(areas, files[0])
    progress("settlement")
    settlement = settle(areas, zensus)
    files += write_zensus(settlement, folder / "zensus", zensus)
    progress("tables")
    files += write_wide_tables(folder / "breitbandatlas")
    files.append(write_gemeinde_table(folder / "breitbandatlas", tables))
    progress("places")
    files += write_schools(areas, settlement, folder / "schulen", places)
    files += write_parks(areas, folder / "gewerbe", places)
    files.append(folder / "LIESMICH.txt")
    files[-1].write_text(README.format(seed=seed), "utf-8")
    return sorted(files)
