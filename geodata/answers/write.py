"""An answer into a file: text, Word or Excel, by its suffix."""

from pathlib import Path

import pyarrow as pa

from geodata.answers import words
from geodata.answers.document import Answer, blocks
from geodata.answers.text import as_text
from geodata.exports.layers import Export, Field, Form, Layer, plain
from geodata.exports.target import target_path, written
from geodata.exports.workbook import write_workbook
from geodata.messages import sentence

SUFFIXES = (".txt", ".docx", ".xlsx")
_COLUMNS: dict[str, Form] = {
    "gebiet": "text",
    "ags": "text",
    "angabe": "text",
    "anteil": "percent",
    "zaehler": "decimal",
    "nenner": "decimal",
    "einheit": "text",
    "stand": "date",
    "grundlage": "text",
    "verfahren": "text",
    "bemerkung": "text",
    "ziel": "text",
    "definition": "text",
    "quelle": "text",
    "dateien": "text",
    "befehl": "text",
    "sichtbarkeit": "text",
}
_HEADINGS = {
    "gebiet": "answer_area",
    "angabe": "answer_figure",
    "anteil": "column_share",
    "zaehler": "column_numerator",
    "nenner": "column_denominator",
    "einheit": "answer_unit",
    "stand": "column_stand",
    "grundlage": "answer_basis",
    "verfahren": "answer_method",
    "bemerkung": "answer_remark",
    "ziel": "answer_target_column",
    "definition": "answer_definition",
    "quelle": "answer_source",
    "dateien": "answer_files",
    "befehl": "answer_command",
    "sichtbarkeit": "answer_visibility",
}
_SOURCES = {"quelle": "answer_source", "herausgeber": "answer_publisher", "lizenz": "answer_licence", "datei": "answer_file"}


def write_answer(answer: Answer, wanted: str | Path, *, force: bool) -> Path:
    """Write the answer and return its path: DEMO_ stands before the name of invented data, a file that exists needs `force`."""
    path = target_path(wanted, suffixes=SUFFIXES, demo=answer.demo, force=force)
    with written(path) as part:
        if path.suffix.lower() == ".xlsx":
            write_workbook(_export(answer), part)
        elif path.suffix.lower() == ".docx":
            # Imported here: the command line does without it.
            from geodata.answers.word import write_word  # noqa: PLC0415

            write_word(answer, part)
        else:
            part.write_text(as_text(blocks(answer)), "utf-8")
    return path


def records(answer: Answer) -> list[dict[str, object]]:
    """One row per figure and area with all that proves it, columns as in the workbook."""
    lang = answer.lang
    return [
        {
            "gebiet": row.area,
            "ags": row.ags,
            "angabe": row.figure.label(lang),
            "anteil": row.share,
            "zaehler": words.amount(row, row.numerator),
            "nenner": words.amount(row, row.denominator),
            "einheit": words.unit(row, lang),
            "stand": row.stand,
            "grundlage": sentence(f"basis_{row.basis}", lang) if row.basis else "",
            "verfahren": row.method,
            "bemerkung": sentence(row.remark, lang) if row.remark else "",
            "ziel": "\n".join(words.verdict(t, lang) for t in row.targets),
            "definition": row.figure.definition(lang),
            "quelle": "; ".join(dict.fromkeys(f.attribution for f in row.files)),
            "dateien": "\n".join(f"{f.file} {f.sha256}" for f in row.files),
            "befehl": command,
            "sichtbarkeit": row.visibility,
        }
        for row, command in zip(answer.rows, answer.commands, strict=True)
    ]


def _export(answer: Answer) -> Export:
    lang = answer.lang
    names = {"ags": "AGS"} | {name: sentence(code, lang) for name, code in _HEADINGS.items()}
    fields = tuple(Field(name, names[name], "", form) for name, form in _COLUMNS.items())
    sources = tuple(Field(name, sentence(code, lang), "", "text") for name, code in _SOURCES.items())
    sources += (Field("stand", sentence("column_stand", lang), "", "date"), Field("sha256", "sha256", "", "text"))
    files = [
        {"quelle": f.attribution, "herausgeber": f.publisher, "lizenz": f.licence, "datei": f.file, "stand": f.stand, "sha256": f.sha256}
        for f in answer.files
    ]
    licence = "; ".join(dict.fromkeys(f.licence for f in answer.files))
    credit = "; ".join(dict.fromkeys(f.attribution for f in answer.files))
    about = {"visibility": answer.visibility, "stand": answer.stand, "licence": licence, "attribution": credit}
    layers = (
        Layer("Antwort" if lang == "de" else "Answer", answer.title, fields, _table(records(answer), fields), **about),  # type: ignore[arg-type]
        Layer(
            "Quellen" if lang == "de" else "Sources",
            sentence("answer_sources", lang),
            sources,
            _table(files, sources),
            **about,  # type: ignore[arg-type]
        ),
    )
    more = (_outlook(answer),) if answer.outlook else ()
    return Export(answer.title, (*layers, *more), layers[0].name, answer.demo, lang)


def _outlook(answer: Answer) -> Layer:
    lang = answer.lang
    fields = (Field("ags", "AGS", "", "text"), Field("aussage", sentence("answer_remark", lang), "", "text"))
    rows: list[dict[str, object]] = [{"ags": ags, "aussage": text} for ags, some in answer.outlook.items() for text in some]
    title = sentence("outlook_title", lang)
    name = "Prognose" if lang == "de" else "Projection"
    return Layer(name, title, fields, _table(rows, fields), visibility="internal", stand=answer.stand, licence="", attribution="")


def _table(rows: list[dict[str, object]], fields: tuple[Field, ...]) -> pa.Table:
    kinds: dict[Form, pa.DataType] = {"date": pa.date32(), "percent": pa.float64(), "decimal": pa.float64()}
    columns = {f.name: pa.array([r[f.name] for r in rows], kinds.get(f.form, pa.string())) for f in fields}
    return plain(pa.table(columns), fields)
