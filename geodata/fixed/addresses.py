"""Covered households per cell from addresses and the offers of all operators: their union, and the best single one as the old atlas did.

An address counts as covered if any operator offers the class there. The old atlas took, cell by cell, the operator with the most
covered households; that understates the union wherever two operators cover different addresses of a cell.
"""

from collections.abc import Iterator
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
    ags: pa.DictionaryArray
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
    operators = table["operator"].cast(pa.string()).dictionary_encode().combine_chunks().indices.to_numpy()
    kinds = {kind: i for i, kind in enumerate(COUNTS_FOR)}
    kind = pc.index_in(table["technology"].cast(pa.string()), value_set=pa.array(list(kinds))).to_numpy()
    announced = pc.not_equal(table["rollout"].cast(pa.string()), EXISTING).to_numpy()
    return Offers(address.astype("int32"), operators.astype("int16"), kind.astype("uint8"), codes, announced)


def places_of(cell_id: np.ndarray, ags: pa.Array) -> Places:
    """A place for each pair of cell and Gemeinde that holds an address, sorted; `ags` null is outside the Land."""
    coded = ags.combine_chunks() if isinstance(ags, pa.ChunkedArray) else ags
    coded = coded if pa.types.is_dictionary(coded.type) else coded.dictionary_encode()
    names = coded.dictionary.cast(pa.string())
    order = pc.array_sort_indices(names).to_numpy()
    rank = np.empty(len(names), dtype=np.int64)
    rank[order] = np.arange(len(names))
    number = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype("int64")
    inside = number >= 0
    keys = cell_id[inside].astype("int64") * len(names) + rank[number[inside]]
    found, of = np.unique(keys, return_inverse=True)
    places = np.full(len(cell_id), -1, dtype=np.int32)
    places[inside] = of
    size = max(len(names), 1)
    return Places(
        (found // size).astype("int32"),
        pa.DictionaryArray.from_arrays(pa.array((found % size).astype("int32")), names.take(pa.array(order))),
        places,
    )


def fixed_cells(offers: Offers, weights: np.ndarray, places: Places, *, subject: str) -> Iterator[pa.Table]:
    """Parts of FIXED_CELLS: the methods `addresses_best_operator` (existing) and `addresses_union` (existing, with_announced).

    `weights`: what each address counts for, ten-thousandths of households or businesses; −1 = no figure (counts neither here nor there).
    Rows of a technology stand only where it is offered; `any` stands wherever something counts, so that an absent row of another one
    means none.
    """
    known = np.where(weights > 0, weights, 0)
    existing = offers.only(~offers.announced)
    each = [existing.only(existing.operator == operator) for operator in np.unique(existing.operator)]
    counted = [("addresses_best_operator", EXISTING, each), ("addresses_union", EXISTING, [existing])]
    for method, rollout, groups in [*counted, ("addresses_union", WITH_ANNOUNCED, [offers])]:
        bests = [_best(group, len(known)) for group in groups]
        yield from _parts({"method": method, "rollout": rollout, "subject": subject}, bests, known, places)


def _best(offers: Offers, addresses: int) -> np.ndarray:
    best = np.zeros((len(TECHNOLOGIES), len(DIRECTIONS), addresses), dtype=np.uint8)
    best_classes(best, offers.address, offers.kind, offers.codes, membership())
    return best


def _parts(keys: dict[str, str], bests: list[np.ndarray], known: np.ndarray, places: Places) -> Iterator[pa.Table]:
    """One part per technology and direction, even without rows; of several `bests` the one with the most covered counts, cell by cell."""
    n = len(places.cell_id)
    total = covered_by_place(places.of, known, np.ones(len(known), dtype=np.uint8), n)[:, 0]
    for (i, technology), (j, direction) in product(enumerate(TECHNOLOGIES), enumerate(DIRECTIONS)):
        sums = np.zeros((n, len(CLASSES)), dtype=np.int64)
        for best in bests:
            if best[i, j].any():
                np.maximum(sums, covered_by_place(places.of, known, best[i, j], n), out=sums)
        chosen = np.flatnonzero(total if technology == "any" else sums[:, 0])
        named = keys | {"technology": technology, "direction": direction}
        yield rows(named, places.cell_id[chosen], places.ags.take(pa.array(chosen)), total[chosen], sums[chosen])
