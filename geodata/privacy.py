"""Cells as the public may see them: never one with fewer than three households, and nothing to recover by subtraction.

`partition` puts every 100 m cell of a Gemeinde into exactly one part; `published_cells` sums figures by part and rounds them. Why that is
enough, and what it does not protect, says docs/datenschutz-raster.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geodata.fixed.measures import UNITS

MINIMUM = 3
CELL_M = 100
SIZES_M = (100, 200, 500, 1000)
NOWHERE = 0
AREAS = (8, 5, 3, 2)  # digits of the AGS: Gemeinde, Kreis, Regierungsbezirk, Land
FACTOR = 10_000  # cell_id = northing / 100 · 10⁴ + easting / 100
PARTS = pa.schema(
    [
        ("cell_id", pa.int32()),
        ("ags", pa.string()),
        ("part_id", pa.int32()),
        ("part_ags", pa.string()),
        ("size_m", pa.int32()),
        ("easting_m", pa.int32()),
        ("northing_m", pa.int32()),
    ]
)


def partition(households: pa.Table) -> pa.Table:
    """PARTS, a row per cell and Gemeinde of `households` (`cell_id`, `ags`, `units`: ten-thousandths, 0 allowed), sorted.

    Within a Gemeinde, cells with too few households are put together in their square of 200 m, then 500 m, then 1 km (aligned at 0);
    what is left in a 1 km square joins a part of it; where there is none, what is left in the Gemeinde (then Kreis, …) is one part
    without a place (`size_m` null). Every part has `MINIMUM` households; where the whole Land has fewer, there is no row.
    """
    table = households.group_by(["cell_id", "ags"], use_threads=False).aggregate([("units", "sum")])
    table = table.sort_by([("cell_id", "ascending"), ("ags", "ascending")])
    cell, units = table["cell_id"].to_numpy().astype("int64"), table["units_sum"].to_numpy()
    keys = table["ags"].combine_chunks().dictionary_encode()
    names = np.array(keys.dictionary.to_pylist(), dtype="U8")
    area = keys.indices.to_numpy().astype("int64")
    north, east = cell // FACTOR * CELL_M, cell % FACTOR * CELL_M
    found = _Parted(units, np.full(len(cell), -1, dtype=np.int64), np.zeros(len(cell), dtype=np.int64))
    for side in SIZES_M:
        found.put_together(_grouped(area, north // side, east // side), side)
    found.put_together(_grouped(area, north // SIZES_M[-1], east // SIZES_M[-1]), SIZES_M[-1], joining=True)
    shown = names[area]
    for digits in AREAS:
        shorter = np.array([n[:digits] for n in names])
        changed = found.put_together(_grouped(np.unique(shorter, return_inverse=True)[1][area]), NOWHERE, joining=True)
        shown[changed] = shorter[area[changed]]
    return _table(table, found, shown)


@dataclass
class _Parted:
    """Per cell its ten-thousandths of households, the number of its part (−1: none yet) and the part's size; the next free number."""

    units: np.ndarray
    part: np.ndarray
    size: np.ndarray
    free: int = 0

    def put_together(self, group: np.ndarray, side: int, *, joining: bool = False) -> np.ndarray:
        """Make one part of the cells of each `group` that have none, where they are enough; returns which cells changed their part.

        `joining`: where they are not enough, together with one part of the group, the largest in size and then the smallest in households.
        """
        left = self.part < 0
        if not left.any():
            return left
        groups = int(group.max()) + 1
        waiting = np.bincount(group[left], minlength=groups) > 0
        enough = waiting & (np.bincount(group[left], self.units[left], groups) >= MINIMUM * UNITS)
        other = self._partner(group, groups) if joining else np.full(groups, -1, dtype=np.int64)
        together = waiting & ~enough & (other >= 0)
        fresh = np.full(groups, -1, dtype=np.int64)
        fresh[enough | together] = self.free + np.arange(int((enough | together).sum()))
        renamed = np.arange(self.free + 1)
        renamed[other[together]] = fresh[together]
        now = np.where(left, fresh[group], renamed[np.maximum(self.part, 0)])
        changed = now != self.part
        self.part, self.free = now, self.free + int((enough | together).sum())
        self.size[changed] = side
        return np.asarray(changed)

    def _partner(self, group: np.ndarray, groups: int) -> np.ndarray:
        """Per group the part that takes in what is left; −1 where there is none."""
        placed = np.flatnonzero(self.part >= 0)
        numbers, first, inverse = np.unique(self.part[placed], return_index=True, return_inverse=True)
        total = np.bincount(inverse, self.units[placed], len(numbers))
        size = self.size[placed[first]]
        # Of several entries for one group the last one stays: the order is from the worst to the best.
        order = np.lexsort((numbers, total, -np.where(size == NOWHERE, 10**6, size)))[::-1]
        found = np.full(groups, -1, dtype=np.int64)
        found[group[placed[first]][order]] = numbers[order]
        return found


def _grouped(*keys: np.ndarray) -> np.ndarray:
    """A number per distinct combination of the keys, in their order."""
    code = np.zeros(len(keys[0]), dtype=np.int64)
    for key in keys:
        found = np.unique(key, return_inverse=True)
        code = np.unique(code * max(len(found[0]), 1) + found[1], return_inverse=True)[1]
    return code


def _table(table: pa.Table, found: _Parted, shown: np.ndarray) -> pa.Table:
    """PARTS with running numbers in the order of the first cell of each part."""
    kept = np.flatnonzero(found.part >= 0)
    numbers, first, inverse = np.unique(found.part[kept], return_index=True, return_inverse=True)
    order = np.empty(len(numbers), dtype=np.int64)
    order[np.argsort(first)] = np.arange(len(numbers))
    cell, side = table["cell_id"].to_numpy()[kept].astype("int64"), found.size[kept]
    nowhere, step = side == NOWHERE, np.maximum(side, 1)
    return pa.table(
        {
            "cell_id": cell,
            "ags": table["ags"].take(pa.array(kept)),
            "part_id": order[inverse],
            "part_ags": pa.array(shown[kept].tolist(), pa.string()),
            "size_m": pa.array(side, mask=nowhere),
            "easting_m": pa.array(cell % FACTOR * CELL_M // step * step, mask=nowhere),
            "northing_m": pa.array(cell // FACTOR * CELL_M // step * step, mask=nowhere),
        }
    ).cast(PARTS)


def published_cells(parts: pa.Table, cells: pa.Table | None = None, *, keys: Sequence[str], amounts: Sequence[str]) -> pa.Table:
    """The figures of `cells` by part: whole households, rounded to multiples of three; sorted by `keys` and part.

    `cells`: `keys`, `cell_id`, `ags`, `amounts` (ten-thousandths of households); without it each part once. Returns `keys`, `part_id`,
    `ags`, `size_m`, `easting_m`, `northing_m` (south-west corner, EPSG:25832; null for the rest of an area) and `amounts`.
    ValueError for a cell in no part, unless there is none: then too few households live there to show anything.
    """
    place = ["part_id", "part_ags", "size_m", "easting_m", "northing_m"]
    joined = parts if cells is None else cells.select([*keys, "cell_id", "ags", *amounts]).join(parts, ["cell_id", "ags"])
    missing = joined["part_id"].null_count
    if missing and parts.num_rows:
        msg = f"{missing} cells lie in no part: the partition must be made of all cells that are published"
        raise ValueError(msg)
    known = joined.filter(pc.is_valid(joined["part_id"]))
    summed = known.group_by([*keys, *place], use_threads=False).aggregate([(a, "sum") for a in amounts])
    summed = summed.sort_by([(k, "ascending") for k in (*keys, "part_id")])
    columns = {k: summed[k] for k in keys} | {("ags" if p == "part_ags" else p): summed[p] for p in place}
    return pa.table(columns | {a: rounded(summed[f"{a}_sum"].to_numpy()) for a in amounts})


def rounded(units: np.ndarray) -> np.ndarray:
    """Whole households, the nearest multiple of three: neither one or two households, nor all but one or two, ever show."""
    step = MINIMUM * UNITS
    return np.asarray((units.astype("int64") + step // 2) // step * MINIMUM)


def outlines(published: pa.Table) -> np.ndarray:
    """One polygon per row with a place (None without): its square less the smaller squares that are published inside it (EPSG:25832)."""
    where = published.select(["part_id", "size_m", "easting_m", "northing_m"]).to_pandas().drop_duplicates("part_id").dropna()
    where = where.sort_values(["size_m", "part_id"])
    size, east, north = (where[c].to_numpy("float64") for c in ("size_m", "easting_m", "northing_m"))
    squares = shapely.box(east, north, east + size, north + size)
    shapes = squares.copy()
    large = np.flatnonzero(size > CELL_M)
    outer, inner = shapely.STRtree(squares).query(squares[large], predicate="intersects")
    within = size[inner] < size[large[outer]]
    outer, inner = outer[within], inner[within]
    if len(outer):
        order = np.argsort(outer, kind="stable")
        holes = shapely.geometrycollections(squares[inner[order]], indices=np.unique(outer[order], return_inverse=True)[1])
        at = large[np.unique(outer)]
        shapes[at] = shapely.difference(squares[at], shapely.unary_union(np.asarray(holes)[:, None], axis=1))
    found = dict(zip(where["part_id"], shapes, strict=True))
    return np.array([found.get(p) for p in published["part_id"].to_pylist()], dtype=object)
