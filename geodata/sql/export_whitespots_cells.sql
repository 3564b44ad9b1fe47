-- Grain: one row per 100 m cell, Gemeinde and bound below one threshold set at one Stand. Not for the public: single households show.
-- Inputs: the tables of netzlage.duckdb; $ags (Kreis), $stand, $kind, $threshold, $internal (TRUE: not public rows too).
-- Units: households in ten-thousandths become numbers; south-west corner in EPSG:25832, metres.
SELECT
    c.cell_id,
    '100mN' || (c.cell_id // 10000) || 'E' || (c.cell_id % 10000) AS zelle,
    c.ags,
    c.bound,
    c.total_units / 10000 AS haushalte,
    c.all_units / 10000 AS haushalte_unter,
    c.less_announced_units / 10000 AS haushalte_ohne_angekuendigt,
    c.less_funded_units / 10000 AS haushalte_ohne_gefoerdert,
    c.all_addresses AS adressen_unter,
    c.all_units / nullif(c.total_units, 0) AS anteil_unter,
    c.cell_id % 10000 * 100 AS easting_m,
    c.cell_id // 10000 * 100 AS northing_m,
    c.stand,
    c.origin,
    c.visibility
FROM core_whitespots__cells AS c
WHERE
    starts_with(c.ags, $ags)
    AND c.stand = CAST($stand AS DATE)
    AND c.kind = $kind
    AND c.threshold_set = $threshold
    AND (c.visibility = 'public' OR $internal)
ORDER BY c.cell_id ASC, c.ags ASC, c.bound ASC
