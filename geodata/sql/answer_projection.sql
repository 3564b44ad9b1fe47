-- Grain: one row per measure and future Stand of the Kreise that were asked for.
-- Inputs: places and figures (tables), out_targets__projection. Internal: only for those who asked for it.
-- Units: shares 0–1, errors in percentage points.
SELECT
    f.figure_id,
    r.ags,
    r.projected_stand,
    r.verdict,
    r.reason,
    r.candidate,
    r.projected_share,
    r.lower_share,
    r.upper_share,
    r.interval,
    r.tested_pairs,
    r.mean_abs_error_points,
    r.no_change_error_points
FROM out_targets__projection AS r
INNER JOIN figures AS f ON r.subject = f.subject AND r.technology = f.technology AND r.min_mbits = f.min_mbits
INNER JOIN places AS p ON r.ags = p.ags
ORDER BY p.position, f.position, r.projected_stand
