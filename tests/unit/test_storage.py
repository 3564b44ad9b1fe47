"""Runs in an object store, against a server on localhost that speaks S3: whole or not at all, and no credentials anywhere but in requests."""

import json
import logging
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from geodata import cell_points
from geodata.cell_index import CellIndex
from geodata.errors import InputError
from geodata.parts import points
from geodata.parts.files import row_count, rows_of
from geodata.session import Limits
from geodata.storage import asked, bucket, reading
from geodata.stored_runs import LIST, Stored, pull, push
from geodata.tables import Tables
from pipelines.cli import cli
from tests.conftest import KEY, SECRET, URL
from tests.unit.parts.test_same_as_whole import gemeinden, scattered, split


def run_in(folder: Path, number: int = 1) -> Tables:
    """An output folder with two tables, a release, the link to it, and what a run leaves behind on the way."""
    tables = Tables(folder / "tables")
    tables.write("core_x__rows", pa.table({"n": list(range(number))}), "2025-12-31")
    tables.set_stamp("core_x__rows", "2025-12-31", code_version="1", inputs={})
    tables.write("core_y__rows", pa.table({"n": [7]}))
    (folder / "releases" / "r1").mkdir(parents=True, exist_ok=True)
    (folder / "releases" / "r1" / "index.html").write_text("<p>Lage</p>", "utf-8")
    if not (folder / "site").is_symlink():
        (folder / "site").symlink_to("releases/r1", target_is_directory=True)
    (folder / ".spill").mkdir(exist_ok=True)
    (folder / ".spill" / "x.tmp").write_bytes(b"0")
    return tables


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.usefixtures("store")
def test_a_run_comes_back_byte_for_byte(tmp_path: Path) -> None:
    run_in(tmp_path / "one")
    assert push(tmp_path / "one", URL).carried == 4
    assert push(tmp_path / "one", URL).carried == 0
    assert pull(URL, tmp_path / "two").carried == 4
    expected = {name: data for name, data in contents(tmp_path / "one").items() if not name.startswith(".spill")}
    assert contents(tmp_path / "two") == expected
    assert (tmp_path / "two" / "site").readlink() == Path("releases/r1")
    stamp = Tables(tmp_path / "two" / "tables").stamp("core_x__rows", "2025-12-31")
    assert stamp is not None, "the next run takes the table as it is"
    assert pull(URL, tmp_path / "two").carried == 0


@pytest.mark.usefixtures("store")
def test_a_push_that_breaks_off_leaves_the_state_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_in(tmp_path / "one")
    push(tmp_path / "one", URL)
    before = contents(tmp_path / "one")
    run_in(tmp_path / "one", 5)
    put, sent = bucket().put_file, []

    def breaking(*words: object, **more: object) -> object:
        sent.append(words)
        if len(sent) == 2:
            raise ConnectionError
        return put(*words, **more)

    monkeypatch.setattr("geodata.stored_runs.AT_ONCE", 1)
    monkeypatch.setattr(bucket(), "put_file", breaking)
    with pytest.raises(InputError, match="nicht benutzen"):
        push(tmp_path / "one", URL)
    assert len(sent) == 2
    pull(URL, tmp_path / "two")
    assert contents(tmp_path / "two") == {name: data for name, data in before.items() if not name.startswith(".spill")}


@pytest.mark.usefixtures("store")
def test_duckdb_and_parts_read_tables_where_they_lie(tmp_path: Path) -> None:
    tables = run_in(tmp_path / "one", 3)
    tables.write("core_points", scattered(3000))
    push(tmp_path / "one", URL)
    stored = Stored.at(URL)
    place = stored.table("core_x__rows", "2025-12-31")
    with reading(Limits(), place) as con:
        assert con.execute("SELECT sum(n) FROM read_parquet($place)", {"place": place}).fetchone() == (3,)
        shown = str(con.execute("FROM duckdb_secrets()").fetchall())
    assert SECRET not in shown
    index = CellIndex.build(gemeinden())
    index.save(tmp_path / "index")
    where = stored.table("core_points")
    assert (row_count(where), rows_of(where, ["households"], (10, 15)).num_rows) == (3000, 5)
    whole = cell_points.count_by_gemeinde(index, tables.path("core_points"))
    assert points.count_by_gemeinde(tmp_path / "index", where, pool=split(3)).equals(whole)
    with pytest.raises(InputError, match="core_z"):
        stored.table("core_z")


@pytest.mark.usefixtures("store")
def test_damaged_and_hostile_lists(tmp_path: Path) -> None:
    tables = run_in(tmp_path / "one")
    push(tmp_path / "one", URL)
    target = Stored.at(URL).table("core_y__rows")
    bucket().pipe_file(target, b"other bytes")
    tables.write("core_y__rows", pa.table({"n": [8]}))
    with pytest.raises(InputError) as caught:
        pull(URL, tmp_path / "one")
    assert caught.value.code == "stored_file_differs"
    assert pq.read_table(tables.path("core_y__rows"))["n"].to_pylist() == [8]
    whole = json.loads(bucket().cat_file(f"{URL}/{LIST}"))
    for change in ({"files": {"../x": "0"}}, {"files": {"/x": "0"}}, {"links": {"site": "/etc"}}, {"format": "?"}, {"files": 3}):
        bucket().pipe_file(f"{URL}/{LIST}", json.dumps(whole | {"files": {}} | change).encode())
        with pytest.raises(InputError) as caught:
            pull(URL, tmp_path / "three")
        assert caught.value.code == "stored_run_unreadable"
    with pytest.raises(InputError, match="Gefunden: keine Liste"):
        pull("s3://netzlage/anderswo", tmp_path / "three")
    for url in ("output/x", "s3://", "gs://x/y"):
        with pytest.raises(InputError, match="s3://"):
            push(tmp_path / "one", url)


@pytest.mark.usefixtures("store")
def test_credentials_are_in_no_log_no_list_and_no_message(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_in(tmp_path / "one")
    # The client library writes the signed request at DEBUG: what a run shows is INFO.
    with caplog.at_level(logging.INFO):
        done = CliRunner().invoke(cli, ["push", URL, "--output", str(tmp_path / "one")], catch_exceptions=False)
    assert done.exit_code == 0
    assert "4 Dateien, davon 4 übertragen" in done.output
    stored = "".join(bucket().cat_file(f"s3://{key}").decode("latin1") for key in bucket().find("netzlage"))
    assert not any(word in text for word in (KEY, SECRET) for text in (caplog.text, done.output, stored, repr(Stored.at(URL))))
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    for names in ((), ("AWS_ACCESS_KEY_ID",)):
        for name in names:
            monkeypatch.delenv(name)
        with pytest.raises(InputError) as caught:
            push(tmp_path / "one", URL)
        assert caught.value.code == "storage_without_credentials"
        assert KEY not in caught.value.message("de")


@pytest.mark.usefixtures("store")
def test_a_bucket_that_is_not_there(tmp_path: Path) -> None:
    run_in(tmp_path / "one")
    with pytest.raises(InputError) as caught:
        push(tmp_path / "one", "s3://keiner/lauf")
    assert caught.value.code == "storage_refused"
    assert SECRET not in caught.value.message("de")
    with pytest.raises(InputError) as caught:
        Stored.at("s3://keiner/lauf")
    assert caught.value.code == "stored_run_absent"


@pytest.mark.usefixtures("store")
def test_what_a_store_says_is_shown_without_the_credentials() -> None:
    text = f"{KEY} and {SECRET} are wrong"
    with pytest.raises(InputError) as caught, asked(URL):
        raise PermissionError(text)
    assert "… and … are wrong" in caught.value.message("en")
