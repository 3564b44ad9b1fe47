-- Grain: one row of the fact table per area (Gemeinde to Land), subject (area, households), technology, operator (each, any, at_least_…).
-- Inputs: $cells (modelled cells: cell_id, operator, technology, is_covered; every cell of the Land once per operator and technology),
--         $area_cells (core_area_cells: boundary_edition, cell_id, ags, area_cm2), $households (cell_id, ags, units in ten-thousandths of a
--         household), $stand, $land, $boundary_edition, $method, $sources (table: subject, source_id, origin, visibility).
-- Units: area in cm², households with four decimals. A cell that was not modelled is in the denominator: no known site reaches it.
WITH reached AS (
    SELECT
        cell_id,
        CAST(technology AS VARCHAR) AS technology,
        CAST(operator AS VARCHAR) AS operator
    FROM read_parquet($cells)
    WHERE is_covered
),

offered AS (
    SELECT DISTINCT
        CAST(technology AS VARCHAR) AS technology,
        CAST(operator AS VARCHAR) AS operator
    FROM read_parquet($cells)
),

numbers AS (
    SELECT
        technology,
        count(*) FILTER (WHERE operator <> 'any') AS operators
    FROM offered
    GROUP BY technology
),

counted AS (
    SELECT
        cell_id,
        technology,
        count(*) FILTER (WHERE operator <> 'any') AS operators,
        count(*) AS networks
    FROM reached
    GROUP BY cell_id, technology
),

measures AS (
    SELECT
        cell_id,
        technology,
        operator
    FROM reached
    WHERE operator <> 'any'
    UNION ALL
    SELECT
        cell_id,
        technology,
        'any' AS operator
    FROM counted
    WHERE networks >= 1
    UNION ALL
    SELECT
        c.cell_id,
        c.technology,
        'at_least_' || n.least AS operator
    FROM counted AS c
    INNER JOIN (VALUES (2), (3)) AS n (least) ON c.operators >= n.least
),

wanted AS (
    SELECT
        technology,
        operator
    FROM offered
    UNION
    SELECT
        technology,
        'any' AS operator
    FROM offered
    UNION
    SELECT
        o.technology,
        'at_least_' || n.least AS operator
    FROM numbers AS o
    INNER JOIN (VALUES (2), (3)) AS n (least) ON o.operators >= n.least
),

places AS (
    SELECT
        cell_id,
        ags,
        'area' AS subject,
        CAST(area_cm2 AS DECIMAL(24, 4)) AS amount
    FROM read_parquet($area_cells)
    WHERE starts_with(ags, $land) AND boundary_edition = $boundary_edition
    UNION ALL
    SELECT
        cell_id,
        ags,
        'households' AS subject,
        CAST(CAST(units AS DECIMAL(20, 0)) * CAST(0.0001 AS DECIMAL(4, 4)) AS DECIMAL(24, 4)) AS amount
    FROM read_parquet($households)
    WHERE starts_with(ags, $land)
),

whole AS (
    SELECT
        ags,
        subject,
        sum(amount) AS amount
    FROM places
    GROUP BY ags, subject
),

covered AS (
    SELECT
        p.ags,
        p.subject,
        m.technology,
        m.operator,
        sum(p.amount) AS amount
    FROM places AS p
    INNER JOIN measures AS m ON p.cell_id = m.cell_id
    GROUP BY p.ags, p.subject, m.technology, m.operator
),

joined AS (
    SELECT
        w.ags,
        w.subject,
        n.technology,
        n.operator,
        coalesce(c.amount, 0) AS numerator,
        w.amount AS denominator
    FROM whole AS w
    CROSS JOIN wanted AS n
    LEFT JOIN covered AS c ON w.ags = c.ags AND w.subject = c.subject AND n.technology = c.technology AND n.operator = c.operator
),

summed AS (
    SELECT
        coalesce(left(ags, 8), left(ags, 5), left(ags, 3), left(ags, 2)) AS ags,
        subject,
        technology,
        operator,
        sum(numerator) AS numerator,
        sum(denominator) AS denominator
    FROM joined
    GROUP BY subject, technology, operator, GROUPING SETS ((left(ags, 8)), (left(ags, 5)), (left(ags, 3)), (left(ags, 2)))
)

SELECT
    v.ags,
    CASE length(v.ags) WHEN 8 THEN 'gemeinde' WHEN 5 THEN 'kreis' WHEN 3 THEN 'regierungsbezirk' ELSE 'land' END AS level,
    CAST($stand AS DATE) AS stand,
    v.subject,
    v.technology,
    'down' AS direction,
    CAST(0 AS INTEGER) AS min_mbits,
    v.operator,
    'existing' AS rollout,
    'modelled' AS basis,
    $method AS method,
    $boundary_edition AS boundary_edition,
    s.source_id,
    CAST(v.numerator AS DECIMAL(24, 4)) AS numerator,
    CAST(v.denominator AS DECIMAL(24, 4)) AS denominator,
    CASE WHEN v.denominator > 0 THEN CAST(v.numerator AS DOUBLE) / CAST(v.denominator AS DOUBLE) END AS share,
    s.origin,
    s.visibility
FROM summed AS v
INNER JOIN sources AS s ON v.subject = s.subject
ORDER BY ALL
