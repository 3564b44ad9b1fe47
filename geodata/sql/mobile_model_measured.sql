-- Grain: one row per Gemeinde, measure (technology, operator) and whether the model says that it is met (null: not modelled).
-- Inputs: $cells (modelled cells: cell_id, operator, technology, is_covered; every modelled cell once per operator and technology),
--         $area_cells (core_area_cells: boundary_edition, cell_id, ags, area_cm2), $households (cell_id, ags, units in ten-thousandths of a
--         household), $land, $boundary_edition, $established (the operators of whom "all" and grey speak).
-- Units: area in cm², households in ten-thousandths. The operator `any` of the cells is a network of unknown operator: it counts for
--         "at least one" alone. `4g_5g` is either; white `none_4g_5g`; grey `some_4g_5g`, where all established operators are modelled.
WITH networks AS (
    SELECT
        cell_id,
        CAST(technology AS VARCHAR) AS technology,
        CAST(operator AS VARCHAR) AS operator,
        is_covered
    FROM read_parquet($cells)
),

offered AS (
    SELECT DISTINCT
        technology,
        operator
    FROM networks
),

modelled AS (
    SELECT DISTINCT cell_id
    FROM networks
),

reached AS (
    SELECT
        cell_id,
        technology,
        operator
    FROM networks
    WHERE is_covered
    UNION
    SELECT
        cell_id,
        '4g_5g' AS technology,
        operator
    FROM networks
    WHERE is_covered
),

counted AS (
    SELECT
        cell_id,
        technology,
        count(*) FILTER (WHERE operator <> 'any') AS operators,
        count(*) FILTER (WHERE list_contains($established, operator)) AS established
    FROM reached
    GROUP BY cell_id, technology
),

met AS (
    SELECT
        cell_id,
        technology,
        operator
    FROM reached
    WHERE operator <> 'any' AND technology <> '4g_5g'
    UNION ALL
    SELECT
        c.cell_id,
        c.technology,
        m.operator
    FROM counted AS c
    INNER JOIN (VALUES ('any', 0), ('at_least_2', 2), ('at_least_3', 3)) AS m (operator, least) ON c.operators >= m.least
    UNION ALL
    SELECT
        cell_id,
        technology,
        'every_established' AS operator
    FROM counted
    WHERE established = len($established)
    UNION ALL
    SELECT
        cell_id,
        'some_4g_5g' AS technology,
        'any' AS operator
    FROM counted
    WHERE technology = '4g_5g' AND established < len($established)
    UNION ALL
    SELECT
        m.cell_id,
        'none_4g_5g' AS technology,
        'any' AS operator
    FROM modelled AS m
    ANTI JOIN counted AS c ON m.cell_id = c.cell_id
),

either AS (
    SELECT
        technology,
        operator
    FROM offered
    UNION
    SELECT
        '4g_5g' AS technology,
        operator
    FROM offered
),

-- How many operators a technology has in all: what cannot be met by any cell is not asked.
sizes AS (
    SELECT
        technology,
        count(*) FILTER (WHERE operator <> 'any') AS operators,
        count(*) FILTER (WHERE list_contains($established, operator)) AS established
    FROM either
    GROUP BY technology
),

wanted AS (
    SELECT
        technology,
        operator
    FROM offered
    WHERE operator <> 'any'
    UNION ALL
    SELECT
        s.technology,
        m.operator
    FROM sizes AS s
    INNER JOIN (VALUES ('any', 0), ('at_least_2', 2), ('at_least_3', 3)) AS m (operator, least) ON s.operators >= m.least
    UNION ALL
    SELECT
        technology,
        'every_established' AS operator
    FROM sizes
    WHERE established = len($established)
    UNION ALL
    SELECT
        unnest(if(established = len($established), ['none_4g_5g', 'some_4g_5g'], ['none_4g_5g'])) AS technology,
        'any' AS operator
    FROM sizes
    WHERE technology = '4g_5g'
),

places AS (
    SELECT
        cell_id,
        ags,
        area_cm2 AS cm2,
        0 AS units
    FROM read_parquet($area_cells)
    WHERE starts_with(ags, $land) AND boundary_edition = $boundary_edition
    UNION ALL
    SELECT
        cell_id,
        ags,
        0 AS cm2,
        units
    FROM read_parquet($households)
    WHERE starts_with(ags, $land)
),

-- A Gemeinde beside the modelled ones shares their border cells: it is known only where all its cells are.
whole AS (
    SELECT
        p.ags,
        sum(p.cm2) AS cm2,
        sum(p.units) AS units,
        count(*) = count(m.cell_id) AS is_known
    FROM places AS p
    LEFT JOIN modelled AS m ON p.cell_id = m.cell_id
    GROUP BY p.ags
),

covered AS (
    SELECT
        p.ags,
        m.technology,
        m.operator,
        sum(p.cm2) AS cm2,
        sum(p.units) AS units
    FROM places AS p
    INNER JOIN met AS m ON p.cell_id = m.cell_id
    GROUP BY p.ags, m.technology, m.operator
),

figures AS (
    SELECT
        w.*,
        n.technology,
        n.operator,
        coalesce(c.cm2, 0) AS met_cm2,
        coalesce(c.units, 0) AS met_units
    FROM whole AS w
    CROSS JOIN wanted AS n
    LEFT JOIN covered AS c ON w.ags = c.ags AND n.technology = c.technology AND n.operator = c.operator
),

parts AS (
    SELECT
        ags,
        technology,
        operator,
        unnest([TRUE, FALSE, NULL]) AS met,
        unnest(if(is_known, [met_cm2, cm2 - met_cm2, 0], [0, 0, cm2])) AS cm2,
        unnest(if(is_known, [met_units, units - met_units, 0], [0, 0, units])) AS units
    FROM figures
)

SELECT
    ags,
    technology,
    operator,
    '' AS bound,
    met,
    CAST(cm2 AS BIGINT) AS cm2,
    CAST(units AS BIGINT) AS units
FROM parts
WHERE cm2 > 0 OR units > 0
