"""From completed antennas to the arrays of the search: one layer per operator and technology, its masts and their sectors."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geodata.mobile.antenna import power_per_element
from geodata.mobile.antennas import bands_of
from geodata.mobile.scene import MAST, SECTOR, STEP_M, Ground, Masts
from geodata.mobile.settings import Settings, Technology

FULL_TURN_DEG = 360.0
KEY = ("site_id", "band", "easting_m", "northing_m", "height_m")


@dataclass(frozen=True)
class Layer:
    """The masts of one operator and technology; `site` is the number (1, 2, …) in `sites` of each mast's site."""

    operator: str
    technology: Technology
    masts: Masts
    site: np.ndarray
    sites: pa.Array


def layers(antennas: pa.Table, ground: Ground, settings: Settings) -> Iterator[Layer]:
    """The layers in the order of operator and technology; antennas outside the ground are left out.

    Antennas of one site, band, spot and height are the sectors of one mast. Masts are numbered in the order of KEY.
    """
    row, column = _cells(antennas, ground)
    rows, columns = ground.terrain.shape
    antennas = antennas.filter(pa.array((row >= 0) & (row < rows) & (column >= 0) & (column < columns)))
    for operator in sorted(pc.unique(antennas["operator"]).to_pylist()):
        own = antennas.filter(pc.equal(antennas["operator"], operator))
        for technology in sorted(pc.unique(own["technology"]).to_pylist()):
            yield _layer(own.filter(pc.equal(own["technology"], technology)), ground, settings)


def _layer(antennas: pa.Table, ground: Ground, settings: Settings) -> Layer:
    found = antennas.sort_by([(k, "ascending") for k in (*KEY, "azimuth_deg", "beamwidth_deg", "eirp_dbm")])
    sites = pc.unique(found["site_id"])
    keys = np.column_stack(
        [pc.index_in(found["site_id"], value_set=sites).to_numpy(), bands_of(found, settings), *(found[k].to_numpy() for k in KEY[2:])]
    )
    new = np.append(True, (keys[1:] != keys[:-1]).any(axis=1))
    at = np.flatnonzero(new)
    eirp = found["eirp_dbm"].to_numpy()
    blocks = np.array([b.resource_blocks for b in settings.bands.values()])[keys[:, 1].astype("int64")]
    power = np.array([power_per_element(e, float(b)) for e, b in zip(eirp, blocks, strict=True)])
    azimuth = pc.fill_null(found["azimuth_deg"], np.nan).to_numpy()
    width = found["beamwidth_deg"].to_numpy()
    row, column = _cells(found, ground)
    mast, sector = np.zeros(len(at), MAST), np.zeros(len(found), SECTOR)
    mast["easting_m"], mast["northing_m"], mast["height_m"], mast["band"] = keys[at, 2], keys[at, 3], keys[at, 4], keys[at, 1]
    mast["ground_m"] = ground.terrain[row[at], column[at]]
    mast["first"], mast["last"] = at, np.append(at[1:], len(found))
    mast["strongest_dbm"] = np.maximum.reduceat(power, at)
    sector["power_dbm"], sector["azimuth_deg"], sector["azimuth_width_deg"] = power, np.nan_to_num(azimuth), width
    sector["tilt_deg"], sector["vertical_width_deg"] = settings.antenna.tilt_deg, settings.antenna.vertical_width_deg
    sector["everywhere"] = np.isnan(azimuth) | (width >= FULL_TURN_DEG)
    masts = Masts(mast, sector)
    technology: Technology = "5g" if found["technology"][0].as_py() == "5g" else "4g"
    return Layer(found["operator"][0].as_py(), technology, masts, (keys[at, 0] + 1).astype("int32"), sites)


def _cells(antennas: pa.Table, ground: Ground) -> tuple[np.ndarray, np.ndarray]:
    row = np.floor((antennas["northing_m"].to_numpy() - ground.south_m) / STEP_M).astype("int64")
    column = np.floor((antennas["easting_m"].to_numpy() - ground.west_m) / STEP_M).astype("int64")
    return row, column
