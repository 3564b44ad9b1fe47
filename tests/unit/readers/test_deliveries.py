"""Operators' deliveries: their forms and words, house numbers, positions, repeated rows, and broken files."""

import datetime as dt
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from geodata.readers import deliveries
from geodata.readers.bulk import Frame
from geodata.reading import Notes
from geodata.session import Limits
from tests.conftest import snapshot

FRAME = Frame.around((280_000, 5_570_000, 540_000, 5_830_000))
HEADER = "strasse,hnr,plz,ort,technologie,download,upload,lat,lon,hnr_z,ortsteil,nutzungstyp"
ROW = "Polsumer Straße,2,45768,Marl,FTTH,1000,500,51.63,7.06,A,,privat"
Row = dict[str, object]


def read(path: Path, *lines: str, encoding: str = "utf-8", end: str = "\n", **options: object) -> tuple[list[Row], Notes]:
    path.write_bytes("".join(line + end for line in lines).encode(encoding))
    table, notes = deliveries.read([snapshot(path, "deliveries__offers", "offers", **options)], frame=FRAME, limits=Limits())
    assert table.schema == deliveries.OFFERS
    account = notes.accounting.to_pylist()[0]
    assert account["read"] == account["accepted"] + account["quarantined"]
    assert account["accepted"] == len(table)
    return table.to_pylist(), notes


def changed(**fields: str) -> str:
    """The example row with some fields replaced."""
    return ",".join((dict(zip(HEADER.split(","), ROW.split(","), strict=True)) | fields).values())


def reasons(notes: Notes) -> list[tuple[int, str, str]]:
    return [(r["row"], r["reason"], r["column"]) for r in notes.quarantine.to_pylist()]


def warned(notes: Notes) -> dict[str, float | None]:
    return {w["reason"]: w["amount"] for w in notes.warnings.to_pylist()}


def test_a_row_as_delivered(tmp_path: Path) -> None:
    rows, notes = read(tmp_path / "telekom.csv", HEADER, ROW)
    assert len(rows) == 1
    position = (rows[0].pop("easting_m"), rows[0].pop("northing_m"))
    assert position == (pytest.approx(365_728.6, abs=0.1), pytest.approx(5_721_669.6, abs=0.1))
    assert rows[0] == {
        "operator": "telekom",
        "source_file": "telekom.csv",
        "row": 1,
        "street": "Polsumer Straße",
        "house_number": 2,
        "suffix": "a",
        "postcode": "45768",
        "place": "Marl",
        "district": "",
        "technology": "ftth",
        "download_mbits": 1000.0,
        "upload_mbits": 500.0,
        "households": None,
        "rollout": "existing",
        "planned_until": None,
        "usage": "privat",
        "visibility": "public",
        "origin": "official",
        "source_id": "deliveries__offers",
    }
    assert (len(notes.quarantine), len(notes.warnings)) == (0, 0)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings_semicolons_decimal_commas_and_an_option(tmp_path: Path, encoding: str, end: str) -> None:
    row = ROW.replace(",", ";").replace("51.63", "51,63").replace("7.06", "7,06").replace(";500;", ";2,4;")
    rows, _ = read(tmp_path / "a.csv", HEADER.replace(",", ";").upper(), row, encoding=encoding, end=end, operator="Stadtwerke")
    assert [(r["operator"], r["street"], r["upload_mbits"]) for r in rows] == [("Stadtwerke", "Polsumer Straße", 2.4)]
    assert rows[0]["easting_m"] == pytest.approx(365_728.6, abs=0.1)


def test_quoted_decimal_commas(tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "a.csv", HEADER, changed(strasse='"Am Markt, hinten"', lat='"51,63"', lon='"7,06"'))
    assert rows[0]["street"] == "Am Markt, hinten"
    assert rows[0]["easting_m"] == pytest.approx(365_728.6, abs=0.1)


@pytest.mark.parametrize(
    ("number", "addition", "house", "suffix"),
    [
        ("12a", "", 12, "a"),
        ("12 A", "", 12, "a"),
        ("12", "a", 12, "a"),
        ("12", " A ", 12, "a"),
        ("12a", "A", 12, "a"),
        ("012", "", 12, ""),
        ("12.0", "", 12, ""),
        ("Nr. 12", "", 12, ""),
        ("12-14", "", 12, ""),
        ("12 – 14", "", 12, ""),
        ("12 bis 14", "", 12, ""),
        ("12", "-14", 12, ""),
        ("12a-c", "", 12, "a"),
        ("12a - 12c", "", 12, "a"),
        ("12 1/2", "", 12, "1/2"),
        ("12", "1/2", 12, "1/2"),
        ("12/1", "", 12, "1"),
        ("11", "1", 11, "1"),
        ("", "", None, ""),
        ("o. Nr.", "", None, ""),
        ("0", "", None, ""),
        ("123456", "", None, ""),
        ("a12", "", None, ""),
    ],
)
def test_house_numbers(tmp_path: Path, number: str, addition: str, house: int | None, suffix: str) -> None:
    rows, _ = read(tmp_path / "a.csv", HEADER, changed(hnr=number, hnr_z=addition))
    assert (rows[0]["house_number"], rows[0]["suffix"]) == (house, suffix)


def test_words_of_technologies(tmp_path: Path) -> None:
    words = [
        "FTTH",
        "fttb",
        "FTTB/H",
        "FTTH/B",
        "Glasfaser",
        "HFC",
        "CATV",
        "Kabel",
        "DOCSIS 3.1",
        "FTTC",
        "VDSL2",
        "Supervectoring",
        "DSL",
        "Sonstige",
    ]
    rows, notes = read(
        tmp_path / "a.csv", HEADER, *(changed(technologie=w, hnr=str(n)) for n, w in enumerate([*words, "Brieftaube", ""], start=1))
    )
    expected = ["ftth", "fttb", *["fttb_h"] * 3, *["hfc"] * 4, *["fttc"] * 4, "other"]
    assert [r["technology"] for r in rows] == expected
    assert reasons(notes) == [(15, "unknown_word", "technologie"), (16, "value_missing", "technologie")]
    assert "ftth" in notes.quarantine["sentence"][0].as_py()


def test_speeds(tmp_path: Path) -> None:
    downloads = ["0", "16.5", "1000.000", "0.384", "", "1.000", "-1", "viel", "1e3", "2000000"]
    rows, notes = read(tmp_path / "a.csv", HEADER, *(changed(download=d, upload="") for d in downloads), changed(upload="x"))
    assert [(r["download_mbits"], r["upload_mbits"]) for r in rows] == [(0.0, None), (16.5, None), (1000.0, None), (0.384, None)]
    assert reasons(notes) == [
        (5, "value_missing", "download"),
        (6, "number_ambiguous", "download"),
        *((n, "not_a_speed", "download") for n in (7, 8, 9, 10)),
        (11, "not_a_speed", "upload"),
    ]


def test_announced_rollout_and_households(tmp_path: Path) -> None:
    tails = [
        "3,gebaut,",
        "2.0,im_bau,2026-12-31",
        ",geplant,01.07.2027",
        ",,",
        "x,,",
        ",vielleicht,",
        ",geplant,31.02.2027",
        ",geplant,bald",
    ]
    rows, notes = read(tmp_path / "a.csv", HEADER + ",haushalte,status,geplant_bis", *(f"{ROW},{t}" for t in tails))
    assert [(r["households"], r["rollout"], r["planned_until"]) for r in rows] == [
        (3, "existing", None),
        (2, "in_progress", dt.date(2026, 12, 31)),
        (None, "planned", dt.date(2027, 7, 1)),
        (None, "existing", None),
    ]
    assert reasons(notes) == [
        (5, "not_a_count", "haushalte"),
        (6, "unknown_word", "status"),
        (7, "not_a_date", "geplant_bis"),
        (8, "not_a_date", "geplant_bis"),
    ]


def test_positions(tmp_path: Path) -> None:
    rows, notes = read(
        tmp_path / "a.csv",
        HEADER,
        ROW,
        changed(hnr="3", lat="7.06", lon="51.63"),
        changed(hnr="4", lat="0", lon="0"),
        changed(hnr="5", lat="48.1", lon="11.5"),
        changed(hnr="6", lat="", lon=""),
        changed(hnr="7", lat="x", lon="7.06"),
        changed(hnr="", lat="0", lon="0"),
        changed(strasse="", lat="", lon=""),
        changed(ort="", hnr="", hnr_z=""),
    )
    assert [(r["row"], r["easting_m"] is not None) for r in rows] == [
        (1, True),
        (2, True),
        (3, False),
        (4, False),
        (5, False),
        (6, False),
        (9, True),
    ]
    assert (rows[0]["easting_m"], rows[0]["northing_m"]) == (rows[1]["easting_m"], rows[1]["northing_m"])
    assert reasons(notes) == [(7, "offer_without_address", ""), (8, "offer_without_address", "")]
    assert warned(notes) == {"offers_swapped": 1.0, "offers_without_position": 3.0}


def test_identical_rows_count_once_other_speeds_stay(tmp_path: Path) -> None:
    rows, notes = read(
        tmp_path / "a.csv", HEADER, ROW, changed(download="500"), ROW, changed(hnr="2a", hnr_z=""), changed(download="500", upload="")
    )
    assert [r["row"] for r in rows] == [1, 2, 5]
    assert reasons(notes) == [(3, "duplicate_offer", ""), (4, "duplicate_offer", "")]


def test_wrong_widths_and_columns_that_nobody_declared(tmp_path: Path) -> None:
    header = HEADER.removesuffix(",hnr_z,ortsteil,nutzungstyp") + ',"bemerkung"" x",'
    row = ROW.removesuffix(",A,,privat")
    rows, notes = read(tmp_path / "a.csv", header, row + ",b", row + ",b,", row + ",b,c", row, "", row + ",c")
    assert [r["row"] for r in rows] == [1]
    assert reasons(notes) == [
        (2, "duplicate_offer", ""),
        (3, "field_count_differs", ""),
        (4, "field_count_differs", ""),
        (5, "duplicate_offer", ""),
    ]
    assert warned(notes).keys() == {"column_absent", "column_unknown"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HEADER + "\n", "file_without_records"),
        (HEADER.replace("download", "tempo") + "\n" + ROW + "\n", "column_missing"),
        (HEADER + ",hnr\n" + ROW + ",2\n", "column_repeated"),
        (HEADER.replace(",", "\t") + "\n", "wrong_delimiter"),
        (HEADER + "\n" + ROW + "\n" + ROW[:30], "file_cut_off"),
        ("<!DOCTYPE html>\n<p>a,b", "file_of_other_kind"),
    ],
)
def test_files_that_cannot_be_it(tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        deliveries.read([snapshot(path, "deliveries__offers", "offers")], frame=FRAME, limits=Limits())
    assert caught.value.code == code


FIELD = st.sampled_from(
    [*ROW.split(","), "", "0", "-", "1e9", "99999999999", "ü", "nan", "'", '"', "\\", "\x01", "\x1f", "2026-02-30", "12-14"]
)
LINE = st.lists(FIELD, max_size=14).map(",".join)


@settings(max_examples=50, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.lists(LINE, max_size=6).map(lambda lines: "\n".join([HEADER, ROW, *lines]).encode())))
def test_any_bytes_give_an_account_or_one_clear_error(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(data)
        try:
            table, notes = deliveries.read([snapshot(path, "deliveries__offers", "offers")], frame=FRAME, limits=Limits())
        except InputError as error:
            assert "a.csv" in error.message("en")
            return
    account = notes.accounting.to_pylist()[0]
    assert account["read"] == account["accepted"] + account["quarantined"]
    assert account["accepted"] == len(table)
