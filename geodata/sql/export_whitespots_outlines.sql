-- Grain: one row per part of the published grid of a Kreis that has a place.
-- Inputs: the tables of netzlage.duckdb; $ags (Kreis). Geometry: EPSG:25832.
SELECT
    part_id,
    geometry
FROM out_whitespots__parts
WHERE starts_with(ags, $ags) AND geometry IS NOT NULL
ORDER BY part_id
