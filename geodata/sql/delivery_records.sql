-- Grain: one row per record of a delivery, in the order of the file; `reason` is null where it can be read (its position aside).
-- Inputs: view records (columns of the delivery as text, null where the file lacks one; broken), macros of address_macros.sql and
--   delivery_macros.sql, variables technology_words and technologies, rollout_words and rollouts (lists side by side),
--   and south, north, west, east (degrees between which a point of the Land is plausible).
-- Units: Mbit/s, degrees in EPSG:4326. `has_key`: street, house number and a place are there. `unplaced`: coordinates that are no use.
WITH texts AS (
    SELECT
        * EXCLUDE (strasse, hnr, hnr_z),
        trim(coalesce(strasse, '')) AS street,
        trim(coalesce(hnr, '')) AS number,
        lower(trim(coalesce(hnr_z, ''))) AS addition,
        trim(coalesce(ort, '')) AS place,
        trim(coalesce(ortsteil, '')) AS district,
        -- A word that is known as it stands needs no cleaning.
        CASE
            WHEN list_contains(getvariable('technology_words'), lower(technologie)) THEN lower(technologie)
            ELSE regexp_replace(lower(technologie), '[^a-z0-9]+', '', 'g')
        END AS technology_word,
        CASE
            WHEN list_contains(getvariable('rollout_words'), lower(coalesce(status, ''))) THEN lower(coalesce(status, ''))
            ELSE regexp_replace(lower(coalesce(status, '')), '[^a-zäöü]+', '', 'g')
        END AS rollout_word,
        trim(download) AS down,
        trim(coalesce(upload, '')) AS up,
        trim(coalesce(haushalte, '')) AS homes,
        trim(coalesce(geplant_bis, '')) AS until,
        delivery_number(trim(lat)) AS y,
        delivery_number(trim(lon)) AS x
    FROM records
),

turned AS (
    SELECT
        *,
        house_plain(number, addition) AS is_plain,
        y BETWEEN getvariable('west') AND getvariable('east') AND x BETWEEN getvariable('south') AND getvariable('north') AS swapped
    FROM texts
),

houses AS (
    SELECT
        *,
        CASE WHEN is_plain THEN nullif(CAST(number AS integer), 0) ELSE house_number(house_text(number, addition)) END AS house,
        CASE WHEN is_plain THEN addition ELSE house_suffix(house_text(number, addition)) END AS house_addition,
        CASE WHEN swapped THEN x ELSE y END AS latitude,
        CASE WHEN swapped THEN y ELSE x END AS longitude,
        getvariable('technologies')[list_position(getvariable('technology_words'), technology_word)] AS technology,
        getvariable('rollouts')[list_position(getvariable('rollout_words'), rollout_word)] AS rollout
    FROM turned
),

judged AS (
    SELECT
        *,
        latitude BETWEEN getvariable('south') AND getvariable('north')
        AND longitude BETWEEN getvariable('west') AND getvariable('east') AS placed,
        CASE
            WHEN broken THEN 'field_count_differs'
            WHEN technology_word = '' THEN 'value_missing technologie'
            WHEN technology IS NULL THEN 'unknown_word technologie'
            WHEN down = '' THEN 'value_missing download'
            WHEN delivery_speed_fault(down) IS NOT NULL THEN delivery_speed_fault(down) || ' download'
            WHEN up <> '' AND delivery_speed_fault(up) IS NOT NULL THEN delivery_speed_fault(up) || ' upload'
            WHEN homes <> '' AND NOT regexp_full_match(homes, '[0-9]{1,6}([.,]0+)?') THEN 'not_a_count haushalte'
            WHEN rollout IS NULL THEN 'unknown_word status'
            WHEN until <> '' AND delivery_date(until) IS NULL THEN 'not_a_date geplant_bis'
        END AS fault
    FROM houses
)

SELECT
    street,
    house AS house_number,
    CASE WHEN house IS NULL THEN '' ELSE house_addition END AS suffix,
    trim(coalesce(plz, '')) AS postcode,
    place,
    district,
    technology,
    CASE WHEN fault IS NULL THEN delivery_number(down) END AS download_mbits,
    CASE WHEN fault IS NULL THEN delivery_number(up) END AS upload_mbits,
    CASE WHEN fault IS NULL THEN CAST(delivery_number(homes) AS integer) END AS households,
    rollout,
    CASE WHEN fault IS NULL THEN delivery_date(until) END AS planned_until,
    trim(coalesce(nutzungstyp, '')) AS usage,
    CASE WHEN fault IS NULL AND placed THEN latitude END AS latitude,
    CASE WHEN fault IS NULL AND placed THEN longitude END AS longitude,
    coalesce(fault IS NULL AND placed AND swapped, FALSE) AS swapped,
    fault IS NULL AND NOT coalesce(placed, FALSE) AND trim(concat(lat, lon)) <> '' AS unplaced,
    street <> '' AND house IS NOT NULL AND (place <> '' OR district <> '') AS has_key,
    split_part(fault, ' ', 1) AS reason,
    split_part(fault, ' ', 2) AS "column",
    left(CASE split_part(fault, ' ', 2)
        WHEN '' THEN concat_ws(' ', street, number, addition, place)
        WHEN 'technologie' THEN technologie
        WHEN 'download' THEN down
        WHEN 'upload' THEN up
        WHEN 'haushalte' THEN homes
        WHEN 'status' THEN status
        ELSE until
    END, 80) AS value
FROM judged
