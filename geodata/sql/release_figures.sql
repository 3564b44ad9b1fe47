-- Grain: the leading figure of an area, a Stand and a measure (subject, technology, class, operator, basis): what a release says.
-- Inputs: facts = files of out_coverage__shares; land; boundary_edition = the edition of the maps; methods = method names, leading first.
-- Public rows only; down, existing, for the Land and its Kreise, and gigabit households of the Gemeinden. Shares 0–1.
SELECT
    ags,
    level,
    stand,
    subject,
    technology,
    min_mbits,
    operator,
    basis,
    method,
    boundary_edition,
    source_id,
    numerator,
    denominator,
    share
FROM read_parquet($facts)
WHERE
    visibility = 'public'
    AND direction = 'down'
    AND rollout = 'existing'
    AND starts_with(ags, $land)
    AND min_mbits IN (0, 2, 30, 100, 200, 400, 1000)
    AND boundary_edition IN ('as_published', $boundary_edition)
    AND NOT ends_with(method, '_known')
    AND NOT ends_with(method, '_bound')
    AND (level IN ('land', 'kreis') OR (level = 'gemeinde' AND subject = 'households' AND min_mbits = 1000))
QUALIFY
    row_number() OVER (
        PARTITION BY ags, level, stand, subject, technology, min_mbits, operator, basis
        ORDER BY coalesce(list_position($methods, method), 1000), method, boundary_edition, source_id
    ) = 1
ORDER BY stand, level, ags, subject, technology, min_mbits, operator, basis
