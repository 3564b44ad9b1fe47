"""Mobile sites: an operator's own list, OpenCelliD, site certificates; impossible rows, and the account that adds up."""

import datetime as dt
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from geodata.mobile.antennas import ANTENNAS, completed, site_settings
from geodata.mobile.settings import load_settings
from geodata.readers import sites_certificates, sites_opencellid, sites_operator
from geodata.readers.bulk import Frame
from geodata.reading import Notes
from geodata.session import Limits
from tests.conftest import snapshot

FRAME = Frame.around((280_000, 5_570_000, 540_000, 5_830_000), margin_m=15_000)
OWN = "site_id,operator,technology,band_mhz,lon,lat,height_m,azimuth_deg,beamwidth_deg,eirp_dbm,in_service_from,measure"
ROW = "A1,Telekom,LTE,1800,7.06,51.63,35,120,65,62.5,2023-05-01,LTE-Neubau"
CELLS = "radio,mcc,net,area,cell,unit,lon,lat,range,samples,changeable,created,updated,averageSignal"
Reader = Callable[..., tuple[pa.Table, Notes]]
Rows = list[dict[str, object]]


def read(reader: Reader, path: Path, lines: Sequence[str], **options: object) -> tuple[Rows, Notes]:
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return checked(reader, path, **options)


def checked(reader: Reader, path: Path, **options: object) -> tuple[Rows, Notes]:
    table, notes = reader([snapshot(path, "sites__own", "antennas", **options)], frame=FRAME, limits=Limits())
    assert table.schema == ANTENNAS
    account = notes.accounting.to_pylist()[0]
    assert account["read"] == account["accepted"] + account["outside_area"] + account["quarantined"]
    assert account["quarantined"] == len(notes.quarantine)
    return table.to_pylist(), notes


def own(folder: Path, *rows: str, header: str = OWN) -> tuple[Rows, Notes]:
    return read(sites_operator.read, folder / "telekom.csv", [header, *rows])


def changed(**fields: str) -> str:
    return ",".join((dict(zip(OWN.split(","), ROW.split(","), strict=True)) | fields).values())


def reasons(notes: Notes) -> list[tuple[int, str, str]]:
    return [(r["row"], r["reason"], r["column"]) for r in notes.quarantine.to_pylist()]


def test_a_row_of_an_operators_list(tmp_path: Path) -> None:
    rows, notes = own(tmp_path, ROW)
    assert rows == [
        {
            "site_id": "A1",
            "operator": "telekom",
            "technology": "4g",
            "band": "1800",
            "easting_m": pytest.approx(365_728.6, abs=0.1),
            "northing_m": pytest.approx(5_721_669.6, abs=0.1),
            "height_m": 35.0,
            "azimuth_deg": 120.0,
            "beamwidth_deg": 65.0,
            "eirp_dbm": 62.5,
            "in_service_from": dt.date(2023, 5, 1),
            "measure": "lte_new",
            "source_id": "sites__own",
            "origin": "official",
            "visibility": "public",
        }
    ]
    assert len(notes.quarantine) == 0


@pytest.mark.parametrize(
    ("fields", "reason", "column"),
    [
        ({"lon": "0", "lat": "0"}, "coordinates_zero", "lon/lat"),
        ({"lon": "4.5", "lat": "54.2"}, "site_not_in_germany", "lon/lat"),
        ({"lon": "2.35", "lat": "48.86"}, "site_not_in_germany", "lon/lat"),
        ({"lon": "51.63", "lat": "7.06"}, "site_not_in_germany", "lon/lat"),
        ({"lon": "", "lat": ""}, "site_without_position", "lon/lat"),
        ({"lon": "1e308", "lat": "x"}, "site_without_position", "lon/lat"),
        ({"height_m": "0"}, "site_value_implausible", "height_m"),
        ({"height_m": "900"}, "site_value_implausible", "height_m"),
        ({"height_m": "hoch"}, "not_a_number", "height_m"),
        ({"eirp_dbm": "200"}, "site_value_implausible", "eirp_dbm"),
        ({"azimuth_deg": "400"}, "site_value_implausible", "azimuth_deg"),
        ({"beamwidth_deg": "0"}, "site_value_implausible", "beamwidth_deg"),
        ({"operator": "Quix"}, "unknown_word", "operator"),
        ({"operator": ""}, "value_missing", "operator"),
        ({"technology": "6G"}, "unknown_word", "technology"),
        ({"band_mhz": "1234"}, "unknown_word", "band_mhz"),
        ({"in_service_from": "bald"}, "not_a_date", "in_service_from"),
        ({"measure": "Anstrich"}, "unknown_word", "measure"),
        ({"site_id": ""}, "value_missing", "site_id"),
        ({"technology": "5G", "measure": "5G-Erweiterung", "in_service_from": "2018-05-01"}, "site_technology_not_yet", "technology"),
        ({"in_service_from": "2009-05-01"}, "site_technology_not_yet", "technology"),
    ],
)
def test_what_cannot_be_is_quarantined(tmp_path: Path, fields: dict[str, str], reason: str, column: str) -> None:
    rows, notes = own(tmp_path, ROW, changed(**fields))
    assert len(rows) == 1
    assert reasons(notes) == [(2, reason, column)]


def test_far_away_in_germany_is_outside_the_area_and_a_repeated_row_is_refused(tmp_path: Path) -> None:
    rows, notes = own(tmp_path, ROW, changed(lon="11.58", lat="48.14"), ROW, changed(azimuth_deg="240"), "A1,Telekom,LTE")
    assert [r["azimuth_deg"] for r in rows] == [120.0, 240.0]
    assert reasons(notes) == [(3, "repeated_row", "site_id"), (5, "field_count_differs", "")]
    assert notes.accounting["outside_area"].to_pylist() == [1]


def test_a_list_older_than_a_technology_cannot_have_it(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_text(f"{OWN}\n{changed(in_service_from='')}\n{changed(technology='5G', in_service_from='')}\n", "utf-8")
    table, notes = sites_operator.read([snapshot(path, "sites__own", "antennas", "2018-12-31")], frame=FRAME, limits=Limits())
    assert table["technology"].to_pylist() == ["4g"]
    assert reasons(notes) == [(2, "site_technology_not_yet", "technology")]
    cells = tmp_path / "cells.csv"
    cells.write_text(f"{CELLS}\nNR,262,1,100,1,0,7.0,51.0,1,1,1,1,1,0\nLTE,262,1,100,1,0,7.0,51.0,1,1,1,1,1,0\n", "utf-8")
    table, notes = sites_opencellid.read([snapshot(cells, "o", "cells", "2018-12-31")], frame=FRAME, limits=Limits())
    assert table["technology"].to_pylist() == ["4g"]
    assert reasons(notes) == [(1, "site_technology_not_yet", "radio")]
    assert "5g 2019-06-12" in str(notes.quarantine["sentence"][0])


def test_metres_and_silence(tmp_path: Path) -> None:
    rows, _ = own(tmp_path, "A1;o2;5G NSA;365000,5;5720000", header="site_id;operator;technology;easting;northing")
    assert (rows[0]["easting_m"], rows[0]["northing_m"]) == (365_000.5, 5_720_000.0)
    assert (rows[0]["operator"], rows[0]["technology"]) == ("telefonica", "5g")
    assert all(rows[0][c] is None for c in ("band", "height_m", "azimuth_deg", "beamwidth_deg", "eirp_dbm", "in_service_from", "measure"))


def test_a_geopackage_gives_the_position_by_its_points(tmp_path: Path) -> None:
    path = tmp_path / "sites.gpkg"
    frame = gpd.GeoDataFrame(
        {"site_id": ["A", "B"], "operator": ["Vodafone"] * 2, "technology": ["LTE"] * 2, "height_m": [30.0, None]},
        geometry=[shapely.Point(7.06, 51.63), None],
        crs="EPSG:4326",
    )
    frame.to_file(path, engine="pyogrio")
    rows, notes = checked(sites_operator.read, path)
    assert [(r["site_id"], r["height_m"], round(float(str(r["easting_m"])))) for r in rows] == [("A", 30.0, 365_729)]
    assert reasons(notes) == [(2, "site_without_position", "lon/lat")]


def test_a_list_without_a_needed_column_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="technology"):
        own(tmp_path, "A1,Telekom", header="site_id,operator")


@pytest.mark.parametrize("header", [True, False])
def test_opencellid_cells_become_sites(tmp_path: Path, header: bool) -> None:  # noqa: FBT001
    lines = [
        "LTE,262,1,100,25601,0,7.0,51.0,1000,1,1,1500000000,1500000000,0",
        "LTE,262,1,100,25602,0,7.001,51.0,99999,3,1,1500000000,1500000000,0",
        "LTE,262,1,100,25602,0,7.5,51.5,1,3,1,1500000000,1500000000,0",
        "NR,262,03,100,4096001,0,7.1,51.1,1,1,1,1500000000,1500000000,0",
        "LTE,206,1,100,1,0,6.1,50.8,1,1,1,1,1,0",
        "LTE,262,77,100,1,0,7.1,51.1,1,1,1,1,1,0",
        "CDMA,262,1,100,1,0,7.1,51.1,1,1,1,1,1,0",
        "GSM,262,2,100,5,0,13.4,52.5,1,1,1,1,1,0",
        "UMTS,262,2,100,5,0,0,0,1,1,1,1,1,0",
    ]
    rows, notes = read(sites_opencellid.read, tmp_path / "262.csv", [CELLS, *lines] if header else lines)
    assert [(r["site_id"], r["operator"], r["technology"], r["band"]) for r in rows] == [
        ("telefonica-5g-1000", "telefonica", "5g", None),
        ("telekom-4g-100", "telekom", "4g", None),
    ]
    whole, _ = read(sites_opencellid.read, tmp_path / "one.csv", [CELLS, lines[0].replace("7.0,", "7.00075,")])
    assert rows[1]["easting_m"] == pytest.approx(float(str(whole[0]["easting_m"])), abs=1.0)
    assert reasons(notes) == [
        (3, "repeated_row", "cell"),
        (5, "site_other_country", "mcc"),
        (6, "unknown_word", "net"),
        (7, "unknown_word", "radio"),
        (9, "coordinates_zero", "lon/lat"),
    ]
    assert notes.accounting["outside_area"].to_pylist() == [1]


def test_the_published_certificates(shared: Path) -> None:
    masts, notes = checked(sites_certificates.read, shared / "mobile" / "Alle_Funkmasten_BRD.csv")
    assert notes.accounting["read"].to_pylist() == [84_492]
    assert 15_645 <= len(masts) < 40_000  # the Land, and what lies in the frame around it
    assert {r["reason"] for r in notes.quarantine.to_pylist()} == {"site_other_service", "site_not_in_germany"}
    antennas, notes = checked(sites_certificates.read, shared / "mobile" / "koeln_emf_antennas.csv")
    assert notes.accounting["read"].to_pylist() == [15_559]
    assert len(antennas) > 10_000
    assert {r["operator"] for r in antennas} == {None}
    assert {r["reason"] for r in notes.quarantine.to_pylist()} == {
        "repeated_row",
        "site_value_implausible",
        "site_other_service",
        "not_a_number",
    }


def test_certificates_of_other_services_and_impossible_heights(tmp_path: Path) -> None:
    header = "fid,standortbescheinigung_nr,lon,lat,type,hdistance,vdistance,direction,height"
    row = "1,491053,7.1,50.95,Mobilfunk,5.8,1.77,90.0,37.82"
    rows, notes = read(
        sites_certificates.read,
        tmp_path / "c.csv",
        [header, row, row, row.replace("Mobilfunk", "Rundfunk"), row.replace("37.82", "900"), row.replace("90.0", "-5")],
    )
    assert [(r["site_id"], r["height_m"], r["azimuth_deg"]) for r in rows] == [("491053", 37.82, 90.0)]
    assert [r[1:] for r in reasons(notes)] == [
        ("repeated_row", "standortbescheinigung_nr"),
        ("site_other_service", "type"),
        ("site_value_implausible", "height"),
        ("site_value_implausible", "direction"),
    ]


def test_every_default_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    lines = [OWN, ROW, changed(height_m="", azimuth_deg="", eirp_dbm=""), changed(band_mhz="", technology="5G"), changed(technology="GSM")]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    table, _ = sites_operator.read([snapshot(path, "sites__own", "antennas")], frame=FRAME, limits=Limits())
    whole, used = completed(table, load_settings(), site_settings())
    assert whole["technology"].to_pylist() == ["4g", "4g", "5g"]
    assert whole["height_m"].to_pylist() == [35.0, 30.0, 35.0]
    assert whole["eirp_dbm"].to_pylist() == [62.5, 63.0, 62.5]
    assert whole["band"].to_pylist() == ["1800", "1800", "3600"]
    found = {(r["technology"], r["band"], r["column"]): (r["value"], r["antennas"]) for r in used.to_pylist()}
    assert found == {
        ("4g", "1800", "height_m"): ("30", 1),
        ("4g", "1800", "eirp_dbm"): ("63", 1),
        ("4g", "1800", "azimuth_deg"): ("all round", 1),
        ("5g", "3600", "band"): ("3600", 1),
    }


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(
        st.lists(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\r\n\x00"), max_size=12), max_size=14),
        min_size=1,
        max_size=6,
    )
)
def test_any_text_is_read_or_refused(rows: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "any.csv"
        path.write_text("\n".join([OWN, *(",".join(r) for r in rows)]) + "\n", "utf-8")
        try:
            checked(sites_operator.read, path)
        except InputError as error:
            assert error.code in {"file_without_records", "file_cut_off", "file_empty", "file_of_other_kind"}  # control characters
