-- Grain: one row of the fact table per area (Gemeinde to Land), method, roll-out, subject, technology, direction, class.
-- Inputs: $cells (core_fixed__cells of one Stand: total and covered per cell and Gemeinde, DECIMAL), $stand, $land, $boundary_edition,
--         $sources (table: method, source_id, origin, visibility).
-- `any` has a row for every place and so gives the denominator of every technology. `unknown` (a cell with households but
-- without data) counts in the denominator of `cells`; `cells_known` leaves it out and stands only where the two differ.
-- In no order: the facts are sorted together.
WITH gemeinden AS (
    SELECT
        method,
        rollout,
        subject,
        technology,
        direction,
        ags,
        sum(total) AS total,
        sum(covered_10) AS covered_10,
        sum(covered_16) AS covered_16,
        sum(covered_30) AS covered_30,
        sum(covered_50) AS covered_50,
        sum(covered_100) AS covered_100,
        sum(covered_200) AS covered_200,
        sum(covered_400) AS covered_400,
        sum(covered_1000) AS covered_1000
    FROM read_parquet($cells)
    WHERE starts_with(ags, $land)
    GROUP BY method, rollout, subject, technology, direction, ags
),

summed AS (
    SELECT
        c.method,
        c.rollout,
        c.subject,
        c.technology,
        c.direction,
        coalesce(left(c.ags, 8), left(c.ags, 5), left(c.ags, 3), left(c.ags, 2)) AS ags,
        sum(c.total) AS total,
        [
            sum(c.covered_10), sum(c.covered_16), sum(c.covered_30), sum(c.covered_50),
            sum(c.covered_100), sum(c.covered_200), sum(c.covered_400), sum(c.covered_1000)
        ] AS covered
    FROM gemeinden AS c
    GROUP BY
        c.method, c.rollout, c.subject, c.technology, c.direction,
        GROUPING SETS ((left(c.ags, 8)), (left(c.ags, 5)), (left(c.ags, 3)), (left(c.ags, 2)))
),

bases AS (
    SELECT
        method,
        rollout,
        subject,
        ags,
        max(total) FILTER (WHERE technology = 'any') AS known,
        coalesce(max(total) FILTER (WHERE technology = 'unknown'), 0) AS unknown
    FROM summed
    GROUP BY method, rollout, subject, ags
),

measures AS (
    SELECT DISTINCT
        method,
        rollout,
        subject,
        technology,
        direction
    FROM summed
    WHERE technology <> 'unknown'
),

-- A technology that nobody offers in an area has no row there: nothing covered, not nothing known.
complete AS (
    SELECT
        b.method,
        b.rollout,
        b.subject,
        b.ags,
        m.technology,
        m.direction,
        b.known,
        b.unknown,
        coalesce(s.covered, list_transform(range(8), LAMBDA i: CAST(0 AS DECIMAL(38, 4)))) AS covered
    FROM bases AS b
    INNER JOIN measures AS m ON b.method = m.method AND b.rollout = m.rollout AND b.subject = m.subject
    LEFT JOIN summed AS s
        ON
            b.method = s.method AND b.rollout = s.rollout AND b.subject = s.subject AND b.ags = s.ags
            AND m.technology = s.technology AND m.direction = s.direction
    WHERE b.known IS NOT NULL
),

variants AS (
    SELECT
        *,
        method AS shown_method,
        known + unknown AS denominator
    FROM complete
    UNION ALL
    SELECT
        *,
        method || '_known' AS shown_method,
        known AS denominator
    FROM complete
    WHERE unknown > 0
),

classed AS (
    SELECT
        v.*,
        unnest(v.covered) AS numerator,
        unnest([10, 16, 30, 50, 100, 200, 400, 1000]) AS min_mbits
    FROM variants AS v
)

SELECT
    c.ags,
    CASE length(c.ags) WHEN 8 THEN 'gemeinde' WHEN 5 THEN 'kreis' WHEN 3 THEN 'regierungsbezirk' ELSE 'land' END AS level,
    CAST($stand AS DATE) AS stand,
    c.subject,
    c.technology,
    c.direction,
    CAST(c.min_mbits AS INTEGER) AS min_mbits,
    'any' AS operator,
    c.rollout,
    'derived' AS basis,
    c.shown_method AS method,
    $boundary_edition AS boundary_edition,
    s.source_id,
    CAST(c.numerator AS DECIMAL(24, 4)) AS numerator,
    CAST(c.denominator AS DECIMAL(24, 4)) AS denominator,
    CASE WHEN c.denominator > 0 THEN CAST(c.numerator AS DOUBLE) / CAST(c.denominator AS DOUBLE) END AS share,
    s.origin,
    s.visibility
FROM classed AS c
INNER JOIN sources AS s ON c.method = s.method
