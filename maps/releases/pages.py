"""The page of each Stand that says what a release changed, and the same as CSV with every value. It computes nothing."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from geodata.exports.target import DEMO_NAME
from geodata.messages import LANGUAGES, sentence
from maps.data_pages import Render, write_page
from maps.downloads import packed
from maps.language import Language
from maps.releases.changes import CAUSES
from maps.themes import THEMES

# The themes that the page shows; the file has all measures.
SHOWN = (
    "haushalte-gigabit",
    "haushalte-glasfaser",
    "haushalte-100",
    "haushalte-30",
    "schulen",
    "gewerbegebiete-glasfaser",
    "flaeche-4g",
    "flaeche-5g",
    "haushalte-5g-monitoring",
)


@dataclass(frozen=True)
class Changes:
    """The rows of release_changes.sql, the names of areas by AGS, and what they were compared with."""

    found: pa.Table
    names: Mapping[str, str]
    demo: bool
    against_release: bool


def write_change_pages(what: Changes, render: Render, folder: Path) -> list[str]:
    """A page and a file for each Stand that has a value; returns the Stände."""
    found, names = what.found, what.names
    stands = sorted(pc.unique(found["stand"]).to_pylist())
    for stand in stands:
        rows = found.filter(pc.equal(found["stand"], stand))
        place = folder / "daten" / stand.isoformat()
        place.mkdir(parents=True, exist_ok=True)
        file, text = f"{DEMO_NAME if what.demo else ''}aenderungen.csv.gz", io.BytesIO()
        pa_csv.write_csv(rows.filter(pc.not_equal(rows["cause"], "unchanged")), text)
        (place / file).write_bytes(packed(text.getvalue()))
        frame = rows.to_pandas()
        counted = frame["cause"].value_counts()
        for lang in LANGUAGES:
            up = "" if lang == "de" else "../../../"
            write_page(
                render, folder, lang, f"daten/{stand}/aenderungen.html", "data_changes.html",
                title=sentence("changes_title", lang, stand=f"{stand:%d.%m.%Y}"), stand=f"{stand:%d.%m.%Y}",
                compared=sentence("changes_against_release" if what.against_release else "changes_against_stand", lang),
                file=f"{up}daten/{stand}/{file}" if up else file, counts=[(c, int(counted[c])) for c in CAUSES if c in counted],
                measures=[m for m in (_measure(frame, names, Language(lang), theme) for theme in SHOWN) if m[1]],
            )  # fmt: skip
    return [s.isoformat() for s in stands]


def _measure(frame: pd.DataFrame, names: Mapping[str, str], language: Language, theme_id: str) -> tuple[str, list[dict[str, str]]]:
    """One theme: its title, and a row for each area whose value changed, the Land first."""
    theme, lang = next(t for t in THEMES if t.theme_id == theme_id), language.code
    chosen = (frame["subject"] == theme.subject) & (frame["technology"] == theme.technology) & (frame["min_mbits"] == theme.min_mbits)
    some = frame[chosen & (frame["operator"] == theme.operator) & frame["level"].isin(["land", "kreis"]) & (frame["cause"] != "unchanged")]
    rows = [
        {
            "name": f"{names.get(ags, ags)} ({language(f'basis.{basis}')})",
            "old": _percent(old, lang),
            "new": _percent(new, lang),
            "difference": "–" if pd.isna(points) else _decimal(f"{points:+.2f}", lang),
            "cause": cause,
        }
        for ags, basis, old, new, points, cause in some.sort_values(["ags", "basis"])[
            ["ags", "basis", "old_share", "new_share", "difference_points", "cause"]
        ].itertuples(index=False)
    ]
    return theme.title_de if lang == "de" else theme.title_en, rows


def _percent(share: float, lang: str) -> str:
    return sentence("no_data", lang) if pd.isna(share) else _decimal(f"{share * 100:.2f}\u00a0%", lang)


def _decimal(text: str, lang: str) -> str:
    return text if lang == "en" else text.replace(".", ",")
