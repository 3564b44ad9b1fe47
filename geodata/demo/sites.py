"""The demo's mobile sites: 20,000 at scale 1, of three operators, with LTE and 5G by Stand, in the form of an operator's own list.

Where they stand follows people and area; nothing is a real site. Not the antennas' coverage: that the model computes.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from geodata.atomic import replaced
from geodata.demo import facts
from geodata.demo.raster import NOWHERE, Floats, Ints, Raster

SITES = 20_000
FEWEST = 60
OPERATORS = {"telekom": 0.36, "vodafone": 0.33, "telefonica": 0.31}  # share of the sites, invented
COLUMNS = "site_id,operator,technology,band_mhz,easting,northing,height_m,azimuth_deg,beamwidth_deg,eirp_dbm,in_service_from,measure"
# Part of the sites with 5G: none before 2019, almost 4,500 by mid-2021 and 10,500 by the end of 2024 at scale 1.
NEW_5G = {2019: 0.02, 2020: 0.11, 2021: 0.18, 2022: 0.10, 2023: 0.08, 2024: 0.06, 2025: 0.05}
FIRST_DAY = {2019: "2019-07-01"}  # 5G came in the second half: its frequencies were auctioned in June
LTE_MEASURES = {2021: 0.06, 2022: 0.12, 2023: 0.12, 2024: 0.10, 2025: 0.05}
NEW_LTE = 0.3  # of the measures; the others upgrade
BY_PEOPLE = 0.7  # part of the sites that follows inhabitants; the rest follows area
DENSE = 900.0  # inhabitants per km²: from here on the high bands
HEIGHTS_M = (12.0, 40.0)
SECTORS = (0.0, 120.0, 240.0)
# Per carrier, below the defaults of the model (settings.toml): small masts in valleys, so that hills leave gaps. Invented.
EIRP_DBM = {700: 54, 800: 54, 1800: 57, 2100: 57, 3600: 66}
SILENT = {"height_m": 0.05, "eirp_dbm": 0.10, "beamwidth_deg": 0.10}  # part of the rows that say nothing
WIDTH_DEG, DAYS, OLD = 65, 365, "2016-06-30"


def write_sites(raster: Raster, folder: Path, *, scale: float, seed: int) -> list[Path]:
    """One CSV per operator, with everything that ever goes into service until the end of 2025; a Stand takes what is on air at it."""
    files = []
    for number, (operator, share) in enumerate(OPERATORS.items()):
        rng = np.random.default_rng([seed, 5, number])
        count = max(round(SITES * scale * share), FEWEST // len(OPERATORS))
        table = _antennas(operator, _sites(raster, count, rng), rng)
        path = folder / f"standorte_{operator}.csv"
        with replaced(path) as part:
            table.to_csv(part, index=False, lineterminator="\n")
        files.append(path)
    return files


def _sites(raster: Raster, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Sites by Gemeinde, each somewhere in it."""
    figures = facts.table("gemeinden").set_index("ags").loc[raster.areas["ags"]]
    people, area = figures["inhabitants"].to_numpy("float64"), figures["area_km2"].to_numpy("float64")
    weight = BY_PEOPLE * people / people.sum() + (1 - BY_PEOPLE) * area / area.sum()
    gemeinde = np.sort(rng.choice(len(weight), count, p=weight))
    row, column = _cells(raster, gemeinde, rng)
    return pd.DataFrame(
        {
            "easting": (raster.west + column) * 100 + rng.integers(0, 100, count),
            "northing": (raster.south + row) * 100 + rng.integers(0, 100, count),
            "height_m": np.rint(rng.uniform(*HEIGHTS_M, count)),
            "dense": (people / area)[gemeinde] > DENSE,
            "turn": rng.integers(0, 12, count) * 10.0,
        }
    )


def _cells(raster: Raster, gemeinde: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """A random cell of each Gemeinde named."""
    flat = raster.gemeinde.ravel()
    inside = np.flatnonzero(flat != NOWHERE)
    inside = inside[np.argsort(flat[inside], kind="stable")]
    sizes = np.bincount(flat[inside], minlength=len(raster.areas))
    starts = np.cumsum(sizes) - sizes
    at = starts[gemeinde] + (rng.random(len(gemeinde)) * sizes[gemeinde]).astype("int64")
    row, column = np.divmod(inside[at], raster.gemeinde.shape[1])
    return row, column


def _antennas(operator: str, sites: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Three sectors for LTE on every site, and for 5G on those that are extended."""
    count = len(sites)
    sites = sites.assign(site_id=[f"{operator[:2].upper()}{n:05d}" for n in range(1, count + 1)])
    extended, measured = rng.random(count), rng.random(count)
    lte, five = sites.assign(technology="LTE"), sites.assign(technology="5G")
    lte["band_mhz"] = np.where(sites["dense"], 1800, 800)
    five["band_mhz"] = np.where(sites["dense"], 3600, 700)
    day, new = _dates(measured, LTE_MEASURES, rng), rng.random(count) < NEW_LTE
    upgraded = (day != "") & ~new
    lte["in_service_from"] = np.where((day != "") & new, day, OLD)
    lte["measure"] = np.where((day != "") & new, "LTE-Neubau", "")
    upgrades = lte[upgraded].assign(band_mhz=2100, in_service_from=day[upgraded], measure="LTE-Erweiterung")
    five["in_service_from"], five["measure"] = _dates(extended, NEW_5G, rng), "5G-Erweiterung"
    table = pd.concat([lte, upgrades, five[five["in_service_from"] != ""]], ignore_index=True)
    table = table.loc[table.index.repeat(len(SECTORS))].reset_index(drop=True)
    table["azimuth_deg"] = (table["turn"] + np.tile(SECTORS, len(table) // len(SECTORS))) % 360
    table["operator"], table["beamwidth_deg"] = operator, WIDTH_DEG
    table["eirp_dbm"] = table["band_mhz"].map(EIRP_DBM)
    for column, share in SILENT.items():
        silent = rng.random(len(table) // len(SECTORS)) < share
        table[column] = table[column].astype("object").where(~np.repeat(silent, len(SECTORS)), "")
    ordered: pd.DataFrame = table.sort_values(["site_id", "technology", "band_mhz", "azimuth_deg"], kind="stable")[COLUMNS.split(",")]
    return ordered


def _dates(chance: Floats, shares: dict[int, float], rng: np.random.Generator) -> np.ndarray:
    """A day of the year whose share a site's chance falls into, '' where in none."""
    limits = np.cumsum(list(shares.values()))
    year = np.searchsorted(limits, chance, side="right")
    day = rng.integers(0, DAYS, len(chance)).astype("timedelta64[D]")
    start = np.array([FIRST_DAY.get(y, f"{y}-01-01") for y in (*shares, 2026)], "datetime64[D]")[year]
    late = np.array([y in FIRST_DAY for y in (*shares, 2026)])[year]
    day = np.where(late, day // 2, day)
    return np.where(year < len(shares), (start + day).astype("str"), "")
