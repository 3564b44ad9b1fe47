-- Grain: one row per record that repeats an earlier one of the same delivery in all that was read of it.
-- Inputs: table offers (the records that can be read, with `row`).
-- A record that differs in anything, such as the speed, is another offer and stays.
WITH marked AS (
    SELECT
        row,
        hash(row(
            street, house_number, suffix, postcode, place, district, technology, download_mbits, upload_mbits,
            households, rollout, planned_until, usage, easting_m, northing_m
        )) AS mark
    FROM offers
),

suspects AS (
    SELECT mark
    FROM marked
    GROUP BY mark
    HAVING count(*) > 1
),

repeated AS (
    SELECT
        o.row,
        concat_ws(' ', o.street, o.house_number, o.suffix, o.place) AS value,
        row_number() OVER (
            PARTITION BY
                o.street, o.house_number, o.suffix, o.postcode, o.place, o.district, o.technology, o.download_mbits,
                o.upload_mbits, o.households, o.rollout, o.planned_until, o.usage, o.easting_m, o.northing_m
            ORDER BY o.row
        ) AS occurrence
    FROM offers AS o
    INNER JOIN marked AS m ON o.row = m.row
    INNER JOIN suspects AS s ON m.mark = s.mark
)

SELECT
    row,
    '' AS "column",
    left(value, 80) AS value,
    'duplicate_offer' AS reason
FROM repeated
WHERE occurrence > 1
ORDER BY row
