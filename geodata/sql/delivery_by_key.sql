-- Grain: one row per offer that its key decides, with the one address.
-- Inputs: tables candidates, deliveries, points, macros of address_macros.sql.
-- Several candidates: with a position the nearest. Without one, those of one Gemeinde only: where the name means several, the one in which
-- the operator's rows of the same PLZ lie that have one candidate; if that is not one Gemeinde, the key decides nothing.
-- Among the rest the one in the Ortsteil of the delivery (without a position), then the lowest address_id.
WITH several AS (
    SELECT offer, min(area) <> max(area) AS is_ambiguous
    FROM candidates
    GROUP BY offer
    HAVING count(*) > 1
),

alone AS (
    SELECT c.offer, c.idx, c.area, c.d2
    FROM candidates AS c
    ANTI JOIN several AS s ON c.offer = s.offer
),

known AS (
    SELECT DISTINCT o.postcode, c.area
    FROM alone AS c
    INNER JOIN deliveries AS o ON c.offer = o.offer
    WHERE o.postcode <> ''
),

possible AS (
    SELECT
        c.offer,
        c.idx,
        c.area,
        c.d2,
        a.address_id,
        c.d2 IS NULL AND o.district <> '' AND name_key(o.district) = name_key(a.district) AS is_district,
        s.is_ambiguous AND c.d2 IS NULL AS needs_postcode,
        k.area IS NOT NULL AS is_known
    FROM several AS s
    INNER JOIN candidates AS c ON s.offer = c.offer
    INNER JOIN deliveries AS o ON c.offer = o.offer
    INNER JOIN points AS a ON c.idx = a.idx
    LEFT JOIN known AS k ON o.postcode = k.postcode AND c.area = k.area
),

kept AS (
    SELECT
        *,
        min(area) OVER (PARTITION BY offer) = max(area) OVER (PARTITION BY offer) AS is_one_area
    FROM possible
    WHERE is_known OR NOT needs_postcode
),

chosen AS (
    SELECT offer, idx, d2
    FROM kept
    WHERE is_one_area OR NOT needs_postcode
    QUALIFY row_number() OVER (PARTITION BY offer ORDER BY d2 ASC, is_district DESC, address_id ASC) = 1
)

SELECT offer, idx, d2
FROM alone
UNION ALL
SELECT offer, idx, d2
FROM chosen
