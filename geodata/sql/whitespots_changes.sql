-- Grain: one row per area (Gemeinde to Land) and measure (kind, threshold set, bound) between two Stände.
-- Inputs: $before_cells, $after_cells (core_whitespots__cells of the two Stände), $before_addresses, $after_addresses
--         (core_whitespots__addresses), $stand_before, $stand, $land, $break (last day before the atlas changed its method),
--         measures (table: kind, threshold_set, bound: what both Stände tell).
-- Units: cells, addresses, ten-thousandths of households. A cell is compared by its addresses below, where the source tells them, else by
-- its area (mobile) or households. A cell of which nothing is known any more is `lost`, not closed.
WITH before_cells AS (
    SELECT
        CAST(kind AS VARCHAR) AS kind,
        CAST(threshold_set AS VARCHAR) AS threshold_set,
        CAST(bound AS VARCHAR) AS bound,
        cell_id,
        CAST(ags AS VARCHAR) AS ags,
        coalesce(all_addresses, area_cm2, all_units) AS amount,
        all_units
    FROM read_parquet($before_cells)
),

after_cells AS (
    SELECT
        CAST(kind AS VARCHAR) AS kind,
        CAST(threshold_set AS VARCHAR) AS threshold_set,
        CAST(bound AS VARCHAR) AS bound,
        cell_id,
        CAST(ags AS VARCHAR) AS ags,
        coalesce(all_addresses, area_cm2, all_units) AS amount,
        all_units
    FROM read_parquet($after_cells)
),

paired AS (
    SELECT
        coalesce(b.kind, a.kind) AS kind,
        coalesce(b.threshold_set, a.threshold_set) AS threshold_set,
        coalesce(b.bound, a.bound) AS bound,
        coalesce(b.cell_id, a.cell_id) AS cell_id,
        coalesce(b.ags, a.ags) AS ags,
        b.amount AS amount_before,
        a.amount AS amount_after,
        coalesce(b.all_units, 0) AS units_before,
        coalesce(a.all_units, 0) AS units_after
    FROM before_cells AS b
    FULL JOIN after_cells AS a
        ON
            b.kind = a.kind AND b.threshold_set = a.threshold_set AND b.bound = a.bound
            AND b.cell_id = a.cell_id AND b.ags = a.ags
),

judged AS (
    SELECT
        p.kind,
        p.threshold_set,
        p.bound,
        p.ags,
        p.units_before,
        p.units_after,
        CASE
            WHEN p.amount_before IS NULL THEN 'new'
            WHEN p.amount_after IS NULL AND u.cell_id IS NOT NULL THEN 'lost'
            WHEN p.amount_after IS NULL THEN 'closed'
            WHEN p.amount_after < p.amount_before THEN 'shrunk'
            WHEN p.amount_after > p.amount_before THEN 'grown'
            ELSE 'unchanged'
        END AS change
    FROM paired AS p
    INNER JOIN measures AS m ON p.kind = m.kind AND p.threshold_set = m.threshold_set AND p.bound = m.bound
    LEFT JOIN after_cells AS u ON u.threshold_set = 'unknown' AND p.kind = u.kind AND p.cell_id = u.cell_id AND p.ags = u.ags
    WHERE starts_with(p.ags, $land)
),

cells AS (
    SELECT
        kind,
        threshold_set,
        bound,
        coalesce(left(ags, 8), left(ags, 5), left(ags, 3), left(ags, 2)) AS area,
        count(*) FILTER (WHERE change = 'closed') AS closed_cells,
        count(*) FILTER (WHERE change = 'shrunk') AS shrunk_cells,
        count(*) FILTER (WHERE change = 'unchanged') AS unchanged_cells,
        count(*) FILTER (WHERE change = 'grown') AS grown_cells,
        count(*) FILTER (WHERE change = 'new') AS new_cells,
        count(*) FILTER (WHERE change = 'lost') AS lost_cells,
        sum(units_before) AS before_units,
        sum(units_after) AS after_units
    FROM judged
    GROUP BY kind, threshold_set, bound, GROUPING SETS ((left(ags, 8)), (left(ags, 5)), (left(ags, 3)), (left(ags, 2)))
),

addresses AS (
    SELECT
        CAST(coalesce(b.threshold_set, a.threshold_set) AS VARCHAR) AS threshold_set,
        CAST(coalesce(b.ags, a.ags) AS VARCHAR) AS ags,
        b.address_row IS NOT NULL AS was,
        a.address_row IS NOT NULL AS is_now
    FROM read_parquet($before_addresses) AS b
    FULL JOIN read_parquet($after_addresses) AS a ON b.threshold_set = a.threshold_set AND b.address_row = a.address_row
),

counted AS (
    SELECT
        threshold_set,
        coalesce(left(ags, 8), left(ags, 5), left(ags, 3), left(ags, 2)) AS area,
        count(*) FILTER (WHERE was AND NOT is_now) AS left_addresses,
        count(*) FILTER (WHERE was AND is_now) AS kept_addresses,
        count(*) FILTER (WHERE is_now AND NOT was) AS new_addresses
    FROM addresses
    WHERE starts_with(ags, $land)
    GROUP BY threshold_set, GROUPING SETS ((left(ags, 8)), (left(ags, 5)), (left(ags, 3)), (left(ags, 2)))
)

SELECT
    c.area AS ags,
    CASE length(c.area) WHEN 8 THEN 'gemeinde' WHEN 5 THEN 'kreis' WHEN 3 THEN 'regierungsbezirk' ELSE 'land' END AS level,
    CAST($stand_before AS DATE) AS stand_before,
    CAST($stand AS DATE) AS stand,
    c.kind,
    c.threshold_set,
    c.bound,
    c.kind <> 'mobile' AND CAST($stand_before AS DATE) <= CAST($break AS DATE)
    AND CAST($stand AS DATE) > CAST($break AS DATE) AS crosses_method_break,
    c.closed_cells,
    c.shrunk_cells,
    c.unchanged_cells,
    c.grown_cells,
    c.new_cells,
    c.lost_cells,
    CAST(c.before_units AS BIGINT) AS before_units,
    CAST(c.after_units AS BIGINT) AS after_units,
    n.left_addresses,
    n.kept_addresses,
    n.new_addresses
FROM cells AS c
LEFT JOIN counted AS n ON c.kind = 'fixed_addresses' AND c.threshold_set = n.threshold_set AND c.area = n.area
ORDER BY c.area, c.kind, c.threshold_set, c.bound
