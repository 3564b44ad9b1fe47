-- Grain: one row per expansion cluster of a Kreis at one Stand, best first within its variant.
-- Inputs: the tables of netzlage.duckdb, of the clusters in full only with $internal;
--         $ags (Kreis; NULL: all), $stand (NULL: the newest), $kind (NULL: any), $edition,
--         $internal (TRUE: not public rows too).
-- Units: households in ten-thousandths become numbers; lengths in metres; geometry EPSG:25832.
WITH clusters AS (
    SELECT *
    FROM core_whitespots__clusters
    WHERE $internal
    UNION ALL BY NAME
    SELECT *
    FROM out_whitespots__clusters
    WHERE NOT $internal
)

SELECT
    c.variant AS variante,
    c.kind,
    c.rank_in_kreis AS rang,
    c.cluster_id AS cluster,
    c.kreis_ags,
    c.ags,
    coalesce(a.name, c.ags) AS gemeinde,
    c.addresses AS adressen,
    c.cells,
    c.units / 10000 AS haushalte,
    c.schools AS schulen,
    c.business_parks AS gewerbegebiete,
    c.nearest_covered_m AS naechste_versorgte_m,
    c.connection_m AS anschluss_m,
    c.trench_m AS trasse_m,
    c.units_per_trench_m / 10000 AS haushalte_je_m,
    c.gap_share AS anteil_der_luecke,
    c.stand,
    c.origin,
    c.visibility,
    c.geometry
FROM clusters AS c
LEFT JOIN core_boundaries__areas AS a ON c.ags = a.ags AND a.level = 'gemeinde' AND a.boundary_edition = $edition
WHERE
    (c.visibility = 'public' OR $internal)
    AND c.kreis_ags = coalesce($ags, c.kreis_ags)
    AND c.kind = coalesce($kind, c.kind)
    AND c.stand <= coalesce(CAST($stand AS DATE), DATE '9999-12-31')
QUALIFY c.stand = max(c.stand) OVER ()
ORDER BY c.kreis_ags ASC, c.variant ASC, c.kind ASC, c.rank_in_kreis ASC
