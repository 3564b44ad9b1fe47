"""The run report: files with checksums, rows read and refused, checks, how sources stand, warnings. Only of public sources and rows."""

import datetime as dt
from collections.abc import Iterable

import pandas as pd

from geodata.messages import sentence
from geodata.source_states import LoadedFile, source_states
from maps.content import CHECKS, SiteContent
from maps.language import Language
from maps.render import Renderer

WARNINGS_SHOWN = 200
LONG = ("file", "sentence", "check", "examples", "missing", "changed")
COUNTS = ("read", "accepted", "outside_area", "quarantined")
NUMBERS = {*COUNTS, "bytes", "findings"}


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
        checks=_checks(content, language),
        check_columns=_columns(("check", "table", "state", "findings", "examples"), language),
        states=_states(content, language),
        state_columns=_columns(("source", "newest", "published", "missing", "changed", "next", "until", "state"), language),
        warning_columns=_columns(("source", "stand", "reason", "sentence"), language),
        warnings=_rows(warnings.head(WARNINGS_SHOWN), ("source_id", "stand", "reason", "sentence"), language),
        warning_count=language.number(len(warnings)),
        file_columns=[*_columns(("source", "stand", "file", "bytes"), language), ("sha256", "")],
        files=_rows(files, ("source_id", "stand", "file", "bytes", "sha256"), language),
    )


def _checks(content: SiteContent, language: Language) -> list[list[str]]:
    """Each check: what it asks, of which table, how it ended, how much it found."""
    return [
        [sentence(f"check_{name}", language.code), table, language(f"run.{state}"), language.number(findings), examples or "–"]
        for name, table, state, findings, examples in content.checks[list(CHECKS)].itertuples(index=False)
    ]


def _states(content: SiteContent, language: Language) -> list[list[str]]:
    """How each source stands, by the day until which its newest Stand counts as current."""
    files = content.files[["source_id", "table", "stand", "sha256", "origin"]].itertuples(index=False)

    def listed(editions: Iterable[tuple[str, dt.date]]) -> str:
        return ", ".join(f"{table} {language.date(stand)}" for table, stand in editions) or "–"

    return [
        [
            s.source_id,
            language.date(s.newest),
            language.date(s.published),
            listed(s.missing),
            listed(s.changed),
            language.date(s.following),
            language.date(s.current_until),
            language(f"run.source_{s.word()}"),
        ]
        for s in source_states(LoadedFile(*file) for file in files)
    ]


def _columns(names: tuple[str, ...], language: Language) -> list[tuple[str, str]]:
    """Headings and how their cells are set."""
    return [(language(f"run.{name}"), "num" if name in NUMBERS else "long" if name in LONG else "") for name in names]


def _rows(frame: pd.DataFrame, columns: tuple[str, ...], language: Language) -> list[list[str]]:
    return [
        [language.number(v) if c in NUMBERS else language.date(v) if c == "stand" else str(v) for c, v in zip(columns, row, strict=True)]
        for row in frame[list(columns)].itertuples(index=False)
    ]
