"""The chart of a report: shares over the Stände. Lines never cross the change of method, nor join figures on different bases."""

import datetime as dt
from dataclasses import dataclass

from matplotlib.ticker import FuncFormatter

from geodata.targets import METHOD_BREAK
from maps.report.canvas import INK, MARK, MUTED, canvas, svg
from maps.report.words import Words

SIZE_INCH = (7.0, 2.4)
MARKERS = {"reported": "o", "derived": "s", "modelled": "^"}


@dataclass(frozen=True)
class Series:
    """One line: its label and looks, and its points (Stand, share 0–1, basis), ascending."""

    label: str
    colour: str
    dash: str
    width: float
    is_filled: bool
    points: tuple[tuple[dt.date, float, str], ...]


def chart(series: list[Series], *, mark: str, words: Words) -> bytes:
    """The chart as SVG."""
    with canvas(*SIZE_INCH) as figure:
        axes = figure.add_axes((0.065, 0.12, 0.68, 0.82))
        for one in series:
            for i, piece in enumerate(pieces(one)):
                axes.plot(
                    [_year(p[0]) for p in piece],
                    [p[1] * 100 for p in piece],
                    color=one.colour,
                    linestyle=one.dash,
                    linewidth=one.width,
                    marker=MARKERS[piece[0][2]],
                    markersize=3.6,
                    markerfacecolor=one.colour if one.is_filled else "white",
                    label=one.label if i == 0 else None,
                )
        stands = [p[0] for one in series for p in one.points]
        if min(stands) <= METHOD_BREAK < max(stands):
            axes.axvline(_year(METHOD_BREAK), color=MARK, linewidth=1, linestyle=(0, (2, 2)))
            axes.text(_year(METHOD_BREAK) + 0.05, 101.5, words("method_break"), fontsize=6, color=MARK, va="bottom")
        axes.set_ylim(0, 100)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:.0f}\u202f%"))
        first, last = min(stands).year, max(stands).year + 1
        axes.set_xlim(_year(min(stands)) - 0.2, _year(max(stands)) + 0.2)
        axes.set_xticks([year for year in range(first, last + 1) if _year(min(stands)) - 0.2 <= year <= _year(max(stands)) + 0.2])
        axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"01.{v:.0f}"))
        axes.grid(axis="y", color="#e4e2ea", linewidth=0.6)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
        axes.spines[["left", "bottom"]].set_color(MUTED)
        axes.tick_params(colors=INK, labelsize=6.5)
        figure.legend(loc="upper left", bbox_to_anchor=(0.75, 0.96), frameon=False, fontsize=6.5, labelcolor=INK, handlelength=2.6)
        if mark:
            figure.text(0.755, 0.1, mark.replace(", ", ",\n"), fontsize=7, fontweight="bold", color=MARK)
        return svg(figure)


def pieces(one: Series) -> list[list[tuple[dt.date, float, str]]]:
    """The points that may be joined by a line: same basis, same side of the change of method, neighbours in time."""
    found: list[list[tuple[dt.date, float, str]]] = []
    for point in one.points:
        last = found[-1][-1] if found else None
        if last and last[2] == point[2] and (last[0] <= METHOD_BREAK) == (point[0] <= METHOD_BREAK):
            found[-1].append(point)
        else:
            found.append([point])
    return found


def _year(day: dt.date) -> float:
    return day.year + (day.timetuple().tm_yday - 1) / 365.25
