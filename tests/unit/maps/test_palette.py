"""The palette in numbers: contrasts, and distances as people with the three common colour-vision deficiencies see them."""

from itertools import combinations, pairwise

import numpy as np
import pytest

from maps.palette import COLOURS, NO_DATA_GROUND, NO_DATA_LINE

# Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency" (2009), severity 1.0, linear RGB.
DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])  # IEC 61966-2-1
WHITE = TO_XYZ @ np.ones(3)


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(colour: str, deficiency: str) -> np.ndarray:
    """CIE 1976 L*a*b*."""
    ratio = TO_XYZ @ np.clip(DEFICIENCIES[deficiency] @ linear(colour), 0, 1) / WHITE
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, relative luminance."""
    light, dark = sorted((float(TO_XYZ[1] @ linear(c)) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_no_two_classes_look_alike_and_their_order_stays(deficiency: str) -> None:
    seen = [lab(colour, deficiency) for colour in COLOURS]
    assert min(float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2)) > 9
    assert all(after[0] < before[0] - 5 for before, after in pairwise(seen))


def test_contrasts_are_those_that_the_method_page_speaks_of() -> None:
    """Eight classes cannot have 3 : 1 from neighbour to neighbour: that needs 3⁷ = 2187 : 1, and black on white has 21 : 1."""
    neighbours = [contrast(a, b) for a, b in pairwise(COLOURS)]
    assert min(neighbours) > 1.2
    assert max(neighbours) < 3
    assert contrast(COLOURS[0], COLOURS[-1]) > 12
    assert all(contrast(a, b) > 3 for a, b in zip(COLOURS, COLOURS[4:], strict=False))
    assert contrast(NO_DATA_LINE, NO_DATA_GROUND) > 4
