"""The 100 m cells as picture tiles for the web map, in one PMTiles file: mobile coverage and white spots, as codes that a page colours.

`kacheln/netz.pmtiles` (`DEMO_netz.pmtiles`), PNG, zooms 6 to 11, 256 pixels. The colour of a pixel is no colour but three codes:
red = operators with 4G + 1, green = operators with 5G + 1 (0: no data), blue = fixed line: 0 no data, 1 all households from
100 Mbit/s, 2 some below 100, 3 some below 30. Outside the Land a pixel is transparent. Metadata of the file: `stand_mobile`,
`stand_fixed`, `attribution`, `codes`. Blue shows only the parts of `out_whitespots__published_cells`: never fewer than three households.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyproj
from affine import Affine
from rasterio.crs import CRS
from rasterio.enums import Resampling
from rasterio.warp import reproject

from geodata.cells import CELL_M, COLUMNS
from geodata.exports.target import DEMO_NAME
from maps.pmtiles import write_pmtiles

ZOOMS = range(6, 12)
PIXELS = 256
# Half the length of the equator: the square of Web Mercator.
WORLD_M = 20_037_508.342789244
OPERATORS, FIXED = 6, 4
SQUARES = OPERATORS * OPERATORS * FIXED
OUTSIDE = 255
CODES = {
    "red": "operators with 4G + 1; 0 = no data",
    "green": "operators with 5G + 1; 0 = no data",
    "blue": "fixed line: 0 = no data, 1 = from 100 Mbit/s, 2 = some households below 100, 3 = some below 30",
}


@dataclass(frozen=True)
class Drawing:
    """What is drawn, and what is said of it. `land`: the cell ids of the Land; `mobile` and `parts` as `cell_codes` takes them."""

    land: np.ndarray
    mobile: pa.Table | None
    parts: np.ndarray | None
    stand_mobile: str
    stand_fixed: str
    attribution: str


def draw(drawing: Drawing, folder: Path, *, demo: bool) -> str:
    """Write the file below `folder`; returns its path there."""
    name = tiles_path(demo=demo)
    said = {"stand_mobile": drawing.stand_mobile, "stand_fixed": drawing.stand_fixed, "attribution": drawing.attribution, "demo": demo}
    write_tiles(folder / name, *cell_codes(drawing.land, drawing.mobile, drawing.parts), metadata=said)
    return name


def tiles_path(*, demo: bool) -> str:
    """Where the file lies below the site."""
    return f"kacheln/{DEMO_NAME if demo else ''}netz.pmtiles"


def cell_codes(land: np.ndarray, mobile: pa.Table | None, parts: np.ndarray | None) -> tuple[np.ndarray, Affine]:
    """The code of every cell of the Land as a picture (uint8, north up; OUTSIDE elsewhere), and where it lies in EPSG:25832.

    `land`: the cell ids of the Land; `mobile`: `cell_id, operators_4g, operators_5g`; `parts`: rows of cell_id and class (1 to 3).
    """
    rows, columns = land // COLUMNS, land % COLUMNS
    top, left = int(rows.max()), int(columns.min())
    picture = np.full((top - int(rows.min()) + 1, int(columns.max()) - left + 1), OUTSIDE, dtype=np.uint8)
    picture[top - rows, columns - left] = 0
    if mobile is not None:
        ids = mobile["cell_id"].to_numpy()
        codes = [_operators(mobile[c]) for c in ("operators_4g", "operators_5g")]
        _add(picture, ids, (codes[0] * OPERATORS + codes[1]) * FIXED, top, left)
    if parts is not None and len(parts):
        _add(picture, parts[:, 0], parts[:, 1].astype(np.uint8), top, left)
    return picture, Affine(CELL_M, 0, left * CELL_M, 0, -CELL_M, (top + 1) * CELL_M)


def write_tiles(path: Path, picture: np.ndarray, place: Affine, *, metadata: Mapping[str, object]) -> None:
    """Write the tiles of a picture of codes."""
    height, width = picture.shape
    corners = [place @ (c, r) for c, r in ((0, 0), (width, 0), (0, height), (width, height))]
    degrees = [pyproj.Transformer.from_crs("EPSG:25832", "OGC:CRS84", always_xy=True).transform(*c) for c in corners]
    bounds = (min(d[0] for d in degrees), min(d[1] for d in degrees), max(d[0] for d in degrees), max(d[1] for d in degrees))
    path.parent.mkdir(parents=True, exist_ok=True)
    described = {"name": "Netzlage", "type": "overlay", "codes": CODES} | dict(metadata)
    write_pmtiles(path, (t for zoom in ZOOMS for t in _tiles(picture, place, zoom, bounds)), bounds=bounds, metadata=described)


def _tiles(
    picture: np.ndarray, place: Affine, zoom: int, bounds: tuple[float, float, float, float]
) -> Iterator[tuple[int, int, int, bytes]]:
    to_metres = pyproj.Transformer.from_crs("OGC:CRS84", "EPSG:3857", always_xy=True)
    side = 2 * WORLD_M / 2**zoom
    (west, south), (east, north) = to_metres.transform(bounds[0], bounds[1]), to_metres.transform(bounds[2], bounds[3])
    first, last = int((west + WORLD_M) // side), int((east + WORLD_M) // side)
    upper, lower = int((WORLD_M - north) // side), int((WORLD_M - south) // side)
    pixel = side / PIXELS
    for row in range(upper, lower + 1):
        # A row of tiles at a time: a whole zoom would be a hundred million pixels.
        strip = np.full((PIXELS, (last - first + 1) * PIXELS), OUTSIDE, dtype=np.uint8)
        where = Affine(pixel, 0, first * side - WORLD_M, 0, -pixel, WORLD_M - row * side)
        reproject(
            picture, strip, src_transform=place, src_crs=CRS.from_epsg(25832), dst_transform=where, dst_crs=CRS.from_epsg(3857),
            src_nodata=OUTSIDE, dst_nodata=OUTSIDE, resampling=Resampling.nearest,
        )  # fmt: skip
        for column in range(first, last + 1):
            tile = strip[:, (column - first) * PIXELS : (column - first + 1) * PIXELS]
            if (tile != OUTSIDE).any():
                yield zoom, column, row, _png(tile)


def _png(codes: np.ndarray) -> bytes:
    """A PNG with a palette (RFC 2083) whose colours are the codes."""
    lines = np.zeros((PIXELS, PIXELS + 1), dtype=np.uint8)
    lines[:, 1:] = np.where(codes == OUTSIDE, SQUARES, codes)
    head = struct.pack(">2I5B", PIXELS, PIXELS, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"PLTE", _PALETTE), (b"tRNS", _OPACITY), (b"IDAT", zlib.compress(lines.tobytes(), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def _operators(column: pa.ChunkedArray) -> np.ndarray:
    """0 for no data, else the number of operators + 1, five at most."""
    values = column.to_numpy().astype("float64")
    found: np.ndarray = np.where(np.isnan(values), 0, np.minimum(values + 1, OPERATORS - 1)).astype(np.uint8)
    return found


def _add(picture: np.ndarray, ids: np.ndarray, codes: np.ndarray, top: int, left: int) -> None:
    """Add codes to the cells of the Land that the picture has."""
    rows, columns = top - ids // COLUMNS, ids % COLUMNS - left
    inside = (rows >= 0) & (rows < picture.shape[0]) & (columns >= 0) & (columns < picture.shape[1])
    rows, columns, codes = rows[inside], columns[inside], codes[inside]
    known = picture[rows, columns] != OUTSIDE
    picture[rows[known], columns[known]] += codes[known].astype(np.uint8)


_PALETTE = bytes(
    value for four in range(OPERATORS) for five in range(OPERATORS) for line in range(FIXED) for value in (four, five, line)
) + bytes(3)
_OPACITY = bytes([255] * SQUARES + [0])
