-- Grain: one row per Gitterzelle from first to last (not included), ascending as in the table.
-- Inputs: variables grid (Parquet, ascending by cell_id), first, last (cell_id).
SELECT *  -- noqa: AM04
FROM read_parquet(getvariable('grid'))
WHERE cell_id >= getvariable('first') AND cell_id < getvariable('last')
ORDER BY cell_id
