-- Grain: area and measure of one Stand, for maps: `measure` names subject, technology, class (Mbit/s), operator, basis and method.
-- Inputs: facts = rows of a table with the key columns of out_coverage__shares; value = the column shown (0–1 or points);
-- boundary_edition = the edition of the maps. Only what exists, down, of the classes that the site shows, without bounds and known parts.
SELECT
    ags,
    level,
    concat_ws(
        '_', subject, technology,
        CASE WHEN min_mbits > 0 THEN min_mbits::VARCHAR END,
        CASE WHEN operator <> 'any' THEN operator END,
        basis, CASE WHEN method <> 'published' THEN method END
    ) AS measure,
    max(value) AS value
FROM facts
WHERE
    direction = 'down'
    AND rollout = 'existing'
    AND level IN ('land', 'kreis', 'gemeinde')
    AND starts_with(ags, $land)
    AND min_mbits IN (0, 30, 100, 200, 400, 1000)
    AND boundary_edition IN ('as_published', $boundary_edition)
    AND NOT ends_with(method, '_known')
    AND NOT ends_with(method, '_bound')
GROUP BY ALL
ORDER BY level, ags, measure
