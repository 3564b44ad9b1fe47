-- Grain: one row per address, in the order of the register (`idx` from 0).
-- Inputs: variable addresses (Parquet), table streets.
-- Units: whole millimetres in EPSG:25832, so that distances and ties are exact.
WITH numbered AS (
    SELECT
        row_number() OVER () - 1 AS idx,
        address_id,
        CAST(ags AS integer) AS area,
        street,
        house_number,
        suffix,
        district,
        CAST(round(easting_m * 1000) AS bigint) AS e,
        CAST(round(northing_m * 1000) AS bigint) AS n
    FROM read_parquet(getvariable('addresses'))
)

SELECT
    a.idx,
    a.address_id,
    a.area,
    s.street_id,
    a.house_number,
    a.suffix,
    a.district,
    a.e,
    a.n,
    (a.n // 100000) * 10000 + a.e // 100000 AS cell
FROM numbered AS a
LEFT JOIN streets AS s ON a.street = s.street
