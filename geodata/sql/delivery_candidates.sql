-- Grain: one row per offer and address with its key: street, house number, suffix, and a Gemeinde or Ortsteil of the name.
-- Inputs: tables deliveries, points, places.
SELECT
    o.offer,
    a.idx,
    a.area,
    (a.e - o.e) * (a.e - o.e) + (a.n - o.n) * (a.n - o.n) AS d2
FROM deliveries AS o
INNER JOIN places AS p ON o.place_key = p.place_key
INNER JOIN points AS a
    ON
        p.area = a.area
        AND o.street_id = a.street_id
        AND o.house_number = a.house_number
        AND o.suffix = a.suffix
WHERE p.district IS NULL OR p.district = a.district
