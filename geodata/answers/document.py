"""An answer as a document: headings, paragraphs and tables, in the order in which they are read. Text and Word only write it down."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from geodata.answers import words
from geodata.answers.collect import File, Row
from geodata.messages import sentence
from geodata.reading import strictest


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the title."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, plain, bold or as a command."""

    text: str
    form: Literal["plain", "bold", "command"] = "plain"


@dataclass(frozen=True)
class Grid:
    """A table with its heading row."""

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


# What is told of a file: attribution, publisher, licence, Stand, file and sha256.
Line = tuple[str, str, str, str, str, str]
Block = Heading | Paragraph | Grid


@dataclass(frozen=True)
class Answer:
    """All rows of an answer in the order of areas, the command that gives each again, and what must be said of the whole."""

    title: str
    rows: tuple[Row, ...]
    commands: tuple[str, ...]
    lang: str
    outlook: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def demo(self) -> bool:
        """Whether any of it is invented."""
        return any(r.origin == "demo" for r in self.rows)

    @property
    def visibility(self) -> str:
        """The strictest visibility of its rows; a projection is internal."""
        return strictest([*(r.visibility for r in self.rows), *(["internal"] if self.outlook else [])])

    @property
    def stand(self) -> dt.date | None:
        """The newest Stand in it."""
        return max((r.stand for r in self.rows if r.stand), default=None)

    @property
    def files(self) -> tuple[File, ...]:
        """Every file once, in the order of first use."""
        return tuple(dict.fromkeys(f for r in self.rows for f in r.files))


def blocks(answer: Answer) -> list[Block]:
    """The document: per area its figures and targets, then definitions, sources with hashes, and commands, referred to by number."""
    lang = answer.lang
    figures = list(dict.fromkeys(r.figure for r in answer.rows))
    numbers = _numbers(answer.files)
    found: list[Block] = [Heading(answer.title, 1)]
    if answer.demo:
        found.append(Paragraph(sentence("demo_mark", lang), "bold"))
    if answer.visibility != "public":
        text = sentence("answer_internal", lang, visibility=sentence(f"visibility_{answer.visibility}", lang))
        found.append(Paragraph(text, "bold"))
    found.append(Paragraph(sentence("availability", lang)))
    for area in dict.fromkeys((r.ags, r.area) for r in answer.rows):
        rows = [(i, r) for i, r in enumerate(answer.rows, start=1) if (r.ags, r.area) == area]
        found += [Heading(f"{area[1]} ({area[0]})" if area[0] else area[1]), _figures(rows, figures, numbers, lang)]
        verdicts = [words.verdict(t, lang) for _, r in rows for t in r.targets]
        if verdicts:
            found += [Heading(sentence("answer_targets", lang), 3), *(Paragraph(v) for v in verdicts)]
        if area[0] in answer.outlook:
            found += [Heading(sentence("outlook_title", lang), 3), *(Paragraph(s) for s in answer.outlook[area[0]])]
    found += [
        Heading(sentence("answer_definitions", lang)),
        Grid(
            ("Nr." if lang == "de" else "No.", sentence("answer_figure", lang), sentence("answer_definition", lang)),
            tuple((f"D{n}", f.label(lang), f.definition(lang)) for n, f in enumerate(figures, start=1)),
        ),
        Heading(sentence("answer_sources", lang)),
        _sources(answer, numbers),
        Heading(sentence("answer_commands", lang)),
        Paragraph(sentence("answer_commands_note", lang)),
    ]
    return found + [Paragraph(f"B{n}: {c}", "command") for n, c in enumerate(answer.commands, start=1) if c]


def _figures(rows: Sequence[tuple[int, Row]], figures: Sequence[object], numbers: Mapping[Line, int], lang: str) -> Grid:
    heading = tuple(sentence(f"answer_{c}", lang) for c in ("figure", "value", "counts"))
    heading += (sentence("column_stand", lang), *(sentence(f"answer_{c}", lang) for c in ("basis", "proof")))
    lines = []
    for number, row in rows:
        proof = [f"D{figures.index(row.figure) + 1}", *(f"Q{n}" for n in _spans(sorted({numbers[_line(f)] for f in row.files})))]
        proof += [f"B{number}"] if row.known else []
        stand = words.date(row.stand)
        lines.append(
            (row.figure.label(lang), words.value(row, lang), words.counts(row, lang), stand, words.basis(row, lang), ", ".join(proof))
        )
    return Grid(heading, tuple(lines))


def _spans(numbers: list[int]) -> list[str]:
    """Neighbouring numbers as spans: 1, 2, 3, 7 as 1–3 and 7."""
    spans: list[list[int]] = []
    for n in numbers:
        if spans and spans[-1][1] == n - 1:
            spans[-1][1] = n
        else:
            spans.append([n, n])
    return [str(a) if a == b else f"{a}–{b}" for a, b in spans]


def _numbers(files: Sequence[File]) -> dict[Line, int]:
    """The lines of the sources with their numbers: tables of one file are one line."""
    return {line: n for n, line in enumerate(dict.fromkeys(map(_line, files)), start=1)}


def _line(file: File) -> Line:
    return file.attribution, file.publisher, file.licence, words.date(file.stand), file.file, file.sha256


def _sources(answer: Answer, numbers: Mapping[Line, int]) -> Grid:
    lang = answer.lang
    names = ("source", "publisher", "licence")
    heading = ("Nr." if lang == "de" else "No.", *(sentence(f"answer_{n}", lang) for n in names), sentence("column_stand", lang))
    heading += (sentence("answer_file", lang), "sha256")
    return Grid(heading, tuple((f"Q{n}", *line) for line, n in numbers.items()))
