-- Grain: one row per file of the run.
-- Input: out_run__sources; $internal (whether files that are not public count).
SELECT
    f.source_id,
    f.table AS part,
    f.stand,
    f.file,
    f.sha256,
    f.title,
    f.publisher,
    f.licence,
    f.attribution,
    f.visibility
FROM out_run__sources AS f
WHERE f.visibility = 'public' OR $internal
ORDER BY f.source_id, f.stand, part, f.file, f.sha256
