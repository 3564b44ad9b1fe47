-- Grain: one row of the fact table per value that an authority publishes.
-- In no order: the facts are sorted together.
-- Input: $shares (core_breitbandatlas__shares of one Stand; share_pct in percent as published, null = keine Angabe).
SELECT
    ags,
    level,
    stand,
    subject,
    technology,
    direction,
    min_mbits,
    operator,
    rollout,
    'reported' AS basis,
    'published' AS method,
    'as_published' AS boundary_edition,
    source_id,
    CAST(NULL AS DECIMAL(24, 4)) AS numerator,
    CAST(NULL AS DECIMAL(24, 4)) AS denominator,
    CAST(share_pct AS DOUBLE) / 100 AS share,
    origin,
    visibility
FROM read_parquet($shares)
