"""The open-data catalogue of a site: DCAT-AP.de 3.0 as an RDF graph, and as Turtle and JSON-LD with the same bytes every time.

A data set is one table at one Stand; its forms are distributions; all Stände of a table are a series. Every node has an address: nothing
hangs on the numbering of blank nodes. No date is today's: what is dated is dated by its Stand.
"""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby, pairwise

from rdflib import DCTERMS, FOAF, RDF, XSD, Graph, Literal, Namespace, URIRef

from geodata.dictionary import Dictionary
from maps.downloads import EVERYTHING, WHOLE, Download
from maps.licences import attribution_of, licence_of, licences
from maps.publisher import Publisher

# Of DCAT 3: the terms of rdflib are those of version 2.
DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCATDE = Namespace("http://dcat-ap.de/def/dcatde/")
DCATAP = Namespace("http://data.europa.eu/r5r/")
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
EU = "http://publications.europa.eu/resource/authority/"
IANA = "https://www.iana.org/assignments/media-types/"
PACKED = {"gzip": DCAT.compressFormat, "zip": DCAT.packageFormat}
ABOUT = "Anteile, Ziele und weiße Flecken der Breitband- und Mobilfunkversorgung, je Gebiet und Datenstand."
MARK = "DEMONSTRATIONSDATEN, keine amtlichen Werte, nicht zur Weitergabe an Datenportale. "
PREFIXES = {
    "dcat": DCAT, "dcterms": DCTERMS, "foaf": FOAF, "dcatde": DCATDE, "dcatap": DCATAP, "spdx": SPDX, "vcard": VCARD, "xsd": XSD,
}  # fmt: skip


@dataclass(frozen=True)
class Describing:
    """What all entries share: who publishes, what tables mean, which Land, and whether the data are invented."""

    publisher: Publisher
    dictionary: Dictionary
    land: str
    demo: bool

    @property
    def base(self) -> str:
        """The address of the site, with a slash at its end."""
        return self.publisher.open_data.base_url


def catalog(downloads: Sequence[Download], describing: Describing) -> Graph:
    """The graph of the catalogue of all downloads."""
    writer = _Writer(describing)
    ordered = sorted(downloads, key=lambda d: (d.table, d.stand, d.path))
    for table, all_of_it in groupby(ordered, key=lambda d: d.table):
        sets = [(stand, writer.dataset(list(some))) for stand, some in groupby(all_of_it, key=lambda d: d.stand)]
        if dated := [node for stand, node in sets if stand != WHOLE]:
            writer.series(table, dated)
    return writer.graph


def as_turtle(graph: Graph) -> str:
    """Turtle; subjects and values are sorted."""
    return graph.serialize(format="turtle")


def as_jsonld(graph: Graph) -> str:
    """JSON-LD, expanded, with every list in order."""
    return json.dumps(_ordered(json.loads(graph.serialize(format="json-ld"))), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


class _Writer:
    """A graph that grows entry by entry, with the catalogue itself, its publisher and its contact in it from the start."""

    def __init__(self, describing: Describing) -> None:
        self.graph, self.of = Graph(), describing
        for prefix, namespace in PREFIXES.items():
            self.graph.bind(prefix, namespace)
        self.whole, self.publisher, self.contact = (self._node(name) for name in ("catalog", "publisher", "contact"))
        who = describing.publisher
        self._add(self.publisher, {RDF.type: FOAF.Agent, FOAF.name: _german(who.name), DCTERMS.type: URIRef(who.open_data.publisher_type)})
        self._add(self.contact, {RDF.type: VCARD.Organization, VCARD.fn: _german(who.name), VCARD.hasEmail: URIRef(f"mailto:{who.email}")})
        self._texts(self.whole, "Netzlage: Breitband und Mobilfunk in Nordrhein-Westfalen", ABOUT)
        self._add(
            self.whole,
            {
                RDF.type: DCAT.Catalog,
                DCTERMS.publisher: self.publisher,
                FOAF.homepage: URIRef(describing.base),
                DCTERMS.license: URIRef(licences()[who.open_data.licence].uri),
                DCTERMS.language: URIRef(f"{EU}language/{_words().language}"),
                DCAT.themeTaxonomy: URIRef(f"{EU}data-theme"),
            },
        )

    def dataset(self, some: list[Download]) -> URIRef:
        """One table at one Stand, with its forms."""
        table, stand = some[0].table, some[0].stand
        node = self._node(f"{table}-{stand}")
        self._resource(node, DCAT.Dataset, f"{_title(table)}, Stand {stand}" if stand != WHOLE else _title(table), table)
        self._add(node, {DCTERMS.identifier: Literal(str(node)), DCAT.landingPage: URIRef(f"{self.of.base}daten/{stand}/index.html")})
        if stand != WHOLE:
            period, day = self._node(f"period-{stand}"), Literal(stand, datatype=XSD.date)
            self._add(period, {RDF.type: DCTERMS.PeriodOfTime, DCAT.endDate: day})
            self._add(node, {DCTERMS.temporal: period, DCTERMS.modified: day, DCTERMS.issued: day})
        for one in some:
            self._add(node, {DCAT.distribution: self._distribution(one)})
        return node

    def series(self, table: str, sets: Sequence[URIRef]) -> None:
        """All Stände of a table; each data set names the one before it."""
        node = self._node(f"series-{table}")
        self._resource(node, DCAT.DatasetSeries, f"{_title(table)}, alle Stände", table)
        self._add(node, {DCAT.first: sets[0], DCAT.last: sets[-1]})
        for one in sets:
            self._add(one, {DCAT.inSeries: node})
            self._add(node, {DCAT.seriesMember: one})
        for former, one in pairwise(sets):
            self._add(one, {DCAT.prev: former})

    def _distribution(self, one: Download) -> URIRef:
        address, node, words = URIRef(self.of.base + one.path), self._node(one.path), _words()
        licence = licence_of(one.sources, own=self.of.publisher.open_data.licence)
        file_type, media_type = words.formats[one.form]
        checksum = URIRef(f"{node}-sha256")
        self._add(
            node,
            {
                RDF.type: DCAT.Distribution,
                DCTERMS.title: _german(one.path.split("/")[-1]),
                DCAT.accessURL: address,
                DCAT.downloadURL: address,
                DCTERMS.license: URIRef(licence.uri),
                DCTERMS.format: URIRef(f"{EU}file-type/{file_type}"),
                DCAT.mediaType: URIRef(IANA + media_type),
                DCAT.byteSize: Literal(str(one.bytes), datatype=XSD.nonNegativeInteger),
                DCATAP.availability: URIRef(f"{EU}planned-availability/{words.availability}"),
                SPDX.checksum: checksum,
            },
        )
        if licence.attribution:
            self._add(node, {DCATDE.licenseAttributionByText: _german(attribution_of(one.sources))})
        if one.packing:
            self._add(node, {PACKED[one.packing]: URIRef(f"{IANA}application/{one.packing}")})
        value = Literal(one.sha256, datatype=XSD.hexBinary)
        self._add(checksum, {RDF.type: SPDX.Checksum, SPDX.algorithm: URIRef(words.checksum), SPDX.checksumValue: value})
        return node

    def _resource(self, node: URIRef, kind: URIRef, title: str, table: str) -> None:
        """What a data set and a series have alike."""
        words, who = _words(), self.of.publisher
        about = "Alle Tabellen eines Standes als Ebenen einer Datei." if table == EVERYTHING else self.of.dictionary.about(table)
        self._texts(node, title, about)
        self._add(self.whole, {DCAT.dataset: node})
        self._add(
            node,
            {
                RDF.type: kind,
                DCTERMS.publisher: self.publisher,
                DCAT.contactPoint: self.contact,
                DCATDE.contributorID: URIRef(who.open_data.contributor_id),
                DCTERMS.language: URIRef(f"{EU}language/{words.language}"),
                DCATDE.politicalGeocodingURI: URIRef(words.geocoding + self.of.land),
                DCATDE.politicalGeocodingLevelURI: URIRef(words.geocoding_level),
            },
        )
        for theme in words.themes:
            self._add(node, {DCAT.theme: URIRef(f"{EU}data-theme/{theme}")})
        for keyword in words.keywords:
            self._add(node, {DCAT.keyword: _german(keyword)})

    def _texts(self, node: URIRef, title: str, about: str) -> None:
        demo = self.of.demo
        self._add(node, {DCTERMS.title: _german(f"[DEMO] {title}" if demo else title)})
        self._add(node, {DCTERMS.description: _german(MARK + about if demo else about)})

    def _add(self, subject: URIRef, values: Mapping[URIRef, URIRef | Literal]) -> None:
        for predicate, value in values.items():
            self.graph.add((subject, predicate, value))

    def _node(self, name: str) -> URIRef:
        return URIRef(f"{self.of.base}catalog#{name.replace('/', '.')}")


def _german(text: str) -> Literal:
    return Literal(text, lang="de")


def _title(table: str) -> str:
    return "Netzlage, alle Tabellen" if table == EVERYTHING else f"Netzlage, {table}"


def _ordered(value: object) -> object:
    if isinstance(value, list):
        return sorted((_ordered(v) for v in value), key=lambda v: json.dumps(v, sort_keys=True))
    return {k: _ordered(v) for k, v in value.items()} if isinstance(value, dict) else value


@dataclass(frozen=True)
class _Vocabulary:
    """The concepts of vocabulary.toml; `formats` gives file type and media type."""

    formats: Mapping[str, tuple[str, str]]
    themes: list[str]
    keywords: list[str]
    language: str
    geocoding: str
    geocoding_level: str
    availability: str
    checksum: str


@cache
def _words() -> _Vocabulary:
    found = tomllib.loads(files("maps.opendata").joinpath("vocabulary.toml").read_text("utf-8"))
    return _Vocabulary({k: (v["file_type"], v["media_type"]) for k, v in found["formats"].items()}, **found["dataset"])
