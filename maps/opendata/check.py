"""The check of a catalogue against the shapes of this folder (SHACL)."""

from functools import cache
from importlib.resources import files

from pyshacl import validate
from rdflib import Graph, Namespace, URIRef

SH = Namespace("http://www.w3.org/ns/shacl#")


def violations(graph: Graph) -> list[str]:
    """What a catalogue lacks: node and sentence, sorted; nothing where it conforms."""
    conforms, report, _ = validate(graph, shacl_graph=_shapes(), inference="none")
    if conforms:
        return []
    results = report.subjects(URIRef("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), SH.ValidationResult)
    return sorted(f"{report.value(r, SH.focusNode)}: {report.value(r, SH.resultMessage)}" for r in results)


@cache
def _shapes() -> Graph:
    return Graph().parse(data=files("maps.opendata").joinpath("shapes.ttl").read_text("utf-8"), format="turtle")
