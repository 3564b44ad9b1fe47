-- Grain: one row per area (the Kreis, its Gemeinden) and bound of one kind and threshold set at one Stand.
-- Inputs: the tables of netzlage.duckdb; $ags (Kreis), $stand, $kind, $threshold, $edition, $internal (TRUE: not public rows too).
-- Units: households and inhabitants in ten-thousandths become numbers; geometry EPSG:25832. Null stays null.
SELECT
    w.ags,
    coalesce(a.name, w.ags) AS gebiet,
    w.level AS ebene,
    w.bound,
    w.total_units / 10000 AS haushalte,
    w.all_units / 10000 AS haushalte_unter,
    w.less_announced_units / 10000 AS haushalte_ohne_angekuendigt,
    w.less_funded_units / 10000 AS haushalte_ohne_gefoerdert,
    w.unknown_units / 10000 AS haushalte_unbekannt,
    w.all_units / nullif(w.total_units, 0) AS anteil_unter,
    w.all_addresses AS adressen_unter,
    w.less_announced_addresses AS adressen_ohne_angekuendigt,
    w.less_funded_addresses AS adressen_ohne_gefoerdert,
    w.all_person_units / 10000 AS einwohner_unter,
    w.all_schools AS schulen_unter,
    w.all_business_parks AS gewerbegebiete_unter,
    w.all_area_cm2 / 10000000000 AS flaeche_unter_km2,
    w.basis,
    w.method AS verfahren,
    w.stand,
    w.source_id AS quelle,
    w.origin,
    w.visibility,
    a.geometry
FROM out_whitespots__areas AS w
INNER JOIN core_boundaries__areas AS a ON w.ags = a.ags AND w.level = a.level AND a.boundary_edition = $edition
WHERE
    starts_with(w.ags, $ags)
    AND w.level IN ('kreis', 'gemeinde')
    AND w.stand = CAST($stand AS DATE)
    AND w.kind = $kind
    AND w.threshold_set = $threshold
    AND (w.visibility = 'public' OR $internal)
ORDER BY w.ags ASC, w.bound ASC
