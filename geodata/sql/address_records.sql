-- Grain: one row per record of a gebref.txt, in the order of the file; `reason` is null where it can be read, `outside` is another Land.
-- Inputs: view records (columns as text; land, regbez, kreis, gmd, ott, zone are null throughout in the older edition; broken),
--   variables land, west, south, east, north (plausible metres in EPSG:25832), macros of address_macros.sql.
-- Units: metres in EPSG:25832. An easting with the zone in front (EPSG:4647, 32365471,472) loses it.
WITH numbers AS (
    SELECT
        *,
        landschl || regbezschl || kreisschl || gmdschl AS area,
        lower(trim(adz)) AS addition,
        try_cast(replace(ostwert, ',', '.') AS double) AS x,
        try_cast(replace(nordwert, ',', '.') AS double) AS y
    FROM records
),

metres AS (
    SELECT
        *,
        CASE WHEN x BETWEEN 32e6 AND 33e6 THEN x - 32e6 ELSE x END AS e,
        CASE
            WHEN x BETWEEN getvariable('south') AND getvariable('north') AND y BETWEEN 32e6 AND 33e6 THEN y - 32e6
            ELSE y
        END AS n
    FROM numbers
),

placed AS (
    SELECT
        *,
        house_plain(hnr, addition) AS is_plain,
        e BETWEEN getvariable('south') AND getvariable('north') AND n BETWEEN getvariable('west') AND getvariable('east') AS swapped
    FROM metres
),

houses AS (
    SELECT
        *,
        CASE WHEN swapped THEN n ELSE e END AS easting,
        CASE WHEN swapped THEN e ELSE n END AS northing,
        CASE WHEN is_plain THEN nullif(CAST(hnr AS integer), 0) ELSE house_number(house_text(hnr, addition)) END AS house,
        CASE WHEN is_plain THEN addition ELSE house_suffix(house_text(hnr, addition)) END AS house_addition
    FROM placed
),

judged AS (
    SELECT
        *,
        NOT broken AND landschl <> getvariable('land') AS outside,
        CASE
            WHEN broken THEN 'field_count_differs'
            WHEN landschl <> getvariable('land') THEN NULL
            WHEN NOT regexp_full_match(area, '[0-9]{8}') THEN 'not_an_ags'
            WHEN trim(oid) = '' THEN 'address_without_id'
            WHEN house IS NULL THEN 'not_a_house_number'
            WHEN x IS NULL OR y IS NULL OR NOT isfinite(x) OR NOT isfinite(y) THEN 'not_a_number'
            WHEN x = 0 OR y = 0 THEN 'coordinates_zero'
            WHEN coalesce(nullif(trim(zone), ''), '32') <> '32' OR x BETWEEN 31e6 AND 32e6 OR x BETWEEN 33e6 AND 34e6 THEN 'wrong_zone'
            WHEN
                NOT (
                    easting BETWEEN getvariable('west') AND getvariable('east')
                    AND northing BETWEEN getvariable('south') AND getvariable('north')
                )
                THEN 'coordinates_outside'
        END AS reason
    FROM houses
)

SELECT
    trim(oid) AS address_id,
    area AS ags,
    trim(strschl) AS street_key,
    trim(str) AS street,
    house AS house_number,
    house_addition AS suffix,
    coalesce(trim(ott), '') AS district,
    coalesce(trim(gmd), '') AS place,
    round(easting, 3) AS easting_m,
    round(northing, 3) AS northing_m,
    CAST(CASE WHEN reason IS NULL AND NOT outside THEN floor(northing / 100) * 10000 + floor(easting / 100) END AS bigint) AS cell_id,
    outside,
    reason IS NULL AND NOT outside AND swapped AS swapped,
    reason,
    CASE
        WHEN reason IN ('field_count_differs', 'address_without_id') THEN ''
        WHEN reason = 'not_an_ags' THEN 'landschl'
        WHEN reason = 'not_a_house_number' THEN 'hnr'
        WHEN reason = 'wrong_zone' THEN 'zone'
        WHEN reason IS NOT NULL THEN 'ostwert'
    END AS "column",
    CASE
        WHEN reason IN ('field_count_differs', 'address_without_id') THEN left(concat_ws(';', nba, oid, qua, landschl, strschl, hnr), 80)
        WHEN reason = 'not_an_ags' THEN left(area, 80)
        WHEN reason = 'not_a_house_number' THEN left(hnr || adz, 80)
        WHEN reason = 'wrong_zone' THEN left(concat_ws(' ', zone, ostwert), 80)
        WHEN reason IS NOT NULL THEN left(ostwert || ' ' || nordwert, 80)
    END AS value
FROM judged
