-- Grain: one row per offer that no key decides and that has an address within reach: the nearest, then the lowest address_id.
-- Inputs: tables deliveries, by_key, points; variable reach (whole millimetres, less than a cell). Distances are exact.
-- The cells that the square of that reach touches: one, two or four of 100 m.
WITH rest AS (
    SELECT
        o.offer,
        o.e,
        o.n,
        (o.e - getvariable('reach')) // 100000 AS west,
        (o.e + getvariable('reach')) // 100000 AS east,
        ((o.n - getvariable('reach')) // 100000) * 10000 AS south,
        ((o.n + getvariable('reach')) // 100000) * 10000 AS north
    FROM deliveries AS o
    ANTI JOIN by_key AS k ON o.offer = k.offer
    WHERE o.e IS NOT NULL
),

touched AS (
    SELECT offer, e, n, south + west AS cell
    FROM rest
    UNION ALL
    SELECT offer, e, n, south + east AS cell
    FROM rest
    WHERE east <> west
    UNION ALL
    SELECT offer, e, n, north + west AS cell
    FROM rest
    WHERE north <> south
    UNION ALL
    SELECT offer, e, n, north + east AS cell
    FROM rest
    WHERE north <> south AND east <> west
),

near AS (
    SELECT
        t.offer,
        a.idx,
        a.address_id,
        (a.e - t.e) * (a.e - t.e) + (a.n - t.n) * (a.n - t.n) AS d2
    FROM touched AS t
    INNER JOIN points AS a ON t.cell = a.cell
    WHERE (a.e - t.e) * (a.e - t.e) + (a.n - t.n) * (a.n - t.n) <= getvariable('reach') * getvariable('reach')
)

SELECT offer, idx, d2
FROM near
QUALIFY row_number() OVER (PARTITION BY offer ORDER BY d2, address_id) = 1
