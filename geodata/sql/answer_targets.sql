-- Grain: one row per target of the places that were asked for, at every Stand with a figure.
-- Inputs: places (table), out_targets__status, $internal (whether rows that are not public count).
-- Units: as in out_targets__status.
SELECT
    t.target_id,
    t.ags,
    t.stand,
    t.subject,
    t.technology,
    t.min_mbits,
    t.basis,
    t.method,
    t.required_share,
    t.required_count,
    t.due,
    t.status,
    t.was_met_by_due,
    t.latest_stand,
    t.gap_points,
    t.gap_count,
    t.gap_estimated,
    t.scope,
    t.label_de,
    t.label_en,
    t.unit_de,
    t.unit_en,
    t.kreis_rank,
    t.kreise_ranked,
    t.strictly_above,
    t.beside_share,
    t.beside_stand,
    t.note_de,
    t.note_en,
    t.target_source
FROM out_targets__status AS t
SEMI JOIN places AS p ON t.ags = p.ags
WHERE coalesce(t.actual_share, t.actual_count) IS NOT NULL AND (t.visibility = 'public' OR $internal)
ORDER BY t.target_id, t.ags, t.stand
