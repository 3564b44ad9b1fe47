-- Grain: one row per area (Land, Kreis, Gemeinde), Stand and technology (any, fttb_h): households with 1000 Mbit/s down.
-- Inputs: the tables of netzlage.duckdb; $edition (boundary edition of derived figures), $methods (the first of several speaks),
--         $internal (TRUE: rows that are not public too).
-- Units: share 0–1. Reported before derived before modelled; published shares above 1 (rounding) count as 1.
SELECT
    f.ags,
    f.level,
    f.stand,
    f.technology,
    least(f.share, 1.0) AS share,
    f.basis,
    f.method,
    f.source_id
FROM out_coverage__shares AS f
WHERE
    f.subject = 'households'
    AND f.technology IN ('any', 'fttb_h')
    AND f.min_mbits = 1000
    AND f.direction = 'down'
    AND f.operator = 'any'
    AND f.rollout = 'existing'
    AND f.level IN ('land', 'kreis', 'gemeinde')
    AND f.boundary_edition IN ('as_published', $edition)
    AND f.share IS NOT NULL
    AND (f.visibility = 'public' OR $internal)
QUALIFY
    row_number() OVER (
        PARTITION BY f.ags, f.stand, f.technology
        ORDER BY
            CASE f.basis WHEN 'reported' THEN 0 WHEN 'derived' THEN 1 ELSE 2 END, list_position($methods, f.method), f.method, f.source_id
    ) = 1
ORDER BY f.technology, f.stand, f.ags
