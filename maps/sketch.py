"""Small pictures as SVG: areas as paths of whole numbers. Interactive maps and PNG are elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from maps.palette import COLOURS, NO_DATA_GROUND, NO_DATA_LINE, class_of
from maps.themes import StandView

SIDE = 600


@dataclass(frozen=True)
class Sketch:
    """Areas drawn into a box of `width` × `height`: a path per AGS."""

    width: int
    height: int
    paths: dict[str, str]


class Drawer:
    """Draws parts of one simplified edition (`ags`, geometry, EPSG:25832)."""

    def __init__(self, areas: gpd.GeoDataFrame) -> None:
        """Keep the shapes by AGS."""
        self.shapes = dict(zip(areas["ags"].astype(str), areas.geometry.to_numpy(), strict=True))

    def draw(self, ags: Iterable[str], *, margin: float = 0.02, side: int = SIDE) -> Sketch:
        """The named areas, as large as the box of `side` allows."""
        keys = [key for key in ags if key in self.shapes]
        west, south, east, north = shapely.total_bounds([self.shapes[key] for key in keys])
        longer = max(east - west, north - south)
        border, unit = longer * margin, side / (longer * (1 + 2 * margin))
        origin = np.array([west - border, north + border])
        size = [round((extent + 2 * border) * unit) for extent in (east - west, north - south)]
        return Sketch(size[0], size[1], {key: _path(self.shapes[key], origin, unit) for key in keys})


def vector_picture(sketch: Sketch, view: StandView, scale: str, *, mark: str) -> str:
    """An SVG of the areas in the colours of their classes, with no words but `mark`: it stands for a map until scripts run."""
    shares, size = view.shares, (sketch.width, sketch.height)
    paths = "".join(
        f'<path d="{path}" fill="{_fill(shares.get(ags), scale)}" stroke="{NO_DATA_LINE if shares.get(ags) is None else "#ffffff"}"/>'
        for ags, path in sketch.paths.items()
    )
    hatch = f'<path d="M0 0V6" stroke="{NO_DATA_LINE}" stroke-width="2"/>'
    ground = f'<rect width="6" height="6" fill="{NO_DATA_GROUND}"/>'
    pattern = f'<pattern id="n" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">{ground}{hatch}</pattern>'
    text = f'<text x="8" y="{size[1] - 8}" font-family="sans-serif" font-size="15" fill="#7f3b4b">{mark}</text>' if mark else ""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]} {size[1]}" width="{size[0]}" height="{size[1]}">'
    return f"{head}<defs>{pattern}</defs>{paths}{text}</svg>\n"


def _fill(share: float | None, scale: str) -> str:
    return "url(#n)" if share is None else COLOURS[class_of(share, scale)]


def _path(geometry: shapely.Geometry, origin: np.ndarray, unit: float) -> str:
    """The path data of a polygon: absolute start, then relative steps."""
    parts = []
    for polygon in shapely.get_parts(geometry):
        for ring in (polygon.exterior, *polygon.interiors):
            points = np.round((shapely.get_coordinates(ring)[:-1] - origin) * [unit, -unit]).astype(int)
            points = points[np.any(points != np.roll(points, 1, axis=0), axis=1)]
            if len(points) > 2:  # noqa: PLR2004
                steps = np.diff(points, axis=0)
                parts.append(f"M{points[0][0]} {points[0][1]}l" + " ".join(f"{x} {y}" for x, y in steps) + "z")
    return "".join(parts)
