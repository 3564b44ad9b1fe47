-- Grain: one row per record of OpenCelliD, in the order of the file; `reason` is null where it can be read (its position aside).
-- Inputs: view records (columns as text; broken), macro delivery_number, variables mcc, net_words and net_values, radio_words and
--   radio_values (lists side by side), first_technologies and first_days (a list older than a technology cannot have it), list_stand.
-- Units: degrees in EPSG:4326. A cell that occurs again is refused: the first counts.
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
        upper(trim(coalesce(radio, ''))) AS radio,
        trim(coalesce(mcc, '')) AS mcc,
        regexp_replace(trim(coalesce(net, '')), '^0+([0-9])', '\1') AS net,
        try_cast(trim(area) AS BIGINT) AS area,
        try_cast(trim(cell) AS BIGINT) AS cell,
        trim(coalesce(cell, '')) AS cell_text,
        delivery_number(trim(lon)) AS lon,
        delivery_number(trim(lat)) AS lat,
        concat_ws(' ', lon, lat) AS position,
        greatest(coalesce(try_cast(trim(samples) AS BIGINT), 1), 1) AS samples
    FROM numbered
),

judged AS (
    SELECT
        *,
        getvariable('radio_values')[list_position(getvariable('radio_words'), radio)] AS technology,
        getvariable('net_values')[list_position(getvariable('net_words'), net)] AS operator,
        CASE
            WHEN broken THEN 'field_count_differs'
            WHEN radio = '' THEN 'value_missing radio'
            WHEN NOT list_contains(getvariable('radio_words'), radio) THEN 'unknown_word radio'
            WHEN mcc <> getvariable('mcc') THEN 'site_other_country mcc'
            WHEN NOT list_contains(getvariable('net_words'), net) THEN 'unknown_word net'
            WHEN
                CAST(getvariable('list_stand') AS DATE) < CAST(getvariable('first_days')[list_position(
                    getvariable('first_technologies'), getvariable('radio_values')[list_position(getvariable('radio_words'), radio)]
                )] AS DATE)
                THEN 'site_technology_not_yet radio'
            WHEN cell IS NULL OR cell < 0 THEN 'not_a_number cell'
            WHEN row_number() OVER (PARTITION BY radio, mcc, net, area, cell_text ORDER BY row) > 1 THEN 'repeated_row cell'
        END AS fault
    FROM texts
)

SELECT
    row,
    technology,
    operator,
    area,
    cell,
    samples,
    lon,
    lat,
    CAST(NULL AS DOUBLE) AS easting_m,
    CAST(NULL AS DOUBLE) AS northing_m,
    left(position, 80) AS position,
    split_part(fault, ' ', 1) AS reason,
    split_part(fault, ' ', 2) AS "column",
    left(CASE split_part(fault, ' ', 2)
        WHEN 'radio' THEN radio WHEN 'mcc' THEN mcc WHEN 'net' THEN net ELSE cell_text
    END, 80) AS value
FROM judged
ORDER BY row
