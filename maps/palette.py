"""Classes and colours of the choropleths: the same for all Stände, so that two maps can be compared."""

from bisect import bisect_right
from itertools import pairwise

from maps.language import GERMAN, Language

# Lower bounds of the classes, in percent: of shares (the more the better), and of gaps (the less the better).
SCALES = {
    "share": (0.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0),
    "gap": (0.0, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 25.0),
}
# From light (little) to dark (much); lightness falls evenly, so the order survives any colour-vision deficiency and a grey print.
COLOURS = ("#fff3c4", "#f6d68d", "#e8b25c", "#d1893f", "#ab6440", "#7f4a4b", "#533650", "#241f3f")
# Line patterns over the colours, denser from class to class: (angle, distance, width) in SVG units; None is plain.
PATTERNS = (None, (0, 10, 0.8), (90, 9, 0.9), (0, 7, 1.0), (90, 6, 1.1), (135, 6, 1.2), (0, 4, 1.2), (90, 4, 1.4))
NO_DATA_LINE = "#6b7280"
NO_DATA_GROUND = "#f3f4f6"


def class_of(share: float, scale: str = "share") -> int:
    """The class of a share (0–1) as it is shown, with two digits of a percent; a published 1.0001 counts as 1. 0 to 7."""
    return bisect_right(SCALES[scale], round(min(max(share, 0.0), 1.0) * 100, 2)) - 1


def labels(scale: str = "share", language: Language = GERMAN) -> list[str]:
    """The classes in words, ascending."""
    bounds = [f"{b:g}".replace(".", "," if language.code == "de" else ".") for b in SCALES[scale]]
    texts = [language("legend.from_to", low=low, high=high) for low, high in pairwise(bounds)]
    return [language("legend.below", high=bounds[1]), *texts[1:], language("legend.last", low=bounds[-1])]
