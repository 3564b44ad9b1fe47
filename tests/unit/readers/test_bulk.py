"""Bulk files: what is found before reading, what a record is, and that DuckDB's records are those of a plain reading of the bytes."""

import re
import tempfile
import tracemalloc
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from geodata.readers.bulk import SURPLUS, UNIT, look, records, split
from geodata.readers.delimited import LONGEST_LINE

FIELD = st.text(st.sampled_from("a1ü \"',.#\\\t-"), max_size=4)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


def rows(path: Path, width: int, *, header: bool = False) -> list[tuple[str | None, ...]]:
    names = [f"c{i}" for i in range(width)]
    with duckdb.connect() as con, records(con, path, look(path, ";,"), [*names, *SURPLUS], header=header):
        return con.sql("SELECT * EXCLUDE (broken) FROM records").fetchall()


def plain(text: str, delimiter: str, width: int) -> list[tuple[str | None, ...]]:
    lines = [line for line in re.split("\r\n|\n|\r", text) if line]
    return [tuple([*split(line.replace(UNIT, " "), delimiter), *[None] * (width + 2)][: width + 2]) for line in lines]


def code_of(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        look(path, ";,")
    return caught.value.code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (b"\xef\xbb\xbf\r\n\n", "file_empty"),
        (b"sep=;\n", "file_empty"),
        (b"PK\x03\x04abc;def\n", "file_of_other_kind"),
        (b"\xef\xbb\xbf <!DOCTYPE html><p>a;b\n", "file_of_other_kind"),
        ("a;b\n1;2\n".encode("utf-16"), "file_of_other_kind"),
        (b"a\tb\tc\n1\t2\t3\n", "wrong_delimiter"),
        (b"a b c\n", "wrong_delimiter"),
        (b"a;b;c\n1;2;3\n4;5", "file_cut_off"),
        (b'a;b;c\n1;2;3\n4;"5', "file_cut_off"),
        (b"a;b\n" + b"x" * (LONGEST_LINE + 1) + b";\n1;2\n", "line_too_long"),
        (b"a;b\n" + b"1;2\n" * 600_000 + b"x" * (2 * LONGEST_LINE), "line_too_long"),
    ],
)
def test_what_a_file_must_be(tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(data)
    assert code_of(path) == code


def test_an_absent_file(tmp_path: Path) -> None:
    assert code_of(tmp_path / "absent.csv") == "file_unreadable"


def test_a_line_of_a_gigabyte_costs_two_windows(tmp_path: Path) -> None:
    path = tmp_path / "endless.csv"
    with path.open("wb") as file:
        file.write(b"a;b\n1;2\n")
        file.truncate(2**30)  # sparse: NULs up to one gigabyte
    tracemalloc.start()
    assert code_of(path) == "line_too_long"
    assert tracemalloc.get_traced_memory()[1] < 10 * LONGEST_LINE
    tracemalloc.stop()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings_line_ends_and_widths(tmp_path: Path, encoding: str, end: str) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(end.join(["sep=;", "a;b", "Köln;", "", "1", "1;2;3;4;5", ";"]).encode(encoding))
    assert rows(path, 2, header=True) == [("Köln", "", None, None), ("1", None, None, None), ("1", "2", "3", "4"), ("", "", None, None)]


def test_quotes_hold_within_a_line(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text('a,b\n"Musterweg, hinten","7,09"\nAm "Alten" Markt,1\n"offen,2\nletzte,3\n', "utf-8")
    assert rows(path, 2, header=True) == [
        ("Musterweg, hinten", "7,09", None, None),
        ('Am "Alten" Markt', "1", None, None),
        ('"offen,2', None, None, None),
        ("letzte", "3", None, None),
    ]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.lists(FIELD, min_size=1, max_size=6), ENDS), max_size=6), ENDS, st.booleans())
def test_records_are_those_of_the_bytes(lines: list[tuple[list[str], str]], end: str, one_end: bool) -> None:  # noqa: FBT001 (drawn)
    text = "h;h;h\n".replace("\n", end) + "".join(";".join(fields) + (end if one_end else own) for fields, own in lines)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        path.write_bytes(text.encode())
        assert rows(path, 3, header=True) == plain(text, ";", 3)[1:]
