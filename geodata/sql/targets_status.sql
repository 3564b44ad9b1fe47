-- Grain: one row per target, area (Land and Kreise; a count only for the Land) and Stand that has a figure of any target.
-- Inputs: $facts (out_coverage__shares, all Stände), $households (core_zensus__areas), $areas, targets (table of geodata.targets),
--         $boundary_edition (the edition of derived figures and of the Zensus households), $methods (the first of several is judged).
-- Units: shares 0–1, gaps in percentage points and in households, schools or Gewerbegebiete.
-- One figure per area: reported before derived before modelled. A share published without counts gives an estimated gap:
-- gap × Zensus households. Before the due date a figure is on_track when the pace since the Stand before, kept up, suffices;
-- that is said only where a Stand at or after the due date exists, else the due date has not been observed.
WITH places AS (
    SELECT ags, level
    FROM read_parquet($areas)
    WHERE boundary_edition = $boundary_edition AND level IN ('land', 'kreis')
),

facts AS (
    SELECT *
    FROM read_parquet($facts)
    WHERE
        direction = 'down'
        AND operator = 'any'
        AND rollout = 'existing'
        AND boundary_edition IN ('as_published', $boundary_edition)
        AND level IN ('land', 'kreis')
),

figures AS (
    SELECT
        t.target_id,
        f.ags,
        f.stand,
        f.share,
        f.numerator,
        f.denominator,
        f.basis,
        f.method,
        f.origin,
        f.visibility
    FROM facts AS f
    INNER JOIN targets AS t ON f.subject = t.subject AND f.technology = t.technology AND f.min_mbits = t.min_mbits
    QUALIFY row_number() OVER (
        PARTITION BY t.target_id, f.ags, f.stand
        ORDER BY
            f.share IS NULL,
            CASE f.basis WHEN 'reported' THEN 0 WHEN 'derived' THEN 1 ELSE 2 END,
            list_position($methods, f.method),
            f.method
    ) = 1
),

stands AS (
    SELECT DISTINCT stand
    FROM figures
),

measured_stands AS (
    SELECT target_id, max(stand) AS last_stand
    FROM figures
    WHERE share IS NOT NULL
    GROUP BY target_id
),

grid AS (
    SELECT
        t.*,
        p.ags,
        p.level,
        s.stand,
        f.share,
        f.numerator,
        f.denominator,
        f.basis,
        f.method,
        coalesce(f.origin, first(f.origin) OVER (PARTITION BY s.stand ORDER BY f.origin NULLS LAST)) AS origin,
        coalesce(f.visibility, 'public') AS visibility,
        h.households,
        m.last_stand
    FROM targets AS t
    CROSS JOIN stands AS s
    INNER JOIN places AS p ON t.required_share IS NOT NULL OR p.level = 'land'
    LEFT JOIN figures AS f ON t.target_id = f.target_id AND p.ags = f.ags AND s.stand = f.stand
    LEFT JOIN read_parquet($households) AS h ON p.ags = h.ags AND h.boundary_edition = $boundary_edition
    LEFT JOIN measured_stands AS m ON t.target_id = m.target_id
),

paced AS (
    SELECT
        *,
        lag(share) OVER series AS share_before,
        lag(stand) OVER series AS stand_before
    FROM grid
    WHERE share IS NOT NULL
    WINDOW series AS (PARTITION BY target_id, ags ORDER BY stand)
),

judged AS (
    SELECT
        g.*,
        (g.share > g.required_share OR (g.share = g.required_share AND NOT g.strictly_above)) AS is_met,
        (p.share - p.share_before) / nullif(p.stand - p.stand_before, 0) * 365.25 AS pace_per_year,
        (g.required_share - g.share) / nullif(g.due - g.stand, 0) * 365.25 AS pace_needed_per_year
    FROM grid AS g
    LEFT JOIN paced AS p ON g.target_id = p.target_id AND g.ags = p.ags AND g.stand = p.stand
)

SELECT
    target_id,
    ags,
    level,
    stand,
    share AS actual_share,
    CAST(NULL AS BIGINT) AS actual_count,
    numerator,
    denominator,
    required_share,
    required_count,
    due,
    CASE WHEN share IS NOT NULL THEN greatest(required_share - share, 0) * 100 END AS gap_points,
    CASE
        WHEN share IS NULL THEN NULL
        WHEN numerator IS NOT NULL THEN CAST(greatest(ceil(required_share * denominator - numerator), 0) AS BIGINT)
        WHEN subject = 'households' THEN CAST(round(greatest(required_share - share, 0) * households) AS BIGINT)
    END AS gap_count,
    coalesce(share IS NOT NULL AND numerator IS NULL, FALSE) AS gap_estimated,
    CASE WHEN stand < due THEN pace_per_year * 100 END AS pace_points_per_year,
    CASE WHEN stand < due AND NOT is_met THEN pace_needed_per_year * 100 END AS pace_needed_points_per_year,
    CASE
        WHEN share IS NULL THEN 'no_data'
        WHEN is_met THEN 'reached'
        WHEN stand >= due THEN 'missed'
        WHEN last_stand < due OR pace_per_year IS NULL THEN 'not_observed_at_due_date'
        WHEN pace_per_year >= pace_needed_per_year THEN 'on_track'
        ELSE 'behind'
    END AS status,
    basis,
    method,
    scope,
    label_de,
    label_en,
    wording_de,
    wording_en,
    unit_de,
    unit_en,
    origin,
    visibility
FROM judged
ORDER BY position ASC, level DESC, ags ASC, stand ASC
