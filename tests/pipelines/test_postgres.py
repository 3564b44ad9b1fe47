"""A server as `docs/betrieb.md` builds it: PostgreSQL, webserver, daemon and code location as processes; the drop folder starts a run."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import psycopg2
import pytest

from tests.conftest import ROOT
from tests.pipelines.postgres import cluster, free_port
from tests.unit.test_inbox import SCHOOLS, dropped

PATIENCE_S = 240
START_SENSOR = """
mutation($selector: SensorSelector!) { startSensor(sensorSelector: $selector) { __typename ... on PythonError { message } } }
"""
RUNS = "{ runsOrError { ... on Runs { results { runId status tags { key value } assetSelection { path } } } } }"
SCHEDULES = """
{ schedulesOrError(repositorySelector: {repositoryName: "__repository__", repositoryLocationName: "netzlage"})
  { ... on Schedules { results { name executionTimezone scheduleState { status } } } } }
"""


def waited(look: Callable[[], object], what: str) -> object:
    """What `look` gives as soon as it gives anything; fails after some minutes."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        try:
            if found := look():
                return found
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    pytest.fail(f"nicht gesehen: {what}")


@contextmanager
def process(name: str, folder: Path, env: dict[str, str], *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A running process of Dagster, its output in a file; ended with the block."""
    with (folder / f"{name}.log").open("wb") as log:
        found = subprocess.Popen([str(Path(sys.executable).parent / words[0]), *words[1:]], cwd=folder, env=env, stdout=log, stderr=log)
        try:
            yield found
        finally:
            found.terminate()
            found.wait(30)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Path, str, dict[str, str]]]:
    """The three processes over a PostgreSQL; the folder, the address of GraphQL, and the environment."""
    (tmp_path / "schulen.csv").write_text(SCHOOLS, "utf-8")
    (tmp_path / "eingang").mkdir()
    (tmp_path / "profil.toml").write_text(
        'name = "klein"\norigin = "official"\nland = "05"\nboundaries = "vg250-2021-12-31"\ninbox = "eingang"\n'
        '[[files]]\nsource = "msb__schools"\ntable = "register"\nstand = 2021-09-30\npath = "schulen.csv"\n',
        "utf-8",
    )
    (tmp_path / "dagster.yaml").write_bytes((ROOT / "dagster.postgres.yaml").read_bytes())
    code, web = free_port(), free_port()
    workspace = f"load_from:\n  - grpc_server:\n      host: 127.0.0.1\n      port: {code}\n      location_name: netzlage\n"
    (tmp_path / "workspace.yaml").write_text(workspace, "utf-8")
    with cluster() as database, ExitStack() as stack:
        env = os.environ | database
        env |= {"DAGSTER_HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "NETZLAGE_PROFILE": "profil.toml", "NETZLAGE_OUTPUT": "output"}
        location = ("dagster", "api", "grpc", "-m", "pipelines.definitions", "-h", "127.0.0.1", "-p", str(code))
        stack.enter_context(process("code", tmp_path, env, *location))
        stack.enter_context(process("web", tmp_path, env, "dagster-webserver", "-w", "workspace.yaml", "-h", "127.0.0.1", "-p", str(web)))
        stack.enter_context(process("daemon", tmp_path, env, "dagster-daemon", "run", "-w", "workspace.yaml"))
        url = f"http://127.0.0.1:{web}"
        waited(lambda: httpx.get(f"{url}/server_info", timeout=5).is_success, "webserver")
        yield tmp_path, f"{url}/graphql", env


def test_the_drop_folder_starts_a_run_that_is_queued_and_kept_in_postgres(server: tuple[Path, str, dict[str, str]]) -> None:
    folder, url, env = server

    def ask(text: str, **variables: object) -> dict[str, object]:
        answer = httpx.post(url, json={"query": text, "variables": variables}, timeout=60).json()
        assert "errors" not in answer, answer
        return dict(answer["data"])

    waited(lambda: ask(SCHEDULES)["schedulesOrError"], "code location")
    schedules = {s["name"]: s["executionTimezone"] for s in ask(SCHEDULES)["schedulesOrError"]["results"]}
    assert schedules == {"abruf_taeglich": "Europe/Berlin", "lauf_taeglich": "Europe/Berlin"}
    selector = {"repositoryName": "__repository__", "repositoryLocationName": "netzlage", "sensorName": "eingang"}
    assert ask(START_SENSOR, selector=selector)["startSensor"]["__typename"] == "Sensor"
    dropped(folder / "eingang", "2021-09-30/neu.csv", SCHOOLS + "100002;05966024;1;25832;2;2\n")

    def finished() -> object:
        runs = ask(RUNS)["runsOrError"]["results"]
        assert not [r for r in runs if r["status"] == "FAILURE"], (folder / "daemon.log").read_text("utf-8")[-3000:]
        return [r for r in runs if r["status"] == "SUCCESS"]

    (run,) = waited(finished, "run")
    assert run["assetSelection"] == [{"path": ["raw_msb__schools"]}]
    assert {"key": "netzlage/stand", "value": "2021-09-30"} in run["tags"]
    assert (folder / "output/tables/raw_msb__schools/2021-09-30.parquet").is_file()
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "DATABASE"}
    with psycopg2.connect(**{key: env[f"NETZLAGE_PG_{name}"] for key, name in names.items()}) as con, con.cursor() as cursor:
        cursor.execute("SELECT status FROM runs WHERE run_id = %s", (run["runId"],))
        assert cursor.fetchone() == ("SUCCESS",)
        events = "SELECT DISTINCT dagster_event_type FROM event_logs WHERE run_id = %s"
        cursor.execute(events, (run["runId"],))
        assert {"PIPELINE_ENQUEUED", "PIPELINE_STARTING", "ASSET_MATERIALIZATION", "PIPELINE_SUCCESS"} <= {
            row[0] for row in cursor.fetchall()
        }
        cursor.execute("SELECT count(*) FROM job_ticks WHERE status IN ('SUCCESS', 'SKIPPED')")
        assert cursor.fetchone()[0] >= 2
    assert not (folder / ".dagster").exists() or not list((folder / ".dagster").rglob("*.db"))
