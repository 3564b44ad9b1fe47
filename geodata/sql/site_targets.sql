-- Grain: a target of the Land as the start page says it: its newest measured row; where nothing is measured, the row with no figure.
-- Input: targets = files of out_targets__status. Public rows only. Shares 0–1.
SELECT
    target_id,
    wording_de,
    wording_en,
    actual_share,
    actual_count,
    required_share,
    required_count,
    gap_points,
    gap_count,
    status,
    was_met_by_due,
    due,
    stand
FROM read_parquet($targets)
WHERE visibility = 'public' AND level = 'land'
QUALIFY
    row_number() OVER (
        PARTITION BY target_id
        ORDER BY (actual_share IS NOT NULL OR actual_count IS NOT NULL) DESC, stand DESC
    ) = 1
ORDER BY target_id
