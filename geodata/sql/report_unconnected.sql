-- Grain: one row per open school and per Gewerbegebiet without a connection, at the newest Stand of the register at or before $stand,
--        else at its oldest Stand.
-- Inputs: the tables of netzlage.duckdb; $edition (a Gewerbegebiet counts in the Gemeinde of its largest piece), $stand (NULL: the newest),
--         $internal (TRUE: rows that are not public too).
-- status: in_progress, planned, none, unknown.
WITH wanted AS (
    SELECT coalesce(CAST($stand AS DATE), DATE '9999-12-31') AS until
),

school_stand AS (
    SELECT coalesce(max(stand) FILTER (WHERE stand <= until), min(stand)) AS stand
    FROM core_msb__schools
    CROSS JOIN wanted
),

park_stand AS (
    SELECT coalesce(max(stand) FILTER (WHERE stand <= until), min(stand)) AS stand
    FROM core_business_parks__parks
    CROSS JOIN wanted
),

schools AS (
    SELECT
        'schools' AS subject,
        s.stand,
        s.ags,
        s.name,
        s.status,
        s.source_id,
        s.origin,
        s.visibility,
        s.geometry
    FROM core_msb__schools AS s
    INNER JOIN school_stand AS t ON s.stand = t.stand
    WHERE s.is_open
),

parks AS (
    SELECT
        'business_parks' AS subject,
        p.stand,
        g.ags,
        p.name,
        p.status,
        p.source_id,
        p.origin,
        p.visibility,
        p.geometry
    FROM core_business_parks__parks AS p
    INNER JOIN park_stand AS t ON p.stand = t.stand
    INNER JOIN core_business_parks__gemeinden AS g
        ON p.park_id = g.park_id AND p.stand = g.stand AND g.is_main AND g.boundary_edition = $edition
),

listed AS (
    SELECT * FROM schools
    UNION ALL
    SELECT * FROM parks
)

SELECT *
FROM listed
WHERE status != 'connected' AND (visibility = 'public' OR $internal)
ORDER BY subject DESC, ags ASC, name ASC
