"""The workbook of the demo's Mobilfunk-Monitoring, `Auswertung_Mobilfunkmonitoring.xlsx`: area shares of the demo's own grid, as fractions.

Every cell counts whole in the Gemeinde of its centre. Not the grid itself: monitoring.py.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import xlsxwriter

from geodata.demo import facts
from geodata.demo.raster import Ints, Raster
from geodata.demo.workbook import CREATED, KEYS, SOURCE

NAME, SHEET = "Auswertung_Mobilfunkmonitoring.xlsx", "Fläche"
OPERATORS = ("Telekom", "Vodafone", "Telefónica", "1&1")
ESTABLISHED, DIGITS = 3, 4
Masks = Sequence[npt.NDArray[np.bool_]]


def write_shares(raster: Raster, cells: Ints, four: Masks, five: Masks, folder: Path) -> Path:
    """The workbook of one Stand, for Land, Kreise and Gemeinden: of `cells` those with 4G, 5G by operator (three established, then 1&1)."""
    row, column = np.divmod(cells, 10_000)
    owner = raster.gemeinde[row - raster.south, column - raster.west].astype("int64")
    inside = owner >= 0
    either = [a | b for a, b in zip(four, five, strict=True)]
    established = np.sum(either[:ESTABLISHED], axis=0)
    white = ~np.any(either, axis=0)
    grey = ~white & (established < ESTABLISHED)
    columns = [np.any(four, axis=0), np.any(five, axis=0), grey, white, *(m for pair in zip(four, five, strict=True) for m in pair)]
    head = [("alle MNO", "4G"), ("alle MNO", "5G*"), ("alle MNO", "graue Flecken"), ("alle MNO", "weiße Flecken")]
    head += [(operator, kind) for operator in OPERATORS for kind in ("4G", "5G*")]
    gemeinden, kreise = facts.table("gemeinden"), facts.table("kreise").sort_values("ags")
    kreis = np.unique(gemeinden["ags"].str[:5], return_inverse=True)[1]
    names = [("05", "Nordrhein-Westfalen", "Land")]
    names += [(a, n, "Kreis") for a, n in zip(kreise["ags"], kreise["name"], strict=True)]
    names += [(a, n, "Gemeinde") for a, n in zip(gemeinden["ags"], gemeinden["name"], strict=True)]
    shares = []
    for level in (np.zeros(len(kreis), "int64"), kreis, np.arange(len(kreis))):
        zone = level[owner[inside]]
        whole = np.bincount(zone)
        shares.append(np.stack([np.bincount(zone, mask[inside], len(whole)) / whole for mask in columns], axis=1))
    path = folder / NAME
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        book.set_properties({"title": f"{SOURCE}: Mobilfunk-Monitoring", "author": SOURCE, "created": CREATED})
        book.add_worksheet("Erläuterung").write_string(0, 0, f"{SOURCE}: alle Werte dieser Arbeitsmappe sind erfunden. Anteile 0–1.")
        sheet = book.add_worksheet(SHEET)
        base = KEYS[:3]
        sheet.write_row(0, 0, [*[""] * len(base), *(top for top, _ in head)])
        sheet.write_row(1, 0, [*base, *(own for _, own in head)])
        for i, (key, values) in enumerate(zip(names, np.round(np.concatenate(shares), DIGITS), strict=True)):
            for at, word in enumerate(key):
                sheet.write_string(2 + i, at, word)
            sheet.write_row(2 + i, len(base), values.tolist())
    return path
