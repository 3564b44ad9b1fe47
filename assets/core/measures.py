"""What is measured on the areas: published shares, schools, Gewerbegebiete."""

import dagster as dg
import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
from shapely import union_all

from assets.core.reference import core_boundaries__areas
from assets.house import BY_STAND, House, Product, produce
from geodata.readers import breitbandatlas, breitbandatlas_xlsx, business_parks, schools
from geodata.reading import join_notes
from geodata.schools import place_notes
from geodata.session import query, session

BREITBANDATLAS = [f"raw_breitbandatlas__{table}" for table in ("kreise", "laender", "bund", "gemeinden", "kreisdaten")]
WORKBOOK = "raw_breitbandatlas__tabellen"
LEVELS = {"kreise": "kreis", "gemeinden": "gemeinde"}
SCHOOLS = ["raw_msb__schools", "raw_msb__schools_status"]
BUSINESS_PARKS = ["raw_business_parks__areas", "raw_business_parks__status"]
SINGLE_RUN = dg.BackfillPolicy.single_run()


def expected_areas(house: House) -> dict[str, frozenset[str]]:
    """The keys of the Kreise and Gemeinden that a table of the Land must hold."""
    areas = pq.read_table(house.tables.path("core_boundaries__areas"), columns=["boundary_edition", "ags", "level"]).to_pandas()
    edition = areas[areas["boundary_edition"] == house.profile.boundaries]
    return {plural: frozenset(edition.loc[edition["level"] == level, "ags"]) for plural, level in LEVELS.items()}


@dg.asset(group_name="core", tags=BY_STAND, backfill_policy=SINGLE_RUN, deps=[core_boundaries__areas, *BREITBANDATLAS, WORKBOOK])
def core_breitbandatlas__shares(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Every published value of the Breitbandatlas tables, one row each, in percent as published."""

    def make(stand: str | None) -> Product:
        expected = expected_areas(house)
        land = house.profile.land
        tables, notes = breitbandatlas.read_shares(house.snapshots(*BREITBANDATLAS, stand=stand), **expected, land=land)
        workbook, more = breitbandatlas_xlsx.read(house.snapshots(WORKBOOK, stand=stand), **expected, land=land)
        return Product(pa.concat_tables([tables, workbook]), join_notes([notes, more]))

    return produce(context, house, make)


@dg.asset(group_name="core", tags=BY_STAND, backfill_policy=SINGLE_RUN, deps=SCHOOLS)
def core_msb__schools(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Schools of the register with their point, whether they are open, and the status of their connection where a list says it."""

    def make(stand: str | None) -> Product:
        return Product(*schools.read(house.snapshots(*SCHOOLS, stand=stand), land=house.profile.land))

    return produce(context, house, make)


@dg.asset(group_name="core", tags=BY_STAND, backfill_policy=SINGLE_RUN, deps=[core_boundaries__areas, core_msb__schools, *SCHOOLS])
def core_msb__schools_gemeinden(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """The Gemeinde that each school's point lies in, beside the one of its AGS; where they differ, a warning."""

    def make(stand: str | None) -> Product:
        with session(house.limits) as con:
            table = query(
                con,
                "schools_located",
                schools=house.tables.path("core_msb__schools", stand),
                areas=house.tables.path("core_boundaries__areas"),
                boundary_edition=house.profile.boundaries,
            )
        return Product(table, place_notes(table, house.snapshots(*SCHOOLS, stand=stand)))

    return produce(context, house, make)


@dg.asset(group_name="core", tags=BY_STAND, backfill_policy=SINGLE_RUN, deps=[core_boundaries__areas, *BUSINESS_PARKS])
def core_business_parks__parks(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Gewerbegebiete with name, status, polygon in EPSG:25832 and area in cm²."""

    def make(stand: str | None) -> Product:
        areas = gpd.read_parquet(house.tables.path("core_boundaries__areas"), columns=["level", "geometry"])
        land = union_all(areas.loc[areas["level"] == "land", "geometry"].to_numpy())
        return Product(*business_parks.read(house.snapshots(*BUSINESS_PARKS, stand=stand), land=land))

    return produce(context, house, make)


@dg.asset(group_name="core", tags=BY_STAND, backfill_policy=SINGLE_RUN, deps=[core_boundaries__areas, core_business_parks__parks])
def core_business_parks__gemeinden(context: dg.AssetExecutionContext, house: House) -> dg.MaterializeResult[None]:
    """Each Gewerbegebiet cut at the borders of the Gemeinden, per boundary edition; `is_main` marks where it is counted."""

    def make(stand: str | None) -> Product:
        with session(house.limits) as con:
            table = query(
                con,
                "business_parks_by_gemeinde",
                parks=house.tables.path("core_business_parks__parks", stand),
                areas=house.tables.path("core_boundaries__areas"),
            )
        return Product(table)

    return produce(context, house, make)
