-- Grain: one row of the fact table per area, direction of the difference (subject cells_reported_only, cells_modelled_only), technology.
-- Inputs: differences (table of mobile_model_disagreement.sql), $method.
-- Units: numerator and denominator in cells of 100 m.
WITH each AS (
    SELECT
        *,
        unnest(['cells_reported_only', 'cells_modelled_only']) AS subject,
        unnest([cells_reported_only, cells_modelled_only]) AS counted
    FROM differences
)

SELECT
    ags,
    level,
    stand,
    subject,
    technology,
    'down' AS direction,
    CAST(0 AS INTEGER) AS min_mbits,
    'any' AS operator,
    'existing' AS rollout,
    'modelled' AS basis,
    $method AS method,
    boundary_edition,
    source_id,
    CAST(counted AS DECIMAL(24, 4)) AS numerator,
    CAST(cells AS DECIMAL(24, 4)) AS denominator,
    counted / cells AS share,
    origin,
    visibility
FROM each
ORDER BY ALL
