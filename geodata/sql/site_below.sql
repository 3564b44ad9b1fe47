-- Grain: the part of an area's households below a threshold that a theme of the maps may show: today from grid cells, less what is
-- announced from addresses.
-- Inputs: below = files of out_whitespots__areas; themes and areas as in site_facts.sql; boundary_edition. Public rows only. Shares 0–1.
WITH counted AS (
    SELECT
        *,
        CASE kind WHEN 'fixed_cells' THEN 'existing' WHEN 'fixed_addresses' THEN 'with_announced' END AS rollout,
        CASE kind WHEN 'fixed_cells' THEN all_units WHEN 'fixed_addresses' THEN less_announced_units END AS units
    FROM read_parquet($below, file_row_number = TRUE)
    WHERE visibility = 'public' AND total_units > 0
)

SELECT
    t.theme_id,
    c.level,
    c.stand,
    c.ags,
    c.basis,
    c.method,
    c.units / c.total_units AS share,
    c.file_row_number AS position
FROM counted AS c
INNER JOIN themes AS t
    ON t.subject = 'households_below' AND c.threshold_set = t.technology AND c.rollout = t.rollout AND list_contains(t.bases, c.basis)
INNER JOIN areas AS a ON c.ags = a.ags AND c.level = a.level
WHERE c.units IS NOT NULL AND c.boundary_edition IN ('as_published', $boundary_edition)
