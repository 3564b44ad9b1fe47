"""The run report: files with their checksums, rows read and refused, warnings. Rows of sources that are not public are not here."""

import pandas as pd

from maps.content import SiteContent
from maps.language import Language
from maps.render import Renderer

WARNINGS_SHOWN = 200
LONG = ("file", "sentence")
COUNTS = ("read", "accepted", "outside_area", "quarantined")
NUMBERS = {*COUNTS, "bytes"}


def run_page(content: SiteContent, renderer: Renderer, language: Language) -> str:
    """The page of the run."""
    accounts, warnings, files = content.accounting, content.warnings, content.files
    return renderer.page(
        "run.html",
        language,
        "laufbericht.html",
        title=language("run.title"),
        profile=content.profile,
        sums=[(language("run.file_count"), language.number(len(files)))]
        + [(language(f"run.{name}"), language.number(int(accounts[name].sum()))) for name in COUNTS],
        account_columns=_columns(("source", "stand", "file", *COUNTS), language),
        accounts=_rows(accounts, ("source_id", "stand", "file", *COUNTS), language),
        warning_columns=_columns(("source", "stand", "reason", "sentence"), language),
        warnings=_rows(warnings.head(WARNINGS_SHOWN), ("source_id", "stand", "reason", "sentence"), language),
        warning_count=language.number(len(warnings)),
        file_columns=[*_columns(("source", "stand", "file", "bytes"), language), ("sha256", "")],
        files=_rows(files, ("source_id", "stand", "file", "bytes", "sha256"), language),
    )


def _columns(names: tuple[str, ...], language: Language) -> list[tuple[str, str]]:
    """Headings and how their cells are set."""
    return [(language(f"run.{name}"), "num" if name in NUMBERS else "long" if name in LONG else "") for name in names]


def _rows(frame: pd.DataFrame, columns: tuple[str, ...], language: Language) -> list[list[str]]:
    return [
        [language.number(v) if c in NUMBERS else language.date(v) if c == "stand" else str(v) for c, v in zip(columns, row, strict=True)]
        for row in frame[list(columns)].itertuples(index=False)
    ]
