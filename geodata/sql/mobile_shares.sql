-- Grain: one row of the fact table per area (Gemeinde to Land), method, subject (area, households), technology, operator.
-- Inputs: $cells (core_mobile__cells of one Stand), $area_cells (core_area_cells: boundary_edition, cell_id, ags, area_cm2),
--         $households (cell_id, ags, units in ten-thousandths of a household), $stand, $land, $boundary_edition,
--         $sources (table: subject, source_id, origin, visibility).
-- Units: area in cm², households with four decimals. A cell without a row, or without a figure for a measure, is not known:
-- `cells` has it in the denominator, `cells_known` leaves it out and stands only where the two differ. What is known nowhere in
-- an area has no row: no data, not 0.
WITH areas AS (
    SELECT
        cell_id,
        ags,
        area_cm2
    FROM read_parquet($area_cells)
    WHERE starts_with(ags, $land) AND boundary_edition = $boundary_edition
),

homes AS (
    SELECT
        cell_id,
        ags,
        units
    FROM read_parquet($households)
    WHERE starts_with(ags, $land)
),

places AS (
    SELECT
        coalesce(a.cell_id, h.cell_id) AS cell_id,
        coalesce(a.ags, h.ags) AS ags,
        coalesce(a.area_cm2, 0) AS cm2,
        coalesce(h.units, 0) AS units
    FROM areas AS a
    FULL OUTER JOIN homes AS h ON a.cell_id = h.cell_id AND a.ags = h.ags
),

-- Of several files of one Stand the weakest says what can be told: one file with four operators takes grey from all.
edition AS (
    SELECT
        max(edition_max) AS most,
        bool_and(is_5g_total) AS has_5g_total
    FROM read_parquet($cells)
),

-- A Gemeinde has few combinations of counts: what follows works on those, not on cells.
combinations AS (
    SELECT
        p.ags,
        c.operators_2g AS g2,
        coalesce(c.operators_3g, 0) AS g3,
        c.operators_4g AS g4,
        c.operators_5g AS g5,
        c.operators_5g_nsa_sa AS g5_nsa_sa,
        c.operators_5g_sa AS g5_sa,
        -- greatest() passes over nulls: a white spot needs both counts.
        CASE WHEN c.operators_4g IS NOT NULL AND c.operators_5g IS NOT NULL THEN greatest(c.operators_4g, c.operators_5g) END AS g4_5,
        sum(p.cm2) AS cm2,
        sum(p.units) AS units
    FROM places AS p
    LEFT JOIN read_parquet($cells) AS c ON p.cell_id = c.cell_id
    GROUP BY ALL
),

counts AS (
    SELECT
        ags,
        cm2,
        units,
        unnest(['2g', '4g', '5g', '5g_nsa_sa', '5g_sa', '4g_5g']) AS technology,
        unnest([g2, g4, g5, g5_nsa_sa, g5_sa, g4_5]) AS operators
    FROM combinations
),

-- bound: '' where the counts tell the measure exactly, else what the figure is to the true one.
judged AS (
    SELECT
        c.ags,
        c.cm2,
        c.units,
        c.technology,
        o.operator,
        CASE
            WHEN o.least > 1 AND (c.technology = '4g_5g' OR (c.technology = '5g' AND NOT e.has_5g_total)) THEN '_lower_bound'
            ELSE ''
        END AS bound,
        c.operators >= o.least AS met
    FROM counts AS c
    CROSS JOIN edition AS e
    INNER JOIN (
        VALUES ('any', 1, 4), ('at_least_2', 2, 4), ('at_least_3', 3, 4), ('every_established', 3, 3)
    ) AS o (operator, least, most) ON e.most <= o.most
    UNION ALL
    SELECT
        c.ags,
        c.cm2,
        c.units,
        s.technology,
        'any' AS operator,
        CASE WHEN s.technology = 'some_4g_5g' THEN '_upper_bound' ELSE '' END AS bound,
        CASE s.technology
            WHEN 'none_4g_5g' THEN c.g4_5 = 0
            WHEN 'some_4g_5g' THEN c.g4_5 BETWEEN 1 AND 2
            WHEN 'none_mobile' THEN c.g2 + c.g3 + c.g4_5 = 0
            ELSE c.g2 + c.g3 + c.g4_5 > 0
        END AS met
    FROM combinations AS c
    CROSS JOIN edition AS e
    INNER JOIN (
        VALUES ('none_4g_5g', 4), ('some_4g_5g', 3), ('none_mobile', 4), ('mobile_any', 4)
    ) AS s (technology, most) ON e.most <= s.most
),

amounts AS (
    SELECT
        ags,
        technology,
        operator,
        bound,
        met,
        unnest(['area', 'households']) AS subject,
        unnest([
            CAST(cm2 AS DECIMAL(24, 4)), CAST(CAST(units AS DECIMAL(20, 0)) * CAST(0.0001 AS DECIMAL(4, 4)) AS DECIMAL(24, 4))
        ]) AS amount
    FROM judged
),

summed AS (
    SELECT
        subject,
        technology,
        operator,
        bound,
        coalesce(left(ags, 8), left(ags, 5), left(ags, 3), left(ags, 2)) AS ags,
        coalesce(sum(amount) FILTER (WHERE met), 0) AS covered,
        coalesce(sum(amount) FILTER (WHERE met IS NOT NULL), 0) AS known,
        bool_or(met IS NOT NULL) AS is_known,
        sum(amount) AS total
    FROM amounts
    GROUP BY subject, technology, operator, bound, GROUPING SETS ((left(ags, 8)), (left(ags, 5)), (left(ags, 3)), (left(ags, 2)))
),

variants AS (
    SELECT
        *,
        'cells' || bound AS method,
        total AS denominator
    FROM summed
    WHERE is_known
    UNION ALL
    SELECT
        *,
        'cells_known' || bound AS method,
        known AS denominator
    FROM summed
    WHERE is_known AND known < total
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
    'derived' AS basis,
    v.method,
    $boundary_edition AS boundary_edition,
    s.source_id,
    CAST(v.covered AS DECIMAL(24, 4)) AS numerator,
    CAST(v.denominator AS DECIMAL(24, 4)) AS denominator,
    CASE WHEN v.denominator > 0 THEN CAST(v.covered AS DOUBLE) / CAST(v.denominator AS DOUBLE) END AS share,
    s.origin,
    s.visibility
FROM variants AS v
INNER JOIN sources AS s ON v.subject = s.subject
ORDER BY ALL
