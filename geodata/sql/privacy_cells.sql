-- Grain: one row per method, cell and Gemeinde of one Stand with households.
-- Inputs: $cells (core_fixed__cells of one Stand), $sources (table: method, source_id, origin, visibility).
-- Units: ten-thousandths of households; below_… are those that no fixed line with so many Mbit/s down reaches, without the unknown ones.
SELECT
    CAST(c.method AS VARCHAR) AS method,
    s.source_id,
    s.origin,
    s.visibility,
    c.cell_id,
    CAST(c.ags AS VARCHAR) AS ags,
    CAST(sum(c.total) * 10000 AS BIGINT) AS households,
    CAST(coalesce(sum(c.total) FILTER (WHERE c.technology = 'unknown'), 0) * 10000 AS BIGINT) AS unknown_households,
    CAST(coalesce(sum(c.total - c.covered_30) FILTER (WHERE c.technology = 'any'), 0) * 10000 AS BIGINT) AS below_30_households,
    CAST(coalesce(sum(c.total - c.covered_100) FILTER (WHERE c.technology = 'any'), 0) * 10000 AS BIGINT) AS below_100_households,
    CAST(coalesce(sum(c.total - c.covered_400) FILTER (WHERE c.technology = 'any'), 0) * 10000 AS BIGINT) AS below_400_households,
    CAST(coalesce(sum(c.total - c.covered_1000) FILTER (WHERE c.technology = 'any'), 0) * 10000 AS BIGINT) AS below_1000_households
FROM read_parquet($cells) AS c
INNER JOIN sources AS s ON CAST(c.method AS VARCHAR) = s.method
WHERE
    c.subject = 'households'
    AND c.rollout = 'existing'
    AND c.direction = 'down'
    AND c.technology IN ('any', 'unknown')
    AND c.method IN ('cells', 'addresses_union')
GROUP BY c.method, s.source_id, s.origin, s.visibility, c.cell_id, c.ags
ORDER BY c.method, c.cell_id, c.ags
