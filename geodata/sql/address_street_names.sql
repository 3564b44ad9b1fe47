-- Grain: one row per street and place that the name of a place may mean ('' = any), with one address on it.
-- Inputs: variable addresses (Parquet), table places, macros of address_macros.sql, $place.
WITH meant AS (
    SELECT DISTINCT area, district
    FROM places
    WHERE $place = '' OR place_key IN (name_key($place), name_key(regexp_replace($place, '[(/,].*$', '')))
)

SELECT
    r.street,
    r.place,
    min(r.house_number) AS house_number
FROM read_parquet(getvariable('addresses')) AS r
INNER JOIN meant AS m ON CAST(r.ags AS integer) = m.area AND (m.district IS NULL OR r.district = m.district)
WHERE r.street <> ''
GROUP BY r.street, r.place
ORDER BY r.street, r.place
