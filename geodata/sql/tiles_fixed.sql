-- Grain: a 100 m cell of the published grid with households; class = 1 all from 100 Mbit/s, 2 some below 100, 3 some below 30.
-- Inputs: cells = file of out_whitespots__published_cells at one Stand; parts = file of core_privacy__parts; methods = leading first.
-- Public rows; parts without a place are left out; of several methods the leading one holds for the whole Land, as on the maps.
WITH published AS (
    SELECT
        part_id,
        CASE
            WHEN below_30_households > 0 THEN 3
            WHEN below_100_households > 0 THEN 2
            WHEN households > coalesce(unknown_households, 0) THEN 1
        END AS class
    FROM read_parquet($cells)
    WHERE visibility = 'public'
    QUALIFY
        row_number() OVER (PARTITION BY part_id ORDER BY coalesce(list_position($methods, method), 1000), method, source_id) = 1
)

SELECT
    p.cell_id,
    max(s.class) AS class
FROM read_parquet($parts) AS p
INNER JOIN published AS s ON p.part_id = s.part_id
WHERE p.size_m IS NOT NULL AND s.class IS NOT NULL
GROUP BY p.cell_id
ORDER BY p.cell_id
