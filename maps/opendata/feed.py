"""The Atom feed of new Stände (RFC 4287). What is dated is dated by its Stand: the feed of the same data is the same."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from maps.downloads import EVERYTHING, WHOLE, Download
from maps.publisher import Publisher

ATOM = "http://www.w3.org/2005/Atom"


def feed(downloads: Sequence[Download], publisher: Publisher, *, demo: bool) -> str:
    """The feed as text, the newest Stand first; one of invented data says so in its title and in each entry."""
    base = publisher.open_data.base_url
    mark = "[DEMO] " if demo else ""
    stands = sorted({d.stand for d in downloads} - {WHOLE}, reverse=True)
    ET.register_namespace("", ATOM)
    root = ET.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "de"})
    _text(root, "id", f"{base}feed.xml")
    _text(root, "title", f"{mark}Netzlage: neue Datenstände")
    _text(root, "updated", _moment(stands[0] if stands else "1970-01-01"))
    ET.SubElement(root, f"{{{ATOM}}}link", {"rel": "self", "href": f"{base}feed.xml"})
    ET.SubElement(root, f"{{{ATOM}}}link", {"href": base})
    _text(ET.SubElement(root, f"{{{ATOM}}}author"), "name", publisher.name)
    for stand in stands:
        entry = ET.SubElement(root, f"{{{ATOM}}}entry")
        tables = sorted({d.table for d in downloads if d.stand == stand} - {EVERYTHING})
        address = f"{base}daten/{stand}/index.html"
        _text(entry, "id", address)
        _text(entry, "title", f"{mark}Stand {stand[8:]}.{stand[5:7]}.{stand[:4]}")
        _text(entry, "updated", _moment(stand))
        ET.SubElement(entry, f"{{{ATOM}}}link", {"href": address})
        _text(entry, "summary", f"Tabellen: {', '.join(tables)}")
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}{name}").text = text


def _moment(stand: str) -> str:
    return f"{stand}T00:00:00Z"
