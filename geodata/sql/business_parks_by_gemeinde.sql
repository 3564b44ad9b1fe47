-- Grain: one row per boundary edition, Gewerbegebiet and Gemeinde that it touches with an area.
-- Inputs: $parks (park_id, status, geometry in EPSG:25832), $areas. Units: area_cm2 in cm², a whole number.
-- is_main marks the Gemeinde with the largest piece (the lowest AGS of equals): there the park is counted.
WITH gemeinden AS (
    SELECT boundary_edition, ags, geometry
    FROM read_parquet($areas)
    WHERE level = 'gemeinde'
),

pieces AS (
    SELECT
        g.boundary_edition,
        p.park_id,
        g.ags,
        p.status,
        CAST(round(ST_Area(ST_Intersection(g.geometry, p.geometry)) * 10000) AS BIGINT) AS area_cm2
    FROM read_parquet($parks) AS p
    INNER JOIN gemeinden AS g ON ST_Intersects(g.geometry, p.geometry)
)

SELECT
    boundary_edition,
    park_id,
    ags,
    status,
    area_cm2,
    row_number() OVER (PARTITION BY boundary_edition, park_id ORDER BY area_cm2 DESC, ags ASC) = 1 AS is_main
FROM pieces
WHERE area_cm2 > 0
ORDER BY boundary_edition, park_id, ags
