-- Grain: one row of the fact table per area, subject (extensions_5g, lte_measures), operator and source.
-- Inputs: counts (table of mobile_model_measures.sql), $boundary_edition.
-- Units: numerator in measures; a count has neither denominator nor share.
SELECT
    ags,
    level,
    stand,
    subject,
    CASE subject WHEN 'extensions_5g' THEN '5g' ELSE '4g' END AS technology,
    'down' AS direction,
    CAST(0 AS INTEGER) AS min_mbits,
    operator,
    'existing' AS rollout,
    'derived' AS basis,
    'site_list' AS method,
    $boundary_edition AS boundary_edition,
    source_id,
    CAST(measures AS DECIMAL(24, 4)) AS numerator,
    CAST(NULL AS DECIMAL(24, 4)) AS denominator,
    CAST(NULL AS DOUBLE) AS share,
    origin,
    visibility
FROM counts
ORDER BY ALL
