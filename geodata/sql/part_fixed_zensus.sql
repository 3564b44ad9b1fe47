-- Grain: one row per Zensus cell of the part, in the order of the file, with its position in it, its households, cell and Gemeinde.
-- Cells of the Zensus whose centre lies outside of cells first to last have an address in these, so that their own place does not count.
-- Inputs: variables zensus, zensus_places (Parquet, row by row beside each other), table zensus_rows (part_fixed_zensus_rows.sql).
SELECT
    z.file_row_number,
    z.households,
    p.cell_id,
    p.ags
FROM read_parquet(getvariable('zensus'), file_row_number = TRUE) AS z
INNER JOIN read_parquet(getvariable('zensus_places'), file_row_number = TRUE) AS p ON z.file_row_number = p.file_row_number
WHERE z.file_row_number IN (SELECT r.zensus_row FROM zensus_rows AS r)
ORDER BY z.file_row_number
