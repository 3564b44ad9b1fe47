"""Mobile sites: the antennas of all lists, and how many took a default value."""

from collections.abc import Callable
from pathlib import Path

import dagster as dg
import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq

from assets.core.addresses import gemeinden
from assets.core.reference import core_boundaries__areas
from assets.house import House, Product, produce
from geodata.cell_index import CellIndex
from geodata.mobile.antennas import SiteSettings, completed, site_settings
from geodata.mobile.coverage import reach_margin_m
from geodata.mobile.measures import placed
from geodata.mobile.settings import Settings, load_settings
from geodata.mobile_model import LISTED, SOURCES, listed
from geodata.readers import sites_certificates, sites_opencellid, sites_operator
from geodata.readers.bulk import Frame
from geodata.reading import Notes, join_notes

Reader = Callable[..., tuple[pa.Table, Notes]]
READERS: tuple[tuple[str, Reader], ...] = tuple(
    zip(SOURCES, (sites_operator.read, sites_opencellid.read, sites_certificates.read), strict=True)
)


@dg.asset(group_name="core", deps=[core_boundaries__areas, *(f"raw_{source}" for source in SOURCES)])
def core_sites__antennas(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Every antenna of every list, of the Land and the reach around it: what the row says, the Gemeinde it stands in, the list's Stand."""

    def make(_: str | None) -> Product:
        areas = gpd.read_parquet(house.tables.path("core_boundaries__areas"), columns=["geometry"])
        frame = Frame.around(areas.total_bounds.tolist(), margin_m=reach_margin_m(model_settings(house)))
        tables, notes = [LISTED.empty_table()], []
        for source, read in READERS:
            for snapshot in house.snapshots(f"raw_{source}"):
                table, note = read([snapshot], frame=frame, limits=house.limits)
                tables.append(listed(table, str(snapshot.stand)))
                notes.append(note)
        return Product(placed(pa.concat_tables(tables), CellIndex.build(gemeinden(house))), join_notes(notes))

    return produce(context, house, make)


@dg.asset(group_name="core", deps=[core_sites__antennas])
def core_sites__defaults(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """How many antennas took which default value, per source, operator, technology, band and column."""

    def make(_: str | None) -> Product:
        antennas = pq.read_table(house.tables.path("core_sites__antennas"))
        return Product(completed(antennas.select(LISTED.names[:-1]), model_settings(house), model_sites(house))[1])

    return produce(context, house, make)


def model_settings(house: House) -> Settings:
    """The settings of the radio model that the profile names."""
    path = house.profile.model.settings
    return load_settings(Path(path) if path else None)


def model_sites(house: House) -> SiteSettings:
    """What sites take where their file is silent; the profile says what happens without terrain."""
    missing = house.profile.model.missing_terrain
    found = site_settings()
    return found.model_copy(update={"terrain": found.terrain.model_copy(update={"missing": missing})}) if missing else found
