"""The rows of an answer or a comparison, from the published database. How they look in a file is not here."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import duckdb
import pyarrow as pa

from geodata.answers.figures import Figure, figures_table
from geodata.answers.places import Place
from geodata.facts import METHODS
from geodata.reading import strictest
from geodata.session import query

# Which other sources a figure rests on, by how it was made.
WEIGHTED = "zensus__grid"
JUDGED = ("ags", "stand", "subject", "technology", "min_mbits", "basis", "method")
REGISTERS = ("gebref__addresses",)
LISTS = {"msb__schools": ("msb__schools_status",), "business_parks__areas": ("business_parks__status",)}


@dataclass(frozen=True)
class File:
    """A file that a figure rests on."""

    source_id: str
    part: str
    title: str
    publisher: str
    licence: str
    attribution: str
    stand: dt.date
    file: str
    sha256: str


@dataclass(frozen=True)
class Row:
    """One figure of one area, or of all of them together (`ags` is empty). A share that is None is no data, with the reason in `remark`.

    `estimated`: numerator and denominator are shares weighted with Zensus households. `remark` is the code of a sentence.
    """

    figure: Figure
    area: str
    ags: str
    stand: dt.date | None
    share: float | None
    numerator: Decimal | None
    denominator: Decimal | None
    basis: str
    method: str
    files: tuple[File, ...]
    origin: str
    visibility: str
    estimated: bool = False
    remark: str = ""
    targets: tuple[Mapping[str, object], ...] = ()

    @property
    def known(self) -> bool:
        """Whether there are data: a share, or the number of a count."""
        return self.share is not None or (self.figure.is_count and self.numerator is not None)


@dataclass(frozen=True)
class Question:
    """What was asked: areas, figures, and how narrowly. `base` is the area that a comparison starts from."""

    places: tuple[Place, ...]
    figures: tuple[Figure, ...]
    stand: str | None = None
    method: str | None = None
    internal: bool = False
    base: str | None = None


def collect(con: duckdb.DuckDBPyConnection, asked: Question) -> list[Row]:
    """One row per figure and area, in the order of the figures; without data the row says so."""
    places = places_table(asked)
    found = query(
        con,
        "answer_figures",
        figures=figures_table(asked.figures),
        places=places,
        methods=METHODS,
        stand=asked.stand,
        method=asked.method,
        base=asked.base,
        internal=asked.internal,
    ).to_pylist()
    files = run_files(con, internal=asked.internal)
    judged: dict[tuple[object, ...], list[Mapping[str, object]]] = {}
    for target in query(con, "answer_targets", places=places, internal=asked.internal).to_pylist():
        judged.setdefault(tuple(target[c] for c in JUDGED), []).append(target)
    figures, names = {f.figure_id: f for f in asked.figures}, {p.ags: p.name for p in asked.places}
    rows = []
    for one in found:
        figure = figures[one["figure_id"]]
        key = (one["ags"], one["stand"], figure.subject, figure.technology, figure.min_mbits, one["basis"], one["method"])
        rows.append(
            Row(
                figure=figure,
                area=names[one["ags"]],
                ags=one["ags"],
                stand=one["stand"],
                share=one["share"],
                numerator=one["numerator"],
                denominator=one["denominator"],
                basis=one["basis"] or "",
                method=one["method"] or "",
                files=files_behind(one, figure.subject, files) if one["source_id"] is not None else (),
                origin=one["origin"] or "",
                visibility=one["visibility"] or "public",
                remark="" if one["source_id"] is not None else "answer_no_data",
                targets=tuple(judged.get(key, ())),
            )
        )
    return rows


def places_table(asked: Question) -> pa.Table:
    """The areas of a question in their order, for a query."""
    ags = [p.ags for p in asked.places]
    return pa.table({"position": pa.array(range(len(ags)), pa.int32()), "ags": pa.array(ags, pa.string())})


def run_files(con: duckdb.DuckDBPyConnection, *, internal: bool) -> list[File]:
    """All files of the run, by source, Stand and part."""
    rows = query(con, "answer_sources", internal=internal).to_pylist()
    return [File(**{name: row[name] for name in File.__dataclass_fields__}) for row in rows]


def files_behind(row: Mapping[str, object], subject: str, files: Sequence[File]) -> tuple[File, ...]:
    """The files that a figure rests on: of its own source at its Stand, then weights, registers, lists and boundaries."""
    source, method = str(row["source_id"]), str(row["method"])
    own = [f for f in files if f.source_id == source and f.stand == row["stand"]]
    narrow = [f for f in own if f.part == subject]
    found = narrow or own
    more = list(LISTS.get(source, ())) if method == "status_list" else []
    found += [f for f in files if f.source_id in more and f.stand == row["stand"]]
    reference: list[str] = []
    if method.startswith(("cells", "addresses")) and not subject.startswith("area"):
        reference += [WEIGHTED, *REGISTERS]
    if method.endswith("_by_households"):
        reference.append(WEIGHTED)
    edition = str(row.get("boundary_edition") or "")
    if edition and edition != "as_published":
        reference += sorted({f.source_id for f in files if f.source_id.startswith(edition.split("-", maxsplit=1)[0] + "__")})
    found += [f for f in files if f.source_id in reference]
    return tuple(dict.fromkeys(found))


def sums(con: duckdb.DuckDBPyConnection, rows: Sequence[Row], asked: Question, title: str) -> list[Row]:
    """Per figure the sum over the areas: numerators over denominators, never a mean of shares.

    Shares of households without counts are weighted with Zensus households, and said to be estimated; without either, or where an area
    has no data, there is no sum.
    """
    weights = _households(con)
    more = tuple(f for f in run_files(con, internal=asked.internal) if f.source_id == WEIGHTED)
    return [_sum([r for r in rows if r.figure == figure], title, weights, more) for figure in asked.figures]


def _sum(members: Sequence[Row], title: str, weights: Mapping[str, Decimal], weight_files: tuple[File, ...]) -> Row:
    known = [r for r in members if r.known]
    first = known[0] if known else members[0]
    visibility = strictest(r.visibility for r in members)
    empty = replace(
        first,
        area=title,
        ags="",
        share=None,
        numerator=None,
        denominator=None,
        files=(),
        targets=(),
        visibility=visibility,
        remark="answer_no_data",
    )
    if len(known) < len(members):
        return replace(empty, remark="answer_sum_gap") if known else empty
    counted = [(r.numerator, r.denominator) for r in members]
    files = tuple(dict.fromkeys(f for r in members for f in r.files))
    if first.figure.is_count:
        return replace(empty, numerator=sum((r.numerator or Decimal(0) for r in members), Decimal(0)), files=files, remark="")
    estimated = any(n is None or d is None for n, d in counted)
    if estimated and first.figure.subject == "households":
        counted = [_weighted(r, weights.get(r.ags)) for r in members]
    if any(n is None or d is None for n, d in counted):
        return replace(empty, remark="answer_sum_shares")
    numerator, denominator = (sum((pair[i] or Decimal(0) for pair in counted), Decimal(0)) for i in (0, 1))
    if not denominator:
        return empty
    return replace(
        empty,
        share=float(numerator / denominator),
        numerator=numerator,
        denominator=denominator,
        files=tuple(dict.fromkeys((*files, *(weight_files if estimated else ())))),
        estimated=estimated,
        remark="answer_sum_estimated" if estimated else "",
    )


def _weighted(row: Row, households: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
    if row.share is None or households is None:
        return None, None
    return (Decimal(repr(row.share)) * households).quantize(Decimal("0.0001")), households


def _households(con: duckdb.DuckDBPyConnection) -> dict[str, Decimal]:
    rows = con.execute(
        "SELECT ags, households FROM core_zensus__areas "
        "WHERE households IS NOT NULL AND boundary_edition = (SELECT any_value(boundary_edition) FROM core_area_cells)"
    ).fetchall()
    return dict(rows)
