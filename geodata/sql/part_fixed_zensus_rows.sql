-- Grain: one row per Zensus cell, by its position in the file, that decides about cells first to last (not included) of the 100 m grid:
-- an address of these cells lies in it, or its centre does.
-- Inputs: variables address_places, zensus_places (Parquet), first, last (cell_id).
SELECT zensus_row
FROM read_parquet(getvariable('address_places'))
WHERE cell_id >= getvariable('first') AND cell_id < getvariable('last') AND zensus_row >= 0
UNION
SELECT file_row_number
FROM read_parquet(getvariable('zensus_places'), file_row_number = TRUE)
WHERE cell_id >= getvariable('first') AND cell_id < getvariable('last')
