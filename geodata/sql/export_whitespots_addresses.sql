-- Grain: one row per address of a Kreis below one threshold set at one Stand. Not for the public.
-- Inputs: the tables of netzlage.duckdb; $ags (Kreis), $stand, $threshold, $internal (TRUE: not public rows too).
-- Units: households in ten-thousandths become numbers; Mbit/s; EPSG:25832, metres. The row of an address is its row id.
WITH supply AS (
    SELECT
        *,
        row_number() OVER (ORDER BY rowid) - 1 AS address_row
    FROM core_addresses__supply
    WHERE stand = CAST($stand AS DATE)
)

SELECT
    g.address_id AS adress_id,
    w.ags,
    g.street AS strasse,
    concat(g.house_number, g.suffix) AS hausnummer,
    g.place AS ort,
    w.units / 10000 AS haushalte,
    CASE WHEN w.is_fundable THEN 'foerderfaehig' WHEN w.is_below_prospective THEN 'gefoerdert' ELSE 'angekuendigt' END AS einordnung,
    s.existing_down_mbits AS vorhanden_download,
    s.existing_up_mbits AS vorhanden_upload,
    s.existing_technology AS vorhanden_technik,
    s.existing_operator AS vorhanden_betreiber,
    s.announced_down_mbits AS angekuendigt_download,
    s.announced_operator AS angekuendigt_betreiber,
    s.announced_until AS angekuendigt_bis,
    s.funding_id AS foerdergebiet,
    g.easting_m AS ostwert,
    g.northing_m AS nordwert,
    w.stand,
    w.origin,
    w.visibility
FROM core_whitespots__addresses AS w
INNER JOIN core_gebref__addresses AS g ON w.address_row = g.rowid
LEFT JOIN supply AS s ON w.address_row = s.address_row
WHERE
    starts_with(w.ags, $ags)
    AND w.stand = CAST($stand AS DATE)
    AND w.threshold_set = $threshold
    AND (w.visibility = 'public' OR $internal)
ORDER BY w.ags ASC, w.address_row ASC
