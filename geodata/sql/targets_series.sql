-- Grain: one row per measure, side of the method break, Kreis and Stand: the published or derived share that a trend is fitted to.
-- Inputs: measures (subject, technology, min_mbits), $facts (out_coverage__shares, all Stände), $boundary_edition, $methods, $method_break.
-- Units: shares 0–1. footprint_share is the highest share of the same technology in any class at that Stand: how far its network reaches.
-- One series per measure and side of the break: reported before derived before modelled, public before internal, then most Stände.
WITH facts AS (
    SELECT
        *,
        method != 'status_list' AND stand > $method_break AS is_after_break
    FROM read_parquet($facts)
    WHERE
        level = 'kreis'
        AND direction = 'down'
        AND operator = 'any'
        AND rollout = 'existing'
        AND share IS NOT NULL
        AND boundary_edition IN ('as_published', $boundary_edition)
),

reaches AS (
    SELECT
        subject,
        technology,
        basis,
        method,
        source_id,
        ags,
        stand,
        max(share) AS footprint_share
    FROM facts
    GROUP BY ALL
),

counted AS (
    SELECT
        subject,
        technology,
        min_mbits,
        is_after_break,
        basis,
        method,
        source_id,
        max(visibility != 'public') AS is_private,
        count(DISTINCT stand) AS stands
    FROM facts
    GROUP BY ALL
),

chosen AS (
    SELECT
        c.subject,
        c.technology,
        c.min_mbits,
        c.is_after_break,
        c.basis,
        c.method,
        c.source_id
    FROM counted AS c
    INNER JOIN measures AS m ON c.subject = m.subject AND c.technology = m.technology AND c.min_mbits = m.min_mbits
    QUALIFY row_number() OVER (
        PARTITION BY c.subject, c.technology, c.min_mbits, c.is_after_break
        ORDER BY
            CASE c.basis WHEN 'reported' THEN 0 WHEN 'derived' THEN 1 ELSE 2 END ASC,
            c.is_private ASC,
            c.stands DESC,
            list_position($methods, c.method) ASC,
            c.method ASC,
            c.source_id ASC
    ) = 1
)

SELECT
    f.subject,
    f.technology,
    f.min_mbits,
    f.basis,
    f.method,
    f.source_id,
    f.is_after_break,
    f.ags,
    f.stand,
    f.share,
    r.footprint_share,
    f.origin,
    f.visibility
FROM facts AS f
INNER JOIN chosen AS c
    ON
        f.subject = c.subject
        AND f.technology = c.technology
        AND f.min_mbits = c.min_mbits
        AND f.is_after_break = c.is_after_break
        AND f.basis = c.basis
        AND f.method = c.method
        AND f.source_id = c.source_id
INNER JOIN reaches AS r
    ON
        f.subject = r.subject
        AND f.technology = r.technology
        AND f.basis = r.basis
        AND f.method = r.method
        AND f.source_id = r.source_id
        AND f.ags = r.ags
        AND f.stand = r.stand
ORDER BY f.subject ASC, f.technology ASC, f.min_mbits ASC, f.is_after_break ASC, f.ags ASC, f.stand ASC
