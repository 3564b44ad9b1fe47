"""Zensus cells of 100 m beside those of 1 km: ids, encodings, defects with their reasons, files that are none."""

import tempfile
from collections import Counter
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from geodata.readers import zensus
from geodata.reading import Notes
from geodata.session import Limits
from tests.conftest import snapshot
from tests.unit.readers.test_geometries import LAND

HEAD = "GITTER_ID_100m;x_mp_100m;y_mp_100m;Einwohner"
X, Y = 4_078_550, 3_058_550  # a centre in the Land
FAR = 4_500_050


def line(x: int, value: object = 4, *, y: int = Y, grid: int = 100) -> str:
    return f"CRS3035RES{grid}mN{y - grid // 2}E{x - grid // 2};{x};{y};{value}"


def write(folder: Path, lines: list[str], *, head: str = HEAD, encoding: str = "utf-8", end: str = "\n", name: str = "zensus.csv") -> Path:
    path = folder / name
    path.write_bytes((end.join([head, *lines]) + end).encode(encoding))
    return path


def read(*paths: Path, tables: tuple[str, ...] = ("persons",)) -> tuple[pa.Table, Notes]:
    return zensus.read(
        [snapshot(p, "zensus__grid", t, "2022-05-15") for p, t in zip(paths, tables, strict=True)], land=LAND, limits=Limits()
    )


def accounted(notes: Notes) -> list[tuple[int, int, int, int]]:
    return [(r["read"], r["accepted"], r["outside_area"], r["quarantined"]) for r in notes.accounting.to_pylist()]


def refused(notes: Notes) -> list[tuple[int, str, str, str]]:
    return [(r["row"], r["column"], r["value"], r["reason"]) for r in notes.quarantine.to_pylist()]


def code(*paths: Path, tables: tuple[str, ...] = ("persons",)) -> str:
    with pytest.raises(InputError) as caught:
        read(*paths, tables=tables)
    assert paths[-1].name in str(caught.value)
    assert caught.value.message("en") != caught.value.message("de")
    return caught.value.code


@pytest.mark.parametrize(("encoding", "end"), [("utf-8", "\n"), ("utf-8-sig", "\r\n"), ("cp1252", "\r\n")])
def test_cells_of_100_m_in_their_encodings(tmp_path: Path, encoding: str, end: str) -> None:
    head = HEAD.replace("Einwohner", "Insgesamt_Haushalte;1_Person;werterlaeuternde_Zeichen")
    lines = [line(X + 200, "12,5") + ";3;", line(X, 111) + ";40;", line(X + 100, "–") + ";–;KLAMMERN", line(FAR, 3) + ";1;"]
    table, notes = read(write(tmp_path, lines, head=head, encoding=encoding, end=end), tables=("households",))
    assert table.schema == zensus.CELLS
    assert table["zensus_id"].to_pylist() == [f"CRS3035RES100mN{Y - 50}E{x - 50}" for x in (X, X + 100, X + 200)]
    assert table["households"].to_pylist() == [Decimal("111.0000"), None, Decimal("12.5000")]
    assert table["persons"].null_count == 3
    assert accounted(notes) == [(4, 3, 1, 0)]
    table.validate(full=True)


def test_both_tables_meet_on_the_cell(tmp_path: Path) -> None:
    persons = write(tmp_path, [line(X, 9), line(X + 100, 5), line(X + 200, -1)])
    head = HEAD.replace("Einwohner", "Insgesamt_Haushalte")
    households = write(tmp_path, [line(X + 100, 2), line(X + 300, 1), line(X + 200, -9)], head=head, name="haushalte.csv")
    table, notes = read(persons, households, tables=("persons", "households"))
    assert list(zip(table["persons"].to_pylist(), table["households"].to_pylist(), strict=True)) == [
        (9, None), (5, Decimal("2.0000")), (None, None), (None, Decimal("1.0000")),
    ]  # fmt: skip
    assert [(r["file"], r["amount"], r["reason"]) for r in notes.warnings.to_pylist()] == [
        ("haushalte.csv", 1.0, "cells_without_households")
    ]


def test_every_refused_row_has_its_reason(tmp_path: Path) -> None:
    lines = [
        line(X),
        line(X, 5),
        line(X + 100).replace(f"E{X + 50}", f"E{X + 150}"),
        line(X + 200, "viele"),
        line(X + 300, "4,5"),
        line(X + 400, -3),
        line(X + 510),
        line(X + 600).replace(f";{X + 600};", ";;"),
        line(X + 700) + ";7",
        "CRS3035RES100mN1E1;1",
        line(X + 800, 10**12),
        "",
        line(X + 950, 1),
        line(X + 1000, 6) + ";",
    ]
    table, notes = read(write(tmp_path, lines))
    assert table["persons"].to_pylist() == [4, 6]
    found = {r[0]: r[1:] for r in refused(notes)}
    assert {n: r for n, (_, _, r) in found.items()} == {
        2: "duplicate_key",
        3: "centre_contradicts",
        4: "not_a_number",
        5: "not_a_cell_figure",
        6: "not_a_cell_figure",
        7: "not_a_centre",
        8: "not_a_number",
        9: "zensus_field_count",
        10: "zensus_field_count",
        11: "not_a_cell_figure",
        12: "not_a_centre",
    }
    assert found[4][:2] == ("Einwohner", "viele")
    assert found[7][:2] == ("x_mp_100m", str(X + 510))
    assert found[8][:2] == ("x_mp_100m", "")
    assert accounted(notes) == [(13, 2, 0, 11)]
    assert all("zensus.csv" in s for s in notes.quarantine["sentence"].to_pylist())


def test_a_trailing_delimiter_in_the_header(tmp_path: Path) -> None:
    table, notes = read(write(tmp_path, [line(X), line(X + 100) + ";"], head=HEAD + ";"))
    assert (table.num_rows, accounted(notes)) == (2, [(2, 2, 0, 0)])


def test_mixed_resolutions_are_an_error(tmp_path: Path) -> None:
    one = write(tmp_path, [line(X)])
    head = HEAD.replace("100m", "1km").replace("Einwohner", "Insgesamt_Haushalte")
    two = write(tmp_path, [line(4_078_500, y=3_058_500, grid=1000)], head=head, name="km.csv")
    assert code(one, two, tables=("persons", "households")) == "zensus_mixed"
    assert read(two, tables=("households",))[0]["zensus_id"].to_pylist() == ["CRS3035RES1000mN3058000E4078000"]


def test_parquet_tells_its_resolution_by_its_centres(tmp_path: Path) -> None:
    path = tmp_path / "p.parquet"
    pq.write_table(pa.table({"x": [X, X + 100, X + 220, X + 300, X], "y": [Y] * 5, "Einwohner": [5, -9, 7, 4000000000, 6]}), path)
    table, notes = read(path)
    assert table.select(["zensus_id", "persons"]).to_pylist() == [
        {"zensus_id": f"CRS3035RES100mN{Y - 50}E{X - 50}", "persons": 5},
        {"zensus_id": f"CRS3035RES100mN{Y - 50}E{X + 50}", "persons": None},
    ]
    assert refused(notes) == [
        (3, "x", str(X + 220), "not_a_centre"),
        (4, "Einwohner", "4000000000.0", "not_a_cell_figure"),
        (5, "x", f"{X} {Y}", "duplicate_key"),
    ]
    pq.write_table(pa.table({"x": [1], "y": [2], "Einwohner": [5]}), path)
    assert code(path) == "zensus_grid_unknown"
    pq.write_table(pa.table({"x": ["a"], "y": ["b"], "Einwohner": ["c"]}), path)
    assert code(path) == "zensus_grid_unknown"
    pq.write_table(pa.table({"x": [X], "Einwohner": [5]}), path)
    assert code(path) == "column_missing"


def test_a_cell_of_a_second_file_of_the_same_table(tmp_path: Path) -> None:
    one, two = write(tmp_path, [line(X, 1)]), write(tmp_path, [line(X, 2), line(X + 100, 3)], name="zwei.csv")
    table, notes = read(one, two, tables=("persons", "persons"))
    assert table["persons"].to_pylist() == [1, 3]
    assert accounted(notes) == [(1, 1, 0, 0), (2, 1, 0, 1)]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "file_empty"),
        (HEAD.encode() + b"\n", "file_without_records"),
        (b"PK\x03\x04" + b"x" * 50, "file_of_other_kind"),
        (b"<!DOCTYPE html><html>", "file_of_other_kind"),
        (HEAD.replace(";", ",").encode() + b"\na,1,2,3\n", "wrong_delimiter"),
        (b"GITTER_ID_100m;x_mp_100m;y_mp_1km;Einwohner\na;1;2;3\n", "column_missing"),
        (HEAD.replace("Einwohner", "Haushalte").encode() + b"\na;1;2;3\n", "column_missing"),
        (HEAD.replace("100m", "7m").encode() + b"\na;1;2;3\n", "zensus_grid_unknown"),
        ((HEAD + ";Einwohner").encode() + b"\na;1;2;3;3\n", "column_repeated"),
        ((HEAD + "\n" + line(X) + "\n" + line(X + 100)[:20]).encode(), "file_cut_off"),
    ],
)
def test_files_that_are_none(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "zensus.csv"
    path.write_bytes(content)
    assert code(path) == expected


def test_a_line_without_an_end_is_one_error_and_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "zensus.csv"
    with path.open("wb") as file:
        file.write(HEAD.encode() + b"\n")
        file.seek(2**30)  # a sparse file: its middle is NUL
        file.write(b"1")
    assert code(path) in {"line_too_long", "file_of_other_kind"}
    path.write_bytes(HEAD.encode() + b"\n" + b"4" * 5_000_000)
    assert code(path) == "line_too_long"


def test_many_rows_are_read_at_once(tmp_path: Path) -> None:
    """200,000 cells of which one in four lies in the Land; a reader that walks rows in Python needs longer than this test may take."""
    path = tmp_path / "zensus.csv"
    with duckdb.connect() as con:
        con.execute(
            """
            COPY (
                SELECT 'CRS3035RES100mN' || (y - 50) || 'E' || (x - 50) AS GITTER_ID_100m, x AS x_mp_100m, y AS y_mp_100m, x % 7 AS Einwohner
                FROM (SELECT 4078550 + (i % 1000) * 100 AS x, 3058550 + (i // 1000) * 100 AS y FROM range(200000) AS t (i))
            ) TO $path (DELIMITER ';', HEADER)
            """,
            {"path": str(path)},
        )
    cut = shapely.box(*shapely.bounds(LAND)[:2], 340_000, 5_830_000)
    table, notes = zensus.read([snapshot(path, "zensus__grid", "persons")], land=cut, limits=Limits())
    assert accounted(notes)[0][0] == 200_000
    assert table.num_rows == accounted(notes)[0][1]
    assert 10_000 < table.num_rows < 190_000


VALUE = st.sampled_from(["4", "–", "-1", "-9", "", "x", "1,5", "7", "1e5", "99999999999999999999"])
RECORD = st.builds(
    lambda x, y, v, o: f"CRS3035RES100mN{y - 50}E{x - 50 + o};{x};{y};{v}",
    st.sampled_from([X, X + 100, FAR, 0, 10**9]),
    st.sampled_from([Y, Y + 100, Y + 7]),
    VALUE,
    st.sampled_from([0, 0, 0, 100]),
)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(RECORD | st.text(st.characters(codec="utf-8"), max_size=30), min_size=1, max_size=12), st.sampled_from(["utf-8", "utf-8-sig"])
)
def test_random_rows_are_accounted_for(lines: list[str], encoding: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), lines, encoding=encoding)
        try:
            table, notes = read(path)
        except InputError as error:
            assert path.name in str(error)
            return
    total, accepted, outside, quarantined = accounted(notes)[0]
    assert total == accepted + outside + quarantined
    assert quarantined == notes.quarantine.num_rows
    assert table.num_rows == accepted
    assert all(n == 1 for n in Counter(table["zensus_id"].to_pylist()).values())


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", HEAD.encode() + b"\n", (HEAD + "\n" + line(X) + "\n").encode()]))
def test_random_bytes_are_a_table_or_one_error(data: bytes, head: bytes) -> None:
    for name in ("z.csv", "z.parquet"):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(head + data)
            try:
                _, notes = read(path)
            except InputError as error:
                assert name in str(error)
            else:
                total, accepted, outside, quarantined = accounted(notes)[0]
                assert total == accepted + outside + quarantined
