"""The static pictures of a theme: a PNG with all its words for a document, an SVG that stands for the map until scripts run."""

import io

import geopandas as gpd
import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from maps.language import GERMAN
from maps.palette import COLOURS, NO_DATA_GROUND, NO_DATA_LINE, class_of, labels
from maps.sketch import Sketch
from maps.themes import StandView, Theme

SIZE_INCH, DPI = (6.0, 6.4), 150
INK, MUTED = "#241f3f", "#5a566b"
DEMO_MARK = "Demonstrationsdaten, schematische Grenzen"
WRAP = 92


def picture(theme: Theme, view: StandView, areas: gpd.GeoDataFrame, *, credit: str, demo: bool) -> bytes:
    """A PNG of 900 × 960 pixels; `areas` has `ags` and geometry in EPSG:25832, `credit` is the source line."""
    with mpl.rc_context({"font.family": "DejaVu Sans", "hatch.color": NO_DATA_LINE, "hatch.linewidth": 1.0, "text.parse_math": False}):
        figure = Figure(figsize=SIZE_INCH, dpi=DPI, facecolor="white")
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.02, 0.11, 0.96, 0.73))
        axes.set_axis_off()
        axes.set_aspect("equal")
        shares = areas["ags"].map(view.shares)
        known = areas[shares.notna()]
        if len(known):
            known.plot(ax=axes, color=[COLOURS[class_of(s, theme.scale)] for s in shares.dropna()], edgecolor="white", linewidth=0.6)
        unknown = areas[shares.isna()]
        if len(unknown):
            unknown.plot(ax=axes, facecolor=NO_DATA_GROUND, edgecolor=NO_DATA_LINE, hatch="////", linewidth=0.6)
        basis = GERMAN(f"basis.{view.basis}_long")
        figure.text(0.04, 0.955, theme.title_de, fontsize=15, fontweight="bold", color=INK)
        figure.text(0.04, 0.92, theme.measure_de, fontsize=7.5, color=MUTED)
        figure.text(0.04, 0.893, f"Stand {GERMAN.date(view.stand)} · Grundlage: {basis}", fontsize=7.5, color=MUTED)
        if demo:
            figure.text(0.04, 0.862, DEMO_MARK, fontsize=9, fontweight="bold", color="#7f3b4b")
        if theme.basis and theme.note_de:
            figure.text(0.04, 0.856 if demo else 0.885, _wrapped(theme.note_de), fontsize=5.6, color=INK, va="top")
        handles = [Patch(facecolor=c, edgecolor="#d9d5cc", label=t) for c, t in zip(COLOURS, labels(theme.scale), strict=True)]
        handles.append(Patch(facecolor=NO_DATA_GROUND, edgecolor=NO_DATA_LINE, hatch="////", label="keine Daten"))
        figure.legend(handles=handles, loc="lower center", ncols=5, fontsize=6.5, frameon=False, bbox_to_anchor=(0.5, 0.045))
        figure.text(0.04, 0.012, _wrapped(credit), fontsize=5.2, color=MUTED, va="bottom")
        stream = io.BytesIO()
        figure.savefig(stream, metadata={"Software": None})
    return stream.getvalue()


def vector_picture(sketch: Sketch, view: StandView, scale: str, *, demo: bool) -> str:
    """An SVG of the areas alone, without names."""
    shares, size = view.shares, (sketch.width, sketch.height)
    paths = "".join(
        f'<path d="{path}" fill="{_fill(shares.get(ags), scale)}" stroke="{NO_DATA_LINE if shares.get(ags) is None else "#ffffff"}"/>'
        for ags, path in sketch.paths.items()
    )
    hatch = f'<path d="M0 0V6" stroke="{NO_DATA_LINE}" stroke-width="2"/>'
    ground = f'<rect width="6" height="6" fill="{NO_DATA_GROUND}"/>'
    pattern = f'<pattern id="n" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">{ground}{hatch}</pattern>'
    mark = f'<text x="8" y="{size[1] - 8}" font-family="sans-serif" font-size="15" fill="#7f3b4b">{DEMO_MARK}</text>' if demo else ""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]} {size[1]}" width="{size[0]}" height="{size[1]}">'
    return f"{head}<defs>{pattern}</defs>{paths}{mark}</svg>\n"


def _fill(share: float | None, scale: str) -> str:
    return "url(#n)" if share is None else COLOURS[class_of(share, scale)]


def _wrapped(text: str) -> str:
    words_, lines = text.split(), [""]
    for word in words_:
        if len(lines[-1]) + len(word) > WRAP * 1.4:
            lines.append("")
        lines[-1] += word + " "
    return "\n".join(line.strip() for line in lines[:3])
