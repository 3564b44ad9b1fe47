-- Grain: one row per source of the run.
-- Inputs: the tables of netzlage.duckdb.
SELECT
    source_id,
    any_value(title) AS title,
    any_value(publisher) AS publisher,
    any_value(licence) AS licence,
    any_value(attribution) AS attribution,
    bool_or(changes_marked) AS changes_marked,
    bool_or(origin = 'demo') AS is_demo,
    list(DISTINCT stand ORDER BY stand) AS stands
FROM out_run__sources
GROUP BY source_id
ORDER BY source_id
