"""One address by name and by point: spellings that are found, the nearest ones where none fits."""

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import InputError
from geodata.lookup import by_name, near_point, offers_at, parsed, supply_at
from geodata.session import Limits
from geodata.tables import Tables

ROWS = [
    ("A0", "05966020", "Demo-Straße", 1, "", "Olpe", "", 419_000.0),
    ("A1", "05966020", "Demo-Straße", 1, "a", "Olpe", "", 419_010.0),
    ("A2", "05966020", "Demo-Straße", 12, "", "Olpe", "", 419_200.0),
    ("A3", "05966004", "Demo-Straße", 1, "", "Attendorn", "Ennest", 425_000.0),
    ("A4", "05966004", "Mühlenweg", 3, "", "Attendorn", "Ennest", 425_100.0),
]


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    found = Tables(tmp_path)
    names = ["address_id", "ags", "street", "house_number", "suffix", "place", "district", "easting_m"]
    columns = dict(zip(names, map(list, zip(*ROWS, strict=True)), strict=True))
    table = pa.table(columns | {"northing_m": [5_653_000.0] * len(ROWS)})
    found.write("core_gebref__addresses", table.set_column(3, "house_number", table["house_number"].cast(pa.int32())))
    return found


def limits(tables: Tables) -> Limits:
    return Limits("500MB", 1, tables.root / "spill")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Demo-Straße 1, 57462 Olpe", "A0"),
        ("demostr. 1A, Olpe", "A1"),
        ("Demo Strasse 1 a, Olpe", "A1"),
        ("57462 Olpe, Demo-Straße 12", "A2"),
        ("Demo-Straße 1, Ennest", "A3"),
        ("Muehlenweg 3", "A4"),
        ("Mühlenweg 3, Attendorn/Ennest", "A4"),
    ],
)
def test_an_address_is_found_as_people_write_it(tables: Tables, text: str, address: str) -> None:
    assert by_name(text, tables, limits(tables)).address_id == address


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("Demo-Straße 13, Olpe", "Demo-Straße 12, Olpe"),
        ("Demo-Strase 1, Attendorn", "Demo-Straße 1, Attendorn"),
        ("Mühlenweg 3, Atendorn", "Attendorn"),
        ("Demo-Straße 1", "Demo-Straße 1, Olpe; Demo-Straße 1, Attendorn"),
        ("Olpe", "Straße Hausnummer"),
        ("", "Straße Hausnummer"),
        ("12345 67890", "Straße Hausnummer"),
    ],
)
def test_what_is_not_there_offers_the_nearest(tables: Tables, text: str, offered: str) -> None:
    with pytest.raises(InputError) as error:
        by_name(text, tables, limits(tables))
    assert offered in str(error.value)


@given(st.text(max_size=40))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    try:
        street, number, _ = parsed(text)
    except InputError:
        return
    assert street
    assert number[0].isdigit()


def test_the_nearest_addresses_of_a_point(tables: Tables) -> None:
    place, near = near_point(7.845, 51.023, tables)
    assert place.row == -1
    assert [f.row for f in near] == [0, 1, 2]
    assert [f.away_m for f in near] == sorted(f.away_m or 0 for f in near)
    with pytest.raises(InputError, match="Breite"):
        near_point(51.0, 7.8, tables)


def test_offers_of_every_stand(tables: Tables) -> None:
    for stand, rows in (("2021-06-30", [0, None, 1]), ("2025-12-31", [1])):
        count = len(rows)
        offers = {
            "operator": pa.array(["a"] * count).dictionary_encode(),
            "technology": ["ftth"] * count,
            "download_mbits": [1000.0] * count,
            "upload_mbits": pa.nulls(count, pa.float64()),
            "rollout": ["existing"] * count,
            "planned_until": pa.array([dt.date(2022, 1, 1)] * count),
            "source_file": ["a.csv"] * count,
            "visibility": ["internal"] * count,
            "origin": ["delivered"] * count,
        }
        tables.write("core_deliveries__offers", pa.table(offers), stand)
        tables.write("core_deliveries__matches", pa.table({"address_row": pa.array(rows, pa.int32())}), stand)
    assert [r["stand"] for r in offers_at(1, tables).to_pylist()] == ["2021-06-30", "2025-12-31"]
    assert offers_at(4, tables).num_rows == 0
    assert supply_at(1, tables) == []
