-- Grain: one row per boundary edition and area (Gemeinde, Kreis, Regierungsbezirk, Land).
-- Inputs: $areas (boundary_edition, ags, level, geometry in EPSG:25832), $cells (Zensus cell centres in EPSG:25832).
-- Units: persons are counts; households are DECIMAL with four places; null where no cell of the area has a figure.
-- A centre exactly on a border goes to the lowest AGS. The join has no term beside the spatial one: that keeps the spatial join.
WITH gemeinden AS (
    SELECT boundary_edition, ags, geometry
    FROM read_parquet($areas)
    WHERE level = 'gemeinde'
),

cells AS (
    SELECT
        zensus_id,
        persons,
        households,
        ST_SetCRS(ST_Point(easting_m, northing_m), 'EPSG:25832') AS centre
    FROM read_parquet($cells)
),

hits AS (
    SELECT
        g.boundary_edition,
        c.zensus_id,
        c.persons,
        c.households,
        g.ags
    FROM cells AS c
    INNER JOIN gemeinden AS g ON ST_Intersects(g.geometry, c.centre)
),

placed AS (
    SELECT
        boundary_edition,
        zensus_id,
        any_value(persons) AS persons,
        any_value(households) AS households,
        min(ags) AS ags
    FROM hits
    GROUP BY boundary_edition, zensus_id
)

SELECT
    a.boundary_edition,
    a.ags,
    a.level,
    count(p.zensus_id) AS cells,
    CAST(sum(p.persons) AS BIGINT) AS persons,
    CAST(sum(p.households) AS DECIMAL(18, 4)) AS households
FROM read_parquet($areas) AS a
LEFT JOIN placed AS p
    ON a.boundary_edition = p.boundary_edition AND starts_with(p.ags, a.ags)
GROUP BY a.boundary_edition, a.ags, a.level
ORDER BY a.boundary_edition, a.ags
