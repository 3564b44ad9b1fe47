"""Which addresses of the demo have which fixed line at which Stand, so that each Kreis shows its published shares.

Per Kreis all addresses stand in one order, best supplied first: a class is a prefix of that order, so classes are nested, and a class
that grows keeps what it had. Inside the gigabit prefix, fibre and cable are chosen by orders of their own, with the overlap that the three
published shares leave; what neither has is `other`. A share is met to half of the household count of the address at the cut. Fibre and the
gigabit prefix never shrink unless their published share does; cable moves where two published Stände leave it no other way.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geodata.demo.addresses import Addresses
from geodata.demo.goals import ANY30, ANY100, ANY200, ANY400, ANY1000, CABLE, CLASSES, FIBRE
from geodata.demo.raster import CELL_M, Floats, Ints, Raster

QUARTER_CELLS, DISTRICT_CELLS = 6.0, 25.0
BEST, HAS_FIBRE, HAS_CABLE = 7, 8, 16
GIGABIT = len(CLASSES)

State = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Scores:
    """How early an address is supplied: in all, with fibre, with cable. Smooth over quarters, alike along a street."""

    any: npt.NDArray[np.float32]
    fibre: npt.NDArray[np.float32]
    cable: npt.NDArray[np.float32]


def scores(addresses: Addresses, raster: Raster, rng: np.random.Generator) -> Scores:
    """Towns come before farms; fibre is less bound to towns than cable."""
    at = (addresses.north // CELL_M).astype("int64") - raster.south, (addresses.east // CELL_M).astype("int64") - raster.west
    density = np.log(np.maximum(addresses.weight, 0.05))
    streets, places = int(addresses.street[-1]) + 1, int(addresses.gemeinde[-1]) + 1
    found = []
    for dense, quarter, district, street, place in ((1.0, 0.5, 0.4, 0.35, 0.4), (0.1, 0.8, 0.8, 0.4, 0.7), (0.5, 0.7, 0.6, 0.3, 0.5)):
        score = dense * density + street * rng.standard_normal(streets, dtype="float32")[addresses.street]
        score += place * rng.standard_normal(places, dtype="float32")[addresses.gemeinde]
        for weight, reach in ((quarter, QUARTER_CELLS), (district, DISTRICT_CELLS)):
            score += weight * raster.field_at(reach, *at, rng)
        found.append(score.astype("float32"))
    return Scores(*found)


def states(addresses: Addresses, scored: Scores, goals: dict[str, Floats]) -> dict[str, State]:
    """Per Stand one number per address: its class in the bits of `BEST` (0 = below 30 Mbit/s, 5 = gigabit), fibre and cable at >= 1000."""
    found = {stand: np.zeros(len(addresses), "uint8") for stand in goals}
    for kreis in np.unique(addresses.kreis):
        first, last = np.searchsorted(addresses.kreis, [kreis, kreis + 1])
        own = slice(int(first), int(last))
        chosen = _kreis(
            addresses.households[own].astype("int64"),
            np.argsort(-scored.any[own], kind="stable"),
            np.argsort(-scored.fibre[own], kind="stable"),
            np.argsort(-scored.cable[own], kind="stable"),
            {stand: shares[kreis] for stand, shares in goals.items()},
        )
        for stand, state in chosen.items():
            found[stand][own] = state
    return found


def best(state: State) -> State:
    """The position of the highest class: 0 = below 30 Mbit/s, then `CLASSES`."""
    found: State = state & np.uint8(BEST)
    return found


def fibre(state: State) -> npt.NDArray[np.bool_]:
    """Who has FTTB/H with a gigabit."""
    return (state & HAS_FIBRE) > 0


def cable(state: State) -> npt.NDArray[np.bool_]:
    """Who has cable with a gigabit."""
    return (state & HAS_CABLE) > 0


def other(state: State) -> npt.NDArray[np.bool_]:
    """Who has a gigabit, but neither over fibre nor over cable."""
    found: npt.NDArray[np.bool_] = (state & (BEST | HAS_FIBRE | HAS_CABLE)) == GIGABIT
    return found


def _kreis(households: Ints, order: Ints, by_fibre: Ints, by_cable: Ints, goals: dict[str, Floats]) -> dict[str, State]:
    total = int(households.sum())
    had_fibre = had_cable = np.zeros(len(households), dtype=bool)
    found = {}
    for stand, shares in goals.items():
        wanted = shares / 100 * total
        state = np.zeros(len(households), "uint8")
        for column in (ANY30, ANY100, ANY200, ANY400, ANY1000):
            state[_until(order, households, wanted[column])] += 1
        gigabit = state == GIGABIT
        # New fibre goes where there is no cable yet, but for the overlap that the shares demand.
        overlap = wanted[FIBRE] + wanted[CABLE] - wanted[ANY1000] - households[had_fibre & had_cable].sum()
        over_cable = np.zeros(len(households), dtype=bool)
        candidates = by_fibre[(gigabit & had_cable & ~had_fibre)[by_fibre]]
        over_cable[_until(candidates, households, overlap)] = True
        first = had_fibre & gigabit
        fresh = gigabit & ~first & (~had_cable | over_cable)
        has_fibre = _taken(by_fibre, (first, fresh, gigabit & ~first & ~fresh), households, wanted[FIBRE])
        alone = gigabit & ~has_fibre
        groups = (alone & had_cable, alone & ~had_cable, has_fibre & had_cable, has_fibre & ~had_cable)
        has_cable = _taken(by_cable, groups, households, wanted[CABLE])
        found[stand] = state | has_fibre * np.uint8(HAS_FIBRE) | has_cable * np.uint8(HAS_CABLE)
        had_fibre, had_cable = has_fibre, has_cable
    return found


def _taken(order: Ints, groups: tuple[npt.NDArray[np.bool_], ...], households: Ints, wanted: float) -> npt.NDArray[np.bool_]:
    """The addresses that hold `wanted` households: group after group, each in `order`."""
    chain = np.concatenate([order[group[order]] for group in groups])
    taken = np.zeros(len(households), dtype=bool)
    taken[_until(chain, households, wanted)] = True
    return taken


def _until(chain: Ints, households: Ints, wanted: float) -> Ints:
    """The first addresses of `chain` whose households come nearest to `wanted`, with the empty houses among and behind them."""
    summed = np.cumsum(households[chain])
    if wanted <= 0 or not len(summed):
        return chain[:0]
    count = int(np.searchsorted(summed, wanted + 1e-9, side="right"))
    if count < len(chain):
        under = int(summed[count - 1]) if count else 0
        if summed[count] - wanted < wanted - under:
            count = int(np.searchsorted(summed, summed[count], side="right"))
    return chain[:count]
