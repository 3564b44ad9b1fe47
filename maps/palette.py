"""Classes and colours of the choropleths: the same for all Stände and themes, so that two maps can be compared."""

from bisect import bisect_right
from itertools import pairwise

# Lower bounds of the classes, in percent.
BREAKS = (0, 10, 25, 50, 75, 90, 95, 99)
# From light (little) to dark (much); lightness falls evenly, so the order survives any colour-vision deficiency and a grey print.
COLOURS = ("#fff3c4", "#f6d68d", "#e8b25c", "#d1893f", "#ab6440", "#7f4a4b", "#533650", "#241f3f")
NO_DATA_LINE = "#8a8f98"
NO_DATA_GROUND = "#f3f4f6"


def class_of(share: float) -> int:
    """The class of a share (0–1; a published 1.0001 counts as 1), 0 to 7."""
    percent = round(min(max(share, 0.0), 1.0) * 100, 4)
    return bisect_right(BREAKS, percent) - 1


def labels() -> list[str]:
    """The classes in words, ascending."""
    texts = [f"{low} bis unter {high} %" for low, high in pairwise(BREAKS)]
    return ["unter 10 %", *texts[1:], "99 bis 100 %"]
