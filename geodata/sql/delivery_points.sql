-- Grain: one row per offer of one operator, in the order of the deliveries (`offer` from 0).
-- Inputs: variables offers (Parquet), operator; tables streets, spellings.
-- Units: whole millimetres in EPSG:25832. The place is the Ort, without one the Ortsteil.
WITH numbered AS (
    SELECT
        row_number() OVER () - 1 AS offer,
        street,
        house_number,
        suffix,
        coalesce(nullif(place, ''), district) AS place,
        district,
        postcode,
        CAST(round(easting_m * 1000) AS bigint) AS e,
        CAST(round(northing_m * 1000) AS bigint) AS n
    FROM read_parquet(getvariable('offers'))
    WHERE operator = getvariable('operator')
)

SELECT
    o.offer,
    s.street_id,
    o.house_number,
    o.suffix,
    p.place_key,
    o.district,
    o.postcode,
    o.e,
    o.n
FROM numbered AS o
LEFT JOIN streets AS s ON o.street = s.street
LEFT JOIN spellings AS p ON o.place = p.place
