-- Grain: one row per area (Kreis, Land), subject (extensions_5g, lte_measures), operator (each, and any = their sum), source.
-- Inputs: antennas (table: site_id, operator, technology, band, in_service_from, measure, ags with 8 digits or null, source_id, origin,
--         visibility), $stand, $land, $kreise (list of keys), $lte_from.
-- Units: measures. Sectors of one site and band are one measure; 5G on several bands of a site is one extension. A source without any
--        measure has no row; one with measures has a count for each area, if need be 0.
WITH named AS (
    SELECT
        *,
        CASE WHEN measure = '5g_extension' THEN 'extensions_5g' ELSE 'lte_measures' END AS subject
    FROM antennas
    WHERE measure IS NOT NULL AND in_service_from IS NOT NULL AND starts_with(ags, $land)
),

done AS (
    SELECT DISTINCT
        subject,
        operator,
        site_id,
        CASE WHEN subject = 'lte_measures' THEN band END AS band,
        CASE WHEN subject = 'lte_measures' THEN in_service_from END AS day,
        ags,
        source_id
    FROM named
    WHERE in_service_from <= CAST($stand AS DATE) AND (subject = 'extensions_5g' OR in_service_from >= CAST($lte_from AS DATE))
),

counted AS (
    SELECT
        coalesce(left(ags, 5), left(ags, 2)) AS ags,
        subject,
        coalesce(operator, 'any') AS operator,
        source_id,
        count(*) AS measures
    FROM done
    GROUP BY subject, source_id, GROUPING SETS ((left(ags, 5), operator), (left(ags, 5)), (left(ags, 2), operator), (left(ags, 2)))
),

asked AS (
    SELECT
        a.ags,
        n.subject,
        n.source_id,
        o.operator,
        n.origin,
        n.visibility
    FROM (
        SELECT
            subject,
            source_id,
            min(origin) AS origin,
            max_by(visibility, list_position(['public', 'internal', 'confidential'], visibility)) AS visibility,
            list_distinct(list(operator)) AS operators
        FROM named
        GROUP BY subject, source_id
    ) AS n
    CROSS JOIN unnest(list_append(n.operators, 'any')) AS o (operator)
    CROSS JOIN unnest(list_append($kreise, $land)) AS a (ags)
)

SELECT
    a.ags,
    CASE length(a.ags) WHEN 5 THEN 'kreis' ELSE 'land' END AS level,
    CAST($stand AS DATE) AS stand,
    a.subject,
    a.operator,
    coalesce(c.measures, 0) AS measures,
    a.source_id,
    a.origin,
    a.visibility
FROM asked AS a
LEFT JOIN counted AS c ON a.ags = c.ags AND a.subject = c.subject AND a.operator = c.operator AND a.source_id = c.source_id
ORDER BY ALL
