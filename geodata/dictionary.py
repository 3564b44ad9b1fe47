"""The data dictionary: what each table and column means, read from docs/tabellen.md, the one place where it is written."""

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "tabellen.md"
COMMON = "Spalten, die überall dasselbe bedeuten"
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_ROW = re.compile(r"^\|((?:\s*`[^`]+`\s*,?)+)\|(.+)\|$", re.MULTILINE)
_LIKE = re.compile(r"[Ss]palten wie `([a-z0-9_]+)`")


@dataclass(frozen=True)
class Entry:
    """One table: what a row is, and the meaning of the columns that only it has."""

    name: str
    about: str
    columns: Mapping[str, str] = field(default_factory=dict)
    like: str | None = None


@dataclass(frozen=True)
class Dictionary:
    """All tables by name, and the columns that mean the same everywhere."""

    tables: Mapping[str, Entry]
    common: Mapping[str, str]

    def about(self, table: str) -> str:
        """What a row of a table is; its name where the document says nothing."""
        return self.tables[table].about if table in self.tables else table

    def meaning(self, table: str, column: str) -> str:
        """The meaning of a column: said for the table itself, for the one it is like, or for all; empty where nothing is said."""
        entry = self.tables.get(table)
        while entry:
            if column in entry.columns:
                return entry.columns[column]
            entry = self.tables.get(entry.like or "")
        return self.common.get(column, "")


def read_dictionary(text: str | None = None) -> Dictionary:
    """The dictionary in the text of the document, or in the document itself."""
    parts = _HEADING.split(DOCUMENT.read_text("utf-8") if text is None else text)
    tables, common = {}, {}
    for title, body in zip(parts[1::2], parts[2::2], strict=True):
        columns = {name: _plain(meaning) for names, meaning in _ROW.findall(body) for name in re.findall(r"`([^`]+)`", names)}
        if title == COMMON:
            common = columns
        elif re.fullmatch(r"[a-z0-9_]+", title):
            about = _plain(" ".join(line for line in body.splitlines() if not line.startswith("|")))
            like = _LIKE.search(body)
            tables[title] = Entry(title, about, columns, like[1] if like else None)
    return Dictionary(tables, common)


def rows(dictionary: Dictionary, schemas: Mapping[str, Mapping[str, str]]) -> list[dict[str, str]]:
    """One row per column of the tables in `schemas` (their columns with types): table, column, type, meaning."""
    return [
        {"table": table, "column": column, "type": kind, "meaning": dictionary.meaning(table, column)}
        for table, columns in schemas.items()
        for column, kind in columns.items()
    ]


def as_csv(found: list[dict[str, str]]) -> str:
    """The rows as CSV."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, ["table", "column", "type", "meaning"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(found)
    return stream.getvalue()


def as_json(dictionary: Dictionary, found: list[dict[str, str]]) -> str:
    """The rows as JSON, by table."""
    tables: dict[str, dict[str, object]] = {}
    for row in found:
        one = tables.setdefault(row["table"], {"about": dictionary.about(row["table"]), "columns": {}})
        columns = one["columns"]
        if isinstance(columns, dict):
            columns[row["column"]] = {"type": row["type"], "meaning": row["meaning"]}
    return json.dumps(tables, ensure_ascii=False, indent=1) + "\n"


def _plain(text: str) -> str:
    """The text without the marks of Markdown, on one line."""
    return " ".join(re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text).replace("`", "").split())
