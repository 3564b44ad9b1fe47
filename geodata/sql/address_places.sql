-- Grain: one row per key of a place name and what it may mean: a whole Gemeinde (district null) or one Ortsteil of it.
-- Inputs: variable addresses (Parquet), macros of address_macros.sql.
-- A Gemeinde goes by its name, with and without what stands in parentheses; an Ortsteil by its name, or by Gemeinde and Ortsteil.
WITH places AS (
    SELECT DISTINCT CAST(ags AS integer) AS area, place, regexp_replace(place, '[(].*$', '') AS short, district
    FROM read_parquet(getvariable('addresses'))
),

parts AS (
    SELECT area, place, short, district
    FROM places
    WHERE district <> ''
),

names AS (
    SELECT area, NULL AS district, name_key(place) AS place_key
    FROM places
    UNION
    SELECT area, NULL AS district, name_key(short) AS place_key
    FROM places
    UNION
    SELECT area, district, name_key(district) AS place_key
    FROM parts
    UNION
    SELECT area, district, name_key(place || district) AS place_key
    FROM parts
    UNION
    SELECT area, district, name_key(short || district) AS place_key
    FROM parts
),

wholes AS (
    SELECT area, place_key
    FROM names
    WHERE district IS NULL
)

SELECT
    n.place_key,
    n.area,
    n.district
FROM names AS n
LEFT JOIN wholes AS w ON n.area = w.area AND n.place_key = w.place_key
WHERE n.place_key <> '' AND (n.district IS NULL OR w.area IS NULL)
