"""The PNG of a theme: the colours of its areas, its words in both languages, and room for all of them."""

import io
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import shapely
from PIL import Image, ImageColor, ImageDraw, ImageFont

from maps.language import ENGLISH, GERMAN, LANGUAGES, Language
from maps.palette import COLOURS, NO_DATA_GROUND, NO_DATA_LINE, labels
from maps.picture import MARGIN, OUTLINE, WIDTH, Painter, Wording, picture
from maps.themes import THEMES, StandView, Theme
from tests.unit.maps.content import STANDS

LEFT, RIGHT, INNER = (shapely.box(*box) for box in ((0, 0, 50_000, 60_000), (50_000, 0, 90_000, 60_000), (10_000, 10_000, 30_000, 30_000)))
SHAPES = {"05111": LEFT.difference(INNER), "05112": RIGHT.difference(shapely.box(60_000, 10_000, 75_000, 20_000)), "05113": INNER}
SHARES = {"05111": 0.5, "05112": None, "05113": 0.995}
VIEW = StandView(STANDS[1], "derived", ("a",), SHARES)
THEME = next(t for t in THEMES if t.theme_id == "graue-flecken-mobilfunk")
LONG = replace(
    THEME, title_de="Sehr langer Titel " * 9, title_en="A very long title " * 9, note_de="x" * 400 + " 50\u00a0%" * 60, note_en="y " * 400
)
# The palette of a PNG moves the colours of smooth edges by so much.
NEAR = 16
CREDIT = "; ".join(f"Quelle {i} (Daten verändert)" for i in range(60))


@pytest.fixture(scope="module")
def painter() -> Painter:
    return Painter(SHAPES)


def drawn(painter: Painter, words: Wording, language: Language) -> np.ndarray:
    png = picture(painter, painter.paint(words.view.shares, words.theme.scale), words, language)
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def test_areas_that_do_not_quite_meet_are_drawn_too() -> None:
    apart = [shapely.box(50_003, 0, 90_000, 60_000), shapely.box(49_990, 20_000, 90_000, 60_001), RIGHT.segmentize(9_000)]
    for right in apart:
        painted = np.asarray(Painter({"05111": LEFT.segmentize(7_000), "05112": right}).paint({"05111": 0.5, "05112": 0.6}, "share"))
        assert not (painted[100:-100, 100:-100] == ImageColor.getrgb(OUTLINE)).all(axis=2).any()
        assert has(painted, OUTLINE)


def has(pixels: np.ndarray, colour: str) -> bool:
    return bool((pixels == ImageColor.getrgb(colour)).all(axis=2).any())


def test_areas_have_the_colour_of_their_class_and_are_hatched_without_one(painter: Painter) -> None:
    painted = painter.paint(SHARES, "share")
    scale = painted.width / 90_000

    def around(x: float, y: float) -> set[tuple[int, ...]]:
        column, row = round(x * scale), round((60_000 - y) * scale)
        colours = np.asarray(painted)[row - 12 : row + 12, column - 12 : column + 12].reshape(-1, 3)
        return set(map(tuple, colours.tolist()))

    assert around(40_000, 30_000) == {ImageColor.getrgb(COLOURS[3])}
    assert around(20_000, 20_000) == {ImageColor.getrgb(COLOURS[7])}
    assert {ImageColor.getrgb(NO_DATA_GROUND), ImageColor.getrgb(NO_DATA_LINE)} < around(70_000, 40_000)
    assert around(67_500, 15_000) == {(255, 255, 255)}
    assert around(50_000, 30_000) > {ImageColor.getrgb(COLOURS[3]), ImageColor.getrgb(NO_DATA_GROUND)}


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda t: t.code)
@pytest.mark.parametrize("theme", [THEME, LONG, replace(LONG, scale="share")], ids=["short", "long", "share"])
def test_all_words_are_there_in_their_language_and_none_lies_on_another(
    theme: Theme, language: Language, painter: Painter, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[tuple[str, tuple[float, ...]]] = []
    write = ImageDraw.ImageDraw.text

    def listen(
        self: ImageDraw.ImageDraw, xy: tuple[float, float], text: str, *, fill: str, font: ImageFont.FreeTypeFont, anchor: str
    ) -> None:
        written.append((text, self.textbbox(xy, text, font=font, anchor=anchor)))
        write(self, xy, text, fill=fill, font=font, anchor=anchor)

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", listen)
    mark = language("frame.demo_title")
    pixels = drawn(painter, Wording(theme, VIEW, CREDIT, mark), language)
    texts = " ".join(text for text, _ in written)
    date = "30 June 2021" if language == ENGLISH else "30.06.2021"
    for words in (mark, date, CREDIT, language("basis.derived_long"), language("word.no_data"), *labels(theme.scale, language)):
        assert words in texts
    for part in ("title", "measure", "note"):
        assert language.pick(theme, part).replace(" ", "") in texts.replace(" ", "")
    assert texts.count("50\u00a0%") == language.pick(theme, "note").count("50\u00a0%")
    boxes = [shapely.box(*box) for _, box in written]
    assert shapely.box(0, 0, pixels.shape[1], pixels.shape[0]).contains(shapely.union_all(boxes))
    assert [pair for pair in combinations(written, 2) if shapely.box(*pair[0][1]).intersects(shapely.box(*pair[1][1]))] == []
    assert all(has(pixels, colour) for colour in COLOURS)
    # Nothing is written on the map.
    painted = np.asarray(painter.paint(SHARES, theme.scale))[:, ::9]
    part = pixels[:, MARGIN : WIDTH - MARGIN : 9].astype(int)
    (top,) = (i for i in range(len(part) - len(painted)) if (abs(part[i : i + len(painted)] - painted) < NEAR).all())
    bottom = top + len(painted)
    assert all(box.bounds[3] <= top or box.bounds[1] >= bottom for box in boxes)


def test_without_a_mark_none_is_there_and_the_same_gives_the_same_bytes(painter: Painter) -> None:
    words = Wording(THEME, VIEW, CREDIT, "")
    painted = painter.paint(SHARES, "gap")
    assert not has(drawn(painter, words, GERMAN), "#7f3b4b")
    assert has(drawn(painter, replace(words, mark="Demonstrationsdaten"), GERMAN), "#7f3b4b")
    again = Painter(SHAPES)
    assert picture(painter, painted, words, GERMAN) == picture(again, again.paint(SHARES, "gap"), words, GERMAN)
    assert picture(painter, painted, words, GERMAN) != picture(painter, painted, words, ENGLISH)
