"""Kreise through reforms: the published 402, the 401 of 2018 and the 400 of today are the same area."""

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.crosswalk import followed, is_of, reforms, successor
from geodata.errors import InputError

TODAY = dt.date(2026, 1, 1)
KEYS = sorted({key for r in reforms() for key in (*r.old, r.new)} | {"05966", "09162"})
days = st.dates(dt.date(2005, 1, 1), dt.date(2030, 1, 1))


def test_the_402_published_kreise_become_401_and_400(shared: Path) -> None:
    text = (shared / "broadband/bba_landkreis_privat_2018_2.csv").read_text("ascii").splitlines()[1:]
    published = {line.split(";")[0].strip('"') for line in text}
    features = json.loads((shared / "boundaries/landkreise_sim200.geojson").read_text("utf-8"))["features"]
    official = {f["properties"]["AGS"] for f in features if f["properties"]["GF"] == 4}
    assert (len(published), len(official)) == (402, 401)
    assert {successor(ags, day=dt.date(2018, 12, 31)) for ags in published} == official
    assert len({successor(ags, day=TODAY) for ags in published}) == 400


def test_aachen_and_its_kreis_are_the_staedteregion() -> None:
    assert successor("05313", day=dt.date(2009, 10, 20)) == "05313"
    assert {successor(k, day=dt.date(2009, 10, 21)) for k in ("05313", "05354")} == {"05334"}
    assert not is_of("05334", dt.date(2009, 10, 20))
    assert is_of("16063", dt.date(2021, 6, 30))
    assert not is_of("16056", dt.date(2021, 7, 1))


@given(st.sampled_from(KEYS), days, days)
def test_following_twice_is_following_once(ags: str, first: dt.date, second: dt.date) -> None:
    assert successor(successor(ags, day=min(first, second)), day=max(first, second)) == successor(ags, day=max(first, second))


@given(st.sampled_from(KEYS), days)
def test_a_successor_is_in_use_on_its_day_if_the_key_was_born(ags: str, day: dt.date) -> None:
    found = successor(ags, day=day)
    assert is_of(found, day) or (found == ags and any(r.new == ags and r.day > day for r in reforms()))


def rows(*values: tuple[str, int | None, int | None]) -> pa.Table:
    columns = [(a, dt.date(2021, 6, 30), n and Decimal(n), d and Decimal(d), n / d if n and d else None) for a, n, d in values]
    number = pa.decimal128(18, 4)
    schema = pa.schema({"ags": pa.string(), "stand": pa.date32(), "numerator": number, "denominator": number, "share": pa.float64()})
    return pa.Table.from_pylist([dict(zip(schema.names, c, strict=True)) for c in columns], schema=schema)


def test_counts_are_added_and_the_share_comes_from_the_sums() -> None:
    found = followed(rows(("16056", 10, 20), ("16063", 30, 80), ("05966", 1, 4)), day=TODAY).to_pylist()
    assert [(r["ags"], r["numerator"], r["denominator"], r["share"]) for r in found] == [("05966", 1, 4, 0.25), ("16063", 40, 100, 0.4)]


def test_no_data_in_one_part_is_no_data_in_the_whole() -> None:
    (found,) = followed(rows(("16056", None, 20), ("16063", 30, 80)), day=TODAY).to_pylist()
    assert (found["numerator"], found["denominator"], found["share"]) == (None, 100, None)


def test_a_bare_share_cannot_be_joined() -> None:
    bare = rows(("16056", None, None))
    table = bare.set_column(bare.schema.get_field_index("share"), "share", pa.array([0.5]))
    assert followed(table, day=dt.date(2021, 6, 30)) == table
    with pytest.raises(InputError) as caught:
        followed(table, day=TODAY)
    assert caught.value.code == "crosswalk_without_counts"
