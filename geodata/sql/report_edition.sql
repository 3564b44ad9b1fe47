-- Grain: one row: the boundary edition that the run's cells, and with them its derived figures, rest on.
-- Inputs: the tables of netzlage.duckdb.
SELECT boundary_edition
FROM core_area_cells
LIMIT 1
