"""A published database with one Kreis of two Gemeinden and the tables that an export of white spots reads."""

from pathlib import Path

import duckdb
import shapely

from geodata.session import Limits, session

STANDS = ("2021-06-30", "2022-06-30")
EVIL = "=1+1"


def hexed(shape: shapely.Geometry) -> str:
    return str(shapely.to_wkb(shape, hex=True))


KREIS = shapely.box(400_000, 5_650_000, 420_000, 5_660_000)
TOWN, LAND = shapely.box(400_000, 5_650_000, 410_000, 5_660_000), shapely.box(410_000, 5_650_000, 420_000, 5_660_000)
CELL = 565004001  # south-west corner 400100, 5650000


def database(path: Path) -> None:
    """Write the tables; the deliveries are internal, the grid cells public."""
    with session(Limits(spill=path.parent / "spill")) as con:
        con.execute(f"ATTACH '{path}' AS db")
        con.execute("USE db")
        for statement in _STATEMENTS.split(";\n"):
            if statement.strip():
                con.execute(statement.format(**_VALUES))
        con.execute("USE memory")
        con.execute("DETACH db")


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(path), read_only=True)


def _geometry(shape: shapely.Geometry) -> str:
    return f"ST_SetCRS(ST_GeomFromHEXWKB('{hexed(shape)}'), 'EPSG:25832')"


_VALUES = {
    "kreis": _geometry(KREIS),
    "town": _geometry(TOWN),
    "land": _geometry(LAND),
    "school": _geometry(shapely.Point(400_150, 5_650_050)),
    "part": _geometry(shapely.box(400_000, 5_650_000, 400_200, 5_650_200)),
    "disc": _geometry(shapely.Point(400_150, 5_650_050).buffer(49)),
    "cell": CELL,
    "evil": EVIL,
}
_STATEMENTS = """
CREATE TABLE core_area_cells AS SELECT 'e' AS boundary_edition, 1 AS cell_id;
CREATE TABLE core_boundaries__areas AS
SELECT * FROM (VALUES ('05001', 'kreis', 'Test', {kreis}), ('05001001', 'gemeinde', 'Stadt', {town}), ('05001002', 'gemeinde', '{evil}', {land}))
AS t (ags, level, name, geometry) CROSS JOIN (SELECT 'e' AS boundary_edition, 'vg250__boundaries' AS source_id);
CREATE TABLE out_run__sources AS
SELECT *, 'Titel' AS title, 'Amt' AS publisher, 'dl-de/by-2-0' AS licence, '© ' || source_id AS attribution, true AS changes_marked,
    'official' AS origin, DATE '2022-06-30' AS stand
FROM (VALUES ('breitbandatlas__gitterzellen', 'public'), ('deliveries__offers', 'internal'), ('msb__schools', 'public')) AS t (source_id, visibility);
CREATE TABLE out_whitespots__areas AS
SELECT ags, level, CAST(stand AS DATE) AS stand, kind, threshold_set, bound, total AS total_units, below AS all_units,
    announced AS less_announced_units, announced AS less_funded_units, 0 AS unknown_units,
    below // 10000 AS all_addresses, announced // 10000 AS less_announced_addresses, announced // 10000 AS less_funded_addresses,
    CAST(NULL AS BIGINT) AS all_person_units, 1 AS all_schools, 0 AS all_business_parks, CAST(NULL AS BIGINT) AS all_area_cm2,
    'derived' AS basis, method, source_id, 'official' AS origin, visibility
FROM (VALUES
    ('05001', 'kreis', '2022-06-30', 'fixed_cells', 'unter_100', 'exact', 100000, 40000, NULL, 'cells', 'breitbandatlas__gitterzellen', 'public'),
    ('05001001', 'gemeinde', '2022-06-30', 'fixed_cells', 'unter_100', 'exact', 60000, 40000, NULL, 'cells', 'breitbandatlas__gitterzellen', 'public'),
    ('05001002', 'gemeinde', '2022-06-30', 'fixed_cells', 'unter_100', 'exact', 40000, 0, NULL, 'cells', 'breitbandatlas__gitterzellen', 'public'),
    ('05001', 'kreis', '2021-06-30', 'fixed_cells', 'unter_100', 'exact', 100000, 50000, NULL, 'cells', 'breitbandatlas__gitterzellen', 'public'),
    ('05001', 'kreis', '2022-06-30', 'fixed_addresses', 'unter_100', 'exact', 100000, 30000, 20000, 'addresses_union', 'deliveries__offers', 'internal')
) AS t (ags, level, stand, kind, threshold_set, bound, total, below, announced, method, source_id, visibility);
CREATE TABLE core_whitespots__clusters AS
SELECT 'potenzial_100' AS variant, kind, 'abc' AS cluster_id, '05001' AS kreis_ags, '05001001' AS ags, 1 AS rank, 1 AS rank_in_kreis,
    60 AS addresses, 3 AS cells, 70000 AS units, 1 AS schools, 0 AS business_parks, 120.0 AS nearest_covered_m, 150.0 AS connection_m,
    900.0 AS trench_m, 77.7 AS units_per_trench_m, 0.5 AS gap_share, DATE '2022-06-30' AS stand, 'official' AS origin, visibility, {disc} AS geometry
FROM (VALUES ('fixed_cells', 'public'), ('fixed_addresses', 'internal')) AS t (kind, visibility);
CREATE TABLE out_whitespots__clusters AS SELECT * REPLACE (60000 AS units, {part} AS geometry) FROM core_whitespots__clusters;
CREATE TABLE core_whitespots__cells AS
SELECT {cell} AS cell_id, '05001001' AS ags, kind, 'unter_100' AS threshold_set, 'exact' AS bound, 10000 AS total_units, 10000 AS all_units,
    10000 AS less_announced_units, 10000 AS less_funded_units, 1 AS all_addresses, DATE '2022-06-30' AS stand, 'official' AS origin, visibility
FROM (VALUES ('fixed_cells', 'public'), ('fixed_addresses', 'internal')) AS t (kind, visibility);
CREATE TABLE out_whitespots__published_cells AS
SELECT 7 AS part_id, '05001001' AS ags, 200 AS size_m, 6 AS households, 0 AS unknown_households, 3 AS below_30_households,
    6 AS below_100_households, 6 AS below_400_households, 6 AS below_1000_households, DATE '2022-06-30' AS stand, 'cells' AS method,
    'official' AS origin, 'public' AS visibility;
CREATE TABLE out_whitespots__parts AS SELECT 7 AS part_id, '05001001' AS ags, {part} AS geometry;
CREATE TABLE core_gebref__addresses AS
SELECT 'A1' AS address_id, '{evil}' AS street, 3 AS house_number, 'a' AS suffix, 'Stadt' AS place, 400150.0 AS easting_m, 5650050.0 AS northing_m;
CREATE TABLE core_addresses__supply AS
SELECT 16.0 AS existing_down_mbits, 1.0 AS existing_up_mbits, 'fttc' AS existing_technology, 'Netz' AS existing_operator,
    CAST(NULL AS DOUBLE) AS announced_down_mbits, CAST(NULL AS VARCHAR) AS announced_operator, CAST(NULL AS DATE) AS announced_until,
    'F1' AS funding_id, DATE '2022-06-30' AS stand;
CREATE TABLE core_whitespots__addresses AS
SELECT 'unter_100' AS threshold_set, 0 AS address_row, '05001001' AS ags, 10000 AS units, true AS is_below_prospective, false AS is_fundable,
    DATE '2022-06-30' AS stand, 'official' AS origin, 'internal' AS visibility;
CREATE TABLE core_msb__schools AS
SELECT '05001001' AS ags, 'Schule' AS name, true AS is_open, 'none' AS status, {school} AS geometry, 'msb__schools' AS source_id,
    'official' AS origin, 'public' AS visibility, DATE '2022-09-30' AS stand;
CREATE TABLE core_business_parks__parks AS
SELECT 'P' AS park_id, 'Park' AS name, 'planned' AS status, {part} AS geometry, 'business_parks__areas' AS source_id, 'official' AS origin,
    'internal' AS visibility, DATE '2021-06-30' AS stand;
CREATE TABLE core_business_parks__gemeinden AS
SELECT 'e' AS boundary_edition, 'P' AS park_id, '05001001' AS ags, true AS is_main, DATE '2021-06-30' AS stand
"""
