"""Where people live in the demo: households and inhabitants on the 1-km grid of the Zensus, in towns and villages, not evenly."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from geodata.demo import facts

CELL_M = 1000
VILLAGES_PER_KM2 = 0.05
REACH_M = 1400.0
# Share of households by size, 1 to 6 and more persons; the last one takes what rounding leaves.
SIZES = (0.41, 0.33, 0.12, 0.09, 0.035, 0.015)


@dataclass(frozen=True)
class Settlement:
    """Inhabited cells: centre in EPSG:3035 (`x_m`, `y_m`) and EPSG:25832, `ags`, `households`, `persons`."""

    cells: pd.DataFrame

    def of(self, ags: str) -> pd.DataFrame:
        """The cells of one Gemeinde."""
        return self.cells[self.cells["ags"] == ags]


def settle(areas: gpd.GeoDataFrame, rng: np.random.Generator) -> Settlement:
    """Cells whose households and inhabitants sum, for each Gemeinde of `areas`, exactly to the figures."""
    grid = _grid(areas)
    table = facts.table("gemeinden")
    figures = dict(zip(table["ags"], table[["households", "inhabitants"]].to_numpy().tolist(), strict=True))
    polygons = dict(zip(areas["ags"], areas.geometry, strict=True))
    found = []
    for ags, cells in grid.groupby("ags", sort=True):
        wanted, inhabitants = figures[str(ags)]
        weights = _attraction(cells, polygons[str(ags)], rng)
        households = facts.apportioned(weights, wanted)
        inhabited = cells[households > 0].assign(households=households[households > 0])
        persons = inhabited["households"] + facts.apportioned(inhabited["households"].to_numpy("float64"), max(inhabitants - wanted, 0))
        found.append(inhabited.assign(persons=persons))
    return Settlement(pd.concat(found, ignore_index=True).sort_values(["y_m", "x_m"], ignore_index=True))


def write_zensus(settlement: Settlement, folder: Path, rng: np.random.Generator) -> list[Path]:
    """The two official CSV files: inhabitants, and households by size."""
    folder.mkdir(parents=True, exist_ok=True)
    cells = settlement.cells
    head = pd.DataFrame(
        {
            "GITTER_ID_1km": [
                f"CRS3035RES1000mN{y - CELL_M // 2}E{x - CELL_M // 2}" for x, y in zip(cells["x_m"], cells["y_m"], strict=True)
            ],
            "x_mp_1km": cells["x_m"],
            "y_mp_1km": cells["y_m"],
        }
    )
    sizes = np.array([rng.multinomial(n, SIZES) for n in cells["households"]])
    words = ["1_Person", "2_Personen", "3_Personen", "4_Personen", "5_Personen", "6_Personen_und_mehr"]
    households = head.assign(
        Insgesamt_Haushalte=cells["households"], **{w: sizes[:, i] for i, w in enumerate(words)}, werterlaeuternde_Zeichen=""
    )
    files = [folder / "Zensus2022_Haushalte_1km-Gitter.csv", folder / "Zensus2022_Bevoelkerungszahl_1km-Gitter.csv"]
    households.to_csv(files[0], sep=";", index=False, lineterminator="\r\n")
    head.assign(Einwohner=cells["persons"]).to_csv(files[1], sep=";", index=False, lineterminator="\r\n")
    return files


def _grid(areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """The cells whose centre lies in a Gemeinde."""
    west, south, east, north = areas.to_crs("EPSG:3035").total_bounds
    xs = np.arange(west // CELL_M, east // CELL_M + 1) * CELL_M + CELL_M // 2
    ys = np.arange(south // CELL_M, north // CELL_M + 1) * CELL_M + CELL_M // 2
    x, y = (a.ravel() for a in np.meshgrid(xs, ys))
    easting, northing = Transformer.from_crs("EPSG:3035", "EPSG:25832", always_xy=True).transform(x, y)
    points, polygons = shapely.STRtree(areas.geometry.to_numpy()).query(shapely.points(easting, northing), predicate="within")
    return pd.DataFrame(
        {
            "x_m": x[points].astype("int64"),
            "y_m": y[points].astype("int64"),
            "easting_m": easting[points],
            "northing_m": northing[points],
            "ags": areas["ags"].to_numpy()[polygons],
        }
    ).drop_duplicates(["x_m", "y_m"])


def _attraction(cells: pd.DataFrame, polygon: BaseGeometry, rng: np.random.Generator) -> np.ndarray:
    """How strongly each cell draws households: one town and some villages, falling with distance."""
    middle = polygon.representative_point()
    villages = cells.sample(n=min(len(cells), 1 + int(polygon.area / 1e6 * VILLAGES_PER_KM2)), random_state=rng)
    places = np.vstack([[middle.x, middle.y], villages[["easting_m", "northing_m"]].to_numpy()])
    size = np.concatenate([[1.0], rng.pareto(2.0, len(villages)) * 0.15 + 0.05])
    reach = REACH_M * np.sqrt(1 + polygon.area / 1e8) * np.sqrt(size)
    distance = np.hypot(cells["easting_m"].to_numpy()[:, None] - places[:, 0], cells["northing_m"].to_numpy()[:, None] - places[:, 1])
    drawn: np.ndarray = (size * np.exp(-distance / reach)).sum(axis=1)
    scattered: np.ndarray = drawn * rng.uniform(0.7, 1.3, len(cells)) + 1e-9
    return scattered
