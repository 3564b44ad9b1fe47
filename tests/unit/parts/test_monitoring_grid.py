"""The Monitoring grid read in parts: the same table, the same account of every row and the same messages, wherever the parts begin."""

import tempfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from geodata.parts import monitoring as parts
from geodata.parts.workers import Inline, Pool
from geodata.readers import monitoring, monitoring_file
from geodata.readers.monitoring_lines import Piece
from geodata.reading import Notes, Snapshot
from geodata.session import Limits
from tests.conftest import snapshot
from tests.unit.readers.test_monitoring import HEAD_2024, LAND, LINE, key, write

BLOCK = 97


def found(path: Path, pool: Pool, scratch: Path) -> tuple[pa.Table, Notes] | str:
    """What the parts give, or what they say of a file that is no grid."""
    try:
        return parts.read([given_file(path)], land_cells=LAND, limits=Limits(), pool=pool, scratch=scratch)
    except InputError as error:
        return str(error)


def whole(path: Path) -> tuple[pa.Table, Notes] | str:
    try:
        return monitoring.read([given_file(path)], land_cells=LAND, limits=Limits())
    except InputError as error:
        return str(error)


def given_file(path: Path) -> Snapshot:
    return snapshot(path, "monitoring__grid", "cells", "2024-01-31")


def a_grid(folder: Path, end: str = "\n") -> Path:
    """Some cells without order, one twice, one elsewhere, one with a blank in quotes, one that is none, one with a count too high."""
    lines = [f"{key(n * 71 % 300)},{n % 4},{n % 3},{n % 2},,{n % 4}" for n in range(300)]
    lines[7], lines[90] = lines[6], lines[90].replace("100m", "1km")
    lines[30] = f'{lines[30][:-1]}" {lines[30][-1]}"'
    lines[100], lines[101], lines[299] = "", "100mN61000E3620,1,1,1,1,1", lines[299].replace("E", "E ")
    lines[200] = lines[200][:-1] + "9"
    return write(folder, lines, end=end)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitoring_file, "BLOCK", BLOCK)


@pytest.mark.parametrize("count", [2, 7, 1000])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_grid_in_parts(tmp_path: Path, end: str, count: int) -> None:
    path = a_grid(tmp_path, end)
    one, other = whole(path), found(path, Pool(Inline(), count), tmp_path)
    assert not isinstance(one, str)
    assert one[0].num_rows > 250
    assert one[1].quarantine.num_rows == 4
    assert one == other


@settings(max_examples=40)
@given(st.lists(LINE, max_size=25), st.integers(2, 9), st.sampled_from(["\n", ""]))
def test_any_lines_in_parts(lines: list[str], count: int, end: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "202607_MobilfunkMonitoring.csv"
        path.write_bytes(("\n".join([HEAD_2024, f"{key(70)},1,1,1,1,1", *lines]) + end).encode())
        assert found(path, Pool(Inline(), count), Path(name)) == whole(path)


def test_a_file_of_four_operators_stops_with_the_same_words(tmp_path: Path) -> None:
    path = write(tmp_path, [f"{key(i)},3,4,2,3,4" for i in range(200)])
    said = found(path, Pool(Inline(), 4), tmp_path)
    assert "options.highest" in said
    assert said == whole(path)


def test_a_part_ends_where_enough_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, seen, scan_part = write(tmp_path, ["no cell"] * 5000), list[int](), parts.scan_part

    def counted(part: parts.BlockPart) -> list[Piece]:
        pieces = scan_part(part)
        seen.append(sum(len(piece.refused) for piece in pieces))
        return pieces

    monkeypatch.setattr(parts, "scan_part", counted)
    assert found(path, Pool(Inline(), 2), tmp_path) == whole(path)
    assert [100 < count < 200 for count in seen] == [True, True]
