-- Grain: one row of the fact table per area (Gemeinde to Land), method, subject (area, households), technology, operator.
-- Inputs: counts (table: ags, technology, operators, cm2, units: area and ten-thousandths of households under each number of operators;
--         null operators: no figure), $edition_max, $has_5g_total, $stand, $boundary_edition,
--         $sources (table: subject, source_id, origin, visibility).
-- Units: area in cm², households with four decimals. A cell without a row, or without a figure for a measure, is not known:
-- `cells` has it in the denominator, `cells_known` leaves it out and stands only where the two differ. What is known nowhere in
-- an area has no row: no data, not 0.
WITH
-- bound: '' where the counts tell the measure exactly, else what the figure is to the true one.
judged AS (
    SELECT
        c.ags,
        c.cm2,
        c.units,
        c.technology,
        o.operator,
        CASE
            WHEN o.least > 1 AND (c.technology = '4g_5g' OR (c.technology = '5g' AND NOT $has_5g_total)) THEN '_lower_bound'
            ELSE ''
        END AS bound,
        c.operators >= o.least AS met
    FROM counts AS c
    INNER JOIN (
        VALUES ('any', 1, 4), ('at_least_2', 2, 4), ('at_least_3', 3, 4), ('every_established', 3, 3)
    ) AS o (operator, least, most) ON $edition_max <= o.most
    WHERE c.technology <> 'any'
    UNION ALL
    SELECT
        c.ags,
        c.cm2,
        c.units,
        s.technology,
        'any' AS operator,
        CASE WHEN s.technology = 'some_4g_5g' THEN '_upper_bound' ELSE '' END AS bound,
        c.operators BETWEEN s.least AND s.greatest AS met
    FROM counts AS c
    INNER JOIN (
        VALUES
        ('4g_5g', 'none_4g_5g', 0, 0, 4),
        ('4g_5g', 'some_4g_5g', 1, 2, 3),
        ('any', 'none_mobile', 0, 0, 4),
        ('any', 'mobile_any', 1, 4, 4)
    ) AS s (counted, technology, least, greatest, most) ON c.technology = s.counted AND $edition_max <= s.most
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
