"""The map of a report: a Kreis by Gemeinde, its neighbours in grey, the legend beside it, scale, attribution, and the demo mark."""

import geopandas as gpd
import matplotlib.patheffects as pe
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from maps.palette import COLOURS, NO_DATA_GROUND, NO_DATA_LINE, class_of
from maps.report.canvas import INK, MARK, MUTED, canvas, svg
from maps.report.words import Words, missing

SIZE_INCH = (7.0, 4.1)
MAP_BOX = (0.0, 0.05, 0.74, 0.95)
MARGIN = 0.06
SIMPLE_M = 60.0
CROWDED = 12
SCALES_KM = (1, 2, 5, 10, 20)
OTHER, OTHER_LINE = "#eeedf1", "#c9c6d2"
HALO = [pe.withStroke(linewidth=1.8, foreground="white")]


def area_map(
    gemeinden: gpd.GeoDataFrame, others: gpd.GeoDataFrame, *, rings: gpd.GeoDataFrame | None, notes: tuple[str, str], words: Words
) -> bytes:
    """The map as SVG.

    `gemeinden` (`name`, `share` 0–1 or missing) and `others` (the Kreise around) are in EPSG:25832; `rings` (`rang`) are the clusters.
    `notes`: the line of sources, and the demo mark or nothing.
    """
    credit, mark = notes
    with canvas(*SIZE_INCH) as figure:
        axes = figure.add_axes(MAP_BOX)
        axes.set_axis_off()
        axes.set_aspect("equal")
        _frame(axes, gemeinden)
        _draw(axes, others, OTHER, OTHER_LINE)
        known = gemeinden[~gemeinden["share"].map(missing)]
        for colour in COLOURS:
            _draw(axes, known[known["share"].map(lambda s: COLOURS[class_of(s)]) == colour], colour, "white")
        unknown = gemeinden[gemeinden["share"].map(missing)]
        if len(unknown):
            _simple(unknown).plot(ax=axes, facecolor=NO_DATA_GROUND, edgecolor=NO_DATA_LINE, hatch="////", linewidth=0.5, aspect=None)
        _simple(gpd.GeoDataFrame(geometry=[gemeinden.union_all()], crs=gemeinden.crs)).boundary.plot(
            ax=axes, color=INK, linewidth=1.0, aspect=None
        )
        _names(axes, gemeinden, words)
        _names_around(axes, others)
        if rings is not None and len(rings):
            _rings(axes, rings)
        _scale(axes)
        handles = [Patch(facecolor=c, edgecolor="#d9d5cc", label=t) for c, t in words.classes()]
        handles.append(Patch(facecolor=NO_DATA_GROUND, edgecolor=NO_DATA_LINE, hatch="////", label=words("no_data")))
        figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.75, 0.98), frameon=False, fontsize=7, labelcolor=INK)
        figure.text(0.005, 0.012, credit, fontsize=5, color=MUTED)
        if mark:
            figure.text(0.755, 0.09, mark.replace(", ", ",\n"), fontsize=7, fontweight="bold", color=MARK)
        return svg(figure)


def _frame(axes: Axes, gemeinden: gpd.GeoDataFrame) -> None:
    """Show the Kreis in the middle of the box, whatever its shape."""
    west, south, east, north = gemeinden.total_bounds
    box_width, box_height = SIZE_INCH[0] * MAP_BOX[2], SIZE_INCH[1] * MAP_BOX[3]
    half = max((east - west) / box_width, (north - south) / box_height) * (0.5 + MARGIN)
    x, y = (west + east) / 2, (south + north) / 2
    axes.set_xlim(x - half * box_width, x + half * box_width)
    axes.set_ylim(y - half * box_height, y + half * box_height)


def _draw(axes: Axes, areas: gpd.GeoDataFrame, colour: str, line: str) -> None:
    if len(areas):
        _simple(areas).plot(ax=axes, facecolor=colour, edgecolor=line, linewidth=0.5, aspect=None)


def _simple(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return areas.set_geometry(shapely.simplify(areas.geometry.to_numpy(), SIMPLE_M))


def _names(axes: Axes, gemeinden: gpd.GeoDataFrame, words: Words) -> None:
    size = 6.0 if len(gemeinden) <= CROWDED else 5.0
    points = shapely.get_coordinates(gemeinden.representative_point().to_numpy())
    for (x, y), name, share in zip(points, gemeinden["name"], gemeinden["share"], strict=True):
        text = f"{name.split(',')[0]}\n{words.percent(share, 0)}"
        axes.text(x, y, text, fontsize=size, ha="center", va="center", color=INK, path_effects=HALO, linespacing=1.1)


def _names_around(axes: Axes, others: gpd.GeoDataFrame) -> None:
    """The names of the Kreise around, each in the middle of what is seen of it."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    inset = (right - left) * 0.07
    seen = shapely.intersection(others.geometry.to_numpy(), shapely.box(left + inset, bottom + inset / 2, right - inset, top - inset / 2))
    for shape, name in zip(seen, others["name"], strict=True):
        if shape.area > ((right - left) * 0.1) ** 2:
            point = shapely.point_on_surface(shape)
            axes.text(point.x, point.y, name, fontsize=5.5, ha="center", va="center", color=MUTED, style="italic")


def _rings(axes: Axes, rings: gpd.GeoDataFrame) -> None:
    points = shapely.get_coordinates(rings.representative_point().to_numpy())
    for (x, y), rank in zip(points, rings["rang"], strict=True):
        axes.plot([x], [y], marker="o", markersize=9, markerfacecolor="white", markeredgecolor=MARK, markeredgewidth=1.2, zorder=5)
        axes.text(x, y, str(rank), fontsize=5.5, ha="center", va="center_baseline", color=INK, zorder=6)


def _scale(axes: Axes) -> None:
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    km = max((k for k in SCALES_KM if k * 1000 <= (right - left) * 0.25), default=SCALES_KM[0])
    x, y = left + (right - left) * 0.02, bottom + (top - bottom) * 0.035
    axes.plot([x, x + km * 1000], [y, y], color=INK, linewidth=2, solid_capstyle="butt", path_effects=HALO)
    axes.text(x, y + (top - bottom) * 0.015, f"{km} km", fontsize=6, color=INK, path_effects=HALO)
