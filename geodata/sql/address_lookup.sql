-- Grain: one row per address of the register on a street of that key, in a place that the name may mean ('' = any).
-- Inputs: variable addresses (Parquet), table places, macros of address_macros.sql, $street, $number, $place as a person writes them.
-- `is_house`: number and suffix are the wanted ones; `idx` is the row of the register, from 0.
WITH wanted AS (
    SELECT
        name_key($street) AS street_key,
        house_text($number, '') AS house
),

register AS (
    SELECT
        row_number() OVER () - 1 AS idx,
        address_id,
        CAST(ags AS integer) AS area,
        street,
        house_number,
        suffix,
        district,
        place,
        easting_m,
        northing_m
    FROM read_parquet(getvariable('addresses'))
),

streets AS (
    SELECT DISTINCT street FROM register
),

named AS (
    SELECT s.street
    FROM streets AS s
    INNER JOIN wanted AS w ON name_key(s.street) = w.street_key
),

meant AS (
    SELECT DISTINCT area, district
    FROM places
    WHERE $place = '' OR place_key IN (name_key($place), name_key(regexp_replace($place, '[(/,].*$', '')))
)

SELECT DISTINCT
    r.idx,
    r.address_id,
    r.street,
    r.house_number,
    r.suffix,
    r.place,
    r.easting_m,
    r.northing_m,
    r.house_number = house_number(w.house) AND r.suffix = house_suffix(w.house) AS is_house,
    abs(r.house_number - coalesce(house_number(w.house), 0)) AS away
FROM register AS r
INNER JOIN named AS n ON r.street = n.street
INNER JOIN meant AS m ON r.area = m.area AND (m.district IS NULL OR r.district = m.district)
CROSS JOIN wanted AS w
ORDER BY is_house DESC NULLS LAST, away ASC, r.suffix ASC, r.address_id ASC
