"""The radio model in the graph: the ground, the modelled cells of a Stand, the names of their sites, and their rasters."""

from functools import partial
from pathlib import Path

import dagster as dg
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from assets.core.addresses import core_zensus__places
from assets.core.fixed import core_area_cells
from assets.core.reference import core_zensus__cells
from assets.core.sites import core_sites__antennas, model_settings, model_sites
from assets.house import BY_STAND, HEAVY, House, Product, produce
from geodata.errors import InputError
from geodata.mobile.antennas import completed
from geodata.mobile.coverage import CELLS, SITES, numbered_sites
from geodata.mobile.rasters import write_rasters
from geodata.mobile.scene import Ground
from geodata.mobile.terrain import Grid
from geodata.mobile_cells import SOURCES
from geodata.mobile_ground import People, ground_from, ground_table
from geodata.mobile_model import antennas_at, lists_at, map_notes
from geodata.parts.radio import modelled
from geodata.parts.workers import Pool
from geodata.reading import Snapshot, strictest
from geodata.tables import file_hash

SINGLE_RUN = dg.BackfillPolicy.single_run()
GROUND_SOURCES = ("raw_terrain__dem", "raw_land_use__classes")
WEIGHTS = ("raw_gebref__addresses", "raw_zensus__grid")
RASTERS = pa.schema([("file", pa.string()), ("bytes", pa.int64()), ("sha256", pa.string())])
DEMO_PREFIX = "DEMO_"
WITHOUT_TERRAIN = ("terrain_absent", "terrain_flat")


@dg.asset(group_name="core", deps=[core_area_cells, core_sites__antennas, core_zensus__cells, core_zensus__places, *GROUND_SOURCES])
def core_mobile_model__ground(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Height and clutter class of every cell that a path may touch: terrain files, land use, else inhabitants."""

    def make(_: str | None) -> Product:
        persons = pq.read_table(house.tables.path("core_zensus__cells"), columns=["persons"])["persons"]
        places = pq.read_table(house.tables.path("core_zensus__places"), columns=["cell_id"])["cell_id"]
        found = ground_table(
            wanted_cells(house),
            pq.read_table(house.tables.path("core_sites__antennas"), columns=["easting_m", "northing_m"]),
            People(places.to_numpy(), pc.fill_null(persons, 0).to_numpy()),
            terrain=house.snapshots("raw_terrain__dem"),
            uses=house.snapshots("raw_land_use__classes"),
            settings=model_settings(house),
            sites=model_sites(house),
        )
        return Product(*found)

    return produce(context, house, make)


@dg.asset(
    group_name="core",
    pool=HEAVY,
    tags=BY_STAND,
    backfill_policy=SINGLE_RUN,
    deps=[core_mobile_model__ground, core_sites__antennas, core_area_cells],
)
def core_mobile_model__cells(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """The strongest site of each cell, operator and technology by the radio model, and whether its level reaches the threshold."""

    def make(pool: Pool, scratch: Path, stand: str | None) -> Product:
        scene = _scene(house, stand)
        if scene is None:
            return Product(CELLS.empty_table())
        antennas, ground, grid = scene
        wanted, chosen = wanted_cells(house), model_settings(house)
        found = modelled(antennas, ground, grid, wanted, chosen, pool=pool, scratch=scratch, threads=house.threads)
        return Product(found.cells, metadata={"path_evaluations": found.evaluations})

    with house.parts() as (pool, scratch):
        return produce(context, house, partial(make, pool, scratch))


@dg.asset(group_name="core", tags=BY_STAND, backfill_policy=SINGLE_RUN, deps=[core_mobile_model__ground, core_sites__antennas])
def core_mobile_model__sites(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Which site the numbers of the modelled cells and rasters mean."""

    def make(stand: str | None) -> Product:
        scene = _scene(house, stand)
        return Product(numbered_sites(scene[0], scene[1], model_settings(house)) if scene else SITES.empty_table())

    return produce(context, house, make)


@dg.asset(group_name="core", tags=BY_STAND, backfill_policy=SINGLE_RUN, deps=[core_mobile_model__cells, core_sites__antennas])
def core_mobile_model__rasters(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Levels, best servers and numbers of operators as Cloud-Optimized GeoTIFF below OUTPUT/rasters; the table lists the files."""

    def make(stand: str | None) -> Product:
        cells, folder = pq.read_table(house.tables.path("core_mobile_model__cells", stand)), house.folder / "rasters" / str(stand)
        paths: list[Path] = []
        if len(cells):
            (area, _) = model_sources(house, stand).to_pylist()
            grid = Grid.around(pc.unique(cells["cell_id"]).to_numpy(), 0.0)
            prefix = DEMO_PREFIX if area["origin"] == "demo" else ""
            paths = write_rasters(cells, grid, folder, _tags(house, stand, area), prefix=prefix)
        for old in sorted(set(folder.glob("*.tif")) - set(paths)):
            old.unlink()
        rows = [{"file": p.relative_to(house.folder).as_posix(), "bytes": p.stat().st_size, "sha256": file_hash(p)} for p in paths]
        return Product(pa.Table.from_pylist(rows, schema=RASTERS))

    return produce(context, house, make)


def wanted_cells(house: House) -> np.ndarray:
    """The cells that are modelled, ascending: those of the areas that the profile names."""
    areas = house.profile.model.areas or (house.profile.land,)
    table = pq.read_table(house.tables.path("core_area_cells"), columns=["cell_id", "ags"], read_dictionary=["ags"])
    keys = pc.unique(table["ags"]).to_pylist()
    if strange := [area for area in areas if not any(key.startswith(area) for key in keys)]:
        raise InputError("model_areas_unknown", profile=house.profile.name, found=", ".join(strange))
    own = pa.array([key for key in keys if key.startswith(areas)])
    found: np.ndarray = np.unique(table.filter(pc.is_in(table["ags"], value_set=own))["cell_id"].to_numpy())
    return found


def model_sources(house: House, stand: str | None) -> pa.Table:
    """For area and households by the model: source, origin, and the strictest visibility of all that goes into it; empty without model."""
    if stand not in house.profile.modelled_stands:
        return SOURCES.empty_table()
    lists = lists_at(pq.read_table(house.tables.path("core_sites__antennas")), str(stand))
    used = pc.unique(lists["source_id"]).to_pylist()
    snapshots = [s for source in used for s in house.snapshots(f"raw_{source}")]
    ground = [s for name in (*GROUND_SOURCES, "raw_zensus__grid") for s in house.snapshots(name)]
    weights = [s for name in WEIGHTS for s in house.snapshots(name)]
    rows = [_source(subject, snapshots, [*ground, *more]) for subject, more in (("area", []), ("households", weights)) if snapshots]
    return pa.Table.from_pylist(rows, schema=SOURCES)


def model_notes(house: House) -> dict[str, tuple[str, ...]]:
    """What every map of the model says, per language; the cells without terrain are those of the run's warnings."""
    warned = pq.read_table(house.tables.path("out_run__warnings"), filters=[("reason", "in", list(WITHOUT_TERRAIN))])
    return map_notes(model_settings(house), flat_cells=int(pc.sum(warned["amount"]).as_py() or 0))


def _source(subject: str, sites: list[Snapshot], more: list[Snapshot]) -> dict[str, str]:
    visibility = strictest(s.visibility for s in [*sites, *more])
    return {"subject": subject, "source_id": sites[0].source_id, "origin": sites[0].origin, "visibility": visibility}


def _scene(house: House, stand: str | None) -> tuple[pa.Table, Ground, Grid] | None:
    """Completed antennas, ground and grid of a Stand; None where nothing is modelled."""
    table = pq.read_table(house.tables.path("core_mobile_model__ground"))
    if stand not in house.profile.modelled_stands or not len(table):
        return None
    settings, sites = model_settings(house), model_sites(house)
    antennas = antennas_at(pq.read_table(house.tables.path("core_sites__antennas")), stand)
    ground, grid = ground_from(table, settings, sites)
    return completed(antennas, settings, sites)[0], ground, grid


def _tags(house: House, stand: str | None, area: dict[str, str]) -> dict[str, str]:
    """What a raster says of itself."""
    settings = model_settings(house)
    thresholds = {f"threshold_{t}_dbm": f"{settings.thresholds[t].dbm:g}" for t in sorted(settings.thresholds)}
    here = settings.receiver
    receiver = {"receiver_height_m": f"{here.height_m:g}", "time_percent": f"{here.time_percent:g}"}
    own = {"stand": str(stand), "basis": "modelled", "method": "ITU-R P.1812-8", "location_percent": f"{here.location_percent:g}"}
    return own | receiver | thresholds | {k: area[k] for k in ("source_id", "origin", "visibility")}
