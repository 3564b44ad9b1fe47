-- Grain: one row of the fact table per area above the published level, boundary edition and household measure.
-- Inputs: $shares (core_breitbandatlas__shares of one Stand), $households (core_zensus__areas).
-- Parameters: $part_level (kreis or gemeinde: the level whose published shares are weighted), $method (its name in the fact table).
-- Units: households, DECIMAL with four places. Shares above 100 (rounding of the publisher) count as 100.
-- Numerator and share are null where an inhabited part has no published value: a gap is not a zero.
WITH weights AS (
    SELECT boundary_edition, ags, level, coalesce(households, 0) AS households
    FROM read_parquet($households)
),

parts AS (
    SELECT
        w.boundary_edition,
        w.ags,
        w.households,
        s.stand,
        s.technology,
        s.direction,
        s.min_mbits,
        s.operator,
        s.rollout,
        s.source_id,
        s.origin,
        s.visibility,
        s.share_pct,
        -- exact: DECIMAL(9, 4) × DECIMAL(18, 4) × DECIMAL(3, 2)
        CAST(least(s.share_pct, 100) AS DECIMAL(9, 4)) * w.households * CAST(0.01 AS DECIMAL(3, 2)) AS covered
    FROM read_parquet($shares) AS s
    INNER JOIN weights AS w ON s.ags = w.ags AND s.level = w.level
    WHERE s.level = $part_level AND s.subject = 'households'
),

sums AS (
    SELECT
        a.boundary_edition,
        a.ags,
        a.level,
        p.stand,
        p.technology,
        p.direction,
        p.min_mbits,
        p.operator,
        p.rollout,
        p.source_id,
        p.origin,
        p.visibility,
        a.households AS denominator,
        sum(p.covered) AS covered,
        sum(p.households) AS known_households,
        count(*) FILTER (WHERE p.share_pct IS NULL AND p.households > 0) AS gaps
    FROM weights AS a
    INNER JOIN parts AS p
        ON a.boundary_edition = p.boundary_edition AND starts_with(p.ags, a.ags) AND length(p.ags) > length(a.ags)
    WHERE a.level IN ('kreis', 'regierungsbezirk', 'land')
    GROUP BY ALL
    HAVING count(p.share_pct) > 0
)

SELECT
    ags,
    level,
    stand,
    'households' AS subject,
    technology,
    direction,
    min_mbits,
    operator,
    rollout,
    'derived' AS basis,
    $method AS method,
    boundary_edition,
    source_id,
    CASE WHEN gaps = 0 AND known_households = denominator THEN CAST(covered AS DECIMAL(24, 4)) END AS numerator,
    CAST(denominator AS DECIMAL(24, 4)) AS denominator,
    CASE
        WHEN gaps = 0 AND known_households = denominator AND denominator > 0
            THEN CAST(CAST(covered AS DECIMAL(24, 4)) AS DOUBLE) / CAST(denominator AS DOUBLE)
    END AS share,
    origin,
    visibility
FROM sums
ORDER BY ALL
