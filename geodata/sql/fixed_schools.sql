-- Grain: one row of the fact table per area, method, technology, direction and class: the households around the open schools.
-- Inputs: $schools (core_msb__schools of the Stand or of the newest register before it: ags, is_open, geometry in EPSG:25832),
--         $cells (core_fixed__cells of one Stand), $stand, $land, $boundary_edition, sources (method, source_id, origin, visibility).
-- A school takes the share of its own cell, else of the nearest cell within 100 m (of equals the lowest cell); a school without either is
-- left out of numerator and denominator. numerator = sum of the cells' shares, denominator = schools. The atlas counts its schools so.
WITH schools AS (
    SELECT
        row_number() OVER () AS school,
        ags,
        ST_X(geometry) AS easting,
        ST_Y(geometry) AS northing
    FROM read_parquet($schools)
    WHERE is_open AND geometry IS NOT NULL AND starts_with(ags, $land)
),

steps AS (
    SELECT unnest([-1, 0, 1]) AS i
),

-- The cells within 100 m are the school's own and its eight neighbours.
near AS (
    SELECT
        s.school,
        s.ags,
        s.easting,
        s.northing,
        (CAST(floor(s.northing / 100) AS BIGINT) + v.i) * 10000 + CAST(floor(s.easting / 100) AS BIGINT) + u.i AS cell_id
    FROM schools AS s
    CROSS JOIN steps AS u
    CROSS JOIN steps AS v
),

cells AS (
    SELECT
        method,
        cell_id,
        technology,
        direction,
        sum(total) AS total,
        [
            sum(covered_10), sum(covered_16), sum(covered_30), sum(covered_50),
            sum(covered_100), sum(covered_200), sum(covered_400), sum(covered_1000)
        ] AS covered
    FROM read_parquet($cells)
    WHERE
        subject = 'households'
        AND rollout = 'existing'
        AND technology <> 'unknown'
        AND cell_id IN (SELECT cell_id FROM near)
    GROUP BY method, cell_id, technology, direction
),

inhabited AS (
    SELECT
        method,
        cell_id,
        total
    FROM cells
    WHERE technology = 'any' AND direction = 'down' AND total > 0
),

measured AS (
    SELECT
        n.*,
        c.method,
        c.total,
        greatest((n.cell_id % 10000) * 100 - n.easting, n.easting - (n.cell_id % 10000) * 100 - 100, 0) AS dx,
        greatest((n.cell_id // 10000) * 100 - n.northing, n.northing - (n.cell_id // 10000) * 100 - 100, 0) AS dy
    FROM near AS n
    INNER JOIN inhabited AS c ON n.cell_id = c.cell_id
),

nearest AS (
    SELECT
        school,
        ags,
        method,
        cell_id,
        total
    FROM measured
    WHERE dx * dx + dy * dy <= 100 * 100
    QUALIFY row_number() OVER (PARTITION BY school, method ORDER BY dx * dx + dy * dy, cell_id) = 1
),

counted AS (
    SELECT
        method,
        coalesce(left(ags, 8), left(ags, 5), left(ags, 3), left(ags, 2)) AS ags,
        count(*) AS denominator
    FROM nearest
    GROUP BY method, GROUPING SETS ((left(ags, 8)), (left(ags, 5)), (left(ags, 3)), (left(ags, 2)))
),

classed AS (
    SELECT
        n.method,
        n.ags,
        c.technology,
        c.direction,
        unnest([10, 16, 30, 50, 100, 200, 400, 1000]) AS min_mbits,
        unnest(list_transform(c.covered, LAMBDA x: CAST(round(CAST(x AS DOUBLE) / CAST(n.total AS DOUBLE), 4) AS DECIMAL(24, 4)))) AS share
    FROM nearest AS n
    INNER JOIN cells AS c ON n.method = c.method AND n.cell_id = c.cell_id
),

summed AS (
    SELECT
        method,
        coalesce(left(ags, 8), left(ags, 5), left(ags, 3), left(ags, 2)) AS ags,
        technology,
        direction,
        min_mbits,
        sum(share) AS numerator
    FROM classed
    GROUP BY method, technology, direction, min_mbits, GROUPING SETS ((left(ags, 8)), (left(ags, 5)), (left(ags, 3)), (left(ags, 2)))
),

measures AS (
    SELECT DISTINCT
        method,
        technology,
        direction,
        min_mbits
    FROM summed
)

SELECT
    k.ags,
    CASE length(k.ags) WHEN 8 THEN 'gemeinde' WHEN 5 THEN 'kreis' WHEN 3 THEN 'regierungsbezirk' ELSE 'land' END AS level,
    CAST($stand AS DATE) AS stand,
    'schools_by_surroundings' AS subject,
    m.technology,
    m.direction,
    CAST(m.min_mbits AS INTEGER) AS min_mbits,
    'any' AS operator,
    'existing' AS rollout,
    'derived' AS basis,
    k.method,
    $boundary_edition AS boundary_edition,
    o.source_id,
    CAST(coalesce(s.numerator, 0) AS DECIMAL(24, 4)) AS numerator,
    CAST(k.denominator AS DECIMAL(24, 4)) AS denominator,
    CAST(coalesce(s.numerator, 0) AS DOUBLE) / k.denominator AS share,
    o.origin,
    o.visibility
FROM counted AS k
INNER JOIN measures AS m ON k.method = m.method
LEFT JOIN summed AS s
    ON
        k.method = s.method AND k.ags = s.ags AND m.technology = s.technology
        AND m.direction = s.direction AND m.min_mbits = s.min_mbits
INNER JOIN sources AS o ON k.method = o.method
ORDER BY ALL
