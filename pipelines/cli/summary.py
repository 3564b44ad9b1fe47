"""The short table at the end of a run: the Land and the three lowest Kreise for each target."""

import duckdb
from rich.table import Table

from geodata.messages import sentence
from geodata.targets import verdict_of

LOWEST = 3


def summary_table(con: duckdb.DuckDBPyConnection, lang: str) -> Table:
    """Per target the Land's figure at its newest Stand with one, and the Kreise furthest behind; `keine Daten` where there is none."""
    table = Table(title=sentence("summary_title", lang), title_justify="left", box=None, padding=(0, 1, 1, 0), pad_edge=False)
    for column in ("target", "land", "lowest", "status"):
        table.add_column(sentence(f"summary_{column}", lang), overflow="fold", no_wrap=column in {"land", "lowest"})
    rows = con.execute(_SUMMARY, {"lowest": LOWEST, "lang": lang}).fetchall()
    if any(row[-1] == "demo" for row in rows):
        table.caption = sentence("demo_mark", lang)
    for label, stand, land, count, judged, lowest, _ in rows:
        kreise = "\n".join(f"{k['name']} {_percent(k['share'], lang)}" for k in lowest or [])
        reached = _percent(land, lang) if count is None else f"{count:,}" if lang == "en" else f"{count:,}".replace(",", ".")
        table.add_row(
            label,
            f"{reached}\n{stand:%d.%m.%Y}" if stand else sentence("no_data", lang),
            kreise or sentence("no_data", lang),
            sentence(f"status_{verdict_of(judged) if judged else 'no_data'}", lang),
        )
    return table


def _percent(share: float | None, lang: str) -> str:
    if share is None:
        return sentence("no_data", lang)
    text = f"{share * 100:.2f}"
    return f"{text} %" if lang == "en" else f"{text.replace('.', ',')} %"


_SUMMARY = """
WITH newest AS (
    SELECT target_id, max(stand) FILTER (WHERE coalesce(actual_share, actual_count) IS NOT NULL) AS stand, min(rowid) AS position
    FROM out_targets__status
    GROUP BY target_id
),
kreise AS (
    SELECT s.target_id, list({name: a.name, share: s.actual_share} ORDER BY s.actual_share, s.ags)[:$lowest] AS lowest
    FROM out_targets__status AS s
    INNER JOIN newest AS n ON s.target_id = n.target_id AND s.stand = n.stand
    INNER JOIN (SELECT DISTINCT ON (ags) ags, name FROM core_boundaries__areas WHERE level = 'kreis' AND name IS NOT NULL ORDER BY ags) AS a
        ON s.ags = a.ags
    WHERE s.level = 'kreis' AND s.actual_share IS NOT NULL
    GROUP BY s.target_id
)
SELECT
    CASE $lang WHEN 'en' THEN any_value(s.label_en) ELSE any_value(s.label_de) END AS label,
    any_value(n.stand) AS stand,
    any_value(s.actual_share) FILTER (WHERE s.level = 'land' AND s.stand = n.stand) AS land,
    any_value(s.actual_count) FILTER (WHERE s.level = 'land' AND s.stand = n.stand) AS land_count,
    any_value({status: s.status, stand: s.stand, due: s.due, was_met_by_due: s.was_met_by_due})
        FILTER (WHERE s.level = 'land' AND s.stand = n.stand) AS judged,
    any_value(k.lowest) AS lowest,
    any_value(s.origin) AS origin
FROM out_targets__status AS s
INNER JOIN newest AS n ON s.target_id = n.target_id
LEFT JOIN kreise AS k ON s.target_id = k.target_id
GROUP BY s.target_id, n.position
ORDER BY n.position
"""
