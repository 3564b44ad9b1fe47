"""The Monitoring grid of the demo in the publisher's form: operators per 100 m cell, the edition of mid-2021 and the current one.

Every cell of the Land has a row, at any scale, and a strip of its neighbours too. Invented but for one thing: in mid-2021 the households of
each Kreis show the published share with 5G. What was reached then stays so.
"""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from geodata.demo import facts
from geodata.demo.addresses import Addresses
from geodata.demo.gridfile import ZIP_DATE, ZIP_LEVEL
from geodata.demo.monitoring_workbook import write_shares
from geodata.demo.raster import NOWHERE, Floats, Ints, Raster

# The publisher names a file by the month after the Stand.
FILES = {"2021-06-30": "202107_MobilfunkMonitoring", "2025-12-31": "202601_MobilfunkMonitoring"}
HEADERS = {"2021-06-30": "ID,GSM_OUT,UMTS,LTE,NR_DSS,NR", "2025-12-31": "\ufeffid,lte,nr_gesamt"}
EOLS = {"2021-06-30": b"\r\n", "2025-12-31": b"\n"}
PUBLISHED = "2021-06-30"
ESTABLISHED, FOURTH = 3, "1&1"
STRIP_CELLS = 2
REACH_CELLS, OWN_REACH_CELLS, TOWN_CELLS = 24.0, 15.0, 12.0
OWN, TOWN = 0.6, 0.5  # how much an operator differs from the others, how much towns are ahead of the country
# Part of the area that each operator leaves out, by technology and Stand. UMTS was being switched off in mid-2021.
LEFT_OUT = {
    "2021-06-30": {"2g": 0.006, "3g": 0.45, "4g": 0.032, "5g": 0.30},
    "2025-12-31": {"4g": 0.012, "5g": 0.085},
}
FOURTH_LEFT_OUT = 0.93
BEHIND = (0.8, 0.9, 1.3)  # of the three, times LEFT_OUT
DSS = 0.35  # where an operator's own field lies below it, 5G shares the carrier of LTE
KEY_BYTES = 15
EXCHANGES, CLOSE = 5, 0.001

Mask = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Networks:
    """Per cell (ascending cell_id) the counts of each edition, as its header names them; `inside`: whose centre lies in the Land.

    `four` and `five`: who has 4G and 5G at the newest Stand, the three established operators and then the fourth.
    """

    cells: Ints
    inside: Mask
    counts: dict[str, Counts]
    four: list[Mask]
    five: list[Mask]


def write_monitoring(addresses: Addresses, raster: Raster, folder: Path, rng: np.random.Generator) -> list[Path]:
    """Both editions, zipped: `202107_MobilfunkMonitoring.zip` holds mid-2021, `202601_MobilfunkMonitoring.zip` the end of 2025.

    And the workbook of the latter.
    """
    found = networks(addresses, raster, rng)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for stand, name in FILES.items():
        paths.append(folder / f"{name}.zip")
        with zipfile.ZipFile(paths[-1], "w", zipfile.ZIP_DEFLATED, compresslevel=ZIP_LEVEL) as packed:
            entry = zipfile.ZipInfo(f"{name}.csv", ZIP_DATE)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            packed.writestr(entry, HEADERS[stand].encode() + EOLS[stand] + _lines(found.cells, found.counts[stand], EOLS[stand]))
    return [*paths, write_shares(raster, found.cells, found.four, found.five, folder)]


def networks(addresses: Addresses, raster: Raster, rng: np.random.Generator) -> Networks:
    """Who reaches which cell: smooth fields that all share, one for each operator, and more in towns."""
    near = ndimage.binary_dilation(raster.gemeinde != NOWHERE, np.ones((3, 3), bool), STRIP_CELLS)
    row, column = np.nonzero(near)
    inside = raster.gemeinde[row, column] != NOWHERE
    common = raster.field_at(REACH_CELLS, row, column, rng) + TOWN * _towns(addresses, raster)[row, column]
    own = [raster.field_at(OWN_REACH_CELLS, row, column, rng) for _ in range(ESTABLISHED + 1)]
    scores = [common + OWN * o for o in own]
    cells = (row + raster.south).astype("int64") * 10_000 + column + raster.west
    union = _published_5g(addresses, raster, cells, common)
    lowest = [np.sort(s[inside]) for s in scores]

    def reached(operator: int, left_out: float) -> Mask:
        """The cells above that part of the Land's, by the operator's score."""
        threshold = lowest[operator][int(left_out * (len(lowest[operator]) - 1))]
        found: Mask = scores[operator] > threshold
        return found

    def each(stand: str, technology: str) -> list[Mask]:
        return [reached(i, LEFT_OUT[stand][technology] * BEHIND[i]) for i in range(ESTABLISHED)]

    best = np.argmax(np.stack(scores[:ESTABLISHED]), axis=0)
    first = [(m | (best == i)) & union for i, m in enumerate(each(PUBLISHED, "5g"))]
    last = [m | f for m, f in zip(each("2025-12-31", "5g"), first, strict=True)]
    fourth = reached(ESTABLISHED, FOURTH_LEFT_OUT)
    lte = [m | f for m, f in zip(each(PUBLISHED, "4g"), first, strict=True)]
    shared = [f & (o < DSS) for f, o in zip(first, own, strict=False)]
    alone = [f & (o >= -DSS) for f, o in zip(first, own, strict=False)]
    four = [*(m | a | b for m, a, b in zip(each("2025-12-31", "4g"), lte, last, strict=True)), fourth]
    five = [*last, fourth]
    counts = {
        PUBLISHED: _counted([m | g for m, g in zip(each(PUBLISHED, "2g"), lte, strict=True)], each(PUBLISHED, "3g"), lte, shared, alone),
        "2025-12-31": _counted(four, five),
    }
    return Networks(cells, inside, counts, four, five)


def households_by_cell(addresses: Addresses, cells: Ints) -> Ints:
    """The households of each of `cells` (ascending)."""
    at = np.searchsorted(cells, addresses.cell)
    found: Ints = np.bincount(at, addresses.households, len(cells)).astype("int64")
    return found


def _published_5g(addresses: Addresses, raster: Raster, cells: Ints, score: npt.NDArray[np.float32]) -> Mask:
    """The cells with 5G from anybody in mid-2021: of each Kreis the best ones, until its households show the published share."""
    table = facts.table("published_kreis_shares")
    own = table[(table["stand"] == PUBLISHED) & (table["subject"] == "households") & (table["technology"] == "5g")].sort_values("ags")
    kreis = np.unique(facts.table("gemeinden")["ags"].str[:5], return_inverse=True)[1]
    row, column = np.divmod(cells, 10_000)
    owner = raster.gemeinde[row - raster.south, column - raster.west]
    nearest = np.where(owner == NOWHERE, -1, kreis[owner])
    homes = households_by_cell(addresses, cells)
    union = np.zeros(len(cells), dtype=bool)
    for i, share in enumerate(own["share_pct"].to_numpy("float64")):
        members = np.flatnonzero(nearest == i)
        ranked = members[np.argsort(-score[members], kind="stable")]
        inhabited = ranked[homes[ranked] > 0]
        goal = share / 100 * homes[inhabited].sum()
        whole = int(np.searchsorted(np.cumsum(homes[inhabited]), goal, side="right"))
        union[_filled(inhabited, homes, whole, goal)] = True
        edge = score[inhabited[min(whole, len(inhabited) - 1)]]
        empty = members[homes[members] == 0]
        union[empty[score[empty] >= edge]] = True
    union[(nearest == -1) & (score > np.median(score))] = True
    return union


def _filled(ranked: Ints, homes: Ints, whole: int, goal: float) -> Ints:
    """The first `whole` cells, of the others each that still fits below the goal, and then exchanges of two that come nearer to it."""
    chosen = np.zeros(len(ranked), dtype=bool)
    chosen[:whole] = True
    gap = goal - homes[ranked[:whole]].sum()
    for i in range(whole, len(ranked)):
        if homes[ranked[i]] <= gap:
            chosen[i] = True
            gap -= homes[ranked[i]]
    size = homes[ranked]
    for _ in range(EXCHANGES):
        inner, outer = np.flatnonzero(chosen), np.flatnonzero(~chosen)
        if abs(gap) <= CLOSE * size.sum() or not len(inner) or not len(outer):
            break
        change = size[outer][:, None] - np.append(size[inner], 0)[None, :]  # the last one takes nothing out
        best = np.unravel_index(int(np.argmin(np.abs(gap - change))), change.shape)
        if abs(gap - change[best]) >= abs(gap):
            break
        chosen[outer[best[0]]] = True
        if best[1] < len(inner):
            chosen[inner[best[1]]] = False
        gap -= change[best]
    return ranked[chosen]


def _towns(addresses: Addresses, raster: Raster) -> npt.NDArray[np.float32]:
    """How densely a place is settled, deviation 1: the number of its addresses, smoothed."""
    seen = np.zeros(raster.gemeinde.shape, dtype="float32")
    row, column = np.divmod(addresses.cell, 10_000)
    np.add.at(seen, (row - raster.south, column - raster.west), 1)
    smooth = np.sqrt(np.maximum(ndimage.gaussian_filter(seen, TOWN_CELLS), 0))
    scaled: npt.NDArray[np.float32] = ((smooth - smooth.mean()) / smooth.std()).astype("float32")
    return scaled


def _counted(*technologies: list[Mask]) -> Counts:
    """Operators per cell, one column per technology."""
    return np.stack([np.sum(masks, axis=0, dtype=np.int8) for masks in technologies], axis=1)


def _lines(cells: Ints, counts: Counts, eol: bytes) -> bytes:
    """All lines at once: each has the same length."""
    width = KEY_BYTES + 2 * counts.shape[1]
    text = np.empty((len(cells), width + len(eol)), np.uint8)
    text[:, :KEY_BYTES] = np.frombuffer(b"100mN00000E0000", np.uint8)
    row, column = np.divmod(cells, 10_000)
    for values, last, digits in ((row, 9, 5), (column, 14, 4)):
        for i in range(digits):
            text[:, last - i] = ord("0") + values // 10**i % 10
    text[:, KEY_BYTES:width:2] = ord(",")
    text[:, KEY_BYTES + 1 : width : 2] = counts + ord("0")
    text[:, width:] = np.frombuffer(eol, np.uint8)
    return text.tobytes()


def shares(addresses: Addresses, found: Networks) -> Floats:
    """Per Kreis (ascending keys) the part of households with 5G from at least one operator in mid-2021, in percent."""
    has = found.counts[PUBLISHED][:, 3:].max(axis=1)[np.searchsorted(found.cells, addresses.cell)] > 0
    whole = np.bincount(addresses.kreis, addresses.households)
    part: Floats = 100 * np.bincount(addresses.kreis, addresses.households * has) / whole
    return part
