-- Grain: one row per cell and Gemeinde that has households by any count: the least that any of the counts gives it.
-- Inputs: $cells (files of core_fixed__cells of all Stände), $households (core_households__cells).
-- Units: ten-thousandths of households. A count that does not name a cell gives it none; so a partition made of this holds for each count.
WITH counts AS (
    SELECT
        filename || ' ' || CAST(method AS VARCHAR) AS counted,
        cell_id,
        CAST(ags AS VARCHAR) AS ags,
        CAST(CAST(total AS DECIMAL(18, 4)) * 10000 AS BIGINT) AS units
    FROM read_parquet($cells, filename = true)
    WHERE
        subject = 'households'
        AND rollout = 'existing'
        AND direction = 'down'
        AND technology IN ('any', 'unknown')
        AND method IN ('cells', 'addresses_union')
    UNION ALL
    SELECT
        'register' AS counted,
        cell_id,
        CAST(ags AS VARCHAR) AS ags,
        units
    FROM read_parquet($households)
),

summed AS (
    SELECT
        counted,
        cell_id,
        ags,
        sum(units) AS units
    FROM counts
    GROUP BY counted, cell_id, ags
)

SELECT
    cell_id,
    ags,
    CAST(CASE WHEN count(*) = (SELECT count(DISTINCT counted) FROM counts) THEN min(units) ELSE 0 END AS BIGINT) AS units
FROM summed
GROUP BY cell_id, ags
ORDER BY cell_id, ags
