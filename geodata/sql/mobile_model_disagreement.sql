-- Grain: one row per area (Gemeinde to Land) and technology (4g, 5g): cells by what the authority's grid reports and what the model says.
-- Inputs: $cells (modelled cells: cell_id, technology, is_covered), $reported (core_mobile__cells of one Stand: cell_id, operators_4g,
--         operators_5g), $area_cells (core_area_cells: boundary_edition, cell_id, ags, area_cm2), $stand, $land, $boundary_edition,
--         sources (table: subject, source_id, origin, visibility; the row of `area` is taken).
-- Units: cells of 100 m. A border cell counts once, in the Gemeinde with its largest piece. Shares are of the cells that both know; an
--        area with a cell that is not modelled has no row.
WITH model AS (
    SELECT
        cell_id,
        CAST(technology AS VARCHAR) AS technology,
        bool_or(is_covered) AS is_covered
    FROM read_parquet($cells)
    GROUP BY ALL
),

modelled AS (
    SELECT DISTINCT cell_id
    FROM model
),

places AS (
    SELECT
        a.cell_id,
        a.ags,
        a.area_cm2,
        m.cell_id IS NOT NULL AS is_modelled
    FROM read_parquet($area_cells) AS a
    LEFT JOIN modelled AS m ON a.cell_id = m.cell_id
    WHERE starts_with(a.ags, $land) AND a.boundary_edition = $boundary_edition
),

gemeinden AS (
    SELECT
        ags,
        bool_and(is_modelled) AS is_modelled
    FROM places
    GROUP BY ags
),

complete AS (
    SELECT coalesce(left(ags, 8), left(ags, 5), left(ags, 3), left(ags, 2)) AS ags
    FROM gemeinden
    GROUP BY GROUPING SETS ((left(ags, 8)), (left(ags, 5)), (left(ags, 3)), (left(ags, 2)))
    HAVING bool_and(is_modelled)
),

homes AS (
    SELECT
        cell_id,
        arg_max(ags, (area_cm2, ags)) AS ags
    FROM places
    WHERE is_modelled
    GROUP BY cell_id
),

grid AS (
    SELECT
        cell_id,
        unnest(['4g', '5g']) AS technology,
        unnest([operators_4g, operators_5g]) AS operators
    FROM read_parquet($reported)
),

both_known AS (
    SELECT
        h.ags,
        m.technology,
        g.operators > 0 AS is_reported,
        m.is_covered AS is_modelled
    FROM model AS m
    INNER JOIN homes AS h ON m.cell_id = h.cell_id
    INNER JOIN grid AS g ON m.cell_id = g.cell_id AND m.technology = g.technology
    WHERE g.operators IS NOT NULL
),

summed AS (
    SELECT
        coalesce(left(ags, 8), left(ags, 5), left(ags, 3), left(ags, 2)) AS ags,
        technology,
        count(*) AS cells,
        count(*) FILTER (WHERE is_reported AND is_modelled) AS cells_in_both,
        count(*) FILTER (WHERE is_reported AND NOT is_modelled) AS cells_reported_only,
        count(*) FILTER (WHERE is_modelled AND NOT is_reported) AS cells_modelled_only
    FROM both_known
    GROUP BY technology, GROUPING SETS ((left(ags, 8)), (left(ags, 5)), (left(ags, 3)), (left(ags, 2)))
)

SELECT
    v.ags,
    CASE length(v.ags) WHEN 8 THEN 'gemeinde' WHEN 5 THEN 'kreis' WHEN 3 THEN 'regierungsbezirk' ELSE 'land' END AS level,
    CAST($stand AS DATE) AS stand,
    v.technology,
    $boundary_edition AS boundary_edition,
    v.cells,
    v.cells_in_both,
    v.cells_reported_only,
    v.cells_modelled_only,
    v.cells_reported_only / v.cells AS reported_only_share,
    v.cells_modelled_only / v.cells AS modelled_only_share,
    s.source_id,
    s.origin,
    s.visibility
FROM summed AS v
SEMI JOIN complete AS c ON v.ags = c.ags
INNER JOIN sources AS s ON s.subject = 'area'
ORDER BY ALL
