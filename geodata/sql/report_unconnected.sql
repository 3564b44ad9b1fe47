-- Grain: one row per open school and per Gewerbegebiet without a connection, at the newest Stand of the register at or before $stand.
-- Inputs: the tables of netzlage.duckdb; $edition (a Gewerbegebiet counts in the Gemeinde of its largest piece), $stand (NULL: the newest),
--         $internal (TRUE: rows that are not public too).
-- status: in_progress, planned, none, unknown.
WITH schools AS (
    SELECT
        'schools' AS subject,
        s.stand,
        s.ags,
        s.name,
        s.status,
        s.source_id,
        s.visibility,
        s.geometry
    FROM core_msb__schools AS s
    WHERE s.is_open AND s.stand <= coalesce(CAST($stand AS DATE), DATE '9999-12-31')
    QUALIFY s.stand = max(s.stand) OVER ()
),

parks AS (
    SELECT
        'business_parks' AS subject,
        p.stand,
        g.ags,
        p.name,
        p.status,
        p.source_id,
        p.visibility,
        p.geometry
    FROM core_business_parks__parks AS p
    INNER JOIN core_business_parks__gemeinden AS g
        ON p.park_id = g.park_id AND p.stand = g.stand AND g.is_main AND g.boundary_edition = $edition
    WHERE p.stand <= coalesce(CAST($stand AS DATE), DATE '9999-12-31')
    QUALIFY p.stand = max(p.stand) OVER ()
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
