-- Grain: one row per Gemeinde and name that the search finds besides areas: a district, or a postcode that deliveries name.
-- Inputs: $addresses (core_gebref__addresses) and $places (core_addresses__places) row for row; $offers and $matches row for row;
-- $districts: whether the register may be published.
-- Only public rows of deliveries: what an internal one says of a place is not published, not even its postcode.
WITH located AS (
    SELECT
        a.file_row_number AS address_row,
        a.district,
        p.ags
    FROM read_parquet($addresses, file_row_number = TRUE) AS a
    INNER JOIN read_parquet($places, file_row_number = TRUE) AS p ON a.file_row_number = p.file_row_number
    WHERE p.ags IS NOT NULL
),

public_offers AS (
    SELECT
        m.address_row,
        o.postcode
    FROM read_parquet($offers, file_row_number = TRUE) AS o
    INNER JOIN read_parquet($matches, file_row_number = TRUE) AS m ON o.file_row_number = m.file_row_number
    WHERE o.visibility = 'public' AND o.postcode <> ''
)

SELECT DISTINCT
    'postcode' AS kind,
    o.postcode AS name,
    l.ags
FROM public_offers AS o
INNER JOIN located AS l ON o.address_row = l.address_row
UNION ALL
SELECT DISTINCT
    'district' AS kind,
    district AS name,
    ags
FROM located
WHERE $districts AND district <> ''
ORDER BY kind, name, ags
