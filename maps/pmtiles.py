"""A PMTiles archive, version 3 (the specification of Protomaps): many PNG tiles in one file that is read by range requests.

Only what this project writes: PNG, one directory, equal tiles stored once. The same tiles give the same bytes.
"""

import gzip
import json
import struct
from collections.abc import Iterable, Mapping
from pathlib import Path

MAGIC = b"PMTiles\x03"
HEADER = 127
# The header and the root directory must lie within the first 16 KiB.
ROOT_LIMIT = 16_384 - HEADER
_GZIP, _NONE, _PNG = 2, 1, 2
_E7 = 10_000_000


def tile_id(zoom: int, column: int, row: int) -> int:
    """The number of a tile: all tiles of the zooms before it, then its place on the Hilbert curve of its own."""
    found: int = (4**zoom - 1) // 3
    x, y, side = column, row, 2**zoom // 2
    while side > 0:
        right, low = int((x & side) > 0), int((y & side) > 0)
        found += side * side * ((3 * right) ^ low)
        if low == 0:
            if right == 1:
                x, y = side - 1 - x, side - 1 - y
            x, y = y, x
        side //= 2
    return found


def write_pmtiles(
    path: Path,
    tiles: Iterable[tuple[int, int, int, bytes]],
    *,
    bounds: tuple[float, float, float, float],
    metadata: Mapping[str, object],
) -> None:
    """Write tiles (zoom, column, row, PNG) and the metadata; `bounds` are west, south, east, north in degrees.

    Raises ValueError where the tiles are too many for one directory.
    """
    numbered = sorted((tile_id(z, x, y), z, data) for z, x, y, data in tiles)
    places: dict[bytes, int] = {}
    body = bytearray()
    entries: list[list[int]] = []
    for number, _, data in numbered:
        if data not in places:
            places[data] = len(body)
            body += data
        last = entries[-1] if entries else None
        if last and last[1] == places[data] and number == last[0] + last[3]:
            last[3] += 1
        else:
            entries.append([number, places[data], len(data), 1])
    root = gzip.compress(_directory(entries), 9, mtime=0)
    if len(root) > ROOT_LIMIT:
        msg = f"{len(root)} bytes of directory, at most {ROOT_LIMIT}: fewer zooms are needed"
        raise ValueError(msg)
    words = gzip.compress(json.dumps(metadata, ensure_ascii=False, sort_keys=True).encode(), 9, mtime=0)
    zooms = [z for _, z, _ in numbered] or [0]
    start = HEADER + len(root) + len(words)
    west, south, east, north = (round(v * _E7) for v in bounds)
    header = MAGIC + struct.pack(
        "<11Q", HEADER, len(root), HEADER + len(root), len(words), start, 0, start, len(body), len(numbered), len(entries), len(places)
    )
    header += struct.pack("<6B", 1, _GZIP, _NONE, _PNG, min(zooms), max(zooms)) + struct.pack("<4i", west, south, east, north)
    header += struct.pack("<B2i", min(zooms), (west + east) // 2, (south + north) // 2)
    path.write_bytes(header + root + words + bytes(body))


def _directory(entries: list[list[int]]) -> bytes:
    """The entries (tile, offset, length, run) column by column, as variable-length numbers."""
    out = bytearray(_varint(len(entries)))
    former = 0
    for number, *_ in entries:
        out += _varint(number - former)
        former = number
    for entry in entries:
        out += _varint(entry[3])
    for entry in entries:
        out += _varint(entry[2])
    end = None
    for _, offset, length, _ in entries:
        out += _varint(0 if offset == end else offset + 1)
        end = offset + length
    return bytes(out)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:  # noqa: PLR2004  # seven bits a byte
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
