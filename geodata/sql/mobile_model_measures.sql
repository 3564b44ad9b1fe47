-- Grain: one row per area (Kreis, Land), subject (extensions_5g, lte_measures), operator (each, and any = their sum), source.
-- Inputs: antennas (table: site_id, operator, technology, band, in_service_from, measure, ags with 8 digits or null, source_id, origin,
--         visibility), $stand, $land, $lte_from.
-- Units: measures. Sectors of one site and band are one measure; 5G on several bands of a site is one extension.
WITH done AS (
    SELECT DISTINCT
        CASE WHEN measure = '5g_extension' THEN 'extensions_5g' ELSE 'lte_measures' END AS subject,
        operator,
        site_id,
        CASE WHEN measure <> '5g_extension' THEN band END AS band,
        CASE WHEN measure <> '5g_extension' THEN in_service_from END AS day,
        ags,
        source_id,
        origin,
        visibility
    FROM antennas
    WHERE
        measure IS NOT NULL AND in_service_from <= CAST($stand AS DATE) AND starts_with(ags, $land)
        AND (measure = '5g_extension' OR in_service_from >= CAST($lte_from AS DATE))
),

counted AS (
    SELECT
        coalesce(left(ags, 5), left(ags, 2)) AS ags,
        subject,
        coalesce(operator, 'any') AS operator,
        source_id,
        origin,
        visibility,
        count(*) AS measures
    FROM done
    GROUP BY subject, source_id, origin, visibility, GROUPING SETS (
        (left(ags, 5), operator), (left(ags, 5)), (left(ags, 2), operator), (left(ags, 2))
    )
)

SELECT
    ags,
    CASE length(ags) WHEN 5 THEN 'kreis' ELSE 'land' END AS level,
    CAST($stand AS DATE) AS stand,
    subject,
    operator,
    measures,
    source_id,
    origin,
    visibility
FROM counted
ORDER BY ALL
