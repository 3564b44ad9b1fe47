"""Matching against a plain loop over all addresses, the spelling rules against pairs written by hand, and the edges of reach."""

import math
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.matching import MATCHES, match
from geodata.readers.deliveries import OFFERS
from geodata.readers.gebref import ADDRESSES
from geodata.session import Limits, query

E, N = 365_400.0, 5_721_500.0
Row = dict[str, Any]


def address(address_id: str, easting: float = E, northing: float = N, **fields: object) -> Row:
    own = {"ags": "05562024", "street": "Hauptstraße", "house_number": 1, "suffix": "", "district": "", "place": "Marl"}
    own |= {"street_key": "00001", "cell_id": math.floor(northing / 100) * 10000 + math.floor(easting / 100)}
    return own | {"address_id": address_id, "easting_m": easting, "northing_m": northing} | fields


def offer(row: int = 1, easting: float | None = None, northing: float | None = None, **fields: object) -> Row:
    own: Row = dict.fromkeys(OFFERS.names) | {"operator": "a", "source_file": "a.csv", "row": row, "technology": "ftth"}
    own |= {"street": "Hauptstr.", "house_number": 1, "suffix": "", "postcode": "", "place": "Marl", "district": ""}
    return own | {"easting_m": easting, "northing_m": northing} | fields


def matched(offers: list[Row], addresses: list[Row]) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / "offers.parquet", Path(folder) / "addresses.parquet"]
        for path, rows, schema in zip(paths, (offers, addresses), (OFFERS, ADDRESSES), strict=True):
            pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
        table = match(*paths, limits=Limits(memory_limit="500MB"))
    assert table.schema == MATCHES
    assert [(r["operator"], r["row"]) for r in table.to_pylist()] == [(o["operator"], o["row"]) for o in offers]
    return table.to_pylist()


def hit(one: Row, *addresses: Row) -> tuple[str | None, str | None, float | None]:
    (row,) = matched([one], list(addresses))
    return row["address_id"], row["matched_by"], row["distance_m"]


@pytest.fixture(scope="module")
def macros() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    query(con, "address_macros")
    return con


def key(con: duckdb.DuckDBPyConnection, name: str) -> str:
    return str(con.execute("SELECT name_key($name)", {"name": name}).fetchone()[0])  # type: ignore[index] (one row)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hauptstraße", "Hauptstrasse"),
        ("Hauptstraße", "HAUPTSTR."),
        ("Haupt-Straße", "Haupt Str."),
        ("Straße des 17. Juni", "Str. des 17.Juni"),
        ("Bürgermeister-Müller-Weg", "Buergermeister Mueller Weg"),
        ("Große Heide", "Grosse  Heide"),
        ("Sankt-Anna-Straße", "St. Anna-Str."),
        ("Café-Platz", "Cafe Platz"),
        ("Mülheim an der Ruhr", "Mülheim a. d. Ruhr"),
        ("Mu\u0308hlenweg", "Mühlenweg"),
        ("Weiẞstraße", "WEISSSTRASSE"),
    ],
)
def test_spellings_that_are_one_name(macros: duckdb.DuckDBPyConnection, one: str, other: str) -> None:
    assert key(macros, one) == key(macros, other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hauptstraße", "Hauptweg"),
        ("Am Markt", "Alter Markt"),
        ("Straßburger Straße", "Burger Straße"),
        ("17. Straße", "1. Straße"),
        ("Marl", "Marl-Polsum"),
        ("Adorfer Weg", "An der Orfer Weg"),
    ],
)
def test_spellings_that_are_two_names(macros: duckdb.DuckDBPyConnection, one: str, other: str) -> None:
    assert key(macros, one) != key(macros, other)


PIECES = st.lists(
    st.sampled_from(["str", "asse", "straße", "sank", "t", "sankt", "st", ".", " ", "-", "a.", "d.", "ä", "ß", "Ü", "A", "k", "17"])
)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=20), PIECES.map("".join)))
def test_a_key_is_its_own_key(macros: duckdb.DuckDBPyConnection, name: str) -> None:
    found = key(macros, name.replace("\x00", ""))
    assert found.isascii()
    assert key(macros, found) == found


def test_the_key_decides_before_the_position() -> None:
    far, near = address("far", E + 5000), address("near", street="Kirchweg")
    assert hit(offer(easting=E, northing=N), far, near) == ("far", "key", 5000.0)


def test_of_several_candidates_the_nearest_then_the_lowest_id() -> None:
    twins = [address("c", E + 10), address("b", E - 10), address("a", E + 500)]
    assert hit(offer(easting=E, northing=N), *twins) == ("b", "key", 10.0)
    assert hit(offer(), *twins) == ("a", "key", None)


def test_reach_ends_at_30_metres_exactly() -> None:
    there = offer(easting=E, northing=N, street="Unbekannt")
    assert hit(there, address("edge", E + 18, N - 24)) == ("edge", "position", 30.0)
    assert hit(there, address("beyond", E + 18, N - 24.001)) == (None, None, None)
    assert hit(there, address("b", E, N + 30), address("a", E - 30), address("c", E + 29.999)) == ("c", "position", 29.999)
    assert hit(there, address("b", E, N + 30), address("a", E - 30)) == ("a", "position", 30.0)


def test_no_key_and_no_position() -> None:
    assert hit(offer(street="Unbekannt"), address("a")) == (None, None, None)
    assert hit(offer(suffix="a"), address("a")) == (None, None, None)
    assert hit(offer(street="", house_number=None, easting=E, northing=N), address("a")) == ("a", "position", 0.0)


def test_names_of_places() -> None:
    halle = address("a", place="Halle (Westf.)", district="Künsebeck")
    places = [
        "Halle (Westf.)",
        "Halle/Westf.",
        "Halle",
        "HALLE WESTF",
        "Künsebeck",
        "Halle-Künsebeck",
        "Halle, Kreis Gütersloh",
        "Gütersloh",
    ]
    rows = matched([offer(n, place=place) for n, place in enumerate(places)], [halle])
    assert [place for place, row in zip(places, rows, strict=True) if row["matched_by"] != "key"] == ["Gütersloh"]
    assert hit(offer(place="", district="Kuensebeck"), halle)[1] == "key"
    assert hit(offer(place="Künsebeck"), address("b", place="Halle (Westf.)", district="Hörste"))[1] is None


def test_an_ambiguous_place_needs_a_position_or_a_postcode() -> None:
    here = address("here", ags="05754028", place="Rietberg", district="Neuenkirchen")
    there = address("there", E + 9000, ags="05566068", place="Rheine", district="Neuenkirchen")
    sure = address("sure", ags="05566068", place="Rheine", house_number=9)
    both = [here, there, sure]
    lost = offer(place="Neuenkirchen", postcode="48485")
    assert hit(lost, *both) == (None, None, None)
    assert hit(offer(place="Neuenkirchen", easting=E + 8000, northing=N), *both) == ("there", "key", 1000.0)
    rows = matched([lost, offer(2, place="Rheine", postcode="48485", house_number=9)], both)
    assert [(r["address_id"], r["matched_by"]) for r in rows] == [("there", "key"), ("sure", "key")]


def test_the_ortsteil_of_the_delivery_decides_within_a_gemeinde() -> None:
    twins = [address("a", district="Polsum"), address("b", district="Sinsen")]
    assert hit(offer(district="SINSEN"), *twins)[0] == "b"
    assert hit(offer(district="Hamm"), *twins)[0] == "a"


def test_operators_keep_the_order_of_the_deliveries() -> None:
    offers = [offer(n, operator=o, house_number=n) for n, o in enumerate(["b", "a", "b", "c", "a"], start=1)]
    rows = matched(offers, [address(f"id{n}", house_number=n) for n in range(1, 6)])
    assert [r["address_id"] for r in rows] == [f"id{n}" for n in range(1, 6)]


def test_nothing_delivered_and_an_empty_register() -> None:
    assert matched([], [address("a")]) == []
    assert hit(offer(easting=E, northing=N)) == (None, None, None)


# The plain loop. Names are drawn with their keys written by hand, so that it shares nothing with the SQL.
STREETS = {"Hauptstraße": "h", "Haupt-Str.": "h", "Kirchweg": "k", "KIRCH WEG": "k", "": ""}
PLACES = {"Marl": "m", "MARL": "m", "Polsum": "p", "Köln": "k", "Koeln": "k"}
AREAS = {"05562024": "Marl", "05315000": "Köln"}
METRES = st.integers(0, 260_000).map(lambda mm: mm / 1000)
COARSE = st.sampled_from([0.0, 18.0, 24.0, 30.0, 82.0, 100.0, 118.0, 130.0])
OFFSET = st.one_of(METRES, COARSE)


@st.composite
def addresses_drawn(draw: st.DrawFn) -> list[Row]:
    drawn = []
    for number in draw(st.permutations(range(draw(st.integers(0, 20))))):
        ags = draw(st.sampled_from(sorted(AREAS)))
        fields = {
            "street": draw(st.sampled_from(sorted(STREETS))),
            "house_number": draw(st.integers(1, 2)),
            "suffix": draw(st.sampled_from(["", "a"])),
        }
        fields |= {"ags": ags, "place": AREAS[ags], "district": draw(st.sampled_from(["", "Polsum"]))}
        drawn.append(address(f"id{number}", E + draw(OFFSET), N + draw(OFFSET), **fields))
    return drawn


@st.composite
def offers_drawn(draw: st.DrawFn) -> list[Row]:
    drawn = []
    for row in range(draw(st.integers(0, 25))):
        fields = {
            "street": draw(st.sampled_from(sorted(STREETS))),
            "house_number": draw(st.sampled_from([1, 2, None])),
            "suffix": draw(st.sampled_from(["", "a"])),
        }
        fields |= {"place": draw(st.sampled_from(sorted(PLACES))), "district": draw(st.sampled_from(["", "Polsum"]))}
        fields |= {"postcode": draw(st.sampled_from(["", "1", "2"])), "operator": draw(st.sampled_from("ab"))}
        placed = draw(st.booleans())
        drawn.append(offer(row, E + draw(OFFSET) if placed else None, N + draw(OFFSET) if placed else None, **fields))
    return drawn


def squared(one: Row, other: Row) -> int:
    """The squared distance in whole millimetres."""
    return sum((round(one[c] * 1000) - round(other[c] * 1000)) ** 2 for c in ("easting_m", "northing_m"))


def candidates(one: Row, register: list[Row]) -> list[Row]:
    def fits(a: Row) -> bool:
        names = {PLACES[a["place"]]} | ({"p"} if a["district"] else set())
        same = all(one[c] == a[c] for c in ("house_number", "suffix")) and STREETS[one["street"]] == STREETS[a["street"]] != ""
        return same and PLACES[one["place"]] in names

    return [a for a in register if fits(a)]


def by_key(one: Row, found: list[Row], known: dict[tuple[str, str], set[str]]) -> str | None:
    if not found:
        return None
    if one["easting_m"] is not None:
        return str(min(found, key=lambda a: (squared(one, a), a["address_id"]))["address_id"])
    areas = {a["ags"] for a in found}
    if len(areas) > 1:
        areas &= known[one["operator"], one["postcode"]]
    if len(areas) != 1:
        return None
    rest = [a for a in found if a["ags"] in areas]
    return str(min(rest, key=lambda a: (not (one["district"] and one["district"] == a["district"]), a["address_id"]))["address_id"])


def looped(offers: list[Row], register: list[Row]) -> list[tuple[str | None, str | None]]:
    known = defaultdict(set)
    for one in offers:
        found = candidates(one, register)
        if len(found) == 1 and one["postcode"]:
            known[one["operator"], one["postcode"]].add(found[0]["ags"])
    result: list[tuple[str | None, str | None]] = []
    for one in offers:
        chosen = by_key(one, candidates(one, register), known)
        near = [a for a in register if one["easting_m"] is not None and squared(one, a) <= 30_000**2]
        if chosen is not None:
            result.append((chosen, "key"))
        elif near:
            result.append((min(near, key=lambda a: (squared(one, a), a["address_id"]))["address_id"], "position"))
        else:
            result.append((None, None))
    return result


@settings(max_examples=20, deadline=None)
@given(offers_drawn(), addresses_drawn())
def test_the_same_as_a_loop_over_all_addresses(offers: list[Row], register: list[Row]) -> None:
    rows = matched(offers, register)
    assert [(r["address_id"], r["matched_by"]) for r in rows] == looped(offers, register)
    points = {a["address_id"]: a for a in register}
    for one, row in zip(offers, rows, strict=True):
        if row["address_id"] and one["easting_m"] is not None:
            assert row["distance_m"] == pytest.approx(math.sqrt(squared(one, points[row["address_id"]])) / 1000, abs=0.0006)
        else:
            assert row["distance_m"] is None
