-- Grain: one row per record of an operator's list, in the order of the file; `reason` is null where it can be read (its position aside).
-- An antenna cannot be older than its technology (first_technologies, first_days; list_stand: the Stand of the list).
-- Inputs: view or table records (columns of the list as text, null or '' where there is none; broken), macros of delivery_macros.sql,
--   variables operator_words and operator_values, technology_*, measure_* (lists side by side), bands, and the limits *_least, *_most.
-- Units: metres above ground, degrees, dBm; lon and lat in EPSG:4326, easting_m and northing_m in EPSG:25832.
WITH texts AS (
    SELECT
        broken,
        trim(coalesce(site_id, '')) AS site_id,
        trim(coalesce(operator, '')) AS operator_text,
        trim(coalesce(technology, '')) AS technology_text,
        regexp_replace(trim(coalesce(band_mhz, '')), '[.,]0+$', '') AS band_text,
        trim(coalesce(lon, '')) AS lon_text,
        trim(coalesce(lat, '')) AS lat_text,
        trim(coalesce(easting, '')) AS easting_text,
        trim(coalesce(northing, '')) AS northing_text,
        trim(coalesce(height_m, '')) AS height_text,
        trim(coalesce(azimuth_deg, '')) AS azimuth_text,
        trim(coalesce(beamwidth_deg, '')) AS beamwidth_text,
        trim(coalesce(eirp_dbm, '')) AS eirp_text,
        trim(coalesce(in_service_from, '')) AS since_text,
        trim(coalesce(measure, '')) AS measure_text
    FROM records
),

read_words AS (
    SELECT
        *,
        getvariable('operator_values')[list_position(
            getvariable('operator_words'), regexp_replace(lower(operator_text), '[^a-z0-9ó]+', '', 'g')
        )] AS operator,
        getvariable('technology_values')[list_position(
            getvariable('technology_words'), regexp_replace(lower(technology_text), '[^a-z0-9]+', '', 'g')
        )] AS technology,
        getvariable('measure_values')[list_position(
            getvariable('measure_words'), regexp_replace(lower(measure_text), '[^a-z0-9äöü]+', '', 'g')
        )] AS measure,
        delivery_number(lon_text) AS lon,
        delivery_number(lat_text) AS lat,
        delivery_number(easting_text) AS easting_m,
        delivery_number(northing_text) AS northing_m,
        delivery_number(height_text) AS height_m,
        delivery_number(azimuth_text) AS azimuth_deg,
        delivery_number(beamwidth_text) AS beamwidth_deg,
        delivery_number(eirp_text) AS eirp_dbm,
        delivery_date(since_text) AS in_service_from
    FROM texts
),

judged AS (
    SELECT
        *,
        CASE
            WHEN broken THEN 'field_count_differs'
            WHEN site_id = '' THEN 'value_missing site_id'
            WHEN operator_text = '' THEN 'value_missing operator'
            WHEN operator IS NULL THEN 'unknown_word operator'
            WHEN technology_text = '' THEN 'value_missing technology'
            WHEN technology IS NULL THEN 'unknown_word technology'
            WHEN band_text <> '' AND NOT list_contains(getvariable('bands'), band_text) THEN 'unknown_word band_mhz'
            WHEN height_text <> '' AND height_m IS NULL THEN 'not_a_number height_m'
            WHEN height_m NOT BETWEEN getvariable('height_m_least') AND getvariable('height_m_most') THEN 'site_value_implausible height_m'
            WHEN azimuth_text <> '' AND azimuth_deg IS NULL THEN 'not_a_number azimuth_deg'
            WHEN azimuth_deg NOT BETWEEN getvariable('azimuth_deg_least') AND getvariable('azimuth_deg_most')
                THEN 'site_value_implausible azimuth_deg'
            WHEN beamwidth_text <> '' AND beamwidth_deg IS NULL THEN 'not_a_number beamwidth_deg'
            WHEN beamwidth_deg NOT BETWEEN getvariable('beamwidth_deg_least') AND getvariable('beamwidth_deg_most')
                THEN 'site_value_implausible beamwidth_deg'
            WHEN eirp_text <> '' AND eirp_dbm IS NULL THEN 'not_a_number eirp_dbm'
            WHEN eirp_dbm NOT BETWEEN getvariable('eirp_dbm_least') AND getvariable('eirp_dbm_most') THEN 'site_value_implausible eirp_dbm'
            WHEN since_text <> '' AND in_service_from IS NULL THEN 'not_a_date in_service_from'
            WHEN measure_text <> '' AND measure IS NULL THEN 'unknown_word measure'
            WHEN
                least(in_service_from, CAST(getvariable('list_stand') AS DATE))
                < CAST(getvariable('first_days')[list_position(getvariable('first_technologies'), technology)] AS DATE)
                THEN 'site_technology_not_yet technology'
        END AS fault
    FROM read_words
)

SELECT
    site_id,
    operator,
    technology,
    nullif(band_text, '') AS band,
    lon,
    lat,
    easting_m,
    northing_m,
    height_m,
    azimuth_deg,
    beamwidth_deg,
    eirp_dbm,
    in_service_from,
    measure,
    left(concat_ws(' ', lon_text, lat_text, easting_text, northing_text), 80) AS position,
    split_part(fault, ' ', 1) AS reason,
    split_part(fault, ' ', 2) AS "column",
    left(CASE split_part(fault, ' ', 2)
        WHEN 'operator' THEN operator_text
        WHEN 'technology' THEN concat_ws(' ', technology_text, nullif(since_text, ''))
        WHEN 'band_mhz' THEN band_text
        WHEN 'height_m' THEN height_text
        WHEN 'azimuth_deg' THEN azimuth_text
        WHEN 'beamwidth_deg' THEN beamwidth_text
        WHEN 'eirp_dbm' THEN eirp_text
        WHEN 'in_service_from' THEN since_text
        WHEN 'measure' THEN measure_text
        ELSE site_id
    END, 80) AS value
FROM judged
