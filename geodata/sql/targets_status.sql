-- Grain: one row per target, area and Stand that has a figure of any target: Land, Regierungsbezirke and Kreise at every Stand,
--        a Gemeinde only where it has a figure, a counted target only for the Land.
-- Inputs: $facts (out_coverage__shares, all Stände), $households (core_zensus__areas), $areas, targets (table of geodata.targets),
--         $boundary_edition (the edition of derived figures and of the Zensus households), $methods (the first of several is judged),
--         $method_break (the last day of the atlas's old method).
-- Units: shares 0–1, gaps in percentage points and in the target's unit, paces in points or counts per year of 365.25 days.
-- One figure per area: reported before derived before modelled, public before internal. A share published without counts gives an
-- estimated gap: gap × Zensus households. A pace joins only Stände of one series: same measure, basis, method, source and boundaries,
-- on one side of the method break (status lists and counts know no break). Before the due date a figure is on_track when the pace since
-- the Stand before, kept up, suffices; that is said only where a Stand at or after the due date exists, else the due date has not been
-- observed (is_pace_sufficient says it all the same). was_met_by_due judges the last Stand up to the due date; where the first Stand
-- after it is met and the one before is not, or is not there, nobody knows: null.
WITH places AS (
    SELECT ags, level
    FROM read_parquet($areas)
    WHERE boundary_edition = $boundary_edition AND level IN ('land', 'regierungsbezirk', 'kreis', 'gemeinde')
),

facts AS (
    SELECT *
    FROM read_parquet($facts)
    WHERE
        direction = 'down'
        AND operator = 'any'
        AND rollout = 'existing'
        AND boundary_edition IN ('as_published', $boundary_edition)
        AND level IN ('land', 'regierungsbezirk', 'kreis', 'gemeinde')
),

matched AS (
    SELECT
        t.target_id,
        t.position,
        t.is_count,
        f.*,
        NOT t.is_count AND f.method != 'status_list' AND f.stand > $method_break AS is_after_break,
        CASE WHEN t.is_count THEN CAST(f.numerator AS DOUBLE) ELSE f.share END AS amount
    FROM facts AS f
    INNER JOIN targets AS t ON f.subject = t.subject AND f.technology = t.technology AND f.min_mbits = t.min_mbits
    WHERE (t.area_pattern = '' OR regexp_matches(f.ags, t.area_pattern)) AND (f.level = 'land' OR NOT t.is_count)
),

series AS (
    SELECT
        *,
        lag(amount, 1) OVER series AS amount_two,
        lag(stand, 1) OVER series AS stand_two,
        lag(amount, 3) OVER series AS amount_four,
        lag(stand, 3) OVER series AS stand_four
    FROM matched
    WHERE amount IS NOT NULL
    WINDOW series AS (PARTITION BY target_id, ags, basis, method, source_id, boundary_edition, is_after_break ORDER BY stand)
),

with_gaps AS (
    SELECT * FROM series
    UNION ALL BY NAME
    SELECT * FROM matched
    WHERE amount IS NULL
),

figures AS (
    SELECT *
    FROM with_gaps
    QUALIFY row_number() OVER (
        PARTITION BY target_id, ags, stand
        ORDER BY
            amount IS NULL,
            CASE basis WHEN 'reported' THEN 0 WHEN 'derived' THEN 1 ELSE 2 END,
            visibility != 'public',
            list_position($methods, method),
            method,
            source_id,
            boundary_edition
    ) = 1
),

stands AS (
    SELECT DISTINCT stand
    FROM figures
),

measured_stands AS (
    SELECT target_id, max(stand) AS last_stand
    FROM figures
    WHERE amount IS NOT NULL
    GROUP BY target_id
),

grid AS (
    SELECT
        t.*,
        p.ags,
        p.level,
        s.stand,
        f.amount,
        f.share,
        f.numerator,
        f.denominator,
        f.amount_two,
        f.stand_two,
        f.amount_four,
        f.stand_four,
        f.basis,
        f.method,
        f.source_id,
        f.boundary_edition AS figure_edition,
        coalesce(f.origin, first(f.origin) OVER (PARTITION BY s.stand ORDER BY f.origin NULLS LAST)) AS origin,
        CASE
            WHEN 'confidential' IN (f.visibility, t.visibility) THEN 'confidential'
            WHEN 'internal' IN (f.visibility, t.visibility) THEN 'internal'
            ELSE 'public'
        END AS row_visibility,
        h.households,
        m.last_stand,
        coalesce(t.required_share, t.required_count) AS required
    FROM targets AS t
    CROSS JOIN stands AS s
    INNER JOIN places AS p
        ON (p.level = 'land' OR NOT t.is_count) AND (t.area_pattern = '' OR regexp_matches(p.ags, t.area_pattern))
    LEFT JOIN figures AS f ON t.target_id = f.target_id AND p.ags = f.ags AND s.stand = f.stand
    LEFT JOIN read_parquet($households) AS h ON p.ags = h.ags AND h.boundary_edition = $boundary_edition
    LEFT JOIN measured_stands AS m ON t.target_id = m.target_id
    WHERE p.level != 'gemeinde' OR f.ags IS NOT NULL
),

judged AS (
    SELECT
        *,
        amount > required OR (amount = required AND NOT strictly_above) AS is_met,
        (amount - amount_two) / nullif(stand - stand_two, 0) * 365.25 AS pace_two,
        (amount - amount_four) / nullif(stand - stand_four, 0) * 365.25 AS pace_four,
        CASE WHEN stand < due THEN (required - amount) / (due - stand) * 365.25 END AS pace_needed,
        CASE
            WHEN level = 'kreis' AND amount IS NOT NULL
                THEN
                    rank() OVER (
                        PARTITION BY target_id, level, stand, basis, method, source_id
                        ORDER BY amount DESC NULLS LAST
                    )
        END AS kreis_rank,
        CASE
            WHEN level = 'kreis' AND amount IS NOT NULL
                THEN count(amount) OVER (PARTITION BY target_id, level, stand, basis, method, source_id)
        END AS kreise_ranked,
        rank() OVER (PARTITION BY target_id, level, stand, basis, method, source_id ORDER BY amount ASC NULLS LAST) AS rank_from_below
    FROM grid
),

verdicts AS (
    SELECT
        target_id,
        ags,
        max(stand) AS latest_stand,
        arg_max(is_met, stand) AS is_met_at_latest,
        arg_max(is_met, stand) FILTER (WHERE stand <= due) AS is_met_before,
        arg_min(is_met, stand) FILTER (WHERE stand >= due) AS is_met_after,
        min(stand) FILTER (WHERE stand >= due) AS first_stand_after
    FROM judged
    WHERE amount IS NOT NULL
    GROUP BY target_id, ags
),

beside AS (
    SELECT
        t.target_id,
        f.ags,
        f.stand,
        f.share
    FROM facts AS f
    INNER JOIN targets AS t
        ON f.subject = t.beside_subject AND f.technology = t.beside_technology AND f.min_mbits = t.beside_min_mbits
    WHERE f.share IS NOT NULL AND f.visibility = 'public'
    QUALIFY row_number() OVER (
        PARTITION BY t.target_id, f.ags, f.stand
        ORDER BY
            CASE f.basis WHEN 'reported' THEN 0 WHEN 'derived' THEN 1 ELSE 2 END,
            list_position($methods, f.method),
            f.method
    ) = 1
)

SELECT
    j.target_id,
    j.ags,
    j.level,
    j.stand,
    CASE WHEN NOT j.is_count THEN j.share END AS actual_share,
    CASE WHEN j.is_count THEN CAST(j.numerator AS BIGINT) END AS actual_count,
    j.numerator,
    j.denominator,
    j.required_share,
    j.required_count,
    j.strictly_above,
    j.due,
    CASE WHEN NOT j.is_count AND j.amount IS NOT NULL THEN greatest(j.required_share - j.share, 0) * 100 END AS gap_points,
    CASE
        WHEN j.amount IS NULL THEN NULL
        WHEN j.is_met THEN 0
        WHEN j.is_count THEN CAST(greatest(j.required_count + CAST(j.strictly_above AS INTEGER) - j.numerator, 0) AS BIGINT)
        WHEN j.numerator IS NOT NULL AND j.strictly_above
            THEN CAST(greatest(floor(CAST(j.required_share AS DECIMAL(9, 6)) * j.denominator) + 1 - floor(j.numerator), 1) AS BIGINT)
        WHEN j.numerator IS NOT NULL
            THEN CAST(greatest(ceil(CAST(j.required_share AS DECIMAL(9, 6)) * j.denominator - j.numerator), 0) AS BIGINT)
        WHEN j.subject = 'households' THEN CAST(round(greatest(j.required_share - j.share, 0) * j.households) AS BIGINT)
    END AS gap_count,
    coalesce(j.amount IS NOT NULL AND j.numerator IS NULL, FALSE) AS gap_estimated,
    CASE WHEN NOT j.is_count AND j.stand < j.due THEN j.pace_two * 100 END AS pace_points_per_year,
    CASE WHEN NOT j.is_count AND NOT j.is_met THEN j.pace_needed * 100 END AS pace_needed_points_per_year,
    CASE WHEN NOT j.is_count THEN j.pace_two * 100 END AS pace_two_points_per_year,
    CASE WHEN NOT j.is_count THEN j.pace_four * 100 END AS pace_four_points_per_year,
    CASE WHEN j.is_count THEN j.pace_two END AS pace_two_counts_per_year,
    CASE WHEN j.is_count THEN j.pace_four END AS pace_four_counts_per_year,
    CASE WHEN j.is_count AND NOT j.is_met THEN j.pace_needed END AS pace_needed_counts_per_year,
    CASE WHEN j.stand < j.due AND NOT j.is_met THEN j.pace_two >= j.pace_needed END AS is_pace_sufficient,
    CASE
        WHEN j.amount IS NULL THEN 'no_data'
        WHEN j.is_met THEN 'reached'
        WHEN j.stand >= j.due THEN 'missed'
        WHEN j.last_stand < j.due OR j.pace_two IS NULL THEN 'not_observed_at_due_date'
        WHEN j.pace_two >= j.pace_needed THEN 'on_track'
        ELSE 'behind'
    END AS status,
    CASE WHEN j.amount IS NOT NULL THEN j.is_met END AS is_met,
    CASE
        WHEN v.first_stand_after IS NULL THEN NULL
        WHEN v.is_met_before THEN TRUE
        WHEN v.first_stand_after = j.due THEN v.is_met_after
        WHEN NOT v.is_met_after THEN FALSE
    END AS was_met_by_due,
    v.is_met_at_latest,
    v.latest_stand,
    j.kreis_rank,
    j.kreise_ranked,
    CASE WHEN j.kreis_rank IS NOT NULL THEN j.rank_from_below <= j.kreise_ranked // 10 END AS is_lowest_decile,
    CASE WHEN j.kreis_rank IS NOT NULL THEN j.kreis_rank <= j.kreise_ranked // 10 END AS is_highest_decile,
    b.share AS beside_share,
    CASE WHEN b.share IS NOT NULL THEN j.beside_subject END AS beside_subject,
    CASE WHEN b.share IS NOT NULL THEN j.beside_technology END AS beside_technology,
    CASE WHEN b.share IS NOT NULL THEN j.beside_min_mbits END AS beside_min_mbits,
    CASE WHEN b.share IS NOT NULL THEN b.stand END AS beside_stand,
    j.note_de,
    j.note_en,
    j.subject,
    j.technology,
    j.min_mbits,
    j.basis,
    j.method,
    j.source_id,
    j.figure_edition AS boundary_edition,
    j.scope,
    j.label_de,
    j.label_en,
    j.wording_de,
    j.wording_en,
    j.unit_de,
    j.unit_en,
    j.source AS target_source,
    j.origin,
    j.row_visibility AS visibility
FROM judged AS j
LEFT JOIN verdicts AS v ON j.target_id = v.target_id AND j.ags = v.ags
LEFT JOIN beside AS b ON j.target_id = b.target_id AND j.ags = b.ags AND coalesce(j.beside_stand, j.stand) = b.stand
ORDER BY
    j.position ASC,
    CASE j.level WHEN 'land' THEN 0 WHEN 'kreis' THEN 1 WHEN 'regierungsbezirk' THEN 2 ELSE 3 END ASC,
    j.ags ASC,
    j.stand ASC
