-- Grain: one row per place as written in the deliveries, with the key of its name.
-- Inputs: variable offers (Parquet), table places, macros of address_macros.sql.
-- A name that the register does not know is tried without what stands behind a parenthesis, slash or comma (Halle/Westf., Köln, Rhein).
WITH written AS (
    SELECT DISTINCT coalesce(nullif(place, ''), district) AS place
    FROM read_parquet(getvariable('offers'))
)

SELECT
    w.place,
    CASE
        WHEN name_key(w.place) IN (SELECT p.place_key FROM places AS p) THEN name_key(w.place)
        ELSE name_key(regexp_replace(w.place, '[(/,].*$', ''))
    END AS place_key
FROM written AS w
