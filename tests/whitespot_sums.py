"""What must hold between the tables of a run, whatever its size: white spots against the fact table, clusters against their members."""

from pathlib import Path

import duckdb

AGAINST_FACTS = """
WITH spots AS (
    SELECT ags, stand, CASE kind WHEN 'fixed_cells' THEN 'cells' ELSE 'addresses_union' END AS method, threshold_set, all_units, unknown_units
    FROM read_parquet($areas) WHERE kind <> 'mobile' AND bound = 'exact'
),
missing AS (
    SELECT ags, stand, method, min_mbits, CAST((denominator - numerator) * 10000 AS BIGINT) AS units
    FROM read_parquet($facts)
    WHERE subject = 'households' AND technology = 'any' AND direction = 'down' AND rollout = 'existing' AND operator = 'any' AND basis = 'derived'
)
SELECT count(*), count(*) FILTER (WHERE s.all_units + s.unknown_units <> m.units), count(DISTINCT s.ags), sum(m.units) FILTER (WHERE s.ags = '05')
FROM spots AS s
INNER JOIN (VALUES ('weiss_30', 30), ('unter_100', 100), ('unter_400', 400), ('unter_1000', 1000)) AS c (name, mbits) ON s.threshold_set = c.name
INNER JOIN missing AS m ON s.ags = m.ags AND s.stand = m.stand AND s.method = m.method AND c.mbits = m.min_mbits
"""
PARTS = """
SELECT count(*), count(*) FILTER (WHERE whole.all_units <> white.all_units + grey.all_units)
FROM read_parquet($areas) AS whole, read_parquet($areas) AS white, read_parquet($areas) AS grey
WHERE whole.threshold_set = 'unter_100' AND white.threshold_set = 'weiss_30' AND grey.threshold_set = 'grau_100'
    AND whole.ags = white.ags AND whole.ags = grey.ags AND whole.kind = white.kind AND whole.kind = grey.kind
    AND whole.stand = white.stand AND whole.stand = grey.stand
"""
NESTED = """
SELECT count(*), count(*) FILTER (WHERE NOT (all_units >= less_announced_units AND less_announced_units >= less_funded_units AND less_funded_units >= 0
    AND all_addresses >= less_announced_addresses AND less_announced_addresses >= less_funded_addresses
    AND all_units + unknown_units <= total_units))
FROM read_parquet($areas) WHERE kind = 'fixed_addresses'
"""
MOBILE = """
SELECT count(*), count(*) FILTER (WHERE (f.subject = 'households' AND s.all_units <> CAST(f.numerator * 10000 AS BIGINT))
    OR (f.subject = 'area' AND s.all_area_cm2 <> CAST(f.numerator AS BIGINT)))
FROM read_parquet($areas) AS s
INNER JOIN read_parquet($facts) AS f ON s.ags = f.ags AND s.stand = f.stand AND f.technology = 'none_4g_5g' AND f.method = 'cells'
WHERE s.threshold_set = 'mobil_weiss'
"""
CLUSTERS = """
SELECT count(*), count(*) FILTER (WHERE c.members + c.unclustered <> c.chained OR c.member_units + c.unclustered_units <> c.chained_units
    OR (c.level = 'land' AND c.kind = 'fixed_addresses' AND c.members <> coalesce(k.addresses, 0)))
FROM read_parquet($counts, filename = true) AS c
LEFT JOIN (SELECT variant, kind, regexp_extract(filename, '[^/]*$') AS file, sum(addresses) AS addresses
    FROM read_parquet($clusters, filename = true) GROUP BY ALL) AS k
    ON c.variant = k.variant AND c.kind = k.kind AND regexp_extract(c.filename, '[^/]*$') = k.file
"""


def sums_hold(tables: Path, *, mobile: bool = True) -> int:
    """Assert what must hold; the ten-thousandths of households of the Land below 30, 100, 400 and 1000 Mbit/s or unknown, added up."""
    names = {"areas": "out_whitespots__areas", "facts": "out_coverage__shares", "counts": "out_whitespots__cluster_counts", "clusters": "out_whitespots__clusters"}  # fmt: skip
    paths = {key: f"{tables / name}/*.parquet" for key, name in names.items()}

    def one(sql: str) -> tuple[int, ...]:
        used = {key: path for key, path in paths.items() if f"${key}" in sql}
        row = duckdb.connect().execute(sql, used).fetchone()
        assert row
        return tuple(int(v or 0) for v in row)

    compared, wrong, areas, land = one(AGAINST_FACTS)
    assert (compared > 0, wrong) == (True, 0), f"{wrong} of {compared}"
    assert areas == 1 + 5 + 53 + 396
    for sql in (PARTS, NESTED, CLUSTERS, *((MOBILE,) if mobile else ())):
        compared, wrong = one(sql)
        assert (compared > 0, wrong) == (True, 0), sql
    return land
