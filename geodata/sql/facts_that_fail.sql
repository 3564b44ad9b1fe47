-- Grain: one row per kind of defect in the fact table, with how many rows have it and one of them.
-- Input: $facts (files of out_coverage__shares).
-- Keys are written out only where a row may have a defect: of a million rows nearly none.
WITH facts AS (
    SELECT
        *,
        hash(
            ags, level, stand, subject, technology, direction, min_mbits, operator, rollout, basis, method, boundary_edition, source_id
        ) AS key_hash,
        ags IS NULL OR level IS NULL OR stand IS NULL OR subject IS NULL OR technology IS NULL OR direction IS NULL OR min_mbits IS NULL
        OR operator IS NULL OR rollout IS NULL OR basis IS NULL OR method IS NULL OR boundary_edition IS NULL OR source_id IS NULL
            AS is_incomplete,
        share < 0 OR share > 1.005 AS is_outside,
        numerator > denominator OR numerator < 0 AS is_above
    FROM read_parquet($facts)
),

repeated AS (
    SELECT key_hash
    FROM facts
    GROUP BY key_hash
    HAVING count(*) > 1
),

suspects AS (
    SELECT
        *,
        concat_ws(
            ' ', ags, level, stand, subject, technology, direction, min_mbits, operator, rollout, basis, method, boundary_edition, source_id
        ) AS row_key
    FROM facts
    WHERE
        is_incomplete OR is_outside OR is_above OR key_hash IN (SELECT r.key_hash FROM repeated AS r)
),

defects AS (
    SELECT 'Schlüssel unvollständig' AS defect, row_key
    FROM suspects
    WHERE is_incomplete
    UNION ALL
    SELECT 'Schlüssel doppelt' AS defect, row_key
    FROM suspects
    GROUP BY row_key
    HAVING count(*) > 1
    UNION ALL
    SELECT 'Anteil außerhalb 0 bis 1' AS defect, row_key
    FROM suspects
    WHERE is_outside
    UNION ALL
    SELECT 'Zähler größer als Nenner' AS defect, row_key
    FROM suspects
    WHERE is_above
)

SELECT defect, count(*) AS rows, min(row_key) AS example
FROM defects
GROUP BY defect
ORDER BY defect
