-- Shares of the Land that moved by more than $points between two neighbouring Stände of one source and method, never across the change of
-- method after 2021. Grain: measure and pair of Stände; public where both are.
-- Inputs: $facts (files of out_coverage__shares), $points in percentage points.
WITH of_land AS (
    SELECT *
    FROM read_parquet($facts)
    WHERE level = 'land'
)

SELECT
    later.subject,
    later.technology,
    later.min_mbits,
    later.operator,
    later.method,
    earlier.stand AS stand_before,
    later.stand AS stand_after,
    round(100 * (later.share - earlier.share), 2) AS points,
    CASE WHEN later.visibility = 'public' AND earlier.visibility = 'public' THEN 'public' ELSE 'internal' END AS visibility
FROM of_land AS later
ASOF INNER JOIN of_land AS earlier
    ON
        later.ags = earlier.ags
        AND later.subject = earlier.subject
        AND later.technology = earlier.technology
        AND later.direction = earlier.direction
        AND later.min_mbits = earlier.min_mbits
        AND later.operator = earlier.operator
        AND later.rollout = earlier.rollout
        AND later.method = earlier.method
        AND later.boundary_edition = earlier.boundary_edition
        AND later.source_id = earlier.source_id
        AND later.stand > earlier.stand
WHERE
    abs(100 * (later.share - earlier.share)) > $points
    AND (earlier.stand >= DATE '2022-01-01' OR later.stand < DATE '2022-01-01')
ORDER BY
    abs(later.share - earlier.share) DESC, later.subject ASC, later.technology ASC, later.min_mbits ASC, later.operator ASC,
    later.method ASC, later.stand ASC
