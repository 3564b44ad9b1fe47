"""Published figures that the demo is built from. Each table names its sources in its first line."""

from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

KEYS = {"ags": "str"}


@cache
def table(name: str) -> pd.DataFrame:
    """One of `gemeinden`, `kreise`, `published_kreis_shares`, `published_land_shares`, `land_outline`."""
    with files("geodata.demo").joinpath("facts", f"{name}.csv").open("rb") as stream:
        return pd.read_csv(stream, comment="#", dtype=KEYS)


def outline() -> BaseGeometry:
    """The outline of the Land, generalised to 2 km, in EPSG:25832."""
    points = table("land_outline")[["easting_m", "northing_m"]].to_numpy("float64")
    return shapely.make_valid(shapely.Polygon(points))


def apportioned(weights: np.ndarray, total: int) -> np.ndarray:
    """`total` as whole numbers in proportion to `weights` (largest remainder; of equal remainders the first)."""
    exact = weights / weights.sum() * total
    whole: np.ndarray = np.floor(exact).astype("int64")
    rest = total - int(whole.sum())
    whole[np.argsort(-(exact - whole), kind="stable")[:rest]] += 1
    return whole
