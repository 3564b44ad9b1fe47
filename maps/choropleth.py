"""The interactive map of a theme, made with folium: no base map, no random ids. The page brings Leaflet from the site itself."""

import base64
import hashlib
import json
from dataclasses import dataclass

import folium
import geopandas as gpd
from branca.element import Element, Figure

from maps.palette import COLOURS, class_of
from maps.themes import StandView

NO_DATA = "url(#keine-daten)"
LINE = {"color": "#ffffff", "weight": 1.2, "fillOpacity": 1}
LINE_NO_DATA = {"color": "#8a8f98", "weight": 1.2, "fillOpacity": 1}


@dataclass(frozen=True)
class MapParts:
    """The parts of a folium map that a page needs: the container, the script, and the names of map and layer in that script."""

    body: str
    script: str
    map_name: str
    layer_name: str


def choropleth(areas: gpd.GeoDataFrame, view: StandView, *, scale: str = "share") -> MapParts:
    """A choropleth of `areas` (`ags`, `name`, EPSG:4326) in the colours of one Stand; the page's script switches the Stand."""
    west, south, east, north = areas.total_bounds
    leaflet = folium.Map(tiles=None, zoom_control=True, zoom_snap=0.25)
    layer = folium.GeoJson(
        json.loads(areas[["ags", "geometry"]].to_json(drop_id=True)),
        style_function=lambda feature: style(view.shares.get(feature["properties"]["ags"]), scale),
        smooth_factor=0.5,
    )
    layer.add_to(leaflet)
    leaflet.fit_bounds([[south, west], [north, east]], padding=(8, 8))
    figure = leaflet.get_root()
    assert isinstance(figure, Figure)  # noqa: S101  # branca types the root of a map as any element
    for counter, element in enumerate(_elements(figure)):
        element._id = f"{counter:04d}"  # noqa: SLF001  # folium draws its ids at random: no two builds would be alike
    figure.render()
    return MapParts(
        body=_lines(figure.html.render()),
        script=_safe(figure.script.render()),
        map_name=leaflet.get_name(),
        layer_name=layer.get_name(),
    )


def style(share: float | None, scale: str = "share") -> dict[str, object]:
    """The path style of an area: its class's colour, or hatched where there are no data."""
    if share is None:
        return {**LINE_NO_DATA, "fillColor": NO_DATA}
    return {**LINE, "fillColor": COLOURS[class_of(share, scale)]}


def script_hash(script: str) -> str:
    """The hash of an inline script for the Content-Security-Policy."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _elements(element: Element) -> list[Element]:
    found = [element]
    for child in element._children.values():  # noqa: SLF001  # branca offers no public way to its children
        found += _elements(child)
    return found


def _lines(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


def _safe(script: str) -> str:
    """The script without anything that could end its element early."""
    return _lines(script).replace("</", "<\\/")
