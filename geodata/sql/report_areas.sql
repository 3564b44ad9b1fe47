-- Grain: one row per area (Land, Kreis, Gemeinde) of the run's boundary edition.
-- Inputs: the tables of netzlage.duckdb; $edition. Geometry: EPSG:25832.
SELECT
    ags,
    level,
    coalesce(name, ags) AS name,
    source_id,
    geometry
FROM core_boundaries__areas
WHERE boundary_edition = $edition AND level IN ('land', 'kreis', 'gemeinde')
ORDER BY ags
