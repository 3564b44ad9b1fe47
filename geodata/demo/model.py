"""The model behind the demo's files: addresses, their availability at every Stand, and the traits of their lines. It writes nothing."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.demo import availability, cells, goals, lines
from geodata.demo.addresses import Addresses, settled
from geodata.demo.availability import State
from geodata.demo.goals import CLASSES, MEASURES, STANDS
from geodata.demo.raster import Floats, Raster, rasterized

PARTS = ("cells", "addresses", "goals", "scores", "traits")
FEW = 50


@dataclass(frozen=True)
class Model:
    """`states`: per Stand (published, invented, and two more for what is announced) one number per address, see `availability`."""

    raster: Raster
    addresses: Addresses
    goals: dict[str, Floats]
    states: dict[str, State]
    traits: lines.Traits


def modelled(areas: gpd.GeoDataFrame, parks: gpd.GeoDataFrame, *, scale: float, seed: tuple[int, ...]) -> Model:
    """The model at a scale (0 < scale <= 1); the same for the same seed."""
    rng = {part: np.random.default_rng([*seed, i]) for i, part in enumerate(PARTS)}
    raster = rasterized(areas)
    inhabited = cells.inhabited(raster, scale=scale, rng=rng["cells"])
    addresses = settled(raster, inhabited, parks, scale=scale, rng=rng["addresses"])
    wanted = goals.goals(rng["goals"])
    scored = availability.scores(addresses, raster, rng["scores"])
    states = availability.states(addresses, scored, {stand: wanted[stand] for stand in STANDS})
    return Model(raster, addresses, wanted, states, lines.traits(addresses, raster, rng["traits"]))


def gigabit_of_gemeinden(model: Model, stand: str) -> Floats:
    """The share (0–1) of households with a gigabit in each Gemeinde, drawn towards the Land's where few households are counted."""
    addresses = model.addresses
    covered = addresses.households * (availability.best(model.states[stand]) == availability.GIGABIT)
    whole = np.bincount(addresses.gemeinde, addresses.households)
    found: Floats = (np.bincount(addresses.gemeinde, covered) + FEW * covered.sum() / whole.sum()) / (whole + FEW)
    return found


def shares(model: Model, stand: str) -> pd.DataFrame:
    """The true shares of the Kreise: households with each of `goals.MEASURES`, households, and the goal, per Kreis position and measure."""
    state, kreis = model.states[stand], model.addresses.kreis
    best = availability.best(state)
    met = [*(best >= i for i in range(1, len(CLASSES) + 1)), availability.fibre(state), availability.cable(state)]
    households = model.addresses.households
    count = len(model.goals[stand])
    whole = np.bincount(kreis, households, count).astype("int64")
    frames = [
        pd.DataFrame(
            {
                "kreis": np.arange(count),
                "technology": technology,
                "min_mbits": mbits,
                "covered": np.bincount(kreis, households * has, count).astype("int64"),
                "households": whole,
                "goal_pct": model.goals[stand][:, i],
            }
        )
        for i, ((technology, mbits), has) in enumerate(zip(MEASURES, met, strict=True))
    ]
    return pd.concat(frames, ignore_index=True)
