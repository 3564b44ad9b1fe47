-- Grain: one row per Stand, threshold set and kind (fixed_addresses, fixed_cells, mobile) that the run has figures for.
-- Inputs: the tables of netzlage.duckdb; $internal (TRUE: not public rows too).
SELECT DISTINCT
    stand,
    threshold_set,
    kind
FROM out_whitespots__areas
WHERE visibility = 'public' OR $internal
ORDER BY stand, threshold_set, kind
