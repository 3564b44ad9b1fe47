"""The Monitoring grid: three editions, defects with their reasons, files that are none, and the same result whatever the blocks."""

import tempfile
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from geodata.readers import monitoring, monitoring_file, monitoring_lines
from geodata.reading import Notes
from geodata.session import Limits
from tests.conftest import snapshot

HEAD_2021 = "ID,GSM_OUT,UMTS,LTE,NR_DSS,NR"
HEAD_2024 = "id,gsm_out,lte,nr_dss,nr_nsa_sa,nr_gesamt"
HEAD_NOW = "id,lte,nr_gesamt"
ROW, COLUMN = 56_800, 3_620
LAND = pa.table({"cell_id": pa.array([(ROW + r) * 10_000 + COLUMN + c for r in range(40) for c in range(40)], pa.int32())})
FAR = 61_000


def key(number: int = 0, row: int = ROW) -> str:
    """The key of the `number`-th cell of the Land's first rows."""
    return f"100mN{row + number // 40}E{COLUMN + number % 40:04d}"


def cell(number: int) -> int:
    return (ROW + number // 40) * 10_000 + COLUMN + number % 40


def write(
    folder: Path, lines: list[str], *, head: str = HEAD_2024, end: str = "\r\n", name: str = "202607_MobilfunkMonitoring.csv"
) -> Path:
    path = folder / name
    path.write_bytes((end.join([head, *lines]) + end).encode())
    return path


def read(*paths: Path, land: pa.Table = LAND, **options: object) -> tuple[pa.Table, Notes]:
    found = [snapshot(p, "monitoring__grid", "cells", "2024-01-31", **options) for p in paths]
    return monitoring.read(found, land_cells=land, limits=Limits())


def accounted(notes: Notes) -> list[tuple[int, int, int, int]]:
    return [(r["read"], r["accepted"], r["outside_area"], r["quarantined"]) for r in notes.accounting.to_pylist()]


def refused(notes: Notes) -> list[tuple[int, str, str, str]]:
    return [(r["row"], r["column"], r["value"], r["reason"]) for r in notes.quarantine.to_pylist()]


def warned(notes: Notes) -> list[tuple[str, str]]:
    return [(r["reason"], r["column"]) for r in notes.warnings.to_pylist() if r["reason"] != "monitoring_cells_absent"]


def code(*paths: Path, **options: object) -> str:
    with pytest.raises(InputError) as caught:
        read(*paths, **options)
    assert paths[-1].name.split(".")[0] in str(caught.value)
    assert caught.value.message("en") != caught.value.message("de")
    return caught.value.code


def columns(table: pa.Table) -> dict[str, list[object]]:
    return {n.removeprefix("operators_"): table[n].to_pylist() for n in table.column_names}


def test_the_edition_of_2024_with_its_union_of_5g(tmp_path: Path) -> None:
    table, notes = read(write(tmp_path, [f"{key(1)},3,2,2,1,3", f"{key(0)},0,1,0,0,0", f"{key(0, FAR)},3,3,2,3,3"]))
    assert table.schema == monitoring.CELLS
    assert columns(table) == {
        "cell_id": [cell(0), cell(1)], "2g": [0, 3], "3g": [None, None], "4g": [1, 2], "5g": [0, 3], "5g_nsa_sa": [0, 1],
        "5g_sa": [None, None], "edition_max": [3, 3], "is_5g_total": [True, True],
    }  # fmt: skip
    assert accounted(notes) == [(3, 2, 1, 0)]
    assert [(r["reason"], r["amount"]) for r in notes.warnings.to_pylist()] == [("monitoring_cells_absent", 1598.0)]
    assert notes.accounting["stand"][0].as_py().isoformat() == "2024-01-31", "not of the file's name"
    table.validate(full=True)


def test_the_edition_of_2021_has_umts_and_two_counts_of_5g(tmp_path: Path) -> None:
    table, _ = read(write(tmp_path, [f"{key(0)},3,1,2,2,0", f"{key(1)},3,0,2,0,1"], head=HEAD_2021, end="\n"))
    found = columns(table)
    assert (found["3g"], found["5g"], found["is_5g_total"]) == ([1, 0], [2, 1], [False, False])
    assert found["5g_nsa_sa"] == found["5g_sa"] == [None, None], "a technology without a column is null, not zero"


def test_the_current_edition_with_bom_counts_four(tmp_path: Path) -> None:
    table, notes = read(write(tmp_path, [f"{key(0)},4,4", f"{key(1)},0,1"], head="\ufeff" + HEAD_NOW))
    found = columns(table)
    assert (found["4g"], found["5g"], found["2g"], found["edition_max"]) == ([4, 0], [4, 1], [None, None], [4, 4])
    assert accounted(notes) == [(2, 2, 0, 0)]


def test_5g_sa_comes_from_its_own_column_only(tmp_path: Path) -> None:
    table, notes = read(write(tmp_path, [f"{key(0)},4,4,2,1"], head="id,lte,nr_gesamt,nr_sa,nr_mmwave"))
    assert columns(table)["5g_sa"] == [2]
    assert warned(notes) == [("column_unknown", "nr_mmwave")]


def test_the_profile_outranks_the_header(tmp_path: Path) -> None:
    path = write(tmp_path, [f"{key(0)},4,4,2,3,4"])
    assert columns(read(path, highest=4)[0])["edition_max"] == [4]
    assert code(path, highest=5) == "monitoring_highest"


def test_defects_with_their_reasons(tmp_path: Path) -> None:
    lines = [
        f"{key(0)},5,3,2,3,3", f"{key(1)},3,-1,2,3,3", f"{key(2)},3,drei,2,3,3", f"{key(3)},3,3,2,3", f"{key(4)},3,3,2,3,3,9",
        "100mN568E3620,3,3,2,3,3", "CRS3035RES100mN3000000E4000000,3,3,2,3,3", "100mN09999E4000,3,3,2,3,3", f"{key(5, FAR)},3,3,2,3,10",
        f"{key(6)},3,3,2,3,4", f"{key(7)},3,2.0,2,3,3", f"{key(8)},,3,2,3,3", f'"{key(9)}","3","1",2,3,3', f" {key(10)} ,3, 2 ,2,3,3,",
        ",3,3,2,3,3", f"{key(11)},³,3,2,3,3",
    ]  # fmt: skip
    table, notes = read(write(tmp_path, lines))
    assert refused(notes) == [
        (1, "gsm_out", "5", "not_an_operator_count"),
        (2, "lte", "-1", "not_an_operator_count"),
        (3, "lte", "drei", "not_a_number"),
        (4, "", f"{key(3)},3,3,2,3", "monitoring_field_count"),
        (5, "", f"{key(4)},3,3,2,3,3,9", "monitoring_field_count"),
        (6, "id", "100mN568E3620", "not_a_cell"),
        (7, "id", "CRS3035RES100mN3000000E4000000", "not_a_cell"),
        (8, "id", "100mN09999E4000", "not_a_cell"),
        (9, "nr_gesamt", "10", "not_an_operator_count"),
        (10, "nr_gesamt", "4", "not_an_operator_count"),
        (11, "lte", "2.0", "not_an_operator_count"),
        (15, "id", "", "not_a_cell"),
        (16, "gsm_out", "³", "not_a_number"),
    ]
    assert "0–3" in notes.quarantine["sentence"][0].as_py()
    assert "nicht 6 Felder" in notes.quarantine["sentence"][3].as_py()
    assert columns(table)["cell_id"] == [cell(8), cell(9), cell(10)]
    assert columns(table)["2g"] == [None, 3, 3]
    assert columns(table)["4g"] == [3, 1, 2]
    assert accounted(notes) == [(16, 3, 0, 13)]


def test_quotes_that_hide_a_delimiter_get_a_second_look(tmp_path: Path) -> None:
    path = write(tmp_path, [f"{key(1)},3,3,a", f'{key(0)},1,2,"b, c"', f'{key(2)},1,2,"open'], head=HEAD_NOW + ",remark")
    table, notes = read(path)
    assert columns(table)["cell_id"] == [cell(0), cell(1)]
    assert columns(table)["4g"] == [1, 3]
    assert [(r[0], r[3]) for r in refused(notes)] == [(3, "monitoring_field_count")]


def test_a_column_without_any_figure_is_no_data(tmp_path: Path) -> None:
    table, notes = read(write(tmp_path, [f"{key(0)},,3,2,3,3"]))
    assert columns(table)["2g"] == [None]
    assert warned(notes) == [("column_empty", "gsm_out")]


def test_of_equal_rows_the_first_counts_of_differing_ones_none(tmp_path: Path) -> None:
    good, other = "3,3,2,3,3", "3,2,2,3,3"
    far = [f"{key(0, FAR)},{good}"] * 2
    table, notes = read(write(tmp_path, [f"{key(n)},{v}" for n, v in ((2, good), (1, good), (2, good), (1, other), (0, good))] + far))
    assert columns(table)["cell_id"] == [cell(0), cell(2)]
    assert refused(notes) == [
        (2, "id", key(1), "contradicting_cell"), (3, "id", key(2), "duplicate_cell"), (4, "id", key(1), "contradicting_cell"),
    ]  # fmt: skip
    assert accounted(notes) == [(7, 2, 2, 3)]


def test_one_file_per_land_and_a_cell_of_an_earlier_file(tmp_path: Path) -> None:
    first = write(tmp_path, [f"{key(3)},3,3,2,3,3"])
    second = write(tmp_path, [f"{key(3)},3,3,2,3,3", f"{key(1)},0,0"], name="zwei.csv", head=HEAD_2024)
    second.write_text(second.read_text().replace(f"{key(1)},0,0", f"{key(1)},0,0,0,0,0"))
    table, notes = read(first, second)
    assert columns(table)["cell_id"] == [cell(1), cell(3)]
    assert accounted(notes) == [(1, 1, 0, 0), (2, 1, 0, 1)]
    assert refused(notes) == [(1, "id", key(3), "duplicate_cell")]


def test_zipped(tmp_path: Path) -> None:
    plain = write(tmp_path, [f"{key(0)},3,3,2,3,3"])
    packed = tmp_path / "202601_MobilfunkMonitoring.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(plain, plain.name)
    assert read(packed)[0].equals(read(plain)[0])
    data = packed.read_bytes()
    packed.write_bytes(data[: len(data) // 2])
    assert code(packed) == "zip_broken"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "file_empty"),
        (b"id,lte,nr_gesamt\n", "file_without_records"),
        (b"id;lte;nr_gesamt\n100mN56800E3620;3;3\n", "wrong_delimiter"),
        (b"id,lte\n100mN56800E3620,3\n", "column_missing"),
        (b"cell,lte,nr_gesamt\n100mN56800E3620,3,3\n", "column_missing"),
        (b"100mN56800E3620,3,3\n100mN56800E3621,3,3\n", "column_missing"),
        (b"id,lte,lte,nr_gesamt\n100mN56800E3620,3,3,3\n", "column_repeated"),
        (b"id,lte,nr_gesamt\n100mN56800E3620,3,3\n100mN56800E3", "file_cut_off"),
        (b"id,lte,nr_gesamt\n100mN61000E3620,3,3\n", "monitoring_elsewhere"),
        (b"id,lte,nr_gesamt\nCRS3035RES100mN2800000E4700000,3,3\n", "monitoring_elsewhere"),
        (b"<!DOCTYPE html><html></html>", "file_of_other_kind"),
        ("id,lte,nr_gesamt\n100mN56800E3620,3,3\n".encode("utf-16"), "file_of_other_kind"),
    ],
)
def test_files_that_are_no_such_grid(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "202607_MobilfunkMonitoring.csv"
    path.write_bytes(content)
    assert code(path) == expected


def test_a_whole_file_of_another_country_or_of_four_operators_stops(tmp_path: Path) -> None:
    foreign = [f"CRS3035RES100mN{2_800_000 + 100 * i}E4700000,3,3" for i in range(200)]
    assert code(write(tmp_path, foreign, head=HEAD_NOW)) == "monitoring_mostly_unreadable"
    four = write(tmp_path, [f"{key(i)},3,4,2,3,4" for i in range(200)])
    with pytest.raises(InputError, match=r"options\.highest = 4"):
        read(four)
    assert read(four, highest=4)[0].num_rows == 200


@pytest.mark.parametrize("block", [1_000_000, 97, 33])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_blocks_and_line_ends_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, end: str) -> None:
    numbers = [n * 71 % 300 for n in range(300)]
    lines = [f"{key(n)},{n % 4},{n % 3},{n % 2},{n % 4},{n % 4}" for n in numbers]
    lines[40], lines[41] = lines[40].replace("100m", "1km"), ""
    monkeypatch.setattr(monitoring_file, "BLOCK", block)
    monkeypatch.setattr(monitoring_lines, "ODD", 1)
    table, notes = read(write(tmp_path, [*lines, ""], end=end))
    gone = {numbers[40], numbers[41]}
    assert columns(table)["cell_id"] == [cell(n) for n in range(300) if n not in gone]
    assert columns(table)["4g"] == [n % 3 for n in range(300) if n not in gone]
    assert [(r[0], r[3]) for r in refused(notes)] == [(41, "not_a_cell")]
    assert accounted(notes) == [(299, 298, 0, 1)]


def test_a_file_without_any_count_is_read_to_its_end(tmp_path: Path) -> None:
    table, notes = read(write(tmp_path, [f"{key(n)},,,,," for n in range(300)], end="\n"))
    assert columns(table)["cell_id"] == [cell(n) for n in range(300)]
    assert table["operators_4g"].null_count == 300
    assert accounted(notes) == [(300, 300, 0, 0)]


@pytest.mark.parametrize("before", ["\n", "\r\n\r\n", "sep=,\n", "\n\ufeffsep=,\n"])
def test_lines_before_the_header_are_no_rows(tmp_path: Path, before: str) -> None:
    path = tmp_path / "202607_MobilfunkMonitoring.csv"
    path.write_bytes(f"{before}{HEAD_NOW}\n{key()},3,9\n{key(1)},1,2\n".encode())
    table, notes = read(path)
    assert columns(table)["4g"] == [1]
    assert [r[0] for r in refused(notes)] == [1]
    assert accounted(notes) == [(2, 1, 0, 1)]


def test_of_equal_rows_the_first_stays_however_it_is_written_and_the_last_line_needs_no_end(tmp_path: Path) -> None:
    path = tmp_path / "202607_MobilfunkMonitoring.csv"
    path.write_text(f'{HEAD_NOW}\n{key()},3," 3"\n{key()},3,3\n{key(1)},1,2', "utf-8")
    table, notes = read(path)
    assert columns(table)["4g"] == [3, 1]
    assert [(r[0], r[3]) for r in refused(notes)] == [(2, "duplicate_cell")]


LINE = st.one_of(
    st.builds(lambda n, v: f"{key(n)},{v[0]},{v[1]},{v[2]},{v[3]},{v[4]}", st.integers(0, 60), st.tuples(*[st.integers(-1, 5)] * 5)),
    st.builds(lambda r, c: f"100mN{r}E{c},3,3,2,3,3", st.integers(0, 99_999), st.integers(0, 99_999)),
    st.text(alphabet='0123,NE"; \tmäé-\x1f', max_size=30),
)


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(LINE, max_size=25))
def test_any_lines_are_all_counted(lines: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), [f"{key(70)},1,1,1,1,1", *lines, f"{key(71)},2,2,2,2,2"], end="\n")
        table, notes = read(path)
    count = accounted(notes)[0]
    assert count[0] == 2 + sum(bool(line) for line in lines)
    assert count[0] == sum(count[1:])
    assert count[1] == table.num_rows
    assert {cell(70), cell(71)} <= set(table["cell_id"].to_pylist())
    for name in monitoring.OPERATORS:
        assert set(table[name].to_pylist()) <= {None, 0, 1, 2, 3}
    table.validate(full=True)
