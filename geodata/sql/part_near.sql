-- Grain: one row per 100 m cell that the square of the reach around an offer of the part touches.
-- Inputs: variables offers (Parquet), reach (whole millimetres, less than a cell). Cells are numbered as in address_points.sql.
WITH places AS (
    SELECT DISTINCT CAST(round(easting_m * 1000) AS bigint) AS e, CAST(round(northing_m * 1000) AS bigint) AS n
    FROM read_parquet(getvariable('offers'))
    WHERE easting_m IS NOT NULL
),

corners AS (
    SELECT e + x.d AS e, n + y.d AS n
    FROM places
    CROSS JOIN (VALUES (-getvariable('reach')), (getvariable('reach'))) AS x (d)
    CROSS JOIN (VALUES (-getvariable('reach')), (getvariable('reach'))) AS y (d)
)

SELECT DISTINCT (n // 100000) * 10000 + e // 100000 AS cell
FROM corners
