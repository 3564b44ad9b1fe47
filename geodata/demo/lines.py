"""The lines behind the availability of the demo: technology, speeds down and up, operator. Operators are invented and named so."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geodata.demo import availability, facts
from geodata.demo.addresses import Addresses
from geodata.demo.availability import State
from geodata.demo.raster import CELL_M, Raster

# Speed classes of the grid; position 0 is none.
CLASSES = (10, 16, 30, 50, 100, 200, 400, 1000)
TECHNOLOGIES = ("ftth", "fttb", "fttc", "hfc", "sonst")
OPERATORS = ("demo_nord", "demo_west", "demo_glas", "demo_kabel")
NORD, WEST, GLAS, KABEL = range(4)
WESTERN_DISTRICTS = ("1", "3")
C10, C16, C30, C50, C100, C200, C400, C1000 = range(1, 9)
# The highest VDSL line within each class of availability (below 30, 30, 100, 200, 400, 1000).
VDSL_CAP = np.array([C16, C50, C100, C200, C200, C200], "uint8")
# Mbit/s of a line down and up by its class down: VDSL with and without vectoring; cable.
VDSL_DOWN, VDSL_UP = (0, 10, 16, 30, 50, 100, 250, 0, 0), (0, 1, 2, 6, 10, 40, 40, 0, 0)
CABLE_DOWN, CABLE_UP = (0, 0, 0, 0, 0, 0, 0, 400, 1000), (0, 0, 0, 0, 0, 0, 0, 25, 50)
FIBRE_UP = {NORD: 500, WEST: 500, GLAS: 1000}
DENSE_HOUSE, TO_BUILDING = 6, 0.5
GLAS_REACH, GLAS_ABOVE = 30.0, 0.2

Classes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Traits:
    """What stays with an address: `luck` in 0–1, operator of VDSL (`incumbent`) and of fibre, whether fibre ends in the building."""

    luck: npt.NDArray[np.float32]
    incumbent: npt.NDArray[np.uint8]
    fibre_operator: npt.NDArray[np.uint8]
    to_building: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Lines:
    """Per address and technology the class of the line down and up (0 = no line)."""

    down: dict[str, Classes]
    up: dict[str, Classes]


def traits(addresses: Addresses, raster: Raster, rng: np.random.Generator) -> Traits:
    """Operators: the west and the rest of the Land have an incumbent each; a third one builds fibre in whole towns and quarters."""
    at = (addresses.north // CELL_M).astype("int64") - raster.south, (addresses.east // CELL_M).astype("int64") - raster.west
    western = facts.table("gemeinden")["ags"].str[2].isin(WESTERN_DISTRICTS).to_numpy()[addresses.gemeinde]
    incumbent = np.where(western, WEST, NORD).astype("uint8")
    glas = raster.field_at(GLAS_REACH, *at, rng) > GLAS_ABOVE
    luck = rng.random(len(addresses), dtype="float32")
    dense = (addresses.households >= DENSE_HOUSE) & (luck < TO_BUILDING)
    return Traits(luck, incumbent, np.where(glas, GLAS, incumbent).astype("uint8"), dense)


def lines_of(stands: dict[str, State], own: Traits) -> Iterator[tuple[str, Lines]]:
    """The lines at each Stand, in the order given (ascending): what an address has it keeps, within its class of availability."""
    vdsl, cable = np.zeros(len(own.luck), "uint8"), np.zeros(len(own.luck), "uint8")
    slow = np.select([own.luck < 0.55, own.luck < 0.98], [C16, C10], 0)  # noqa: PLR2004  # invented split
    middle = np.where(own.luck < 0.75, C50, C30)  # noqa: PLR2004  # invented split
    fast = np.select([own.luck < 0.25, own.luck < 0.65], [C50, C100], C200)  # noqa: PLR2004  # invented split
    full = np.full(len(own.luck), C100), np.full(len(own.luck), C200)
    by_class = np.stack([slow, middle, *full, fast, fast]).astype("uint8")
    for stand, state in stands.items():
        best, fibre = availability.best(state), availability.fibre(state)
        vdsl = np.minimum(np.maximum(vdsl, np.take_along_axis(by_class, best[None, :], 0)[0]), VDSL_CAP[best])
        kept = np.where(best >= availability.GIGABIT - 1, np.minimum(cable, C400), 0)
        cable = np.where(availability.cable(state), C1000, np.where(best == availability.GIGABIT - 1, C400, kept)).astype("uint8")
        down = {
            "ftth": np.where(fibre & ~own.to_building, C1000, 0),
            "fttb": np.where(fibre & own.to_building, C1000, 0),
            "fttc": vdsl,
            "hfc": cable,
            "sonst": np.where(availability.other(state), C1000, 0),
        }
        up_of_fibre = np.where(own.fibre_operator == GLAS, C1000, C400)
        up = {
            "ftth": np.where(down["ftth"] > 0, up_of_fibre, 0),
            "fttb": np.where(down["fttb"] > 0, up_of_fibre, 0),
            "fttc": class_of(np.array(VDSL_UP))[vdsl],
            "hfc": class_of(np.array(CABLE_UP))[cable],
            "sonst": down["sonst"],
        }
        yield stand, Lines(*({t: c.astype("uint8") for t, c in found.items()} for found in (down, up)))


def class_of(mbits: np.ndarray) -> Classes:
    """The position of the highest class that a speed reaches, 0 for none."""
    return np.searchsorted(CLASSES, mbits, side="right").astype("uint8")
