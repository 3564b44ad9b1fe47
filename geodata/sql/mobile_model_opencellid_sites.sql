-- Grain: one row per site: operator, technology and the station's part of the cell number.
-- Inputs: table cells (technology, operator, area, cell, samples, easting_m, northing_m; metres in EPSG:25832).
-- Units: metres, rounded to whole ones. Sums are of whole millimetres times samples, so that no order of adding differs.
WITH stations AS (
    SELECT
        *,
        CASE technology
            WHEN '4g' THEN concat_ws('-', operator, technology, CAST(cell // 256 AS VARCHAR))
            WHEN '5g' THEN concat_ws('-', operator, technology, CAST(cell // 4096 AS VARCHAR))
            ELSE concat_ws('-', operator, technology, CAST(area AS VARCHAR), CAST(cell // 10 AS VARCHAR))
        END AS site_id,
        CAST(round(easting_m * 1000) AS BIGINT) AS easting_mm,
        CAST(round(northing_m * 1000) AS BIGINT) AS northing_mm
    FROM cells
)

SELECT
    site_id,
    operator,
    technology,
    round(CAST(sum(CAST(easting_mm AS HUGEINT) * samples) AS DOUBLE) / CAST(sum(samples) AS DOUBLE) / 1000) AS easting_m,
    round(CAST(sum(CAST(northing_mm AS HUGEINT) * samples) AS DOUBLE) / CAST(sum(samples) AS DOUBLE) / 1000) AS northing_m
FROM stations
GROUP BY ALL
ORDER BY site_id
