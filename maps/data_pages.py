"""The pages of the downloads below `daten/`: start, one per Stand, one per table, the dictionary; in German and English."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path

from geodata.dictionary import Dictionary, rows
from geodata.messages import LANGUAGES, sentence
from maps.downloads import EVERYTHING, WHOLE, Download

# Template, language, path below the folder of the language, title, and what the template needs: the page.
Render = Callable[..., str]
KILO = 1000


def folder_of(lang: str) -> str:
    """The folder of a language, with a slash where it has one."""
    return "" if lang == "de" else f"{lang}/"


def write_page(render: Render, folder: Path, lang: str, path: str, template: str, **values: object) -> None:
    """Render one page and write it; `s` in a template is the text of a code."""
    target = folder / folder_of(lang) / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(render(template, lang, path, s=partial(_text, lang), **values), "utf-8")


@dataclass(frozen=True)
class DataPages:
    """What the pages say. `schemas` gives the columns and types of each table, `changed` the Stände with a page of changes."""

    downloads: Sequence[Download]
    dictionary: Dictionary
    schemas: Mapping[str, Mapping[str, str]]
    sources: Sequence[Mapping[str, str]]
    changed: Sequence[str]
    tiles: str | None


def write_data_pages(data: DataPages, render: Render, folder: Path) -> None:
    """All pages of the data below `folder`."""
    downloads, dictionary, schemas = data.downloads, data.dictionary, data.schemas
    tables = sorted({d.table for d in downloads} - {EVERYTHING})
    stands = sorted({d.stand for d in downloads}, reverse=True)
    columns = {table: rows(dictionary, {table: schemas[table]}) if table in schemas else [] for table in tables}
    for lang in LANGUAGES:
        page = partial(write_page, render, folder, lang)
        title = sentence("data_title", lang)
        shown = [
            (s, _label(s, lang), len(_of(downloads, stand=s)), size(sum(d.bytes for d in _of(downloads, stand=s)), lang)) for s in stands
        ]
        # From a page of the English folder the files lie one folder further up.
        up = "" if lang == "de" else "../../daten/"
        page(
            "daten/index.html", "data_index.html", title=title, stands=shown, tables=[(t, dictionary.about(t)) for t in tables],
            sources=data.sources, files=up, tiles=data.tiles,
        )  # fmt: skip
        heading = sentence("data_dictionary", lang)
        page("daten/woerterbuch.html", "data_dictionary.html", title=heading, tables=[(t, dictionary.about(t), columns[t]) for t in tables])
        for stand in stands:
            heading = _label(stand, lang)
            page(
                f"daten/{stand}/index.html", "data_files.html", title=heading, heading=heading, up="../index.html", about="",
                groups=_groups(_of(downloads, stand=stand), lang, "table"), columns=[], changes=stand in data.changed,
            )  # fmt: skip
        for table in tables:
            page(
                f"daten/tabellen/{table}.html", "data_files.html", title=table, heading=table, up="../index.html",
                about=dictionary.about(table), groups=_groups(_of(downloads, table=table), lang, "stand"), columns=columns[table],
                changes=False,
            )  # fmt: skip


def size(count: int, lang: str) -> str:
    """Bytes for people."""
    text = f"{count / KILO**2:.1f} MB" if count >= KILO**2 else f"{max(1, round(count / KILO))} kB"
    return text if lang == "en" else text.replace(".", ",")


def _groups(some: Sequence[Download], lang: str, by: str) -> list[tuple[str, str, list[dict[str, str]]]]:
    """The files of a page, by table or by Stand: heading, rows, links."""
    up = "../../" if lang == "de" else "../../../"
    found = []
    for key, files in groupby(sorted(some, key=lambda d: (str(getattr(d, by)), d.path)), key=lambda d: str(getattr(d, by))):
        group = list(files)
        name = sentence("data_everything", lang) if key == EVERYTHING else key
        count = max((d.rows for d in group if d.form == "Parquet"), default=max(d.rows for d in group))
        links = [{"href": up + d.path, "form": d.form, "size": size(d.bytes, lang), "packing": d.packing} for d in group]
        found.append((name, f"{count:,}".replace(",", "." if lang == "de" else ","), links))
    return found


def _of(downloads: Sequence[Download], *, stand: str | None = None, table: str | None = None) -> list[Download]:
    return [d for d in downloads if (stand is None or d.stand == stand) and (table is None or d.table == table)]


def _label(stand: str, lang: str) -> str:
    return sentence("data_whole", lang) if stand == WHOLE else sentence("data_stand", lang, stand=_date(stand))


def _date(stand: str) -> str:
    return f"{stand[8:]}.{stand[5:7]}.{stand[:4]}"


def _text(lang: str, code: str, **values: object) -> str:
    return sentence(code, lang, **values)
