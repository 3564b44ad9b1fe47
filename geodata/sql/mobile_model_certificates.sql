-- Grain: one row per record of the site certificates, in the order of the file; `reason` is null where it can be read (its position aside).
-- Inputs: view records (columns as text, null where the file lacks one; broken), macro delivery_number,
--   variables mobile (the type that is wanted, lower case), height_least, height_most, direction_least, direction_most.
-- Units: metres above ground, degrees from north; lon and lat in EPSG:4326. Direction nD: none; 115° is 115. A record that says again
--   all that an earlier one says is refused; antennas that differ in their safety distances alone are several.
WITH numbered AS (
    SELECT
        *,
        row_number() OVER () AS row
    FROM records
),

texts AS (
    SELECT
        row,
        broken,
        coalesce(nullif(trim(standortbescheinigung_nr), ''), nullif(trim(fid), ''), '') AS site_id,
        lower(trim(coalesce(type, getvariable('mobile')))) AS kind,
        trim(coalesce(height, '')) AS height_text,
        regexp_replace(trim(coalesce(direction, '')), '^nD$|°$', '') AS direction_text,
        concat_ws('|', fid, hdistance, vdistance) AS rest,
        delivery_number(trim(lon)) AS lon,
        delivery_number(trim(lat)) AS lat,
        concat_ws(' ', lon, lat) AS position
    FROM numbered
),

judged AS (
    SELECT
        *,
        CASE
            WHEN broken THEN 'field_count_differs'
            WHEN site_id = '' THEN 'value_missing standortbescheinigung_nr'
            WHEN kind <> getvariable('mobile') THEN 'site_other_service type'
            WHEN height_text <> '' AND delivery_number(height_text) IS NULL THEN 'not_a_number height'
            WHEN
                delivery_number(height_text) NOT BETWEEN getvariable('height_least') AND getvariable('height_most')
                THEN 'site_value_implausible height'
            WHEN direction_text <> '' AND delivery_number(direction_text) IS NULL THEN 'not_a_number direction'
            WHEN
                delivery_number(direction_text) NOT BETWEEN getvariable('direction_least') AND getvariable('direction_most')
                THEN 'site_value_implausible direction'
            WHEN
                row_number() OVER (PARTITION BY site_id, lon, lat, height_text, direction_text, rest ORDER BY row) > 1
                THEN 'repeated_row standortbescheinigung_nr'
        END AS fault
    FROM texts
)

SELECT
    row,
    site_id,
    delivery_number(height_text) AS height_m,
    delivery_number(direction_text) AS azimuth_deg,
    lon,
    lat,
    CAST(NULL AS DOUBLE) AS easting_m,
    CAST(NULL AS DOUBLE) AS northing_m,
    left(position, 80) AS position,
    split_part(fault, ' ', 1) AS reason,
    split_part(fault, ' ', 2) AS "column",
    left(CASE split_part(fault, ' ', 2)
        WHEN 'type' THEN kind
        WHEN 'height' THEN height_text
        WHEN 'direction' THEN direction_text
        ELSE site_id
    END, 80) AS value
FROM judged
ORDER BY row
