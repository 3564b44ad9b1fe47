-- Grain: one row of the fact table per area: Gewerbegebiete whose cells have fibre, after the Gitterzellen (never the status list).
-- Inputs: $fibre (core_business_parks__fibre of one Stand: park_id, is_connected, null = no figure),
--         $pieces (core_business_parks__gemeinden: park_id, ags, is_main per boundary edition), $boundary_edition, $stand, $land,
--         sources (table: method, source_id, origin, visibility).
-- A Gewerbegebiet counts once, in the Gemeinde with its largest piece; one without a figure counts neither here nor there.
WITH counted AS (
    SELECT
        coalesce(left(p.ags, 8), left(p.ags, 5), left(p.ags, 3), left(p.ags, 2)) AS ags,
        count(*) AS denominator,
        count(*) FILTER (WHERE f.is_connected) AS numerator
    FROM read_parquet($fibre) AS f
    INNER JOIN read_parquet($pieces) AS p ON f.park_id = p.park_id
    WHERE p.is_main AND p.boundary_edition = $boundary_edition AND f.is_connected IS NOT NULL AND starts_with(p.ags, $land)
    GROUP BY GROUPING SETS ((left(p.ags, 8)), (left(p.ags, 5)), (left(p.ags, 3)), (left(p.ags, 2)))
)

SELECT
    c.ags,
    CASE length(c.ags) WHEN 8 THEN 'gemeinde' WHEN 5 THEN 'kreis' WHEN 3 THEN 'regierungsbezirk' ELSE 'land' END AS level,
    CAST($stand AS DATE) AS stand,
    'business_parks' AS subject,
    'fttb_h' AS technology,
    'down' AS direction,
    CAST(1000 AS INTEGER) AS min_mbits,
    'any' AS operator,
    'existing' AS rollout,
    'derived' AS basis,
    'cells' AS method,
    $boundary_edition AS boundary_edition,
    s.source_id,
    CAST(c.numerator AS DECIMAL(24, 4)) AS numerator,
    CAST(c.denominator AS DECIMAL(24, 4)) AS denominator,
    c.numerator / c.denominator AS share,
    s.origin,
    s.visibility
FROM counted AS c
CROSS JOIN sources AS s
WHERE s.method = 'cells'
ORDER BY ALL
