-- Grain: one row per offer for an address of the part, in no certain order: the best counts. `address_row`: position in the register.
-- Inputs: variables offers, matches (Parquet, row by row beside each other), table addresses (part_fixed_addresses.sql).
SELECT
    o.operator,
    o.technology,
    o.download_mbits,
    o.upload_mbits,
    o.households,
    o.rollout,
    o.usage,
    m.address_row
FROM read_parquet(getvariable('matches'), file_row_number = TRUE) AS m
INNER JOIN addresses AS a ON m.address_row = a.file_row_number
INNER JOIN read_parquet(getvariable('offers'), file_row_number = TRUE) AS o ON m.file_row_number = o.file_row_number
