-- Grain: one row: how many public rows files hold, and a mark that changes with any value in them, whatever their order.
-- Input: files = Parquet files of one table with `visibility` and `stand`, of the run or of the site.
SELECT
    count(*) AS rows,
    bit_xor(hash(r)) AS mark
FROM read_parquet($files) AS r
WHERE r.visibility = 'public' AND r.stand IS NOT NULL
