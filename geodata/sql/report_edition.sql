-- Grain: one row: the boundary edition that the run's cells, and with them its derived figures, rest on (there is only one).
-- Inputs: the tables of netzlage.duckdb.
SELECT min(boundary_edition) AS boundary_edition
FROM core_area_cells
