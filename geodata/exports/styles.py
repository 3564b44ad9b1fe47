"""Styles as QGIS reads them (QML): one colour, categories, or classes of a number, each with a legend in the language of the export."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from geodata.exports.layers import Geometry

_LINE = "255,255,255,255"
_VERSION = "3.34"


def single(colour: str, *, geometry: Geometry) -> str:
    """Everything in one colour (`#rrggbb`); the legend is the layer's name."""
    renderer = ET.Element("renderer-v2", type="singleSymbol", symbollevels="0", enableorderby="0", forceraster="0")
    _symbols(renderer, [colour], geometry)
    return _qml(renderer)


def categorised(field: str, categories: Sequence[tuple[str, str, str]], *, geometry: Geometry) -> str:
    """A colour for each value of a text field: value, label, colour."""
    renderer = ET.Element("renderer-v2", type="categorizedSymbol", attr=field, symbollevels="0", enableorderby="0", forceraster="0")
    listed = ET.SubElement(renderer, "categories")
    for i, (value, label, _) in enumerate(categories):
        ET.SubElement(listed, "category", symbol=str(i), value=value, label=label, render="true", type="string")
    _symbols(renderer, [colour for *_, colour in categories], geometry)
    return _qml(renderer)


def graduated(field: str, classes: Sequence[tuple[float, float, str, str]], *, geometry: Geometry) -> str:
    """A colour for each class of a number: lower, upper, label, colour."""
    renderer = ET.Element(
        "renderer-v2",
        type="graduatedSymbol",
        attr=field,
        graduatedMethod="GraduatedColor",
        symbollevels="0",
        enableorderby="0",
        forceraster="0",
    )
    ranges = ET.SubElement(renderer, "ranges")
    for i, (lower, upper, label, _) in enumerate(classes):
        ET.SubElement(ranges, "range", symbol=str(i), lower=f"{lower:.6f}", upper=f"{upper:.6f}", label=label, render="true")
    _symbols(renderer, [colour for *_, colour in classes], geometry)
    return _qml(renderer)


def _symbols(renderer: ET.Element, colours: Sequence[str], geometry: Geometry) -> None:
    symbols = ET.SubElement(renderer, "symbols")
    kind, layer_class = ("marker", "SimpleMarker") if geometry == "Point" else ("fill", "SimpleFill")
    for i, colour in enumerate(colours):
        symbol = ET.SubElement(symbols, "symbol", type=kind, name=str(i), alpha="1", clip_to_extent="1", force_rhr="0")
        layer = ET.SubElement(symbol, "layer", {"class": layer_class, "enabled": "1", "locked": "0", "pass": "0"})
        options = ET.SubElement(layer, "Option", type="Map")
        values = {"color": _rgba(colour), "outline_color": _LINE, "outline_style": "solid", "outline_width": "0.2"}
        values |= {"name": "circle", "size": "2"} if geometry == "Point" else {"style": "solid"}
        for name, value in values.items():
            ET.SubElement(options, "Option", name=name, value=value, type="QString")


def _qml(renderer: ET.Element) -> str:
    qgis = ET.Element("qgis", version=_VERSION, styleCategories="Symbology")
    qgis.append(renderer)
    ET.SubElement(qgis, "layerOpacity").text = "0.85"
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(qgis, encoding="unicode")


def _rgba(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"{red},{green},{blue},255"
