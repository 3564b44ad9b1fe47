-- Grain: one row per figure and place that was asked for, in that order; without a figure for the place its share is null.
-- Inputs: figures and places (tables), the tables of netzlage.duckdb, $methods (the first of several speaks), $stand and $method
--         (null: any), $base (the AGS that must have the figure; null: none), $internal (whether rows that are not public count).
-- Units: shares 0–1 (null for a count, whose numerator it is); households, schools, Gewerbegebiete; area in cm².
-- All places of a figure are of one Stand, basis and method: the one that most of them have, then the newest, then the first in order.
WITH edition AS (
    SELECT any_value(boundary_edition) AS boundary_edition
    FROM core_area_cells
),

facts AS (
    SELECT
        f.figure_id,
        s.*
    FROM out_coverage__shares AS s
    INNER JOIN figures AS f ON s.subject = f.subject AND s.technology = f.technology AND s.min_mbits = f.min_mbits
    SEMI JOIN places AS p ON s.ags = p.ags
    WHERE
        s.direction = 'down'
        AND s.operator = 'any'
        AND s.rollout = 'existing'
        AND (s.share IS NOT NULL OR (f.is_count AND s.numerator IS NOT NULL))
        AND (s.visibility = 'public' OR $internal)
        AND (s.boundary_edition = 'as_published' OR s.boundary_edition = (SELECT boundary_edition FROM edition))
        AND ($stand IS NULL OR s.stand = TRY_CAST($stand AS DATE))
        AND ($method IS NULL OR s.method = $method)
),

chosen AS (
    SELECT
        figure_id,
        stand,
        basis,
        method
    FROM facts
    GROUP BY figure_id, stand, basis, method
    QUALIFY row_number() OVER (
        PARTITION BY figure_id
        ORDER BY
            coalesce(bool_or(ags = $base), FALSE) DESC,
            count(DISTINCT ags) DESC,
            stand DESC,
            CASE basis WHEN 'reported' THEN 0 WHEN 'derived' THEN 1 ELSE 2 END ASC,
            max(visibility != 'public') ASC,
            list_position($methods, method) ASC,
            method ASC
    ) = 1
)

SELECT
    f.figure_id,
    p.ags,
    c.stand,
    c.basis,
    c.method,
    s.share,
    s.numerator,
    s.denominator,
    s.boundary_edition,
    s.source_id,
    s.origin,
    s.visibility,
    z.households
FROM figures AS f
CROSS JOIN places AS p
LEFT JOIN chosen AS c ON f.figure_id = c.figure_id
LEFT JOIN facts AS s
    ON f.figure_id = s.figure_id AND p.ags = s.ags AND c.stand = s.stand AND c.basis = s.basis AND c.method = s.method
LEFT JOIN core_zensus__areas AS z ON p.ags = z.ags AND z.boundary_edition = (SELECT boundary_edition FROM edition)
QUALIFY row_number() OVER (PARTITION BY f.position, p.position ORDER BY s.source_id, s.boundary_edition) = 1
ORDER BY f.position, p.position
