"""Streets of the demo: addresses in rows along them, house numbers that rise, and names that say they are invented."""

from dataclasses import dataclass

import numpy as np

from geodata.demo.raster import CELL_M, Floats, Ints

BLOCK_CELLS = 4
ROW_OF_HOUSES = 14
FRONT_M, JITTER_M = 16.0, 2.0
SUFFIXED = 0.05
STEMS = (
    *("Ahorn", "Linden", "Eichen", "Buchen", "Birken", "Erlen", "Eschen", "Tannen", "Fichten", "Kiefern", "Ulmen", "Weiden"),
    *("Kirsch", "Apfel", "Birn", "Nuss", "Rosen", "Tulpen", "Nelken", "Veilchen", "Flieder", "Holunder", "Ginster", "Farn"),
    *("Mühlen", "Kirch", "Schul", "Bahnhof", "Markt", "Rathaus", "Post", "Brücken", "Garten", "Wiesen", "Bach", "Berg"),
    *("Tal", "Höhen", "Feld", "Wald", "Heide", "Moor", "Teich", "Quellen", "Fluss", "Ufer", "Deich", "Hafen"),
    *("Süd", "Nord", "Ost", "West", "Bürger", "Schützen", "Jäger", "Müller", "Färber", "Töpfer", "Weber", "Schmiede"),
    *("Amsel", "Drossel", "Finken", "Meisen", "Lerchen", "Spatzen", "Schwalben", "Störche", "Möwen", "Käuzchen", "Häher", "Fähr"),
    *("Löwen", "Bären", "Hirsch", "Reh", "Fuchs", "Dachs", "Igel", "Äcker", "Öl", "Übungs", "Grün", "Weiß"),
    *("Zechen", "Hütten", "Kohlen", "Ziegel", "Glocken", "Stern", "Sonnen", "Mond", "Winter", "Sommer", "Frühlings", "Herbst"),
)
KINDS = ("straße", "weg", "platz", "allee", "gasse", "ring", "pfad", "ufer", "hof", "stieg", "-Straße", "kamp")
FRONTS = (
    "",
    "Alte ",
    "Neue ",
    "Obere ",
    "Untere ",
    "Vordere ",
    "Hintere ",
    "Lange ",
    "Kurze ",
    "Große ",
    "Kleine ",
    "Sankt-",
    "Am ",
    "Zum ",
    "An der ",
)
MANY = len(STEMS) * len(KINDS) * len(FRONTS)
# Any step that shares no factor with MANY walks through every name once.
STEP = 7919


@dataclass(frozen=True)
class Houses:
    """Addresses in the order of their streets. All arrays have one entry per address.

    `cell`: position in the cells. `east`, `north`: metres in EPSG:25832, whole millimetres. `street`: number of the street, ascending.
    `number`: house number. `suffixed`: the number is a neighbour's, with an „a“.
    """

    cell: Ints
    east: Floats
    north: Floats
    street: Ints
    number: Ints
    suffixed: np.ndarray


def built(row: Ints, column: Ints, gemeinde: Ints, counts: Ints, rng: np.random.Generator) -> Houses:
    """`counts[i]` houses in the cell i, on both sides of streets that run through blocks of 400 m either west–east or south–north."""
    cell = np.repeat(np.arange(len(counts)), counts)
    turn = np.arange(len(cell)) - np.repeat(np.cumsum(counts) - counts, counts)
    lines = -(-counts // ROW_OF_HOUSES)[cell]
    line, place = turn % lines, turn // lines
    longest = -(-counts[cell] // lines)
    slots = -(-longest // 2)
    side = place % 2
    along = np.clip((place // 2 + 0.5) / slots * CELL_M + rng.uniform(-JITTER_M, JITTER_M, len(cell)), 1, CELL_M - 1)
    front = np.minimum(FRONT_M, CELL_M / lines / 2 - 4) + rng.uniform(-JITTER_M, JITTER_M, len(cell))
    across = (line + 0.5) / lines * CELL_M + np.where(side == 0, -front, front)
    block_row, block_column = row[cell] // BLOCK_CELLS, column[cell] // BLOCK_CELLS
    level = (block_row * 7919 + block_column * 104_729) % 13 % 2 == 0
    east: Floats = np.round(column[cell] * CELL_M + np.where(level, along, across), 3)
    north: Floats = np.round(row[cell] * CELL_M + np.where(level, across, along), 3)
    track = np.where(level, row[cell] % BLOCK_CELLS, column[cell] % BLOCK_CELLS) * 8 + line
    way = np.where(level, column[cell] % BLOCK_CELLS, row[cell] % BLOCK_CELLS) * CELL_M + along
    street = ((gemeinde[cell] << 14 | block_row - block_row.min()) << 14 | block_column - block_column.min()) << 5 | track
    key = (street << 1 | side) << 16 | (way * 100).astype("int64")
    order = np.argsort(key, kind="stable")
    key = key[order] >> 16
    number, suffixed = _numbered(key, rng)
    _, compact = np.unique(street[order], return_inverse=True)
    return Houses(cell[order], east[order], north[order], compact, number, suffixed)


def _numbered(key: Ints, rng: np.random.Generator) -> tuple[Ints, np.ndarray]:
    """Odd numbers on one side, even ones on the other; `key` is ascending and its last bit the side."""
    first = np.flatnonzero(np.diff(key, prepend=-1))
    rank = np.arange(len(key)) - np.repeat(first, np.diff(first, append=len(key)))
    drawn = rng.random(len(key)) < SUFFIXED
    suffixed = drawn & (rank > 0) & ~np.roll(drawn, 1)
    return 2 * (rank - suffixed) + 1 + (key & 1), suffixed


def names(count: int, start: int) -> list[str]:
    """`count` different names, each with “Demo” in it; `start` shifts which come first. At most `MANY`."""
    found = []
    for i in range(count):
        rest, stem = divmod((start + i * STEP) % MANY, len(STEMS))
        front, kind = divmod(rest, len(KINDS))
        found.append(f"{FRONTS[front]}Demo-{STEMS[stem]}{KINDS[kind]}")
    return found
