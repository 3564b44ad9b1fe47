"""The addresses of the demo, and who lives and works there: households and inhabitants sum exactly to each Gemeinde's figures.

The same addresses are counted into the grid of the Zensus (EPSG:3035) and into that of the Bundesnetzagentur (EPSG:25832): near a
border only those stand whose two cells have their centres in the Gemeinde of the address, so that both grids give the same sums.
"""

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

from geodata.demo import facts, streets
from geodata.demo.cells import Cells
from geodata.demo.raster import CELL_M, Floats, Ints, Raster

# Gebäudereferenzen NRW, edition 2026: 4,509,543 addresses.
ADDRESSES = 4_509_543
TOWN_POWER = 0.86
EMPTY, AND_BUSINESS = 0.07, 0.08
FIRMS_PER_PARK, NO_PARK = 14, -1
TYPES = {
    **dict.fromkeys(("east", "north"), "float64"),
    **dict.fromkeys(("street", "number", "households", "persons", "businesses", "park"), "int32"),
    "gemeinde": "int16",
    "suffixed": "bool",
    "weight": "float32",
}


@dataclass(frozen=True)
class Addresses:
    """One entry per address, sorted by Gemeinde, street, side, number.

    `gemeinde`: position in the table of Gemeinden. `east`, `north`: EPSG:25832, whole millimetres.
    `street`, `number`, `suffixed`: as in `streets`.
    `weight`: of the inhabited cell it stands in, 0 in a Gewerbegebiet. `households`, `persons`, `businesses`: counts.
    `park`: position of the Gewerbegebiet it stands in, −1 for none.
    """

    gemeinde: npt.NDArray[np.int16]
    east: Floats
    north: Floats
    street: npt.NDArray[np.int32]
    number: npt.NDArray[np.int32]
    suffixed: npt.NDArray[np.bool_]
    weight: npt.NDArray[np.float32]
    households: npt.NDArray[np.int32]
    persons: npt.NDArray[np.int32]
    businesses: npt.NDArray[np.int32]
    park: npt.NDArray[np.int32]

    def __len__(self) -> int:
        """How many addresses."""
        return len(self.gemeinde)

    @cached_property
    def kreis(self) -> npt.NDArray[np.int16]:
        """Position of the Kreis among the ascending keys of the Kreise."""
        keys = facts.table("gemeinden")["ags"].str[:5]
        return np.unique(keys, return_inverse=True)[1].astype("int16")[self.gemeinde]

    @cached_property
    def cell(self) -> Ints:
        """The cell of the Bundesnetzagentur's grid: floor(northing / 100) · 10⁴ + floor(easting / 100)."""
        found: Ints = (self.north // CELL_M).astype("int64") * 10_000 + (self.east // CELL_M).astype("int64")
        return found

    @cached_property
    def street_names(self) -> list[str]:
        """The name of each street: no two of a Gemeinde are alike."""
        first = np.searchsorted(self.street, np.arange(int(self.street[-1]) + 1)) if len(self) else np.zeros(0, "int64")
        counts = np.bincount(self.gemeinde[first], minlength=len(facts.table("gemeinden")))
        return [name for i, count in enumerate(counts) for name in streets.names(int(count), i * 977)]


def totals(column: str, scale: float) -> Ints:
    """A figure of each Gemeinde (`households`, `inhabitants`) at a scale: that fraction, rounded, at least one."""
    figures: Ints = np.maximum(1, np.round(facts.table("gemeinden")[column].to_numpy("float64") * scale)).astype("int64")
    return figures


def settled(raster: Raster, cells: Cells, parks: gpd.GeoDataFrame, *, scale: float, rng: np.random.Generator) -> Addresses:
    """About 4.5 million addresses at scale 1, that fraction below; every inhabited cell has one with a household."""
    figures = facts.table("gemeinden")["households"].to_numpy("float64") ** TOWN_POWER
    wanted = facts.apportioned(figures, round(ADDRESSES * scale))
    counts = np.ones(len(cells.row), dtype="int64")
    bounds = np.searchsorted(cells.gemeinde, np.arange(len(wanted) + 1))
    for i, count in enumerate(wanted):
        own = slice(bounds[i], bounds[i + 1])
        counts[own] += facts.apportioned(cells.weight[own], max(0, int(count) - (own.stop - own.start)))
    houses = streets.built(cells.row, cells.column, cells.gemeinde, counts, rng)
    gemeinde = cells.gemeinde[houses.cell]
    kept = _standing(raster, houses.east, houses.north, gemeinde)
    gemeinde, cell = gemeinde[kept], houses.cell[kept]
    households, persons = _peopled(gemeinde, cell, cells.weight[cell], scale, rng)
    firms = _firms(parks, scale, rng)
    empty = np.zeros(len(firms["park"]), dtype="int64")
    parts = {
        "gemeinde": [gemeinde, firms["gemeinde"]],
        "east": [houses.east[kept], firms["east"]],
        "north": [houses.north[kept], firms["north"]],
        "street": [houses.street[kept], firms["park"] + len(houses.street)],
        "number": [houses.number[kept], firms["number"]],
        "suffixed": [houses.suffixed[kept], empty],
        "weight": [cells.weight[cell], empty],
        "households": [households, empty],
        "persons": [persons, empty],
        "businesses": [
            np.where(households > 0, rng.random(len(cell)) < AND_BUSINESS, 1 + rng.poisson(0.8, len(cell))),
            1 + rng.poisson(0.8, len(empty)),
        ],
        "park": [np.full(len(cell), NO_PARK), firms["park"]],
    }
    order = np.argsort(np.concatenate(parts["gemeinde"]).astype("int16"), kind="stable")
    columns = {name: np.concatenate(values)[order] for name, values in parts.items()}
    columns["street"] = np.cumsum(np.diff(columns["street"], prepend=columns["street"][0]) != 0)
    return Addresses(**{name: values.astype(TYPES[name]) for name, values in columns.items()})


def zensus_centres(east: Floats, north: Floats) -> tuple[Ints, Ints]:
    """The centres (x, y in EPSG:3035) of the Zensus cells that hold points of EPSG:25832."""
    x, y = Transformer.from_crs("EPSG:25832", "EPSG:3035", always_xy=True).transform(east, north)
    half = CELL_M // 2
    return (x // CELL_M).astype("int64") * CELL_M + half, (y // CELL_M).astype("int64") * CELL_M + half


def _standing(raster: Raster, east: Floats, north: Floats, gemeinde: Ints) -> npt.NDArray[np.bool_]:
    """Which addresses lie in their Gemeinde and have the centres of both their cells inside it; only those near a border are looked at."""
    row, column = (north // CELL_M).astype("int64") - raster.south, (east // CELL_M).astype("int64") - raster.west
    near = np.flatnonzero(raster.near_border()[row, column])
    tree = shapely.STRtree(raster.areas.geometry.to_numpy())
    back = Transformer.from_crs("EPSG:3035", "EPSG:25832", always_xy=True)
    centres = back.transform(*zensus_centres(east[near], north[near]))
    standing = np.ones(len(east), dtype=bool)
    own_cell = (column[near] + raster.west + 0.5) * CELL_M, (row[near] + raster.south + 0.5) * CELL_M
    for x, y in ((east[near], north[near]), own_cell, centres):
        points, owners = tree.query(shapely.points(x, y), predicate="within")
        inside = np.zeros(len(near), dtype=bool)
        inside[points[owners == gemeinde[near][points]]] = True
        standing[near] &= inside
    return standing


def _firms(parks: gpd.GeoDataFrame, scale: float, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Addresses without households along the long side of Gewerbegebiete, in that fraction of them which `scale` keeps."""
    chosen = np.sort(rng.permutation(len(parks))[: max(1, round(len(parks) * scale))])
    corners = shapely.get_coordinates(parks.geometry.to_numpy()[chosen]).reshape(len(chosen), 5, 2)
    counts = 2 + rng.poisson(FIRMS_PER_PARK - 2, len(chosen))
    at = np.repeat(np.arange(len(chosen)), counts)
    turn = np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts)
    along, across = (turn + 0.5) / counts[at], np.where(turn % 2 == 0, 0.35, 0.65)
    start, one, two = (corners[at, i] for i in (0, 1, 3))
    points = np.round(start + along[:, None] * (one - start) + across[:, None] * (two - start), 3)
    keys = facts.table("gemeinden")["ags"].to_numpy()
    gemeinde = np.searchsorted(keys, parks["ags"].to_numpy()[chosen])
    return {"park": chosen[at], "gemeinde": gemeinde[at], "east": points[:, 0], "north": points[:, 1], "number": turn + 1}


def _peopled(gemeinde: Ints, cell: Ints, weight: Floats, scale: float, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Households and inhabitants of each address, exact for each Gemeinde; more in dense cells, none in a few houses."""
    households, persons = np.zeros(len(cell), "int64"), np.zeros(len(cell), "int64")
    first = np.zeros(len(cell), dtype=bool)
    first[np.unique(cell, return_index=True)[1]] = True
    lived_in = first | (rng.random(len(cell)) >= EMPTY)
    pull = rng.lognormal(0, 0.7, len(cell)) * (0.4 + weight**1.5)
    size = rng.uniform(0.5, 1.5, len(cell))
    bounds = np.searchsorted(gemeinde, np.arange(len(facts.table("gemeinden")) + 1))
    for i, (wanted, inhabitants) in enumerate(zip(totals("households", scale), totals("inhabitants", scale), strict=True)):
        own = slice(bounds[i], bounds[i + 1])
        homes = np.flatnonzero(lived_in[own])
        homes = homes[np.argsort(~first[own][homes], kind="stable")][: int(wanted)]
        count = 1 + facts.apportioned(pull[own][homes], int(wanted) - len(homes))
        households[bounds[i] + homes] = count
        persons[bounds[i] + homes] = count + facts.apportioned(size[own][homes] * count, max(int(inhabitants - wanted), 0))
    return households, persons
