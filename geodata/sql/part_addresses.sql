-- Grain: one row per address that an offer of the part may belong to, in the order of the register, with its position in the file.
-- Inputs: $addresses (Parquet), tables areas, near (part_areas.sql, part_near.sql).
SELECT
    a.address_id,
    a.ags,
    a.street,
    a.house_number,
    a.suffix,
    a.district,
    a.place,
    a.easting_m,
    a.northing_m,
    a.file_row_number
FROM read_parquet($addresses, file_row_number = TRUE) AS a
WHERE
    CAST(a.ags AS integer) IN (SELECT n.area FROM areas AS n)
    OR (CAST(round(a.northing_m * 1000) AS bigint) // 100000) * 10000 + CAST(round(a.easting_m * 1000) AS bigint) // 100000
    IN (SELECT c.cell FROM near AS c)
ORDER BY a.file_row_number
