-- Grain: one row per street as written in the register or in the deliveries, with the id of its key; streets without a key are left out.
-- Inputs: variables addresses, offers (Parquet), macros of address_macros.sql.
WITH written AS (
    SELECT street FROM read_parquet(getvariable('addresses'))
    UNION
    SELECT street FROM read_parquet(getvariable('offers'))
),

keyed AS (
    SELECT street, name_key(street) AS street_key
    FROM written
)

SELECT
    street,
    CAST(dense_rank() OVER (ORDER BY street_key) AS integer) AS street_id
FROM keyed
WHERE street_key <> ''
