"""A server as `docs/betrieb.md` builds it: PostgreSQL, webserver, daemon and code location as processes.

The drop folder starts a run, all Stände are one run, and what is killed changes nothing.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import httpx
import psycopg2
import pytest

from assets.house import House
from pipelines.automation import NIGHT_TAG, tags_of
from pipelines.definitions import JOB, build_definitions
from pipelines.plan import Batch
from tests.conftest import ROOT, acceptance
from tests.faults.runs import fingerprint
from tests.pipelines.postgres import cluster, free_port
from tests.unit.test_inbox import SCHOOLS, dropped

PATIENCE_S = 240
STANDS = ("2019-09-30", "2020-09-30", "2021-09-30")
SCHOOL_STEPS = ("raw_msb__schools", "raw_msb__schools_status", "core_msb__schools")
START_SENSOR = """
mutation($selector: SensorSelector!) { startSensor(sensorSelector: $selector) { __typename ... on PythonError { message } } }
"""
RUNS = "{ runsOrError { ... on Runs { results { runId status tags { key value } assetSelection { path } } } } }"
REPOSITORY = {"repositoryName": "__repository__", "repositoryLocationName": "netzlage"}
LAUNCH = "mutation($params: ExecutionParams!) { launchRun(executionParams: $params) { __typename ... on PythonError { message } } }"
BACKFILL = """
mutation($params: LaunchBackfillParams!)
{ launchPartitionBackfill(backfillParams: $params) { __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }
"""
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
            try:
                found.wait(30)
            except subprocess.TimeoutExpired:  # a code location waits for a run whose process was killed
                found.kill()
                found.wait(30)


@dataclass
class Server:
    """The three processes over a PostgreSQL, in one folder."""

    folder: Path
    url: str
    env: dict[str, str]
    stack: ExitStack
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *words: str) -> None:
        """A process of the server, ended with it."""
        self.running[name] = self.stack.enter_context(process(name, self.folder, self.env, *words))

    def start_daemon(self) -> None:
        self.start("daemon", "dagster-daemon", "run", "-w", "workspace.yaml")

    def kill_daemon(self) -> None:
        self.running["daemon"].send_signal(signal.SIGKILL)
        self.running["daemon"].wait(30)

    def ask(self, text: str, **variables: object) -> dict[str, Any]:
        """The answer of GraphQL."""
        answer = httpx.post(self.url, json={"query": text, "variables": variables}, timeout=60).json()
        assert "errors" not in answer, answer
        return dict(answer["data"])

    def backfill(self, *steps: str) -> str:
        """Ask for all Stände of some steps, as the planner's page does."""
        params = {"assetSelection": [{"path": [s]} for s in steps], "partitionNames": list(STANDS)}
        answer = self.ask(BACKFILL, params=params)["launchPartitionBackfill"]
        assert answer["__typename"] == "LaunchBackfillSuccess", answer
        return str(answer["backfillId"])

    def runs(self, tag: str = "", value: str = "") -> list[dict[str, Any]]:
        """The runs, newest first; those with a tag where one is named."""
        found = self.ask(RUNS)["runsOrError"]["results"]
        return [r for r in found if not tag or {"key": tag, "value": value} in r["tags"]]

    def reached(self, status: str, tag: str, value: str, *, others: tuple[str, ...] = ()) -> list[dict[str, Any]]:
        """The runs with a tag as soon as one has the status; fails where one ends otherwise."""

        def look() -> object:
            found = self.runs(tag, value)
            ended = [r for r in found if r["status"] in {"FAILURE", "CANCELED"} - set(others)]
            assert not ended, (self.folder / "code.log").read_text("utf-8")[-3000:]
            return found if any(r["status"] == status for r in found) else None

        return list(waited(look, f"{status} {value}"))  # type: ignore[call-overload,no-any-return]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a register of schools at three Stände."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "schulen.csv").write_text(SCHOOLS, "utf-8")
    (folder / "eingang").mkdir()
    text = 'name = "klein"\norigin = "official"\nland = "05"\nboundaries = "vg250-2021-12-31"\ninbox = "eingang"\n'
    text += "".join(f'[[files]]\nsource = "msb__schools"\ntable = "register"\nstand = {s}\npath = "schulen.csv"\n' for s in STANDS)
    (folder / "profil.toml").write_text(text, "utf-8")
    settings = (ROOT / "dagster.postgres.yaml").read_text("utf-8")
    (folder / "dagster.yaml").write_text(settings.replace("poll_interval_seconds: 60", "poll_interval_seconds: 5"), "utf-8")
    code, web = free_port(), free_port()
    workspace = f"load_from:\n  - grpc_server:\n      host: 127.0.0.1\n      port: {code}\n      location_name: netzlage\n"
    (folder / "workspace.yaml").write_text(workspace, "utf-8")
    with cluster() as database, ExitStack() as stack:
        env = os.environ | database
        env |= {"DAGSTER_HOME": str(folder), "PYTHONPATH": str(ROOT), "NETZLAGE_PROFILE": "profil.toml", "NETZLAGE_OUTPUT": "output"}
        url = f"http://127.0.0.1:{web}"
        found = Server(folder, f"{url}/graphql", env, stack)
        found.start("code", "dagster", "api", "grpc", "-m", "pipelines.definitions", "-h", "127.0.0.1", "-p", str(code))
        found.start("web", "dagster-webserver", "-w", "workspace.yaml", "-h", "127.0.0.1", "-p", str(web))
        found.start_daemon()
        waited(lambda: httpx.get(f"{url}/server_info", timeout=5).is_success, "webserver")
        waited(lambda: found.ask(SCHEDULES)["schedulesOrError"].get("results"), "code location")
        yield found


@pytest.fixture
def undisturbed(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The output of the same steps in one process that nobody kills."""
    monkeypatch.chdir(server.folder)
    house = House(profile_name="profil.toml", output=str(tmp_path / "undisturbed"))
    with dg.DagsterInstance.ephemeral() as instance:
        selection = [dg.AssetKey(s) for s in SCHOOL_STEPS]
        tags = tags_of(Batch(SCHOOL_STEPS, STANDS))
        job = build_definitions(house).resolve_job_def(JOB)
        assert job.execute_in_process(instance=instance, asset_selection=selection, tags=tags).success
    return house.folder


def test_the_drop_folder_starts_a_run_that_is_queued_and_kept_in_postgres(server: Server) -> None:
    folder, env = server.folder, server.env
    schedules = {s["name"]: s["executionTimezone"] for s in server.ask(SCHEDULES)["schedulesOrError"]["results"]}
    assert schedules == {"abruf_taeglich": "Europe/Berlin", "lauf_taeglich": "Europe/Berlin"}
    assert server.ask(START_SENSOR, selector=REPOSITORY | {"sensorName": "eingang"})["startSensor"]["__typename"] == "Sensor"
    dropped(folder / "eingang", "2021-09-30/neu.csv", SCHOOLS + "100002;05966024;1;25832;2;2\n")

    (run,) = server.reached("SUCCESS", "dagster/sensor_name", "eingang")
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


@acceptance
def test_all_stands_are_one_run_and_a_killed_daemon_changes_nothing(server: Server, undisturbed: Path) -> None:
    first = server.backfill(*SCHOOL_STEPS)
    server.reached("STARTED", "dagster/backfill", first)
    server.kill_daemon()
    second = server.backfill(SCHOOL_STEPS[0])
    assert not server.runs("dagster/backfill", second)
    server.start_daemon()
    (run,) = server.reached("SUCCESS", "dagster/backfill", first)
    assert {s["path"][0] for s in run["assetSelection"]} == set(SCHOOL_STEPS)
    tags = {t["key"]: t["value"] for t in run["tags"]}
    assert (tags["dagster/asset_partition_range_start"], tags["dagster/asset_partition_range_end"]) == (STANDS[0], STANDS[-1])
    assert fingerprint(server.folder / "output") == fingerprint(undisturbed)
    (run,) = server.reached("SUCCESS", "dagster/backfill", second)


@acceptance
def test_a_killed_run_is_seen_and_done_again(server: Server, undisturbed: Path) -> None:
    wanted = server.backfill(*SCHOOL_STEPS)
    server.reached("STARTED", "dagster/backfill", wanted)
    server.kill_daemon()
    (worker,) = workers_of(server.running["code"].pid)
    os.kill(worker, signal.SIGKILL)
    server.start_daemon()
    found = server.reached("SUCCESS", "dagster/backfill", wanted, others=("FAILURE",))
    assert sorted(r["status"] for r in found) == ["FAILURE", "SUCCESS"]
    assert fingerprint(server.folder / "output") == fingerprint(undisturbed)


@acceptance
def test_a_nightly_run_goes_on_until_a_batch_fails(server: Server) -> None:
    tags = tags_of(Batch((), STANDS)) | {NIGHT_TAG: "2026-11-24"}
    params = {
        "selector": REPOSITORY | {"jobName": JOB, "assetSelection": [{"path": ["raw_msb__schools"]}]},
        "executionMetadata": {"tags": [{"key": key, "value": value} for key, value in tags.items()]},
    }
    assert server.ask(LAUNCH, params=params)["launchRun"]["__typename"] == "LaunchRunSuccess"
    waited(lambda: server.runs("dagster/sensor_name", "fortsetzung"), "the next batch")
    (run,) = server.reached("FAILURE", "dagster/sensor_name", "fortsetzung", others=("FAILURE",))  # the profile has no boundaries
    assert {"key": NIGHT_TAG, "value": "2026-11-24"} in run["tags"]
    assert {"path": ["core_boundaries__areas"]} in run["assetSelection"]
    assert not (server.folder / "output/site").exists()


def workers_of(process_id: int) -> list[int]:
    """The children of the code location that execute a run."""
    children = [int(n) for task in Path(f"/proc/{process_id}/task").iterdir() for n in (task / "children").read_text("ascii").split()]
    return [n for n in children if b"spawn_main" in Path(f"/proc/{n}/cmdline").read_bytes()]
