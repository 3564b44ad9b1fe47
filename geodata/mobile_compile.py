"""Compile the radio model ahead of a run, which else waits for it once: `python -m geodata.mobile_compile`. Not how: mobile/compiled.py."""

import numpy as np
import pyarrow as pa

from geodata.mobile.antennas import ANTENNAS, completed, site_settings
from geodata.mobile.coverage import modelled
from geodata.mobile.settings import load_settings
from geodata.mobile_ground import People, ground_from, ground_table

CELLS = np.array([570_104_010, 570_104_011], dtype="int32")
SITE = {"site_id": "A", "operator": "telekom", "technology": "4g", "band": "800", "easting_m": 402_000.0, "northing_m": 5_701_000.0}


def main() -> None:
    """Model two cells by the way of a run: every function is compiled for the types it gets there, and kept."""
    settings, sites = load_settings(), site_settings()
    antennas = pa.Table.from_pylist([SITE], schema=ANTENNAS)
    nobody = People(np.empty(0, "int32"), np.empty(0, "int64"))
    table, _ = ground_table(CELLS, antennas, nobody, terrain=[], uses=[], settings=settings, sites=sites)
    ground, grid = ground_from(table, settings, sites)
    modelled(completed(antennas, settings, sites)[0], ground, grid, CELLS, settings)


if __name__ == "__main__":
    main()
