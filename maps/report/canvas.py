"""A figure as SVG: letters as shapes, no clock, no random ids, so that equal input gives equal bytes."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from maps.palette import NO_DATA_LINE

INK, MUTED, MARK = "#241f3f", "#5a566b", "#7f3b4b"


@contextmanager
def canvas(width_inch: float, height_inch: float) -> Iterator[Figure]:
    """A white figure; draw within the block, and call `svg` there too."""
    settings: dict[Any, Any] = {
        "font.family": "DejaVu Sans",
        "hatch.color": NO_DATA_LINE,
        "hatch.linewidth": 0.8,
        "text.parse_math": False,
        "svg.hashsalt": "netzlage",
        "svg.fonttype": "path",
        "font.size": 7,
    }
    with mpl.rc_context(settings):
        figure = Figure(figsize=(width_inch, height_inch), facecolor="white")
        FigureCanvasSVG(figure)
        yield figure


def svg(figure: Figure) -> bytes:
    """The figure as SVG."""
    stream = io.BytesIO()
    figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return stream.getvalue()
