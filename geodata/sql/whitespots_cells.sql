-- Grain: one cell and Gemeinde of the Gitterzellen, for one subject.
-- Inputs: $cells (core_fixed__cells of one Stand, DECIMAL per technology, direction and class), $method, $subject.
-- Units: ten-thousandths of households (or businesses). down, up: lists in the order of the classes; fibre: any class of fttb_h.
WITH wanted AS (
    SELECT
        cell_id,
        CAST(ags AS VARCHAR) AS ags,
        technology,
        direction,
        CAST(total * 10000 AS BIGINT) AS total,
        [
            CAST(covered_10 * 10000 AS BIGINT), CAST(covered_16 * 10000 AS BIGINT), CAST(covered_30 * 10000 AS BIGINT),
            CAST(covered_50 * 10000 AS BIGINT), CAST(covered_100 * 10000 AS BIGINT), CAST(covered_200 * 10000 AS BIGINT),
            CAST(covered_400 * 10000 AS BIGINT), CAST(covered_1000 * 10000 AS BIGINT)
        ] AS covered
    FROM read_parquet($cells)
    WHERE method = $method AND subject = $subject AND rollout = 'existing' AND technology IN ('any', 'fttb_h', 'unknown')
)

SELECT
    cell_id,
    ags,
    max(total) AS total,
    bool_and(technology = 'unknown') AS unknown,
    max(covered) FILTER (WHERE technology = 'any' AND direction = 'down') AS down,
    max(covered) FILTER (WHERE technology = 'any' AND direction = 'up') AS up,
    coalesce(max(covered[1]) FILTER (WHERE technology = 'fttb_h' AND direction = 'down'), 0) AS fibre
FROM wanted
GROUP BY cell_id, ags
ORDER BY cell_id, ags
