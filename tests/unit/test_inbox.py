"""The drop folder: a file is recognised by its content, waits while it grows, and is taken over once."""

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import InputError
from geodata.inbox import ACCEPTED, Arrival, accept, accepted, arrivals, recognised
from geodata.profile import load_profile
from tests.conftest import Run

SCHOOLS = (
    "sep=;\n\ufeffSchulnummer;Gemeindeschluessel;Schulbetriebsschluessel;EPSG;UTMRechtswert;UTMHochwert\n100001;05966024;1;25832;1;1\n"
)
DELIVERY = "strasse,hnr,plz,ort,technologie,download,upload,lat,lon,hnr_z,ortsteil,nutzungstyp\nWeg,1,57462,Olpe,FTTH,1000,500,,,,,\n"
# Files of reference data do not follow the Stände; tables of businesses and of Gewerbegebiete have the same columns.
NEVER = {"vg250__boundaries", "zensus__grid", "business_parks__areas", "funding__areas", "terrain__dem", "land_use__classes"}
AMBIGUOUS = {"businesses", "businesses_in_business_parks"}


def looked_twice(inbox: Path) -> list[Arrival]:
    _, seen = arrivals(inbox, {})
    return arrivals(inbox, seen)[0]


def dropped(inbox: Path, name: str, text: str) -> Path:
    path = inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_a_file_waits_until_it_no_longer_changes_and_is_taken_once(tmp_path: Path) -> None:
    path = dropped(tmp_path, "2021-09-30/irgendwie.csv", SCHOOLS[:40])
    found, seen = arrivals(tmp_path, {})
    assert [a.reason for a in found] == ["inbox_growing"]
    path.write_text(SCHOOLS, "utf-8")
    found, seen = arrivals(tmp_path, seen)
    assert [a.reason for a in found] == ["inbox_growing"]
    (arrival,), seen = arrivals(tmp_path, seen)
    assert (arrival.source, arrival.table, str(arrival.stand), arrival.reason) == ("msb__schools", "register", "2021-09-30", "")
    accept(tmp_path, arrival)
    accept(tmp_path, arrival)
    assert len(accepted(tmp_path)) == 1
    assert [a.reason for a in arrivals(tmp_path, seen)[0]] == ["inbox_known"]


def test_the_same_bytes_under_another_name_are_known(tmp_path: Path) -> None:
    path = dropped(tmp_path, "2021-09-30/a.csv", SCHOOLS)
    accept(tmp_path, looked_twice(tmp_path)[0])
    shutil.copyfile(path, path.with_name("b.csv"))
    assert [a.reason for a in looked_twice(tmp_path)] == ["inbox_known", "inbox_known"]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("juni/a.csv", SCHOOLS, "inbox_no_stand"),
        ("2021-09-30/a.csv", "<!DOCTYPE html><html>", "inbox_unknown"),
        ("2021-09-30/a.csv", "", "inbox_unknown"),
        ("2021-09-30/a.zip", "PK\x03\x04halb", "inbox_unknown"),
        ("2021-09-30/a.gpkg", "SQLite format 3\x00", "inbox_unknown"),
        ("2021-09-30/a.csv", "eins;zwei\n1;2\n", "inbox_unknown"),
    ],
)
def test_what_is_not_taken_says_why(tmp_path: Path, name: str, text: str, reason: str) -> None:
    dropped(tmp_path, name, text)
    assert [a.reason for a in looked_twice(tmp_path)] == [reason]


def test_an_accepted_file_belongs_to_the_profile(tmp_path: Path) -> None:
    dropped(tmp_path, "eingang/2025-12-31/telekom_x[1].csv", DELIVERY)
    accept(tmp_path / "eingang", looked_twice(tmp_path / "eingang")[0])
    profile = tmp_path / "p.toml"
    profile.write_text(
        f'name = "p"\norigin = "delivered"\nland = "05"\nboundaries = "b"\nfiles = []\ninbox = "{tmp_path / "eingang"}"\n', "utf-8"
    )
    (entry,) = load_profile(str(profile)).files
    assert (entry.source, str(entry.stand), entry.options) == ("deliveries__offers", "2025-12-31", {"operator": "telekom"})
    (tmp_path / "eingang" / ACCEPTED).write_text("[[files", "utf-8")
    with pytest.raises(InputError):
        load_profile(str(profile))


@given(st.text(st.characters(codec="utf-8", exclude_characters="/\x00"), min_size=1, max_size=30))
def test_any_file_name_survives_the_list(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    inbox = tmp_path_factory.mktemp("eingang")
    for text in (name, name + '"\\'):
        arrival = Arrival(inbox / "2025-12-31" / f"x{text}", None, "msb__schools", "register", text)
        accept(inbox, arrival)
    assert [row["path"] for row in accepted(inbox)] == [f"2025-12-31/x{name}", f'2025-12-31/x{name}"\\']


def test_every_file_of_the_demo_that_follows_the_stands_is_recognised(demo_run: Run) -> None:
    wrong = []
    for entry in load_profile("demo").files:
        path = demo_run.folder / "demo" / entry.path.removeprefix("demo:")
        if entry.source in NEVER or entry.table in AMBIGUOUS:
            continue
        if recognised(path) != (entry.source, entry.table):
            wrong.append((path.name, recognised(path)))
    assert wrong == []
