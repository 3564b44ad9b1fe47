-- Grain: one row per Gemeinde, measure (technology, operator) and number of operators of the Monitoring grid: whether it meets the measure.
-- Inputs: counts (table: ags, technology, operators, cm2, units: area and ten-thousandths of households under each number of operators;
--         null operators: no figure), $edition_max, $has_5g_total.
-- bound: '' where the counts tell the measure exactly, else what the figure is to the true one.
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
