-- Grain: one row per Gemeinde (`area`, the AGS as a number) that a place name of the part may mean.
-- Inputs: tables places, spellings (address_places.sql of the whole register, delivery_spellings.sql of the part).
SELECT DISTINCT p.area
FROM spellings AS s
INNER JOIN places AS p ON s.place_key = p.place_key
