"""Covered households per cell from addresses and the offers of all operators: their union, and the best single one as the old atlas did.

An address counts as covered if any operator offers the class there. The old atlas took, cell by cell, the operator with the most
covered households; that understates the union wherever two operators cover different addresses of a cell.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geodata.fixed.kernels import best_classes, covered_by_place
from geodata.fixed.measures import CLASSES, COUNTS_FOR, DIRECTIONS, TECHNOLOGIES, class_codes, membership, rows

EXISTING, WITH_ANNOUNCED = "existing", "with_announced"


@dataclass(frozen=True)
class Places:
    """Where each address counts: `cell_id` int32 and `ags` per place, `of` = the place of each address (−1: outside the Land)."""

    cell_id: np.ndarray
    ags: np.ndarray
    of: np.ndarray


@dataclass(frozen=True)
class Offers:
    """Offers as arrays of equal length: row of the address (−1: none), operator, kind (order of `COUNTS_FOR`), classes, announced."""

    address: np.ndarray
    operator: np.ndarray
    kind: np.ndarray
    codes: np.ndarray
    announced: np.ndarray

    def only(self, chosen: np.ndarray) -> "Offers":
        """The offers where `chosen` is true."""
        return Offers(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def offers_from(table: pa.Table, address: np.ndarray) -> Offers:
    """Offers of `core_deliveries__offers`; `address` is the row of the matched address (−1: none)."""
    speeds = [pc.fill_null(table[f"{d}load_mbits"].cast(pa.float64()), np.nan).to_numpy() for d in DIRECTIONS]
    codes = class_codes(np.column_stack(speeds))
    operators = np.unique(table["operator"].to_numpy(zero_copy_only=False).astype(str), return_inverse=True)[1]
    kinds = {kind: i for i, kind in enumerate(COUNTS_FOR)}
    kind = pc.index_in(table["technology"], value_set=pa.array(list(kinds))).to_numpy(zero_copy_only=False)
    announced = table["rollout"].to_numpy(zero_copy_only=False) != EXISTING
    return Offers(address.astype("int32"), operators.astype("int16"), kind.astype("uint8"), codes, announced)


def places_of(cell_id: np.ndarray, ags: np.ndarray) -> Places:
    """A place for each pair of cell and Gemeinde that holds an address; `ags` as whole numbers, −1 outside the Land."""
    inside = ags >= 0
    keys = np.where(inside, cell_id.astype("int64") * 100_000_000 + ags, -1)
    found, of = np.unique(keys[inside], return_inverse=True)
    places = np.full(len(cell_id), -1, dtype=np.int32)
    places[inside] = of
    return Places((found // 100_000_000).astype("int32"), found % 100_000_000, places)


def fixed_cells(offers: Offers, weights: np.ndarray, places: Places, *, subject: str) -> pa.Table:
    """Rows of FIXED_CELLS by the methods `addresses_union` (existing and with_announced) and `addresses_best_operator` (existing).

    `weights`: what each address counts for, ten-thousandths of households or businesses; −1 = no figure (counts neither here nor there).
    Rows of a technology stand only where it is offered; `any` stands for every place, so an absent row of another technology means none.
    """
    known = np.where(weights > 0, weights, 0)
    total = covered_by_place(places.of, known, np.ones(len(known), dtype=np.uint8), len(places.cell_id))[:, 0]
    existing = offers.only(~offers.announced)
    counted = {
        ("addresses_union", EXISTING): _union(existing, known, places),
        ("addresses_union", WITH_ANNOUNCED): _union(offers, known, places),
        ("addresses_best_operator", EXISTING): _best_operator(existing, known, places),
    }
    return pa.concat_tables(
        [
            part
            for (method, rollout), covered in counted.items()
            for part in _rows({"method": method, "rollout": rollout, "subject": subject}, covered, places, total)
        ]
    )


Covered = dict[tuple[str, str], np.ndarray]


def _union(offers: Offers, households: np.ndarray, places: Places) -> Covered:
    best = np.zeros((len(TECHNOLOGIES), len(DIRECTIONS), len(households)), dtype=np.uint8)
    best_classes(best, offers.address, offers.kind, offers.codes, membership())
    return {
        (t, d): covered_by_place(places.of, households, best[i, j], len(places.cell_id))
        for (i, t), (j, d) in product(enumerate(TECHNOLOGIES), enumerate(DIRECTIONS))
        if best[i, j].any()
    }


def _best_operator(offers: Offers, households: np.ndarray, places: Places) -> Covered:
    found: Covered = {}
    for operator in np.unique(offers.operator):
        for key, covered in _union(offers.only(offers.operator == operator), households, places).items():
            found[key] = np.maximum(found[key], covered) if key in found else covered
    return found


def _rows(keys: dict[str, str], covered: Covered, places: Places, total: np.ndarray) -> list[pa.Table]:
    ags = pc.utf8_lpad(pa.array(places.ags).cast(pa.string()), 8, "0")
    parts = []
    for technology, direction in product(TECHNOLOGIES, DIRECTIONS):
        sums = covered.get((technology, direction))
        if sums is None:
            if technology != "any":
                continue
            sums = np.zeros((len(total), len(CLASSES)), dtype=np.int64)
        chosen = np.arange(len(total)) if technology == "any" else np.flatnonzero(sums[:, 0])
        named = keys | {"technology": technology, "direction": direction}
        parts.append(rows(named, places.cell_id[chosen], ags.take(pa.array(chosen)), total[chosen], sums[chosen]))
    return parts
