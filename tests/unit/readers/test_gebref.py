"""Gebäudereferenzen: both editions, what is mended, what is refused, and that every record is accounted for."""

import tempfile
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from geodata.readers import gebref
from geodata.readers.bulk import Frame
from geodata.reading import Notes
from geodata.session import Limits
from tests.conftest import snapshot

FRAME = Frame.around((280_000, 5_570_000, 540_000, 5_830_000))
NEW = "N;DENW52HK000AAamr;C;05;Nordrhein-Westfalen;5;Münster;62;Recklinghausen;024;Marl;0000;;07146;Polsumer Straße;2;;32;365471.472;5721550.800;2026-07-01"
OLD = "N;DENW52HK000AAamr;C;05;5;62;024;0000;07146;2;A;32365471,472;5721550,800;Polsumer Straße;2019-07-01"
MARL = {
    "address_id": "DENW52HK000AAamr",
    "ags": "05562024",
    "street_key": "07146",
    "street": "Polsumer Straße",
    "house_number": 2,
    "suffix": "",
    "district": "",
    "place": "Marl",
    "easting_m": 365471.472,
    "northing_m": 5721550.8,
    "cell_id": 572153654,
}


def changed(**fields: str) -> str:
    """The example record with some fields replaced."""
    values = dict(zip(gebref.EDITIONS[21], NEW.split(";"), strict=True)) | fields
    return ";".join(values.values())


def read(path: Path, *lines: str, encoding: str = "utf-8", end: str = "\n") -> tuple[list[dict[str, object]], Notes]:
    path.write_bytes("".join(line + end for line in lines).encode(encoding))
    table, notes = gebref.read([snapshot(path, "gebref__addresses", "addresses")], land="05", frame=FRAME, limits=Limits())
    assert table.schema == gebref.ADDRESSES
    return table.to_pylist(), notes


def reasons(notes: Notes) -> list[tuple[int, str]]:
    return list(zip(notes.quarantine["row"].to_pylist(), notes.quarantine["reason"].to_pylist(), strict=True))


@pytest.mark.parametrize(("encoding", "end"), [("utf-8", "\n"), ("utf-8-sig", "\r\n"), ("cp1252", "\n")])
def test_the_published_record(tmp_path: Path, encoding: str, end: str) -> None:
    rows, notes = read(tmp_path / "gebref.txt", NEW, encoding=encoding, end=end)
    assert rows == [MARL]
    assert notes.accounting.to_pylist()[0]["accepted"] == 1
    assert len(notes.warnings) == 0


def test_a_header_is_not_a_record(tmp_path: Path) -> None:
    rows, notes = read(tmp_path / "gebref.txt", ";".join(gebref.EDITIONS[21]), NEW)
    assert (rows, notes.accounting["read"].to_pylist()) == ([MARL], [1])


def test_the_older_edition_takes_its_names_from_the_key_file(tmp_path: Path) -> None:
    (tmp_path / "gebref.txt").write_text(OLD + "\n", "utf-8")
    (tmp_path / "gebref_schluessel.txt").write_text("\ufeffL;05;Nordrhein-Westfalen\nG;05;5;62;024;Marl\nG;05\n", "utf-8")
    parts = [
        snapshot(tmp_path / "gebref.txt", "gebref__addresses", "addresses"),
        snapshot(tmp_path / "gebref_schluessel.txt", "gebref__addresses", "keys"),
    ]
    table, notes = gebref.read(parts, land="05", frame=FRAME, limits=Limits())
    assert table.to_pylist() == [MARL | {"suffix": "a"}]
    assert reasons(notes) == [(3, "field_count_differs")]
    alone, _ = gebref.read(parts[:1], land="05", frame=FRAME, limits=Limits())
    assert alone["place"].to_pylist() == [""]


def test_what_is_refused_and_what_lies_outside(tmp_path: Path) -> None:
    rows, notes = read(
        tmp_path / "gebref.txt",
        changed(oid="a"),
        changed(oid="b", ostwert="x"),
        changed(oid="c", ostwert="0", nordwert="0.000"),
        changed(oid="d", ostwert="900000"),
        changed(oid="e", zone="33"),
        changed(oid="f", ostwert="33365471.472"),
        changed(oid="g", landschl="03"),
        changed(oid="h", gmdschl="24"),
        changed(oid="i", hnr=""),
        changed(oid=" "),
        "N;k;C;05",
        changed(oid="l", datum="2026;x"),
        "",
        changed(oid="m", ostwert="nan"),
        changed(oid="n", hnr="12", adz="B"),
    )
    assert [(r["address_id"], r["house_number"], r["suffix"]) for r in rows] == [("a", 2, ""), ("n", 12, "b")]
    assert reasons(notes) == [
        (2, "not_a_number"),
        (3, "coordinates_zero"),
        (4, "coordinates_outside"),
        (5, "wrong_zone"),
        (6, "wrong_zone"),
        (8, "not_an_ags"),
        (9, "not_a_house_number"),
        (10, "address_without_id"),
        (11, "field_count_differs"),
        (12, "field_count_differs"),
        (13, "not_a_number"),
    ]
    assert notes.accounting.to_pylist()[0] | {"stand": None, "source_id": "", "file": ""} == {
        "source_id": "",
        "stand": None,
        "file": "",
        "read": 14,
        "accepted": 2,
        "outside_area": 1,
        "quarantined": 11,
    }
    assert all("{" not in text for text in notes.quarantine["sentence"].to_pylist())
    assert "„x 5721550.800“" in notes.quarantine["sentence"][0].as_py()


def test_swapped_axes_are_mended_and_counted(tmp_path: Path) -> None:
    swapped = changed(oid="b", ostwert="5721550,800", nordwert="32365471,472")
    rows, notes = read(tmp_path / "gebref.txt", NEW, swapped)
    assert rows == [MARL, MARL | {"address_id": "b"}]
    assert [(w["reason"], w["amount"]) for w in notes.warnings.to_pylist()] == [("addresses_swapped", 1.0)]


def test_of_identical_records_the_first_counts_of_contradicting_none(tmp_path: Path) -> None:
    rows, notes = read(tmp_path / "gebref.txt", NEW, changed(oid="b"), NEW, changed(oid="b", hnr="3"), changed(oid="c"))
    assert [r["address_id"] for r in rows] == ["DENW52HK000AAamr", "c"]
    assert reasons(notes) == [(2, "address_contradicts"), (3, "duplicate_key"), (4, "address_contradicts")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (NEW.replace(";", ","), "wrong_delimiter"),
        (NEW + ";more;fields", "gebref_edition_unknown"),
        (NEW + "\nN;DENW52HK;C;05", "file_cut_off"),
        ("", "file_empty"),
        ("<html>;", "file_of_other_kind"),
    ],
)
def test_files_that_cannot_be_it(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "gebref.txt"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        gebref.read([snapshot(path, "gebref__addresses", "addresses")], land="05", frame=FRAME, limits=Limits())
    assert caught.value.code == code


def test_an_unknown_table(tmp_path: Path) -> None:
    path = tmp_path / "gebref.txt"
    path.write_text(NEW, "utf-8")
    with pytest.raises(InputError, match="keys"):
        gebref.read([snapshot(path, "gebref__addresses", "streets")], land="05", frame=FRAME, limits=Limits())


def test_no_file_is_an_empty_table() -> None:
    table, notes = gebref.read([], land="05", frame=FRAME, limits=Limits())
    assert table.equals(pa.table(gebref.ADDRESSES.empty_table()))
    assert len(notes.accounting) == 0


FIELD = st.sampled_from(
    [*NEW.split(";"), "", "0", "-1", "1e400", "inf", "ü", "\\", "'", '"', "32365471,472", "999999999999", "\x01", "\x1f"]
)
RECORD = st.one_of(st.just(NEW.split(";")), st.lists(FIELD, min_size=21, max_size=21), st.lists(FIELD, max_size=24))


@settings(max_examples=60, deadline=None)
@example(b";;;;;;;;;;;;;;;;;;;;\x01\n;\x01;;\x01;;;;;;;;;;;;;\x01;;;;")
@given(
    st.one_of(
        st.binary(max_size=300),
        st.lists(RECORD, min_size=1, max_size=6).map(lambda t: "\n".join(map(";".join, [NEW.split(";"), *t])).encode()),
    )
)
def test_any_bytes_give_an_account_or_one_clear_error(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gebref.txt"
        path.write_bytes(data)
        try:
            table, notes = gebref.read([snapshot(path, "gebref__addresses", "addresses")], land="05", frame=FRAME, limits=Limits())
        except InputError as error:
            assert "gebref.txt" in error.message("en")
            return
    account = notes.accounting.to_pylist()[0]
    assert account["accepted"] == len(table)
    assert account["read"] == account["accepted"] + account["outside_area"] + account["quarantined"]
    assert Counter(notes.quarantine["row"].to_pylist()).most_common(1)[0][1] == 1 if account["quarantined"] else True
