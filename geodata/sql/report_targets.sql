-- Grain: one row per target, area (Land and Kreise) and Stand with a figure; a target without any figure has one row of the Land.
-- Inputs: the tables of netzlage.duckdb; $internal (TRUE: rows that are not public too).
-- Units: shares 0–1, gaps in percentage points and in households, schools or Gewerbegebiete. Order: that of the targets.
WITH listed AS (
    SELECT
        *,
        min(rowid) OVER (PARTITION BY target_id) AS position,
        count(coalesce(actual_share, actual_count)) OVER (PARTITION BY target_id) AS figures
    FROM out_targets__status
    WHERE level IN ('land', 'kreis') AND (visibility = 'public' OR $internal)
)

SELECT
    target_id,
    ags,
    level,
    stand,
    actual_share,
    actual_count,
    required_share,
    required_count,
    strictly_above,
    due,
    gap_points,
    gap_count,
    gap_estimated,
    status,
    was_met_by_due,
    basis,
    scope,
    label_de,
    label_en,
    unit_de,
    unit_en,
    visibility
FROM listed
WHERE coalesce(actual_share, actual_count) IS NOT NULL OR (figures = 0 AND level = 'land')
QUALIFY figures > 0 OR row_number() OVER (PARTITION BY target_id ORDER BY stand DESC) = 1
ORDER BY position ASC, stand ASC, level DESC, ags ASC
