"""The layers of an export of white spots, each from its tables, with words, styles and how far it may be shown."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from geodata.exports.layers import GEOMETRY, Form, Geometry, Layer, field, plain
from geodata.exports.styles import categorised, graduated
from geodata.exports.whitespots_shapes import points, squares
from geodata.messages import sentence, word
from geodata.reading import strictest
from geodata.session import query
from geodata.thresholds import load_thresholds
from geodata.whitespots.variants import variants_of

ADDRESSES, CELLS, MOBILE = "fixed_addresses", "fixed_cells", "mobile"
METHODS = {ADDRESSES: "addresses_union", CELLS: "cells"}
# The classes of the published grid.
PUBLISHED_CLASSES = (30, 100, 400, 1000)
SHADES = ("#f6d68d", "#d1893f", "#7f4a4b", "#241f3f")
STATUS_COLOURS = {"none": "#7f3b4b", "unknown": "#8a8f98", "planned": "#d1893f", "in_progress": "#4b7f9b"}
SOURCES = {
    ADDRESSES: ("deliveries__offers", "gebref__addresses", "zensus__grid"),
    CELLS: ("breitbandatlas__gitterzellen", "zensus__grid"),
    MOBILE: ("monitoring__grid", "zensus__grid"),
    "borders": ("vg250__boundaries", "dvg2__boundaries"),
    "schools": ("msb__schools", "msb__schools_status"),
    "business_parks": ("business_parks__areas", "business_parks__status"),
}
Spec = Sequence[tuple[str, Form]]


@dataclass(frozen=True)
class Question:
    """What is asked: a Kreis (AGS, name), a threshold set, a Stand and kind that the run has, and whether not public rows may go out."""

    ags: str
    kreis: str
    threshold: str
    stand: dt.date
    kind: str
    edition: str
    internal: bool
    lang: str

    @property
    def words(self) -> dict[str, object]:
        """The values of the SQL parameters."""
        return {"ags": self.ags, "stand": self.stand.isoformat(), "internal": self.internal}


class Maker:
    """Makes the layers of one question."""

    def __init__(self, con: duckdb.DuckDBPyConnection, asked: Question) -> None:
        """Read what all layers share: names of areas and the sources of the run."""
        self.con, self.asked = con, asked
        self.all_sources = query(con, "report_sources")
        self.demo = bool(pc.any(self.all_sources["is_demo"]).as_py())
        areas = query(con, "report_areas", edition=asked.edition)
        self.names = dict(zip(areas["ags"].to_pylist(), areas["name"].to_pylist(), strict=True))
        chosen = load_thresholds().get(asked.threshold)
        label = (chosen.label_en if asked.lang == "en" else chosen.label_de) if chosen else asked.threshold
        code = "whitespots_title_cells" if asked.kind == CELLS else "whitespots_title"
        self.title = sentence(code, asked.lang, label=label, kreis=asked.kreis, stand=f"{asked.stand:%d.%m.%Y}")

    def areas(self) -> Layer:
        """The Kreis and its Gemeinden."""
        spec: Spec = [
            ("ags", "text"),
            ("gebiet", "text"),
            ("ebene", "text"),
            ("grenze", "text"),
            *((n, "count") for n in ("haushalte", "haushalte_unter", "haushalte_ohne_angekuendigt", "haushalte_ohne_gefoerdert")),
            ("haushalte_unbekannt", "count"),
            ("anteil_unter", "percent"),
            *((n, "count") for n in ("adressen_unter", "adressen_ohne_angekuendigt", "adressen_ohne_gefoerdert")),
            *((n, "count") for n in ("einwohner_unter", "schulen_unter", "gewerbegebiete_unter")),
            ("flaeche_unter_km2", "decimal"),
            ("grundlage", "text"),
            ("verfahren", "text"),
            ("quelle", "text"),
        ]
        asked = self.asked
        table = query(
            self.con,
            "export_whitespots_areas",
            **asked.words,
            kind=asked.kind,
            threshold=asked.threshold,
            edition=asked.edition,
        )
        lang = asked.lang
        table = _words(table, "bound", "grenze", lambda v: sentence(f"whitespots_bound_{v}", lang))
        table = _words(table, "basis", "grundlage", lambda v: sentence(f"report_basis_{v}", lang))
        bounds = ((0, 0.01), (0.01, 0.05), (0.05, 0.2), (0.2, 1))
        shown = [(a, b, f"{a * 100:g}–{b * 100:g} %", c) for (a, b), c in zip(bounds, SHADES, strict=True)]
        style = graduated("anteil_unter", shown, geometry="MultiPolygon")
        return self._layer("Übersicht", "areas", spec, table, sources=(asked.kind, "borders"), geometry="MultiPolygon", style=style)

    def clusters(self) -> Layer:
        """The expansion clusters of the threshold set; for the public on the published grid, in multiples of three."""
        asked = self.asked
        spec: Spec = [
            ("variante", "text"),
            ("rang", "count"),
            ("cluster", "text"),
            ("ags", "text"),
            ("gemeinde", "text"),
            *((n, "count") for n in ("adressen", "haushalte", "schulen", "gewerbegebiete", "naechste_versorgte_m")),
            *((n, "count") for n in ("anschluss_m", "trasse_m")),
            ("haushalte_je_m", "decimal"),
            ("anteil_der_luecke", "percent"),
        ]
        table = query(self.con, "export_whitespots_clusters", **asked.words, kind=asked.kind, edition=asked.edition)
        variants = {v.name: v.label_en if asked.lang == "en" else v.label_de for v in variants_of(asked.threshold)}
        own = pc.is_in(table["variante"].cast(pa.string()), pa.array([*variants], pa.string()))
        table = table.filter(pc.and_(pc.equal(table["stand"], pa.scalar(asked.stand)), own))
        if asked.internal:
            table = _not_public(table)
        table = _words(table, "variante", "variante", lambda v: variants[v])
        classes = [(1, 3, "1–3", SHADES[3]), (3, 10, "4–10", SHADES[2]), (10, 1e6, "> 10", SHADES[0])]
        style = graduated("rang", classes, geometry="MultiPolygon")
        return self._layer("Cluster", "clusters", spec, table, sources=(asked.kind,), geometry="MultiPolygon", style=style)

    def addresses(self) -> Layer:
        """Every address below the set; never for the public."""
        asked = self.asked
        spec: Spec = [
            *((n, "text") for n in ("adress_id", "strasse", "hausnummer", "ort", "ags", "einordnung")),
            ("haushalte", "decimal"),
            *((n, "decimal") for n in ("vorhanden_download", "vorhanden_upload")),
            *((n, "text") for n in ("vorhanden_technik", "vorhanden_betreiber")),
            ("angekuendigt_download", "decimal"),
            ("angekuendigt_betreiber", "text"),
            ("angekuendigt_bis", "date"),
            ("foerdergebiet", "text"),
            *((n, "decimal") for n in ("ostwert", "nordwert")),
        ]
        table = points(_not_public(query(self.con, "export_whitespots_addresses", **asked.words, threshold=asked.threshold)))
        style = categorised(
            "einordnung",
            [
                (v, word("standing", v, asked.lang), c)
                for v, c in (("foerderfaehig", SHADES[3]), ("gefoerdert", SHADES[1]), ("angekuendigt", SHADES[0]))
            ],
            geometry="Point",
        )
        return self._layer("Adressen", "addresses", spec, table, sources=(asked.kind,), geometry="Point", style=style)

    def cells(self) -> Layer:
        """The 100 m cells; never for the public."""
        asked = self.asked
        spec: Spec = [
            *((n, "text") for n in ("zelle", "ags", "gemeinde", "grenze")),
            *((n, "decimal") for n in ("haushalte", "haushalte_unter", "haushalte_ohne_angekuendigt", "haushalte_ohne_gefoerdert")),
            ("adressen_unter", "count"),
            ("anteil_unter", "percent"),
        ]
        table = query(self.con, "export_whitespots_cells", **asked.words, kind=asked.kind, threshold=asked.threshold)
        table = squares(_words(_not_public(table), "bound", "grenze", lambda v: sentence(f"whitespots_bound_{v}", asked.lang)))
        return self._layer(
            "Zellen", "cells", spec, self._gemeinde(table), sources=(asked.kind,), geometry="MultiPolygon", style=_household_style()
        )

    def parts(self) -> Layer:
        """The parts of the published grid; empty for a set that the grid does not tell."""
        asked = self.asked
        spec: Spec = [
            *((n, "count") for n in ("teil", "seite_m")),
            *((n, "text") for n in ("ags", "gemeinde")),
            *((n, "count") for n in ("haushalte", "haushalte_unter", "haushalte_unbekannt")),
            ("anteil_unter", "percent"),
        ]
        below, floor = published_classes(asked.threshold)
        table = query(
            self.con,
            "export_whitespots_parts",
            ags=asked.ags,
            stand=asked.stand.isoformat(),
            method=METHODS.get(asked.kind, ""),
            below=below,
            floor=floor,
        )
        return self._layer(
            "Zellen", "parts", spec, self._gemeinde(table), sources=(asked.kind,), geometry="MultiPolygon", style=_household_style()
        )

    def places(self, subject: str, geometry: Geometry) -> Layer:
        """Schools or Gewerbegebiete without a connection."""
        asked = self.asked
        spec: Spec = [("name", "text"), ("ags", "text"), ("gemeinde", "text"), ("status", "text"), ("quelle", "text")]
        table = query(
            self.con, "report_unconnected", edition=asked.edition, stand=asked.stand.isoformat(), internal=asked.internal
        ).rename_columns({"source_id": "quelle"})
        own = pc.and_(pc.equal(table["subject"], subject), pc.starts_with(table["ags"], asked.ags))
        table = _words(table.filter(own), "status", "status", lambda v: sentence(f"report_place_{v}", asked.lang))
        classes = [(sentence(f"report_place_{s}", asked.lang),) * 2 + (c,) for s, c in STATUS_COLOURS.items()]
        name, code = ("Schulen", "schools") if subject == "schools" else ("Gewerbegebiete", "parks")
        style = categorised("status", classes, geometry=geometry)
        return self._layer(name, code, spec, self._gemeinde(table), sources=(subject,), geometry=geometry, style=style)

    def definitions(self) -> Layer:
        """What the words mean."""
        lang = self.asked.lang
        texts = [sentence(f"report_definition_{d}", lang) for d in ("available", "basis", "stand", "missing", "places", "cluster")]
        texts += [sentence(f"whitespots_definition_{d}", lang) for d in ("figures", "cells", "privacy", "empty")]
        for one in load_thresholds().values():
            label = one.label_en if lang == "en" else one.label_de
            values = {"name": one.name, "label": label, "source": one.source, "date": f"{one.date:%d.%m.%Y}"}
            texts.append(sentence("whitespots_definition_threshold", lang, **values))
        split = [text.split(": ", 1) for text in texts]
        table = pa.table({"begriff": [s[0] for s in split], "erklaerung": [s[-1] for s in split]})
        return self._layer("Definitionen", "definitions", [("begriff", "text"), ("erklaerung", "text")], table, sources=())

    def sources(self) -> Layer:
        """The sources of the run with their licences."""
        names = {"source_id": "quelle", "title": "titel", "publisher": "herausgeber", "licence": "lizenz", "attribution": "quellenvermerk"}
        days = [", ".join(f"{d:%d.%m.%Y}" for d in stands) for stands in self.all_sources["stands"].to_pylist()]
        table = self.all_sources.rename_columns(names).append_column("staende", pa.array(days, pa.string()))
        spec: Spec = [(n, "text") for n in (*names.values(), "staende")]
        return self._layer("Quellen", "sources", spec, table, sources=())

    def _gemeinde(self, table: pa.Table) -> pa.Table:
        return table.append_column("gemeinde", pa.array([self.names.get(a, a) for a in table["ags"].to_pylist()], pa.string()))

    def _layer(  # noqa: PLR0913  # a layer has that many sides
        self,
        name: str,
        code: str,
        spec: Spec,
        table: pa.Table,
        *,
        sources: Sequence[str],
        geometry: Geometry | None = None,
        style: str | None = None,
    ) -> Layer:
        """A layer of `table`; where rows have origin and visibility, these and the Stand are its last columns."""
        lang = self.asked.lang
        visibility = strictest(table["visibility"].unique().to_pylist()) if "visibility" in table.column_names else "public"
        if "visibility" in table.column_names:
            table = _words(table, "origin", "herkunft", lambda v: sentence(f"origin_{v}", lang))
            table = _words(table, "visibility", "sichtbarkeit", lambda v: sentence(f"visibility_{v}", lang))
            spec = [*spec, ("stand", "date"), ("herkunft", "text"), ("sichtbarkeit", "text")]
        fields = tuple(field(n, form, lang=lang) for n, form in spec)
        used = {s for group in sources for s in SOURCES[group]}
        rows = [r for r in self.all_sources.to_pylist() if r["source_id"] in used]
        stands = [d for d in table["stand"].unique().to_pylist() if d] if "stand" in table.column_names else []
        return Layer(
            name=name,
            title=f"{sentence(f'whitespots_layer_{code}', lang)} · {self.title}",
            fields=fields,
            table=plain(table, fields, geometry=geometry if GEOMETRY in table.column_names else None),
            visibility=visibility,
            stand=max(stands, default=self.asked.stand),
            licence="; ".join(dict.fromkeys(r["licence"] for r in rows)),
            attribution="; ".join(dict.fromkeys(r["attribution"] for r in rows)),
            geometry=geometry,
            style=style,
        )


def published_classes(threshold: str) -> tuple[int | None, int | None]:
    """The class below which a set counts in the published grid, and the one below which it does not; (None, None) where it has none."""
    chosen = load_thresholds().get(threshold)
    if chosen is None or len(chosen.covered) != 1:
        return None, None
    needed, floor = chosen.covered[0], chosen.floor
    if needed.up or needed.symmetric or needed.fibre or needed.down not in PUBLISHED_CLASSES:
        return None, None
    return needed.down, floor.down if floor else None


def _household_style() -> str:
    bounds = ((0, 3), (3, 10), (10, 50), (50, 1e6))
    shown = [(a, b, f"{a}–{b}" if b < 1e6 else f"> {a}", c) for (a, b), c in zip(bounds, SHADES, strict=True)]  # noqa: PLR2004  # no upper end
    return graduated("haushalte_unter", shown, geometry="MultiPolygon")


def _not_public(table: pa.Table) -> pa.Table:
    """Rows that show single addresses or cells are internal at least, whatever their sources are."""
    shown = [strictest(["internal", v]) for v in table["visibility"].to_pylist()]
    return table.set_column(table.column_names.index("visibility"), "visibility", pa.array(shown, pa.string()))


def _words(table: pa.Table, source: str, name: str, word: Callable[[str], str]) -> pa.Table:
    """The table with a column `name` of the words for the values of `source`."""
    values = pa.array([None if v is None else word(v) for v in table[source].to_pylist()], pa.string())
    if name in table.column_names:
        return table.set_column(table.column_names.index(name), name, values)
    return table.append_column(name, values)
