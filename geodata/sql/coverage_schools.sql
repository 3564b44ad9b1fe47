-- Grain: one row of the fact table per area (Gemeinde, Kreis, Regierungsbezirk, Land) and roll-out.
-- Inputs: $schools (core_msb__schools of one Stand), $areas, $boundary_edition, $stand.
-- Open schools counted by the AGS of the register; a school without a status counts in the denominator.
-- Where no school has a status, numerator and share stay null.
WITH areas AS (
    SELECT ags, level
    FROM read_parquet($areas)
    WHERE boundary_edition = $boundary_edition
),

schools AS (
    SELECT ags, status, source_id, origin, visibility
    FROM read_parquet($schools)
    WHERE is_open
),

known AS (
    SELECT
        any_value(source_id) AS source_id,
        any_value(origin) AS origin,
        max_by(visibility, CASE visibility WHEN 'public' THEN 0 WHEN 'internal' THEN 1 ELSE 2 END) AS visibility,
        count(*) FILTER (WHERE status <> 'unknown') > 0 AS has_status
    FROM schools
    HAVING count(*) > 0
),

rollouts AS (
    SELECT 'existing' AS rollout, ['connected'] AS counted
    UNION ALL
    SELECT 'with_announced' AS rollout, ['connected', 'in_progress', 'planned'] AS counted
),

counts AS (
    SELECT
        a.ags,
        a.level,
        r.rollout,
        count(s.ags) AS denominator,
        count(s.ags) FILTER (WHERE list_contains(r.counted, s.status)) AS numerator
    FROM areas AS a
    CROSS JOIN rollouts AS r
    LEFT JOIN schools AS s ON starts_with(s.ags, a.ags)
    GROUP BY a.ags, a.level, r.rollout
)

SELECT
    c.ags,
    c.level,
    CAST($stand AS DATE) AS stand,
    'schools' AS subject,
    'any' AS technology,
    'down' AS direction,
    CAST(1000 AS INTEGER) AS min_mbits,
    'any' AS operator,
    c.rollout,
    CASE WHEN k.has_status THEN 'reported' ELSE 'derived' END AS basis,
    CASE WHEN k.has_status THEN 'status_list' ELSE 'register_count' END AS method,
    $boundary_edition AS boundary_edition,
    k.source_id,
    CASE WHEN k.has_status THEN CAST(c.numerator AS DECIMAL(24, 4)) END AS numerator,
    CAST(c.denominator AS DECIMAL(24, 4)) AS denominator,
    CASE WHEN k.has_status AND c.denominator > 0 THEN c.numerator / c.denominator END AS share,
    k.origin,
    k.visibility
FROM counts AS c
CROSS JOIN known AS k
WHERE k.has_status OR c.rollout = 'existing'
ORDER BY ALL
