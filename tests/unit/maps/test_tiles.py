"""The PMTiles file read back by a reader written from the specification, and codes of cells found again on the map."""

import gzip
import io
import json
import struct
import tempfile
import zlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.cells import cell_ids
from maps.pmtiles import tile_id, write_pmtiles
from maps.tiles import FIXED, OPERATORS, OUTSIDE, PIXELS, WORLD_M, cell_codes, write_tiles


def numbers(data: bytes) -> list[int]:
    found, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            found.append(value)
            value, shift = 0, 0
    return found


def read(path: Path) -> tuple[dict[int, bytes], dict[str, object]]:
    """All tiles by number, and the metadata."""
    data = path.read_bytes()
    assert data[:8] == b"PMTiles\x03"
    root, root_length, words, words_length, _, _, start, length, addressed, entries, contents = struct.unpack("<11Q", data[8:96])
    assert start + length == len(data)
    values = numbers(gzip.decompress(data[root : root + root_length]))
    count = values[0]
    assert count == entries
    deltas, runs, lengths, offsets = (values[1 + i * count : 1 + (i + 1) * count] for i in range(4))
    tiles, number, end = {}, 0, 0
    for delta, run, size, offset in zip(deltas, runs, lengths, offsets, strict=True):
        number += delta
        at = end if offset == 0 else offset - 1
        end = at + size
        for i in range(run):
            tiles[number + i] = data[start + at : start + end]
    assert len(tiles) == addressed
    assert len(set(tiles.values())) == contents
    return tiles, json.loads(gzip.decompress(data[words : words + words_length]))


def test_numbers_of_tiles_as_in_the_specification() -> None:
    assert [tile_id(*t) for t in ((0, 0, 0), (1, 0, 0), (1, 0, 1), (1, 1, 1), (1, 1, 0), (2, 0, 0), (12, 3423, 1763))] == [
        0, 1, 2, 3, 4, 5, 19078479,
    ]  # fmt: skip


@given(st.integers(0, 8))
def test_every_tile_of_a_zoom_has_a_number_of_its_own(zoom: int) -> None:
    side = min(2**zoom, 32)
    found = {tile_id(zoom, x, y) for x in range(side) for y in range(side)}
    first = (4**zoom - 1) // 3
    assert found == set(range(first, first + side * side)) or side < 2**zoom
    assert len(found) == side * side


@given(st.dictionaries(st.tuples(st.integers(0, 31), st.integers(0, 31)), st.binary(min_size=1, max_size=3), min_size=1, max_size=40))
def test_tiles_come_back(tiles: dict[tuple[int, int], bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.pmtiles"
        write_pmtiles(path, [(5, x, y, data) for (x, y), data in tiles.items()], bounds=(5.8, 50.3, 9.5, 52.6), metadata={"a": "ä"})
        found, words = read(path)
    assert found == {tile_id(5, x, y): data for (x, y), data in tiles.items()}
    assert words == {"a": "ä"}


def pixels(png: bytes) -> np.ndarray:
    """The colours of a palette PNG, red, green, blue, opacity."""
    stream, chunks = io.BytesIO(png[8:]), {}
    while head := stream.read(8):
        size, kind = struct.unpack(">I4s", head)
        chunks[kind] = stream.read(size)
        assert struct.unpack(">I", stream.read(4))[0] == zlib.crc32(kind + chunks[kind])
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), dtype=np.uint8).reshape(PIXELS, PIXELS + 1)[:, 1:]
    palette = np.frombuffer(chunks[b"PLTE"], dtype=np.uint8).reshape(-1, 3)
    return np.dstack([palette[lines], np.frombuffer(chunks[b"tRNS"], dtype=np.uint8)[lines]])


def test_a_cell_shows_its_codes_where_it_lies(tmp_path: Path) -> None:
    easting = np.repeat(np.arange(350_050, 352_050, 100), 20)
    northing = np.tile(np.arange(5_650_050, 5_652_050, 100), 20)
    land = cell_ids(easting, northing)
    four = [None if i % 7 == 0 else i % 5 for i in range(400)]
    mobile = pa.table({"cell_id": land, "operators_4g": pa.array(four, pa.int8()), "operators_5g": pa.array([3] * 400, pa.int8())})
    parts = np.column_stack([land[::2], np.full(200, 3)])
    picture, place = cell_codes(land, mobile, parts)
    assert picture.shape == (20, 20)
    assert int(picture[picture != OUTSIDE].max()) < OPERATORS * OPERATORS * FIXED
    write_tiles(tmp_path / "t.pmtiles", picture, place, metadata={"demo": True})
    tiles, words = read(tmp_path / "t.pmtiles")
    assert words["demo"] is True
    to_metres = pyproj.Transformer.from_crs("EPSG:25832", "EPSG:3857", always_xy=True)
    side = 2 * WORLD_M / 2**11
    for i in range(0, 400, 13):
        x, y = to_metres.transform(easting[i], northing[i])
        column, row = int((x + WORLD_M) // side), int((WORLD_M - y) // side)
        at = pixels(tiles[tile_id(11, column, row)])[
            int((WORLD_M - y - row * side) / side * PIXELS), int((x + WORLD_M - column * side) / side * PIXELS)
        ]
        assert at.tolist() == [0 if four[i] is None else four[i] + 1, 4, 3 if i % 2 == 0 else 0, 255], i


def test_an_archive_of_too_many_tiles_is_refused(tmp_path: Path) -> None:
    sizes = np.random.default_rng(1).integers(1, 3000, 10_000)
    tiles = [(12, i % 100, i // 100, i.to_bytes(4, "big") + bytes(int(size))) for i, size in enumerate(sizes)]
    with pytest.raises(ValueError, match="fewer zooms"):
        write_pmtiles(tmp_path / "t", tiles, bounds=(0, 0, 1, 1), metadata={})
