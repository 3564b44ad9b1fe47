-- Grain: one row per kind of defect in the fact table, with how many rows have it and one of them.
-- Input: $facts (files of out_coverage__shares).
WITH facts AS (
    SELECT
        *,
        concat_ws(
            ' ', ags, level, stand, subject, technology, direction, min_mbits, operator, rollout, basis, method, boundary_edition, source_id
        ) AS row_key,
        [
            ags, level, stand::VARCHAR, subject, technology, direction, min_mbits::VARCHAR, operator, rollout, basis, method,
            boundary_edition, source_id
        ] AS key_values
    FROM read_parquet($facts)
),

repeated AS (
    SELECT row_key
    FROM facts
    GROUP BY row_key
    HAVING count(*) > 1
),

defects AS (
    SELECT 'Schlüssel unvollständig' AS defect, row_key
    FROM facts
    WHERE list_contains(list_transform(key_values, LAMBDA v: v IS NULL), TRUE)
    UNION ALL
    SELECT 'Schlüssel doppelt' AS defect, row_key FROM repeated
    UNION ALL
    SELECT 'Anteil außerhalb 0 bis 1' AS defect, row_key FROM facts
    WHERE share < 0 OR share > 1.005
    UNION ALL
    SELECT 'Zähler größer als Nenner' AS defect, row_key FROM facts
    WHERE numerator > denominator OR numerator < 0
)

SELECT defect, count(*) AS rows, min(row_key) AS example
FROM defects
GROUP BY defect
ORDER BY defect
