-- Grain: one row per record that is refused because its id occurs before (the same address) or again (another address).
-- Inputs: table numbered (records as read, with `row`, those that could be read only).
-- Of identical records the first counts; of records that contradict each other none.
WITH suspects AS (
    SELECT address_hash
    FROM (SELECT hash(address_id) AS address_hash FROM numbered) AS marked
    GROUP BY address_hash
    HAVING count(*) > 1
),

repeated AS (
    SELECT
        n.row,
        n.address_id,
        row_number() OVER (PARTITION BY n.address_id ORDER BY n.row) AS occurrence,
        count(*) OVER (PARTITION BY n.address_id) AS occurrences,
        count(DISTINCT row(n.ags, n.street_key, n.street, n.house_number, n.suffix, n.district, n.place, n.easting_m, n.northing_m))
            OVER (PARTITION BY n.address_id) AS readings
    FROM numbered AS n
    INNER JOIN suspects AS s ON hash(n.address_id) = s.address_hash
)

SELECT
    row,
    CASE WHEN readings > 1 THEN 'address_contradicts' ELSE 'duplicate_key' END AS reason,
    'oid' AS "column",
    address_id AS value
FROM repeated
WHERE occurrences > 1 AND (readings > 1 OR occurrence > 1)
ORDER BY row
