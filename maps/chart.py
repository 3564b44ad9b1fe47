"""The trend of an area as inline SVG: lines of shares through the Stände, never across a change of method or of basis."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from maps.language import Language
from maps.themes import METHOD_BREAK

WIDTH, HEIGHT = 480, 250
LEFT, RIGHT, TOP, BOTTOM = 44, 14, 14, 34
TICKS = (0, 25, 50, 75, 100)


@dataclass(frozen=True)
class Value:
    """One point of a line: a share (0–1) at a Stand, and on which basis."""

    stand: dt.date
    share: float
    basis: str


@dataclass(frozen=True)
class Chart:
    """What the template draws: polylines and points in the units of the box, ticks, the place of the break, and the text of it all."""

    lines: list[list[str]]
    points: list[tuple[float, float, str]]
    x_ticks: list[tuple[float, int]]
    y_ticks: list[tuple[float, int]]
    break_x: float | None
    text: str


def chart(name: str, values: Sequence[Value], compared: Sequence[Value], *, breaks: bool, language: Language) -> Chart | None:
    """The trend of `values` beside `compared` (the Land); None for less than two points. `breaks`: the atlas's change lies in it."""
    if len(values) < 2:  # noqa: PLR2004
        return None
    first = min(v.stand for v in [*values, *compared])
    last = max(v.stand for v in [*values, *compared])
    span = (last - first).days

    def place(stand: dt.date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (stand - first).days / span, 1)

    def height(share: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(max(share, 0), 1), 1)

    def pieces(line: Sequence[Value]) -> list[str]:
        found: list[list[Value]] = []
        for value in sorted(line, key=lambda v: v.stand):
            before = found[-1][-1] if found else None
            if before is None or before.basis != value.basis or (breaks and before.stand <= METHOD_BREAK < value.stand):
                found.append([])
            found[-1].append(value)
        return [" ".join(f"{place(v.stand)},{height(v.share)}" for v in piece) for piece in found if len(piece) > 1]

    has_break = breaks and first <= METHOD_BREAK < last
    start, end = values[0], values[-1]
    text = language(
        "chart.text",
        name=name,
        first=language.date(start.stand),
        first_value=language.percent(start.share),
        last=language.date(end.stand),
        last_value=language.percent(end.share),
    )
    return Chart(
        lines=[pieces(values), pieces(compared)],
        points=[(place(v.stand), height(v.share), f"{language.date(v.stand)}: {language.percent(v.share)}") for v in values],
        x_ticks=[(place(dt.date(y, 1, 1)), y) for y in range(first.year + 1, last.year + 1)],
        y_ticks=[(height(t / 100), t) for t in TICKS],
        break_x=place(METHOD_BREAK) if has_break else None,
        text=text + (" " + language("chart.break") if has_break else ""),
    )
