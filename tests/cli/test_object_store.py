"""Commands and Dagster steps whose output is a URL, against a server on localhost that speaks S3."""

import json
import os
import shutil
from pathlib import Path

import dagster as dg
import httpx
import pytest
from click.testing import CliRunner, Result

from geodata import storage
from geodata.errors import InputError
from geodata.storage import bucket
from geodata.stored_runs import Stored, push
from maps.releases.store import RECORD, Release, Store, digest_of
from pipelines.cli import cli, main
from pipelines.definitions import JOB, build_definitions
from pipelines.plan import ordered_steps, stale
from pipelines.resources import house_from_environment, reading_folder, working_folder
from tests.conftest import KEY, SECRET, URL, Netzlage, Run, acceptance
from tests.faults.runs import fingerprint, killed_after, started
from tests.unit.test_inbox import SCHOOLS

pytestmark = pytest.mark.usefixtures("store")


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETZLAGE_WORK", str(tmp_path / "work"))


def said(*words: str) -> Result:
    """What a command answers in this process; its error is raised."""
    done = CliRunner().invoke(cli, [*words, "--output", URL], catch_exceptions=False)
    assert done.exit_code == 0
    return done


def release(folder: Path, release_id: str, stand: str, text: str) -> None:
    store = Store(folder)
    with store.building() as part:
        (part / "site/index.html").write_text(text, "utf-8")
        store.keep(part, Release(release_id, stand, digest_of(part / "site"), "", demo=True))
    assert (store.folder / release_id / RECORD).is_file()


def test_reading_commands_fetch_what_they_need_and_say_the_same(demo_run: Run, tmp_path: Path) -> None:
    output = tmp_path / "output"
    output.mkdir()
    os.link(demo_run.folder / "netzlage.duckdb", output / "netzlage.duckdb")
    release(output, "r1", "2021-06-30", "eins")
    push(output, URL)
    for words in (
        ["shares", "--kreis", "Olpe", "--format", "csv"],
        ["compare", "--kreis", "Olpe", "--with", "Bochum", "--format", "csv"],
    ):
        there, here = said(*words), CliRunner().invoke(cli, [*words, "--output", str(output)], catch_exceptions=False)
        assert there.output == here.output
        assert len(there.output) > 1000
    said("report", "--kreis", "Olpe", "--out", str(tmp_path / "DEMO_olpe.html"))
    said("whitespots", "--kreis", "Olpe", "--out", str(tmp_path / "DEMO_olpe.xlsx"))
    said("doctor")
    assert (tmp_path / "DEMO_olpe.html").stat().st_size > 10_000
    assert (tmp_path / "DEMO_olpe.xlsx").stat().st_size > 1000
    assert not working_folder(URL).folder.exists(), "reading commands leave the folder of the runs alone"


def test_a_release_is_published_and_taken_back_where_it_is_stored(tmp_path: Path) -> None:
    output = tmp_path / "output"
    for number, stand in enumerate(("2021-06-30", "2021-12-31")):
        release(output, f"r{number}", stand, stand)
    push(output, URL)
    for words, shown in (
        (["publish", "--stand", "2021-06-30"], "2021-06-30"),
        (["publish", "--stand", "2021-12-31"], "2021-12-31"),
        (["rollback"], "2021-06-30"),
    ):
        said(*words)
        said("doctor")
        assert (reading_folder(URL) / "site/index.html").read_text("utf-8") == shown


def test_steps_of_dagster_store_what_they_make_and_another_machine_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "schulen.csv").write_text(SCHOOLS, "utf-8")
    text = 'name = "klein"\norigin = "official"\nland = "05"\nboundaries = "vg250-2021-12-31"\n'
    text += f'[[files]]\nsource = "msb__schools"\ntable = "register"\nstand = 2021-09-30\npath = "{tmp_path / "schulen.csv"}"\n'
    (tmp_path / "profil.toml").write_text(text, "utf-8")
    monkeypatch.setenv("NETZLAGE_PROFILE", str(tmp_path / "profil.toml"))
    monkeypatch.setenv("NETZLAGE_OUTPUT", URL)
    made = ["raw_demo__files", "raw_msb__schools"]
    (tmp_path / "dagster").mkdir()
    with dg.DagsterInstance.local_temp(str(tmp_path / "dagster")) as instance:
        job = build_definitions(house_from_environment()).resolve_job_def(JOB)
        for name, tags in zip(made, ({}, {"dagster/partition": "2021-09-30"}), strict=True):
            assert job.execute_in_process(instance=instance, asset_selection=[dg.AssetKey(name)], tags=tags).success
            assert f"tables/{name}" in " ".join(Stored.at(URL, unpublished=True).files)
    with pytest.raises(InputError) as caught:
        Stored.at(URL)
    assert caught.value.code == "stored_run_absent", "readers see nothing before a release is made"
    monkeypatch.setenv("NETZLAGE_WORK", str(tmp_path / "elsewhere"))
    house = house_from_environment()
    order = ordered_steps(build_definitions(house))
    assert set(made) <= set(stale(order, house, house.profile.stands))
    with house.working.held():
        assert not set(made) & set(stale(order, house, house.profile.stands))
    written = "".join(p.read_bytes().decode("latin1") for p in tmp_path.rglob("*") if p.is_file())
    assert "msb__schools" in written
    stored = "".join(bucket().cat_file(f"s3://{key}").decode("latin1") for key in bucket().find(URL))
    shown = "".join(r.getMessage() for r in caplog.records if r.levelname != "DEBUG" and r.name != "werkzeug")
    for word in (SECRET, KEY):
        assert not any(word in text for text in (written, stored, shown, *capfd.readouterr()))


def test_trouble_with_the_store_is_one_message_and_exit_2(
    store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "output").mkdir()
    (tmp_path / "output/netzlage.duckdb").write_bytes(b"0")
    push(tmp_path / "output", URL)
    before = {name: bucket().cat_file(f"s3://{name}") for name in bucket().find(URL)}

    def told(url: str = URL) -> str:
        storage._client.cache_clear()  # noqa: SLF001  # a command is a process
        monkeypatch.setattr("sys.argv", ["netzlage", "run", "--profile", "demo", "--output", url])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        # The server of the test prints its journal into the same stream.
        lines = [line for line in err.splitlines() if line and " HTTP/1.1" not in line]
        assert (ended.value.code, len(lines)) == (2, 1), lines
        assert not any(word in out + err for word in (KEY, SECRET, "Traceback"))
        return lines[0]

    assert "bucket does not exist" in told("s3://keiner/lauf")
    httpx.post(f"{store}/moto-api/reset-auth", content=b"0")
    assert "Forbidden" in told()
    httpx.post(f"{store}/moto-api/reset-auth", content=b"inf")
    bucket().pipe_file(f"{URL}/netzlage.lock", json.dumps({"owner": "x", "host": "rechner-7", "process": "7", "since": "gestern"}).encode())
    assert "rechner-7, Prozess 7, seit gestern" in told()
    assert "rechner-7" in CliRunner().invoke(cli, ["unlock", URL], catch_exceptions=False).output
    assert "keine Sperre" in CliRunner().invoke(cli, ["unlock", URL], catch_exceptions=False).output
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert "127.0.0.1:9" in told()
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert "AWS_SECRET_ACCESS_KEY" in told()
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_ENDPOINT_URL", store)
    storage._client.cache_clear()  # noqa: SLF001
    assert {name: bucket().cat_file(f"s3://{name}") for name in bucket().find(URL)} == before


@pytest.mark.parametrize("command", ["push", "pull"])
def test_push_and_pull_want_a_folder(command: str) -> None:
    with pytest.raises(InputError) as caught:
        said(command, URL)
    assert caught.value.code == "output_is_url"


@acceptance
def test_a_killed_run_is_finished_by_another_machine(
    demo_run: Run, netzlage: Netzlage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = started(URL, tmp_path / "home")
    assert killed_after(one, 90)
    assert any(name.startswith("tables/") for name in Stored.at(URL, unpublished=True).files)
    monkeypatch.setenv("NETZLAGE_WORK", str(tmp_path / "elsewhere"))
    assert netzlage("run", "--profile", "demo", "--output", URL).code == 2
    assert netzlage("unlock", URL).code == 0
    done = netzlage("run", "--profile", "demo", "--output", URL)
    assert done.code == 0, done.err
    assert fingerprint(working_folder(URL).folder) == fingerprint(demo_run.folder)
    again = netzlage("run", "--profile", "demo", "--output", URL)
    assert "kein Schritt war nötig" in again.out
    shutil.rmtree(tmp_path / "elsewhere")
    assert netzlage("shares", "--kreis", "Olpe", "--output", URL).code == 0
