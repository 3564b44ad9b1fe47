-- Grain: a row of the fact table that a theme of the maps may show, for an area of the maps.
-- Inputs: facts = files of out_coverage__shares; themes = the themes with the key of their rows and their bases; areas = ags and level of
-- the maps; boundary_edition = theirs. Public rows only. Shares 0–1; position = the place within the file.
SELECT
    t.theme_id,
    f.level,
    f.stand,
    f.ags,
    f.basis,
    f.method,
    f.share,
    f.file_row_number AS position
FROM read_parquet($facts, file_row_number = TRUE) AS f
INNER JOIN themes AS t
    ON
        f.subject = t.subject AND f.technology = t.technology AND f.min_mbits = t.min_mbits AND f.operator = t.operator
        AND f.rollout = t.rollout AND list_contains(t.bases, f.basis)
INNER JOIN areas AS a ON f.ags = a.ags AND f.level = a.level
WHERE
    f.visibility = 'public'
    AND f.direction = 'down'
    AND f.share IS NOT NULL
    AND f.boundary_edition IN ('as_published', $boundary_edition)
