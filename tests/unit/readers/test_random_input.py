"""Whatever the bytes, a reader gives a table with an account, or one clear error: never a traceback."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from geodata.readers import breitbandatlas, business_parks, schools, zensus
from geodata.reading import Notes
from geodata.session import Limits
from tests.conftest import snapshot
from tests.unit.readers.tables import GEMEINDEN, KREISE
from tests.unit.readers.test_geometries import HEADER, LAND

FIELD = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
TABLE = st.lists(st.lists(FIELD, max_size=12), max_size=8)
Reader = Callable[[Path], Notes]


def as_kreise(path: Path) -> Notes:
    return breitbandatlas.read_shares(
        [snapshot(path, "breitbandatlas__kreise", "households")], kreise=KREISE, gemeinden=GEMEINDEN, land="05"
    )[1]


def as_workbook(path: Path) -> Notes:
    parts = [snapshot(path, "breitbandatlas__kreisdaten", "workbook")]
    return breitbandatlas.read_shares(parts, kreise=KREISE, gemeinden=GEMEINDEN, land="05")[1]


def as_schools(path: Path) -> Notes:
    return schools.read([snapshot(path, "msb__schools", "register")], land="05")[1]


def as_zensus(path: Path) -> Notes:
    return zensus.read([snapshot(path, "zensus__grid", "households")], land=LAND, limits=Limits())[1]


def as_parks(path: Path) -> Notes:
    return business_parks.read([snapshot(path, "business_parks__areas", "areas")], land=LAND)[1]


def check(reader: Reader, data: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        try:
            notes = reader(path)
        except InputError as error:
            assert name in str(error)
            assert error.message("en") != error.message("de")
            return
    for row in notes.accounting.to_pylist():
        assert row["read"] == row["accepted"] + row["outside_area"] + row["quarantined"]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes(data: bytes) -> None:
    for reader, name in (
        (as_kreise, "k.csv"),
        (as_workbook, "w.xls"),
        (as_schools, "s.csv"),
        (as_zensus, "z.csv"),
        (as_zensus, "z.parquet"),
        (as_parks, "p.gpkg"),
        (as_parks, "p.geojson"),
    ):
        check(reader, data, name)


@settings(max_examples=100, deadline=None)
@given(TABLE)
def test_random_rows_under_a_right_header(rows: list[list[str]]) -> None:
    body = "\n".join(";".join(row) for row in rows)
    check(as_schools, f"{HEADER}\n{body}\n".encode(), "s.csv")
    check(as_zensus, f"GITTER_ID_1km;x_mp_1km;y_mp_1km;Insgesamt_Haushalte\n{body}\n".encode(), "z.csv")
