-- Grain: one row per offer of the part, in the order of the deliveries, with its position in the file (`file_row_number` from 0).
-- Inputs: $offers (Parquet), $first and $last (PLZ; the first included, the last not; null: no bound).
-- All rows of one PLZ lie in one part: some addresses are told apart by the operator's other rows of that PLZ.
SELECT
    operator,
    source_file,
    row,
    street,
    house_number,
    suffix,
    postcode,
    place,
    district,
    easting_m,
    northing_m,
    file_row_number
FROM read_parquet($offers, file_row_number = TRUE)
WHERE
    ($first IS NULL OR coalesce(postcode, '') >= $first)
    AND ($last IS NULL OR coalesce(postcode, '') < $last)
ORDER BY file_row_number
