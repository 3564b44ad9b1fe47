-- Grain: a figure of the site that is not that of the table, is in no table, or is not on the site.
-- Inputs: expected = site_figures.sql; shown = theme, Stand, ags and share as read from the site; half = half of its last digit.
SELECT
    coalesce(e.theme_id, s.theme_id) AS theme_id,
    coalesce(e.ags, s.ags) AS ags,
    coalesce(strftime(e.stand, '%Y-%m-%d'), s.stand) AS stand,
    s.share AS shown,
    e.share AS expected
FROM expected AS e
FULL OUTER JOIN shown AS s ON e.theme_id = s.theme_id AND e.ags = s.ags AND strftime(e.stand, '%Y-%m-%d') = s.stand
WHERE e.share IS NULL OR s.share IS NULL OR abs(e.share - s.share) > $half
ORDER BY theme_id, stand, ags
