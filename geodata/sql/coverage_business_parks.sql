-- Grain: one row of the fact table per boundary edition, area, subject (business_parks: a count; area_commercial: cm²) and roll-out.
-- Inputs: $pieces (core_business_parks__gemeinden of one Stand), $parks (for source and origin), $areas, $stand.
-- $covered: AGS prefixes that the files cover; an area outside them has no row, for nothing is known of it.
-- A Gewerbegebiet counts once, in the Gemeinde with its largest piece; its area counts piece by piece.
-- Where no Gewerbegebiet has a status, numerator and share stay null.
WITH known AS (
    SELECT
        any_value(source_id) AS source_id,
        any_value(origin) AS origin,
        max_by(visibility, CASE visibility WHEN 'public' THEN 0 WHEN 'internal' THEN 1 ELSE 2 END) AS visibility,
        count(*) FILTER (WHERE status <> 'unknown') > 0 AS has_status
    FROM read_parquet($parks)
    HAVING count(*) > 0
),

rollouts AS (
    SELECT 'existing' AS rollout, ['connected'] AS counted
    UNION ALL
    SELECT 'with_announced' AS rollout, ['connected', 'in_progress', 'planned'] AS counted
),

measured AS (
    SELECT boundary_edition, ags, status, 'business_parks' AS subject, 1 AS amount
    FROM read_parquet($pieces)
    WHERE is_main
    UNION ALL
    SELECT boundary_edition, ags, status, 'area_commercial' AS subject, area_cm2 AS amount
    FROM read_parquet($pieces)
),

subjects AS (
    SELECT unnest(['business_parks', 'area_commercial']) AS subject
),

sums AS (
    SELECT
        a.boundary_edition,
        a.ags,
        a.level,
        u.subject,
        r.rollout,
        coalesce(sum(m.amount), 0) AS denominator,
        coalesce(sum(m.amount) FILTER (WHERE list_contains(r.counted, m.status)), 0) AS numerator
    FROM read_parquet($areas) AS a
    CROSS JOIN rollouts AS r
    CROSS JOIN subjects AS u
    LEFT JOIN measured AS m
        ON a.boundary_edition = m.boundary_edition AND u.subject = m.subject AND starts_with(m.ags, a.ags)
    GROUP BY a.boundary_edition, a.ags, a.level, u.subject, r.rollout
)

SELECT
    s.ags,
    s.level,
    CAST($stand AS DATE) AS stand,
    s.subject,
    'any' AS technology,
    'down' AS direction,
    CAST(1000 AS INTEGER) AS min_mbits,
    'any' AS operator,
    s.rollout,
    CASE WHEN k.has_status THEN 'reported' ELSE 'derived' END AS basis,
    CASE WHEN k.has_status THEN 'status_list' ELSE 'polygon_count' END AS method,
    s.boundary_edition,
    k.source_id,
    CASE WHEN k.has_status THEN CAST(s.numerator AS DECIMAL(24, 4)) END AS numerator,
    CAST(s.denominator AS DECIMAL(24, 4)) AS denominator,
    CASE WHEN k.has_status AND s.denominator > 0 THEN CAST(s.numerator AS DOUBLE) / CAST(s.denominator AS DOUBLE) END AS share,
    k.origin,
    k.visibility
FROM sums AS s
CROSS JOIN known AS k
WHERE
    (k.has_status OR s.rollout = 'existing')
    AND length(list_filter($covered, LAMBDA prefix: starts_with(s.ags, prefix))) > 0
ORDER BY ALL
