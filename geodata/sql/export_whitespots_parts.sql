-- Grain: one row per part of the published grid of a Kreis with households below a class at one Stand; parts without a place come last.
-- Inputs: the tables of netzlage.duckdb; $ags (Kreis), $stand, $method, $below (30, 100, 400, 1000), $floor (NULL, or the class below
--         which another set counts).
-- Units: whole households in multiples of three; geometry EPSG:25832, null for what is left of an area.
WITH figures AS (
    SELECT
        *,
        CASE $below
            WHEN 30 THEN below_30_households
            WHEN 100 THEN below_100_households
            WHEN 400 THEN below_400_households
            WHEN 1000 THEN below_1000_households
        END AS below_class,
        CASE $floor WHEN 30 THEN below_30_households WHEN 100 THEN below_100_households ELSE 0 END AS below_floor
    FROM out_whitespots__published_cells
    WHERE stand = CAST($stand AS DATE) AND method = $method AND starts_with(ags, $ags) AND visibility = 'public'
)

SELECT
    f.part_id AS teil,
    f.ags,
    f.size_m AS seite_m,
    f.households AS haushalte,
    greatest(f.below_class - f.below_floor, 0) AS haushalte_unter,
    f.unknown_households AS haushalte_unbekannt,
    greatest(f.below_class - f.below_floor, 0) / nullif(f.households, 0) AS anteil_unter,
    f.stand,
    f.origin,
    f.visibility,
    p.geometry
FROM figures AS f
INNER JOIN out_whitespots__parts AS p ON f.part_id = p.part_id
WHERE f.below_class > f.below_floor
ORDER BY f.part_id ASC
