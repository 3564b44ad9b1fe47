-- Grain: one row per school with a point, with the Gemeinde its point lies in (null: in none).
-- Inputs: $schools (core_msb__schools as read: school_number, ags, geometry in EPSG:25832), $areas, $boundary_edition.
-- A point exactly on a border goes to the lowest AGS.
WITH gemeinden AS (
    SELECT ags, geometry
    FROM read_parquet($areas)
    WHERE level = 'gemeinde' AND boundary_edition = $boundary_edition
),

hits AS (
    SELECT s.school_number, min(g.ags) AS located_ags
    FROM (
        SELECT school_number, geometry FROM read_parquet($schools)
        WHERE geometry IS NOT NULL
    ) AS s
    INNER JOIN gemeinden AS g ON ST_Intersects(g.geometry, s.geometry)
    GROUP BY s.school_number
)

SELECT s.school_number, s.ags, h.located_ags, s.is_open
FROM read_parquet($schools) AS s
LEFT JOIN hits AS h ON s.school_number = h.school_number
WHERE s.geometry IS NOT NULL
ORDER BY s.school_number
