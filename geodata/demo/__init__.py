"""The embedded demo: a whole Land in the publishers' formats, from published figures and invention, the same for the same seed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from geodata.demo import facts
from geodata.demo.boundaries import gemeinden, write_boundaries
from geodata.demo.deliveries import write_deliveries
from geodata.demo.funding import write_funding
from geodata.demo.gebref import write_gebref
from geodata.demo.goals import ANNOUNCED, INVENTED, PUBLISHED, STANDS, changes_table
from geodata.demo.gridfile import write_grid
from geodata.demo.land_use import write_land_use
from geodata.demo.lines import lines_of
from geodata.demo.model import Model, gigabit_of_gemeinden, modelled
from geodata.demo.monitoring import write_monitoring
from geodata.demo.places import parks, write_parks, write_schools
from geodata.demo.raster import Floats, Raster
from geodata.demo.settlement import settle, write_zensus
from geodata.demo.sites import write_sites
from geodata.demo.tables import write_gemeinde_table, write_wide_tables
from geodata.demo.terrain import write_terrain
from geodata.demo.workbook import sheets, write_workbook
from geodata.demo.zensus import write_zensus_100m
from geodata.errors import InputError

DEFAULT_SCALE = 0.02
# Up to this scale the grid is written for every invented Stand, above it for the newest one.
EVERY_GRID_SCALE = 0.1
STEPS = ("boundaries", "settlement", "places", "addresses", "tables", "registers", "ground", *INVENTED)
ZENSUS_100M_STREAM = 99
MONITORING_STREAM = 98
FUNDING_STREAM = 97
# Besides the newest Stand, deliveries are written for the last published one: there they can be held against published shares.
DELIVERED = (PUBLISHED[-1], INVENTED[-1])
MODEL_STREAM = 14
TERRAIN_STREAM, LAND_USE_STREAM = 96, 95

README = """Demonstrationsdaten, schematische Grenzen

Alle Dateien in diesem Ordner sind erzeugt (Zufallszahl {seed}, Maßstab {scale}). Die Werte der Kreise und Länder von 2018 bis 2021 sind
veröffentlichte Werte (Breitbandatlas | Gigabit-Grundbuch, https://gigabitgrundbuch.bund.de), ergänzt um erfundene Zwischenwerte. Grenzen,
Gemeindewerte, Haushalte je Gitterzelle, Adressen, Straßen, Betreiber und ihre Meldungen, Mobilfunk je Zelle, Schulen, Gewerbegebiete,
ihr Anschlussstand, Fördergebiete, Mobilfunkstandorte, Relief, Landnutzung und alle Werte ab 2022 sind erfunden. Nicht für Entscheidungen
verwenden.

Die Adressen zeigen je Kreis die veröffentlichten Anteile von 2018 bis 2021 auf 0,05 Punkte oder eine Adresse genau. Der Maßstab behält
diesen Teil der bewohnten 100-m-Zellen jeder Gemeinde (mindestens eine) und rechnet Haushalte, Einwohner und Adressen um; nur die
1-km-Zellen, Grenzen, Tabellen, Schulen, Gewerbegebiete und Mobilfunkstandorte stehen immer in voller Zahl da. Veröffentlichte Anteile, die
einander widersprachen und deshalb geändert wurden: {changes}.

Demonstration data, schematic boundaries

All files in this folder are generated (seed {seed}, scale {scale}). The values of Kreise and Länder from 2018 to 2021 are published ones,
filled up with invented values in between. Boundaries, values of Gemeinden, households per cell, addresses, streets, operators and their
deliveries, mobile coverage, schools, business parks, their status, funding areas, mobile sites, relief, land use and all values from 2022
on are invented. Not for decisions.

The addresses show each Kreis's published shares of 2018 to 2021 to 0.05 points or one address. The scale keeps that part of each Gemeinde's
inhabited 100 m cells (at least one) and rescales households, inhabitants and addresses; only 1 km cells, boundaries, tables, schools,
business parks and mobile sites are always complete. Published shares that contradicted each other and were changed for that: {changes}.
"""


def generate(
    folder: Path, *, seed: int, scale: float = DEFAULT_SCALE, every_stand: bool = False, progress: Callable[[str], None] = lambda _: None
) -> list[Path]:
    """Write the demo below `folder` and return its files, sorted. Same seed and scale, same bytes.

    `scale` (above 0, at most 1) is the part of the addresses; 1 is the Land's real size. Deliveries are written for the Stände in
    `DELIVERED`, with `every_stand` for all invented ones too. `progress` is called with each of `STEPS` as it begins. Raises
    InputError for another scale.
    """
    if not 0 < scale <= 1:
        raise InputError("demo_scale_out_of_range", found=scale)
    zensus, places = (np.random.default_rng([seed, i]) for i in range(2))
    progress("boundaries")
    areas = gemeinden()
    files = [folder / "vg250" / "vg250.gpkg"]
    write_boundaries(areas, files[0])
    progress("settlement")
    settlement = settle(areas, zensus)
    files += write_zensus(settlement, folder / "zensus", zensus)
    progress("places")
    written, schools = write_schools(areas, settlement, folder / "schulen", places)
    business_parks = parks(areas, places)
    files += [*written, *write_parks(business_parks, folder / "gewerbe", places)]
    files += write_funding(areas, settlement, folder / "foerderung", np.random.default_rng([seed, FUNDING_STREAM]))
    progress("addresses")
    model = modelled(areas, business_parks, scale=scale, seed=(seed, MODEL_STREAM))
    progress("tables")
    files += write_wide_tables(folder / "breitbandatlas")
    files.append(write_gemeinde_table(folder / "breitbandatlas", gigabit_of_gemeinden(model, PUBLISHED[-1])))
    progress("registers")
    files += write_gebref(model.addresses, folder / "gebaeudereferenzen")
    # The largest files are packed beside the others: compressing holds no lock.
    with ThreadPoolExecutor(1) as pool:
        dice = np.random.default_rng([seed, MONITORING_STREAM])
        monitoring = pool.submit(write_monitoring, model.addresses, model.raster, folder / "mobilfunk", dice)
        files += write_zensus_100m(model.addresses, folder / "zensus", np.random.default_rng([seed, ZENSUS_100M_STREAM]))
        progress("ground")
        files += _write_ground(model.raster, folder, seed)
        extent = _Extent(seed, every_stand or scale <= EVERY_GRID_SCALE, every_stand)
        files += _write_stands(folder, model, schools, extent, progress)
    files += monitoring.result()
    files.append(folder / "LIESMICH.txt")
    changes = changes_table().to_dict("records")
    files[-1].write_text(README.format(seed=seed, scale=scale, changes="; ".join(map(str, changes)) or "keine / none"), "utf-8")
    return sorted(files)


def _write_ground(raster: Raster, folder: Path, seed: int) -> list[Path]:
    """Sites, relief and land use: always those of the whole Land, so that modelled coverage is that of a real density."""
    west, south, east, north = (float(v) for v in raster.areas.total_bounds)
    terrain = write_terrain((west, south, east, north), folder / "gelaende" / "gelaende.tif", np.random.default_rng([seed, TERRAIN_STREAM]))
    use = folder / "gelaende" / "landnutzung.tif"
    sites = write_sites(raster, folder / "standorte", scale=1.0, seed=seed)
    return [*sites, terrain, write_land_use(raster, terrain, use, np.random.default_rng([seed, LAND_USE_STREAM]))]


@dataclass(frozen=True)
class _Extent:
    """Which Stände get a grid and deliveries besides the newest one."""

    seed: int
    grids: bool
    deliveries: bool


def _write_stands(folder: Path, model: Model, schools: Floats, extent: _Extent, step: Callable[[str], None]) -> list[Path]:
    """Workbook, grid and deliveries of the invented Stände; the Bund's gap to 100 % stays as many times the Land's as in mid-2021."""
    shares = facts.table("published_land_shares")
    last = shares[(shares["stand"] == PUBLISHED[-1]) & (shares["subject"] == "households") & (shares["technology"] == "any")]
    gap = 100 - last[last["min_mbits"] == 1000].set_index("ags")["share_pct"]  # noqa: PLR2004  # Mbit/s
    counted = sheets(model.addresses, schools)
    files = []
    states = {stand: model.states[stand] for stand in STANDS if stand not in ANNOUNCED}
    for stand, found in lines_of(states, model.traits):
        if stand in DELIVERED or (extent.deliveries and stand in INVENTED):
            files += write_deliveries(model, found, stand, folder / "meldungen", extent.seed)
        if stand not in INVENTED:
            continue
        step(stand)
        files += write_workbook(counted, found, stand, float(gap["00"] / gap["05"]), folder / "breitbandatlas")
        if extent.grids or stand == INVENTED[-1]:
            files += write_grid(model.addresses, model.raster, found, stand, folder / "gitterzellen")
    return files
