-- Grain: the one figure that the site shows of a theme for an area and a Stand.
-- Inputs: candidates = the rows of site_facts.sql and site_below.sql; methods = method names, leading first. Shares 0–1.
-- Within a theme, level and Stand reported rows come before derived ones and the two are never mixed.
WITH led AS (
    SELECT *
    FROM candidates
    QUALIFY basis = max(basis) OVER (PARTITION BY theme_id, level, stand)
)

SELECT
    theme_id,
    level,
    stand,
    ags,
    share
FROM led
QUALIFY
    row_number() OVER (
        PARTITION BY theme_id, level, stand, ags
        ORDER BY coalesce(list_position($methods, method), 1000), position
    ) = 1
