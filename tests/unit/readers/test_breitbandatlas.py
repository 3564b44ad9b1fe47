"""Published tables of the Breitbandatlas: what is taken over, refused, warned about, and what stops the run."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from geodata.catalogue import load_catalogue
from geodata.errors import InputError
from geodata.readers.breitbandatlas import read_shares
from geodata.reading import Notes
from tests.conftest import snapshot
from tests.unit.readers.tables import GEMEINDEN, KREISE, STAND, kreis_rows, write_kreise

COLUMNS = load_catalogue()["breitbandatlas__kreise"].declared("households", STAND)
LAND_USE = '"AGS";"Technologie";"Flaechenart";"Flaechen Gruppe";"Flaechen Gruppe Name";"Verfügbarkeit"'


def read(path: Path, table: str = "households", source: str = "breitbandatlas__kreise") -> tuple[pa.Table, Notes]:
    return read_shares([snapshot(path, source, table, STAND)], kreise=KREISE, gemeinden=GEMEINDEN, land="05")


def reasons(notes: Notes) -> Counter[str]:
    return Counter(notes.quarantine["reason"].to_pylist())


def warned(notes: Notes) -> Counter[str]:
    return Counter(notes.warnings["reason"].to_pylist())


def with_value(column: str, value: str, *, row: int = 0) -> list[list[str]]:
    rows = kreis_rows(COLUMNS)
    rows[row][COLUMNS.index(column)] = value
    return rows


def test_every_value_once_with_the_keys_of_the_fact_table(tmp_path: Path) -> None:
    table, notes = read(write_kreise(tmp_path))
    assert table.num_rows == 3 * (len(COLUMNS) - 1)
    assert (
        notes.accounting.to_pylist()[0] | {"read": 4, "accepted": 3, "outside_area": 1, "quarantined": 0} == notes.accounting.to_pylist()[0]
    )
    assert warned(notes) == Counter()
    one = [r for r in table.to_pylist() if r["ags"] == "05111" and r["technology"] == "hfc" and r["min_mbits"] == 1000]
    assert (
        one[0] | {"share_pct": Decimal("50.0000"), "level": "kreis", "direction": "down", "operator": "any", "rollout": "existing"}
        == one[0]
    )
    assert set(table["technology"].to_pylist()) == {"any", "all", "wireless", "fttc", "hfc", "fttb_h", "4g", "5g"}


def test_an_empty_field_is_null_and_zero_is_zero(tmp_path: Path) -> None:
    rows = with_value("verf_5g_2", "")
    rows[1][COLUMNS.index("verf_5g_2")] = "0.00"
    table, _ = read(write_kreise(tmp_path, rows=rows))
    found = {r["ags"]: r["share_pct"] for r in table.to_pylist() if r["technology"] == "5g"}
    assert (found["05111"], found["05112"]) == (None, Decimal(0))


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("n.v.", "not_a_number"),
        ("1e2", "not_a_number"),
        ("12,5", "not_a_number"),
        ("130.00", "share_out_of_range"),
        ("-1", "share_out_of_range"),
        ("NaN", "not_a_number"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_its_reason(tmp_path: Path, value: str, reason: str) -> None:
    table, notes = read(write_kreise(tmp_path, rows=with_value("verf_100_50", value)))
    assert "05111" not in table["ags"].to_pylist()
    found = notes.quarantine.to_pylist()
    assert [(r["reason"], r["row"], r["column"], r["value"]) for r in found] == [(reason, 1, "verf_100_50", value)]
    assert value in found[0]["sentence"]


def test_rounding_above_100_stays_as_published_and_is_named(tmp_path: Path) -> None:
    table, notes = read(write_kreise(tmp_path, rows=with_value("verf_300_1", "100.01")))
    assert Decimal("100.01") in table["share_pct"].to_pylist()
    found = notes.warnings.to_pylist()
    assert [(r["reason"], r["ags"], r["column"], round(r["amount"], 2)) for r in found] == [
        ("share_above_100", "05111", "verf_300_1", 0.01)
    ]


def test_a_higher_class_above_a_lower_one_is_named_with_its_amount(tmp_path: Path) -> None:
    _, notes = read(write_kreise(tmp_path, rows=with_value("verf_100_1000", "81.22")))
    found = notes.warnings.to_pylist()
    assert [(r["reason"], r["ags"], r["column"], round(r["amount"], 2)) for r in found] == [
        ("higher_class_above_lower", "05111", "verf_100_1000", 1.22)
    ]


def test_identical_repeats_count_once_and_contradictions_not_at_all(tmp_path: Path) -> None:
    rows = kreis_rows(COLUMNS)
    _, notes = read(write_kreise(tmp_path, rows=[*rows, rows[0]]))
    assert reasons(notes) == Counter({"duplicate_ags": 1})
    other = with_value("verf_100_50", "12.00")[0]
    table, notes = read(write_kreise(tmp_path, rows=[*rows, other]))
    assert reasons(notes) == Counter({"duplicate_ags": 2})
    assert set(table["ags"].to_pylist()) == {"05112", "05113"}


def test_columns_unknown_empty_and_absent_are_named(tmp_path: Path) -> None:
    columns = (*(c for c in COLUMNS if c != "verf_5g_2"), "verf_6g_1")
    rows = [[*r[:-1], ""] for r in kreis_rows(columns)]
    rows = [[("" if c == "verf_lte_2" else v) for c, v in zip(columns, r, strict=True)] for r in rows]
    _, notes = read(write_kreise(tmp_path, columns=columns, rows=rows))
    assert warned(notes) == Counter({"column_unknown": 1, "column_empty": 1, "column_absent": 1})


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("column_missing", lambda f: write_kreise(f, columns=tuple(c for c in COLUMNS if c != "verf_100_1000"))),
        ("wrong_delimiter", lambda f: write_kreise(f, delimiter=",")),
        ("areas_missing", lambda f: write_kreise(f, rows=kreis_rows(COLUMNS, KREISE[:2]))),
        ("file_without_records", lambda f: write_kreise(f, rows=[])),
    ],
)
def test_a_file_that_is_not_what_it_claims_stops_the_run(tmp_path: Path, code: str, change: object) -> None:
    path = change(tmp_path)  # type: ignore[operator]  # the parametrised writers
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.code == code
    assert path.name in str(caught.value)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("code", "content"),
    [
        ("file_empty", b""),
        ("file_empty", b"\xef\xbb\xbf\n \n"),
        ("file_of_other_kind", b"PK\x03\x04abc"),
        ("file_of_other_kind", b"\x00\x01\x02"),
        ("file_of_other_kind", b"<!DOCTYPE html><title>Anmeldung</title>"),
        ("line_too_long", b"a;b\n" + b"x" * 1_000_001),
    ],
)
def test_no_table_at_all(tmp_path: Path, code: str, content: bytes) -> None:
    path = tmp_path / "landkreis_privat_2021_1.csv"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.code == code


def test_a_file_cut_off_in_its_last_row(tmp_path: Path) -> None:
    path = write_kreise(tmp_path)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.code == "file_cut_off"


def test_fractions_where_percent_is_expected(tmp_path: Path) -> None:
    rows = [[v if c == "ags" else f"{float(v) / 100:.4f}" for c, v in zip(COLUMNS, r, strict=True)] for r in kreis_rows(COLUMNS)]
    with pytest.raises(InputError) as caught:
        read(write_kreise(tmp_path, rows=rows))
    assert caught.value.code == "fraction_for_percent"


def test_the_bund_has_its_own_key(tmp_path: Path) -> None:
    columns = load_catalogue()["breitbandatlas__bund"].declared("households", STAND)
    path = tmp_path / "deutschland_privat_2021_1.csv"
    cells = ["Deutschland" if c == "staat" else "88.49" for c in columns]
    path.write_text(";".join(f'"{c}"' for c in columns) + "\n" + ";".join(cells) + "\n", "ascii")
    table, _ = read(path, source="breitbandatlas__bund")
    assert {(r["ags"], r["level"]) for r in table.to_pylist()} == {("00", "bund")}


def test_gemeinden_with_commas_german_headers_and_bezirke(tmp_path: Path) -> None:
    columns = load_catalogue()["breitbandatlas__gemeinden"].declared("households", STAND)
    path = tmp_path / "gemeinde_bezirke_privat_2021_mitte.csv"
    keys = [*GEMEINDEN, "05113001", "09576453"]
    lines = [",".join(f'"{c}"' for c in columns)]
    lines += [",".join([f'"{k}"', *("93.21" for _ in columns[1:])]) for k in keys]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    table, notes = read(path, source="breitbandatlas__gemeinden")
    assert {(r["ags"], r["level"]) for r in table.to_pylist()} == {*((g, "gemeinde") for g in GEMEINDEN), ("05113001", "stadtbezirk")}
    assert notes.accounting["outside_area"].to_pylist() == [1]


def test_land_use_is_read_and_its_unknown_words_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "landkreis_mobilfunk_stats_2021_1.csv"
    rows = [f'"{k}";"5G2";Autobahn;30;Infrastruktur;90.86' for k in KREISE]
    rows += ['"05111";"Mobil Alle";Gewässer;40;Sonstige;', '"05111";"7G";Autobahn;30;Infrastruktur;1.00', '"05111";"5G2";Wüste;30;X;1.00']
    path.write_text("\n".join([LAND_USE, *rows]) + "\n", "utf-8")
    table, notes = read(path, table="land_use")
    found = {(r["subject"], r["technology"], r["min_mbits"], r["share_pct"]) for r in table.to_pylist()}
    assert found == {("area_motorway", "5g", 2, Decimal("90.8600")), ("area_water", "mobile_any", 0, None)}
    assert reasons(notes) == Counter({"unknown_word": 2})


def test_a_table_the_reader_does_not_know(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(write_kreise(tmp_path), table="hospitals")
    assert caught.value.code == "table_unknown"


def test_a_workbook_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "2021_BBA_Kreisdaten.xls"
    path.write_bytes(b"no workbook")
    with pytest.raises(InputError) as caught:
        read(path, table="workbook", source="breitbandatlas__kreisdaten")
    assert caught.value.code == "workbook_unreadable"
