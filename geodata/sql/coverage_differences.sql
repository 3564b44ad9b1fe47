-- Grain: one row per derived share that an authority publishes too (same area, Stand, measure).
-- Input: $facts (all Stände of out_coverage__shares). difference_points = derived minus reported, in percentage points.
WITH facts AS (
    SELECT *
    FROM read_parquet($facts)
)

SELECT
    d.ags,
    d.level,
    d.stand,
    d.subject,
    d.technology,
    d.direction,
    d.min_mbits,
    d.operator,
    d.rollout,
    d.method,
    d.boundary_edition,
    d.share AS derived_share,
    r.share AS reported_share,
    (d.share - r.share) * 100 AS difference_points,
    d.origin,
    d.visibility
FROM facts AS d
INNER JOIN facts AS r
    ON
        d.ags = r.ags
        AND d.level = r.level
        AND d.stand = r.stand
        AND d.subject = r.subject
        AND d.technology = r.technology
        AND d.direction = r.direction
        AND d.min_mbits = r.min_mbits
        AND d.operator = r.operator
        AND d.rollout = r.rollout
WHERE d.basis = 'derived' AND r.basis = 'reported' AND d.share IS NOT NULL AND r.share IS NOT NULL
ORDER BY ALL
