-- Grain: an area, a Stand of the new release and a measure; old = what was published for it, else at the Stand before.
-- Inputs: new, old = files as release_figures.sql gives them; same = both are one release (then an old Stand lies before).
-- break_after = the last Stand of the Breitbandatlas's former method. Shares 0–1, difference in percentage points.
-- Cause, the first that holds: unchanged, new, dropped, boundary_edition, method, denominator (its part of the change is the greater),
-- correction (another figure for the same Stand), real_change.
WITH new AS (
    SELECT * FROM read_parquet($new)
),

old AS (
    SELECT * FROM read_parquet($old)
),

dated AS (
    SELECT
        *,
        CASE WHEN $same THEN stand - 1 ELSE stand END AS last_day
    FROM new
),

paired AS (
    SELECT
        n.* EXCLUDE (last_day),
        o.stand AS old_stand,
        o.method AS old_method,
        o.boundary_edition AS old_edition,
        o.source_id AS old_source,
        o.numerator AS old_numerator,
        o.denominator AS old_denominator,
        o.share AS old_share,
        o.ags IS NULL AS is_new,
        FALSE AS is_dropped
    FROM dated AS n
    ASOF LEFT JOIN old AS o
        ON
            n.ags = o.ags AND n.level = o.level AND n.subject = o.subject AND n.technology = o.technology
            AND n.min_mbits = o.min_mbits AND n.operator = o.operator AND n.basis = o.basis AND n.last_day >= o.stand
),

dropped AS (
    SELECT
        o.* REPLACE (
            NULL::DECIMAL(24, 4) AS numerator, NULL::DECIMAL(24, 4) AS denominator, NULL::DOUBLE AS share
        ),
        o.stand AS old_stand,
        o.method AS old_method,
        o.boundary_edition AS old_edition,
        o.source_id AS old_source,
        o.numerator AS old_numerator,
        o.denominator AS old_denominator,
        o.share AS old_share,
        FALSE AS is_new,
        TRUE AS is_dropped
    FROM old AS o
    ANTI JOIN new AS n
        ON
            o.ags = n.ags AND o.level = n.level AND o.stand = n.stand AND o.subject = n.subject AND o.technology = n.technology
            AND o.min_mbits = n.min_mbits AND o.operator = n.operator AND o.basis = n.basis
    WHERE NOT $same AND o.stand IN (SELECT s.stand FROM new AS s)
),

everything AS (
    SELECT * FROM paired
    UNION ALL
    SELECT * FROM dropped
)

SELECT
    ags,
    level,
    stand,
    subject,
    technology,
    min_mbits,
    operator,
    basis,
    old_stand,
    old_share,
    share AS new_share,
    round((share - old_share) * 100, 4) AS difference_points,
    CASE
        WHEN is_new THEN 'new'
        WHEN is_dropped THEN 'dropped'
        WHEN
            coalesce(share, -1) = coalesce(old_share, -1) AND coalesce(denominator, -1) = coalesce(old_denominator, -1)
            AND boundary_edition = old_edition AND method = old_method THEN 'unchanged'
        WHEN boundary_edition <> old_edition THEN 'boundary_edition'
        WHEN
            method <> old_method OR source_id <> old_source
            OR (starts_with(source_id, 'breitbandatlas') AND old_stand <= $break_after AND stand > $break_after) THEN 'method'
        WHEN
            denominator <> old_denominator
            AND abs(old_numerator::DOUBLE / denominator::DOUBLE - old_share) > abs(share - old_numerator::DOUBLE / denominator::DOUBLE)
            THEN 'denominator'
        WHEN stand = old_stand THEN 'correction'
        ELSE 'real_change'
    END AS cause,
    old_method,
    method,
    old_edition,
    boundary_edition,
    old_numerator,
    numerator,
    old_denominator,
    denominator
FROM everything
ORDER BY stand, level, ags, subject, technology, min_mbits, operator, basis
