-- Grain: one row of the fact table per area (Gemeinde to Land), method, subject (area, households), technology, operator.
-- Inputs: measured (table: ags, technology, operator, bound, met, cm2, units: area and ten-thousandths of households of a Gemeinde where
--         a measure is met, is not met, or is not known (null); bound: '' or what the figure is to the true one), $basis, $method,
--         $complete (only areas of which everything is known), $stand, $boundary_edition,
--         $sources (table: subject, source_id, origin, visibility).
-- Units: area in cm², households with four decimals. A cell without a row, or without a figure for a measure, is not known:
-- `$method` has it in the denominator, `$method_known` leaves it out and stands only where the two differ. What is known nowhere in
-- an area has no row: no data, not 0.
WITH
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
    FROM measured
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
        $method || bound AS method,
        total AS denominator
    FROM summed
    WHERE is_known AND (known = total OR NOT $complete)
    UNION ALL
    SELECT
        *,
        $method || '_known' || bound AS method,
        known AS denominator
    FROM summed
    WHERE is_known AND known < total AND NOT $complete
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
    $basis AS basis,
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
