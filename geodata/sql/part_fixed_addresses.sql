-- Grain: one row per address in cells first to last (not included) or in a Zensus cell that decides about them, in the order of the
-- register, with its position in the file. Addresses outside of those cells have no `ags`: they share in households, but count elsewhere.
-- Inputs: variables address_places (Parquet), first, last (cell_id), table zensus_rows (part_fixed_zensus_rows.sql).
SELECT
    file_row_number,
    cell_id,
    zensus_row,
    CASE WHEN cell_id >= getvariable('first') AND cell_id < getvariable('last') THEN ags END AS ags
FROM read_parquet(getvariable('address_places'), file_row_number = TRUE)
WHERE
    (cell_id >= getvariable('first') AND cell_id < getvariable('last'))
    OR zensus_row IN (SELECT r.zensus_row FROM zensus_rows AS r)
ORDER BY file_row_number
