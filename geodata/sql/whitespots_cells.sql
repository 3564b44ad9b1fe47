-- Grain: one cell and Gemeinde of the Gitterzellen, with households.
-- Inputs: $cells (core_fixed__cells of one Stand, DECIMAL households per technology, direction and class).
-- Units: ten-thousandths of households. down, up: lists in the order of the classes; fibre: households with any class of fttb_h.
SELECT
    cell_id,
    CAST(ags AS VARCHAR) AS ags,
    CAST(max(total) * 10000 AS BIGINT) AS total,
    bool_and(technology = 'unknown') AS unknown,
    max([
        CAST(covered_10 * 10000 AS BIGINT), CAST(covered_16 * 10000 AS BIGINT), CAST(covered_30 * 10000 AS BIGINT),
        CAST(covered_50 * 10000 AS BIGINT), CAST(covered_100 * 10000 AS BIGINT), CAST(covered_200 * 10000 AS BIGINT),
        CAST(covered_400 * 10000 AS BIGINT), CAST(covered_1000 * 10000 AS BIGINT)
    ]) FILTER (WHERE technology = 'any' AND direction = 'down') AS down,
    max([
        CAST(covered_10 * 10000 AS BIGINT), CAST(covered_16 * 10000 AS BIGINT), CAST(covered_30 * 10000 AS BIGINT),
        CAST(covered_50 * 10000 AS BIGINT), CAST(covered_100 * 10000 AS BIGINT), CAST(covered_200 * 10000 AS BIGINT),
        CAST(covered_400 * 10000 AS BIGINT), CAST(covered_1000 * 10000 AS BIGINT)
    ]) FILTER (WHERE technology = 'any' AND direction = 'up') AS up,
    coalesce(max(CAST(covered_10 * 10000 AS BIGINT)) FILTER (WHERE technology = 'fttb_h' AND direction = 'down'), 0) AS fibre
FROM read_parquet($cells)
WHERE method = 'cells' AND subject = 'households' AND technology IN ('any', 'fttb_h', 'unknown')
GROUP BY cell_id, ags
ORDER BY cell_id, ags
