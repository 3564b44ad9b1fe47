"""What may be said of the future of a Kreis, as sentences. Internal; the arithmetic and its test are in `geodata.projection`."""

from collections.abc import Mapping

import duckdb

from geodata.answers import words
from geodata.answers.collect import Question, places_table
from geodata.answers.figures import figures_table
from geodata.messages import sentence
from geodata.session import query


def outlook(con: duckdb.DuckDBPyConnection, asked: Question, lang: str) -> dict[str, tuple[str, ...]]:
    """Per AGS the sentences on its figures, `keine belastbare Prognose` with the reason where there is none; empty unless internal."""
    if not asked.internal:
        return {}
    labels = {f.figure_id: f.label(lang) for f in asked.figures}
    found: dict[str, list[str]] = {}
    for row in query(con, "answer_projection", places=places_table(asked), figures=figures_table(asked.figures)).to_pylist():
        found.setdefault(row["ags"], []).append(_sentence(row, labels[row["figure_id"]], lang))
    return {ags: tuple(some) for ags, some in found.items()}


def _sentence(row: Mapping[str, object], label: str, lang: str) -> str:
    named: dict[str, object] = {"label": label, "stand": words.date(row["projected_stand"])}  # type: ignore[arg-type]
    if row["verdict"] != "projected":
        return sentence("outlook_none", lang, reason=sentence(f"outlook_{row['reason']}", lang), **named)
    named |= {name: words.percent(float(str(row[f"{name}_share"])), lang) for name in ("lower", "upper")}
    named["interval"] = round(float(str(row["interval"])) * 100)
    if row["candidate"] == "bounds":
        return sentence("outlook_bounds", lang, **named)
    errors = {"error": row["mean_abs_error_points"], "base": row["no_change_error_points"]}
    return sentence(
        "outlook_projected",
        lang,
        share=words.percent(float(str(row["projected_share"])), lang),
        candidate=sentence(f"outlook_{row['candidate']}", lang),
        pairs=row["tested_pairs"],
        **{name: words.local(f"{value:.2f}", lang) for name, value in errors.items()},
        **named,
    )
