"""Fetching: every way in which a server can fail leaves what was kept untouched, and says what to do."""

import io
import sqlite3
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from geodata.downloads.client import Client, Manners, shown
from geodata.downloads.editions import Bounds, editions, fetch, kept
from geodata.downloads.kinds import check_kind
from geodata.errors import InputError
from geodata.tables import file_hash
from tests.unit.downloads.server import Offer, Server, serving

QUICK = Manners(pause_s=0, timeout_s=2, attempts=3, wait_initial_s=0.001, wait_max_s=0.01, grace_s=0.2, slowest_rate=1000)
CSV = b'"ags";"verf"\n' + b'"05966";"61.2"\n' * 4000


def zipped(text: bytes = b"a;b\n1;2\n" * 500) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as z:
        z.writestr(zipfile.ZipInfo("tabelle.csv", (2026, 1, 1, 0, 0, 0)), text)
    return buffer.getvalue()


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as found:
        yield found


def got(server: Server, path: str, shelf: Path, bounds: Bounds | None = None) -> tuple[str, bytes]:
    found = fetch(server.url(path), shelf, client=Client(QUICK), bounds=bounds)
    assert found.path == kept(server.url(path), shelf)
    assert file_hash(found.path) == found.edition.sha256
    return found.state, found.path.read_bytes()


def refused(server: Server, path: str, shelf: Path, bounds: Bounds | None = None) -> InputError:
    with pytest.raises(InputError) as caught:
        fetch(server.url(path), shelf, client=Client(QUICK), bounds=bounds)
    return caught.value


def test_a_file_is_kept_under_its_hash_and_asked_for_again_with_its_tag(server: Server, tmp_path: Path) -> None:
    server.offers["/a.csv"] = Offer(CSV, etag='"1"', last_modified="Mon, 02 Nov 2026 08:00:00 GMT")
    assert got(server, "/a.csv", tmp_path) == ("new", CSV)
    assert got(server, "/a.csv", tmp_path) == ("unchanged", CSV)
    first, second = server.asked("/a.csv")
    assert "if-none-match" not in first
    assert first["user-agent"].startswith("Netzlage/")
    assert second["if-none-match"] == '"1"'
    assert second["if-modified-since"] == "Mon, 02 Nov 2026 08:00:00 GMT"
    assert len(editions(server.url("/a.csv"), tmp_path)) == 1


def test_a_changed_file_under_the_same_name_becomes_an_edition_beside_the_old_one(server: Server, tmp_path: Path) -> None:
    url = server.url("/a.csv")
    server.offers["/a.csv"] = Offer(CSV)
    first = fetch(url, tmp_path, client=Client(QUICK), bounds=Bounds())
    server.offers["/a.csv"] = Offer(CSV + b'"05970";"70.0"\n')
    second = fetch(url, tmp_path, client=Client(QUICK), bounds=Bounds())
    assert (second.state, first.path.read_bytes()) == ("changed", CSV)
    assert [e.sha256 for e in editions(url, tmp_path)] == [first.edition.sha256, second.edition.sha256]
    server.offers["/a.csv"] = Offer(CSV)
    assert got(server, "/a.csv", tmp_path) == ("returned", CSV)
    assert [e.sha256 for e in editions(url, tmp_path)] == [second.edition.sha256, first.edition.sha256]


def test_a_dropped_connection_goes_on_where_it_broke_off(server: Server, tmp_path: Path) -> None:
    server.offers["/a.csv"] = Offer(CSV, etag='"1"', mischief=["drop"])
    assert got(server, "/a.csv", tmp_path) == ("new", CSV)
    _, again = server.asked("/a.csv")
    assert again["if-range"] == '"1"'
    assert 0 < int(again["range"].removeprefix("bytes=").rstrip("-")) <= len(CSV) // 2


def test_what_an_earlier_run_left_is_completed(server: Server, tmp_path: Path) -> None:
    server.offers["/a.csv"] = Offer(CSV, etag='"1"', mischief=["drop", "500", "500"])
    assert refused(server, "/a.csv", tmp_path).code == "download_failed"
    assert kept(server.url("/a.csv"), tmp_path) is None
    assert got(server, "/a.csv", tmp_path) == ("new", CSV)
    assert "range" in server.asked("/a.csv")[-1]


@pytest.mark.parametrize(
    "offer", [Offer(CSV), Offer(CSV, etag='W/"1"'), Offer(CSV, etag='"1"', ranges=False)], ids=["no tag", "weak", "no ranges"]
)
def test_without_a_sure_validator_a_broken_file_is_begun_anew(server: Server, tmp_path: Path, offer: Offer) -> None:
    server.offers["/a.csv"] = Offer(offer.body, offer.etag, "", ["drop"], offer.ranges)
    assert got(server, "/a.csv", tmp_path) == ("new", CSV)


def test_another_file_since_the_break_is_not_stitched_to_the_old_half(server: Server, tmp_path: Path) -> None:
    server.offers["/a.csv"] = Offer(CSV, etag='"1"', mischief=["drop", "500", "500"])
    refused(server, "/a.csv", tmp_path)
    other = CSV.replace(b"61.2", b"62.3")
    server.offers["/a.csv"] = Offer(other, etag='"2"')
    assert got(server, "/a.csv", tmp_path) == ("new", other)


@pytest.mark.parametrize("trick", ["500", "429", "429 date", "416"])
def test_a_passing_trouble_is_tried_again(server: Server, tmp_path: Path, trick: str) -> None:
    server.offers["/a.csv"] = Offer(CSV, mischief=[trick])
    assert got(server, "/a.csv", tmp_path) == ("new", CSV)
    assert len(server.asked("/a.csv")) == 2


@pytest.mark.parametrize(
    ("tricks", "requests", "found"),
    [(["500"] * 9, 3, "500"), (["429 long"] * 9, 1, "429"), (["too long"] * 9, 3, ""), (["trickle"] * 9, 3, "B/s")],
    ids=["500", "a day", "length", "trickle"],
)
def test_a_lasting_trouble_ends_with_its_cause(server: Server, tmp_path: Path, tricks: list[str], requests: int, found: str) -> None:
    server.offers["/a.csv"] = Offer(CSV, mischief=tricks)
    error = refused(server, "/a.csv", tmp_path)
    assert error.code == "download_failed"
    assert found in error.values["found"]
    assert len(server.asked("/a.csv")) == requests
    assert kept(server.url("/a.csv"), tmp_path) is None


def test_a_missing_file_is_asked_for_once(server: Server, tmp_path: Path) -> None:
    error = refused(server, "/nicht.csv", tmp_path)
    assert error.values["found"] == "404 Not Found"
    assert len(server.requests) == 1


def test_a_redirect_loop_ends(server: Server, tmp_path: Path) -> None:
    server.offers["/a.csv"] = Offer(CSV, mischief=["loop"] * 60)
    assert refused(server, "/a.csv", tmp_path).code == "download_failed"
    assert len(server.requests) <= 25


def test_a_login_page_is_no_zip_and_leaves_what_was_kept(server: Server, tmp_path: Path) -> None:
    server.offers["/a.zip"] = Offer(zipped())
    state, before = got(server, "/a.zip", tmp_path)
    server.offers["/a.zip"] = Offer(zipped(), mischief=["elsewhere"])
    server.offers["/login"] = Offer(b"<!DOCTYPE html><html><head><title>Anmeldung &amp; mehr</title>")
    error = refused(server, "/a.zip", tmp_path)
    assert (state, error.code, error.values["found"]) == ("new", "download_web_page", "Anmeldung &amp; mehr")
    found = kept(server.url("/a.zip"), tmp_path)
    assert found is not None
    assert found.read_bytes() == before


def test_a_file_cut_by_a_wrong_length_is_no_whole_zip(server: Server, tmp_path: Path) -> None:
    server.offers["/a.zip"] = Offer(zipped(), mischief=["too short"])
    assert refused(server, "/a.zip", tmp_path).code == "download_kind"


def test_a_conspicuous_size_needs_a_word(server: Server, tmp_path: Path) -> None:
    server.offers["/a.csv"] = Offer(CSV)
    got(server, "/a.csv", tmp_path)
    server.offers["/a.csv"] = Offer(CSV[:400])
    error = refused(server, "/a.csv", tmp_path, Bounds())
    assert (error.code, error.values["found"]) == ("download_size", 400)
    assert got(server, "/a.csv", tmp_path, None) == ("changed", CSV[:400])


def test_a_damaged_edition_is_fetched_again(server: Server, tmp_path: Path) -> None:
    server.offers["/a.csv"] = Offer(CSV, etag='"1"')
    found = fetch(server.url("/a.csv"), tmp_path, client=Client(QUICK), bounds=None)
    found.path.write_bytes(b"x")
    assert got(server, "/a.csv", tmp_path) == ("unchanged", CSV)


def test_a_refused_connection_is_one_message(tmp_path: Path) -> None:
    with serving() as gone:
        url = gone.url("/a.csv")
    with pytest.raises(InputError) as caught:
        fetch(url, tmp_path, client=Client(QUICK), bounds=None)
    assert caught.value.code == "download_failed"


def test_a_server_that_says_nothing_is_left_after_the_timeout_and_asked_again(server: Server, tmp_path: Path) -> None:
    server.offers["/a.csv"] = Offer(CSV, mischief=["stall"])
    found = fetch(server.url("/a.csv"), tmp_path, client=Client(replace(QUICK, timeout_s=0.3)), bounds=None)
    assert (found.state, len(server.asked("/a.csv"))) == ("new", 2)
    server.offers["/b.csv"] = Offer(CSV, mischief=["stall"] * 9)
    with pytest.raises(InputError) as caught:
        fetch(server.url("/b.csv"), tmp_path, client=Client(replace(QUICK, timeout_s=0.1)), bounds=None)
    assert (caught.value.code, len(server.asked("/b.csv"))) == ("download_failed", 3)


def test_the_proxy_of_the_environment_is_asked(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", server.url(""))
    monkeypatch.setenv("http_proxy", server.url(""))
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server.offers["http://herausgeber.invalid/a.csv"] = Offer(CSV)
    found = fetch("http://herausgeber.invalid/a.csv", tmp_path, client=Client(QUICK), bounds=None)
    assert found.path.read_bytes() == CSV


def test_a_date_alone_is_enough_to_ask_whether_a_file_changed(server: Server, tmp_path: Path) -> None:
    server.offers["/a.csv"] = Offer(CSV, last_modified="Mon, 02 Nov 2026 08:00:00 GMT")
    got(server, "/a.csv", tmp_path)
    assert got(server, "/a.csv", tmp_path) == ("unchanged", CSV)
    assert server.asked("/a.csv")[-1]["if-modified-since"] == "Mon, 02 Nov 2026 08:00:00 GMT"


def test_a_file_that_is_gone_leaves_the_edition_that_was_kept(server: Server, tmp_path: Path) -> None:
    server.offers["/a.csv"] = Offer(CSV)
    got(server, "/a.csv", tmp_path)
    del server.offers["/a.csv"]
    assert refused(server, "/a.csv", tmp_path).values["found"] == "404 Not Found"
    found = kept(server.url("/a.csv"), tmp_path)
    assert found is not None
    assert found.read_bytes() == CSV


def test_no_password_reaches_a_message() -> None:
    assert shown("https://user:geheim@example.org/a.zip") == "https://example.org/a.zip"


def test_the_pause_between_two_requests_to_one_host_is_kept(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("geodata.downloads.client.time.sleep", slept.append)
    server.offers |= {"/a.csv": Offer(CSV), "/b.csv": Offer(CSV + b"\n")}
    client = Client(Manners(pause_s=30))
    for path in ("/a.csv", "/b.csv"):
        fetch(server.url(path), tmp_path, client=client, bounds=None)
    assert len(slept) == 1
    assert 20 < slept[0] <= 30


def test_kinds(tmp_path: Path) -> None:
    whole = tmp_path / "a.gpkg"
    con = sqlite3.connect(whole)
    con.execute("CREATE TABLE t (x)")
    con.executemany("INSERT INTO t VALUES (?)", [("x" * 900,)] * 50)
    con.commit()
    con.close()
    check_kind(whole, "a.gpkg", "u")
    cut = tmp_path / "b.gpkg"
    cut.write_bytes(whole.read_bytes()[:-4096])
    for name, body in (("b.gpkg", None), ("c.xlsx", b"a;b"), ("d.csv", b"a\0b"), ("e.xls", b"PK"), ("f.zip", b"PK\x03\x04halb")):
        path = tmp_path / name
        if body is not None:
            path.write_bytes(body)
        with pytest.raises(InputError) as caught:
            check_kind(path, name, "u")
        assert caught.value.code == "download_kind"
    (tmp_path / "leer").write_bytes(b"")
    with pytest.raises(InputError, match="leere Datei"):
        check_kind(tmp_path / "leer", "leer.csv", "u")
