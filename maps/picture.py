"""The PNG of a theme with all its words, for a document. The areas are drawn once for all themes; pages and SVG are elsewhere."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import matplotlib as mpl
import numpy as np
import shapely
from PIL import Image, ImageColor, ImageDraw, ImageFont

from maps.language import Language
from maps.palette import COLOURS, NO_DATA_GROUND, NO_DATA_LINE, class_of, labels
from maps.themes import StandView, Theme
from maps.wording import basis_line

WIDTH, MARGIN = 900, 36
TALLEST = 720
INK, MUTED, MARK, PAPER, OUTLINE = "#241f3f", "#5a566b", "#7f3b4b", "#ffffff", "#8d8899"
# Points per pixel in each direction while the areas are drawn, and the width of their borders in such points.
FINE, BORDER = 4, 5
HATCH = 14
GRID_M = 10.0
SWATCH, GAP = (28, 16), 8
# Of zlib; a higher one takes twice the time for a tenth of the size.
LEVEL = 6
# Pillow looks for the nearest colour by cells of four: colours that are further apart than two of them never take each other's place.
PALETTE, APART = 256, 8


class Painter:
    """Paints the same areas (EPSG:25832, by AGS) in the colours of one theme after the other."""

    def __init__(self, shapes: Mapping[str, shapely.Geometry]) -> None:
        """Draw the areas as numbers: for each pixel that of the one area in it, and all points of the pixels on borders."""
        self.keys = list(shapes)
        drawn = _numbered(list(shapes.values()))
        height, width = (n // FINE for n in drawn.shape)
        points = drawn.reshape(height, FINE, width, FINE).swapaxes(1, 2).reshape(height, width, FINE * FINE)
        self._mixed = (points != points[:, :, :1]).any(axis=2)
        self._pure, self._points = points[:, :, 0], points[self._mixed]
        down, right = np.ogrid[:height, :width]
        cover = np.clip(1.5 - abs((down + right) % HATCH - HATCH // 2), 0, 1)[:, :, None]
        self._hatch = _rounded(_rgb(NO_DATA_GROUND) * (1 - cover) + _rgb(NO_DATA_LINE) * cover)

    def paint(self, shares: Mapping[str, float | None], scale: str) -> Image.Image:
        """The map: every area in the colour of its class, hatched where it has no share."""
        known = [shares.get(key) for key in self.keys]
        colours = [NO_DATA_GROUND if share is None else COLOURS[class_of(share, scale)] for share in known]
        borders = [NO_DATA_LINE if share is None else PAPER for share in known]
        table = np.array([_rgb(c) for c in (PAPER, OUTLINE, *colours, *borders)])
        pixels = _rounded(table)[self._pure]
        hatched = np.array([False, False, *(share is None for share in known), *(False for _ in known)])[self._pure]
        pixels[hatched] = self._hatch[hatched]
        pixels[self._mixed] = _rounded(table[self._points].mean(axis=1))
        return Image.fromarray(pixels)

    def hatch(self, size: tuple[int, int]) -> Image.Image:
        """A piece of the pattern of no data."""
        return Image.fromarray(self._hatch[: size[1], : size[0]])


@dataclass(frozen=True)
class Wording:
    """What is written around the map of a theme: `credit` is the source line, `mark` that of a demo or empty."""

    theme: Theme
    view: StandView
    credit: str
    mark: str


def picture(painter: Painter, painted: Image.Image, words: Wording, language: Language) -> bytes:
    """A PNG, 900 pixels wide and as high as its words need; `painted` is what `painter` made of the theme."""
    theme = words.theme
    head = [
        *_lines(language.pick(theme, "title"), 31, INK, bold=True),
        *_lines(f"{language.pick(theme, 'measure')}.", 16, MUTED),
        *_lines(basis_line(words.view, language), 16, MUTED),
        *_lines(words.mark, 17, MARK, bold=True),
        *_lines(language.pick(theme, "note"), 14, INK),
    ]
    legend = _Legend(theme, language)
    foot = _lines(words.credit, 12, MUTED)
    top = MARGIN // 2 + sum(line.height for line in head) + 2 * GAP
    below = top + painted.height + 2 * GAP
    image = Image.new("RGB", (WIDTH, below + legend.height + GAP + sum(line.height for line in foot) + MARGIN // 2), PAPER)
    draw = ImageDraw.Draw(image)
    _write(draw, head, MARGIN // 2)
    image.paste(painted, ((WIDTH - painted.width) // 2, top))
    legend.draw(image, draw, below, painter.hatch(SWATCH))
    _write(draw, foot, below + legend.height + GAP)
    stream = io.BytesIO()
    _few_colours(image).save(stream, "PNG", compress_level=LEVEL)
    return stream.getvalue()


@dataclass(frozen=True)
class _Line:
    text: str
    font: ImageFont.FreeTypeFont
    colour: str

    @property
    def height(self) -> int:
        return round(self.font.size * 1.35)


class _Legend:
    """All classes of a theme and no data, column by column, in as many columns as fit."""

    def __init__(self, theme: Theme, language: Language) -> None:
        self.font = _font(14)
        self.title = _lines(language(f"legend.{theme.legend}"), 13, MUTED)
        self.entries = [*zip(labels(theme.scale, language), COLOURS, strict=True), (language("word.no_data"), None)]
        self.step = max(round(self.font.getlength(text)) for text, _ in self.entries) + SWATCH[0] + 3 * GAP
        self.rows = -(-len(self.entries) // max(1, (WIDTH - 2 * MARGIN + 2 * GAP) // self.step))
        self.row = SWATCH[1] + GAP

    @property
    def height(self) -> int:
        return sum(line.height for line in self.title) + GAP + self.rows * self.row

    def draw(self, image: Image.Image, draw: ImageDraw.ImageDraw, top: int, hatch: Image.Image) -> None:
        start = _write(draw, self.title, top) + GAP
        for i, (text, colour) in enumerate(self.entries):
            column, row = divmod(i, self.rows)
            x, y = MARGIN + column * self.step, start + row * self.row
            if colour is None:
                image.paste(hatch, (x, y))
            draw.rectangle((x, y, x + SWATCH[0] - 1, y + SWATCH[1] - 1), fill=colour, outline=OUTLINE)
            draw.text((x + SWATCH[0] + GAP, y + SWATCH[1] // 2), text, fill=INK, font=self.font, anchor="lm")


def _numbered(shapes: list[shapely.Geometry]) -> np.ndarray:
    """The areas at FINE points per pixel: 0 outside, 1 on the border of all, from 2 on the areas, after them the borders of each."""
    west, south, east, north = shapely.total_bounds(shapes)
    side, room = WIDTH - 2 * MARGIN, BORDER
    unit = min((side * FINE - 2 * room) / (east - west), (TALLEST * FINE - 2 * room) / (north - south))
    size = [FINE * -(-round(extent * unit + 2 * room) // FINE) for extent in (east - west, north - south)]
    image = Image.new("I;16", (size[0], size[1]), 0)
    draw = ImageDraw.Draw(image)

    def rings(geometry: shapely.Geometry) -> Iterator[list[tuple[float, ...]]]:
        for ring in shapely.get_parts(shapely.get_rings(geometry)):
            points = (shapely.get_coordinates(ring) - [west, north]) * [unit, -unit] + room
            yield list(map(tuple, points.tolist()))

    parts, owners = shapely.get_parts(shapes, return_index=True)
    # What lies within another area is smaller than it and drawn after it, into its hole.
    for i in np.argsort(-shapely.area(shapely.polygons(shapely.get_exterior_ring(parts))), kind="stable"):
        outer, *holes = rings(parts[i])
        draw.polygon(outer, fill=int(owners[i]) + 2)
        for hole in holes:
            draw.polygon(hole, fill=0)
    # Simplified borders need not meet in the same points: the quicker union of coverages refuses them.
    whole = shapely.get_parts(shapely.union_all(shapely.make_valid(shapes), grid_size=GRID_M))
    for part, number in [*zip(parts, owners + len(shapes) + 2, strict=True), *((part, 1) for part in whole)]:
        for ring in rings(part):
            draw.line(ring, fill=int(number), width=BORDER, joint="curve")
    return np.asarray(image)


def _lines(text: str, size: int, colour: str, *, bold: bool = False) -> list[_Line]:
    """The text in lines that fit between the margins; a word that is longer than a line is cut."""
    font, room, lines = _font(size, bold=bold), WIDTH - 2 * MARGIN, list[str]()
    for word in filter(None, text.split(" ")):
        if lines and font.getlength(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
            continue
        rest = word
        while font.getlength(rest) > room:
            fitting = next(n for n in range(len(rest) - 1, 0, -1) if n == 1 or font.getlength(rest[:n]) <= room)
            lines.append(rest[:fitting])
            rest = rest[fitting:]
        lines.append(rest)
    return [_Line(line, font, colour) for line in lines]


def _write(draw: ImageDraw.ImageDraw, lines: list[_Line], top: int) -> int:
    """Write lines below each other from `top` on; returns where the next one would be."""
    for line in lines:
        draw.text((MARGIN, top + line.height // 2), line.text, fill=line.colour, font=line.font, anchor="lm")
        top += line.height
    return top


@cache
def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Matplotlib brings DejaVu Sans: the same letters whatever is installed."""
    path = Path(mpl.get_data_path(), "fonts", "ttf", "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def _few_colours(image: Image.Image) -> Image.Image:
    """The image with a palette, a third of the bytes: the most frequent colours as they are, those between for smooth edges nearly so."""
    found = sorted(image.getcolors(image.width * image.height) or (), reverse=True)
    colours = np.array([colour for _, colour in found], dtype=int)
    kept: list[np.ndarray] = []
    while len(colours) and len(kept) < PALETTE:
        kept.append(colours[0])
        colours = colours[(abs(colours - colours[0]) >= APART).any(axis=1)]
    palette = Image.new("P", (1, 1))
    palette.putpalette(np.array(kept, dtype=np.uint8).tobytes())
    return image.quantize(palette=palette, dither=Image.Dither.NONE)


def _rgb(colour: str) -> np.ndarray:
    return np.array(ImageColor.getrgb(colour), dtype=float)


def _rounded(values: np.ndarray) -> np.ndarray:
    return np.round(values).astype(np.uint8)
