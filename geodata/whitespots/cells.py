"""White spots from cells: how many households of each are below a threshold set, where only shares per class and direction are known.

A set that asks for a class which the source lacks (500), or for both directions at once, gets a lower and an upper bound.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geodata.fixed.measures import CLASSES
from geodata.thresholds import Alternative, ThresholdSet

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class CellSupply:
    """Cells with their households in ten-thousandths, and how many of those have at least each of CLASSES down and up, or fibre.

    `down`, `up`: shape (cells, classes); `unknown`: cells of which nothing is known (then all else is 0).
    """

    cell_id: npt.NDArray[np.int32]
    ags: pa.Array
    total: Ints
    down: Ints
    up: Ints
    fibre: Ints
    unknown: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Bounds:
    """At least and at most; equal where the source tells exactly."""

    lower: Ints
    upper: Ints

    @property
    def is_exact(self) -> bool:
        """Whether the two are the same everywhere."""
        return bool((self.lower == self.upper).all())


def is_exact_from_cells(chosen: ThresholdSet) -> bool:
    """Whether classes and directions of the cells tell a set exactly, whatever the data."""
    return len(chosen.covered) == 1 and all(_is_exact(a) for a in (*chosen.covered, *([chosen.floor] if chosen.floor else [])))


def below_in_cells(cells: CellSupply, chosen: ThresholdSet) -> Bounds:
    """How many ten-thousandths of households of each cell are in the set; 0 where nothing is known of it."""
    met = [_met(cells, a) for a in chosen.covered]
    least = np.maximum.reduce([m.lower for m in met])
    # Whoever meets one alternative has at least the smallest download that any of them asks for.
    most = np.minimum(np.minimum(np.sum([m.upper for m in met], axis=0), cells.total), _any_of(cells, chosen))
    top = _met(cells, chosen.floor) if chosen.floor else Bounds(cells.total, cells.total)
    lower, upper = np.maximum(top.lower - most, 0), np.maximum(top.upper - least, 0)
    return Bounds(np.where(cells.unknown, 0, lower), np.where(cells.unknown, 0, upper))


def _any_of(cells: CellSupply, chosen: ThresholdSet) -> Ints:
    asked = [max(a.down, a.symmetric) for a in chosen.covered]
    return _at_least(cells.down, min(asked), cells.total).upper


def _met(cells: CellSupply, one: Alternative) -> Bounds:
    parts = []
    if one.down:
        parts.append(_at_least(cells.down, one.down, cells.total))
    if one.up:
        parts.append(_at_least(cells.up, one.up, cells.total))
    if one.symmetric:
        parts += [_at_least(classes, one.symmetric, cells.total) for classes in (cells.down, cells.up)]
    if one.fibre:
        parts.append(Bounds(cells.fibre, cells.fibre))
    missing = np.sum([cells.total - p.lower for p in parts], axis=0)
    return Bounds(np.maximum(cells.total - missing, 0), np.minimum.reduce([p.upper for p in parts]))


def _at_least(classes: Ints, mbits: int, total: Ints) -> Bounds:
    """How many have at least `mbits`: between the next class above and the last one below."""
    above, below = [i for i, c in enumerate(CLASSES) if c >= mbits], [i for i, c in enumerate(CLASSES) if c <= mbits]
    lower = classes[:, above[0]] if above else np.zeros(len(total), dtype=np.int64)
    return Bounds(lower, classes[:, below[-1]] if below else total)


def _is_exact(one: Alternative) -> bool:
    asked = [s for s in (one.down, one.up) if s]
    return not one.symmetric and len(asked) + one.fibre == 1 and all(s in CLASSES for s in asked)
