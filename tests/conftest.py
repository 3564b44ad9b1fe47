"""What all tests share: the published files beside the project, and one whole run of the real and of the demo profile per session."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import filelock
import pytest
from hypothesis import settings

from geodata import storage
from geodata.reading import Snapshot
from geodata.tables import file_hash
from pipelines.cli import main

# The same examples on every run: what a search by chance finds becomes an @example. `--hypothesis-profile=search` looks for new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile("same")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
acceptance = pytest.mark.skipif("NETZLAGE_ACCEPTANCE" not in os.environ, reason="long: make acceptance")
REAL_PROFILE = "tests/profiles/real.toml"
KEY, SECRET, URL = "AKIANETZLAGETEST", "a-secret-that-nobody-must-read", "s3://netzlage/lauf"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two processes share the files: one makes the whole run of the demo at once, the other what needs none; who needs it comes last."""
    files: dict[Path, set[str]] = {}
    for item in items:
        if not item.get_closest_marker("skipif"):
            files.setdefault(item.path, set()).update(getattr(item, "fixturenames", ()))
    waiting = [path for path, fixtures in files.items() if "demo_run" in fixtures]
    rank = dict.fromkeys(waiting, 2) | dict.fromkeys(waiting[:1], 0)
    items.sort(key=lambda item: rank.get(item.path, 1))


@dataclass(frozen=True)
class Command:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Run:
    """A finished run: its output folder and its command."""

    folder: Path
    command: Command

    def rows(self, sql: str, **values: object) -> list[tuple[object, ...]]:
        """Rows of the published database."""
        with duckdb.connect(str(self.folder / "netzlage.duckdb"), read_only=True) as con:
            return con.execute(sql, values or None).fetchall()


Netzlage = Callable[..., Command]


@pytest.fixture(scope="session")
def netzlage(tmp_path_factory: pytest.TempPathFactory) -> Netzlage:
    """Run the command line in a process of its own, with its own Dagster home."""
    home = tmp_path_factory.mktemp("dagster")
    (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\n", "utf-8")

    def call(*words: str, cwd: Path = ROOT) -> Command:
        env = os.environ | {"DAGSTER_HOME": str(home), "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
        command = [sys.executable, "-c", "from pipelines.cli import main; main()", *words]
        done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
        return Command(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture
def netzlage_here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Netzlage:
    """Run the command line in this process: half the time of another one, where only what it says and leaves is looked at."""
    (tmp_path / "dagster.yaml").write_text("telemetry:\n  enabled: false\n", "utf-8")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words: str, cwd: Path = ROOT) -> Command:
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "argv", ["netzlage", *words])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        said = capsys.readouterr()
        return Command(code, said.out, said.err)

    return call


@pytest.fixture(scope="session")
def shared() -> Path:
    """The published files beside the project; skips where they are absent."""
    if not SHARED.is_dir():
        pytest.skip("../shared/data is absent: the published files are not part of the project")
    return SHARED


@pytest.fixture(scope="session")
def common(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all processes of one test run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def real_run(shared: Path, netzlage: Netzlage, common: Path) -> Run:
    """One whole run on the published files."""
    assert shared.is_dir()
    return _run(netzlage, REAL_PROFILE, common / "real")


@pytest.fixture(scope="session")
def demo_run(netzlage: Netzlage, common: Path) -> Run:
    """One whole run on the demo."""
    return _run(netzlage, "demo", common / "demo")


@pytest.fixture(scope="session")
def object_server() -> Iterator[str]:
    """A server on this machine that speaks S3."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415  # seconds to import, and few tests need it

    running = ThreadedMotoServer("127.0.0.1", port=0)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def store(object_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty bucket, and its credentials in the environment."""
    import boto3  # noqa: PLC0415  # as above

    storage._client.cache_clear()  # noqa: SLF001  # the server may be another one

    for name in [n for n in os.environ if n.startswith("AWS_")]:
        monkeypatch.delenv(name)
    named = {
        "ACCESS_KEY_ID": KEY,
        "SECRET_ACCESS_KEY": SECRET,
        "ENDPOINT_URL": object_server,
        "DEFAULT_REGION": "eu-central-1",
        "MAX_ATTEMPTS": "1",
    }
    for name, value in named.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    client = boto3.client("s3")
    client.create_bucket(Bucket="netzlage", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    yield object_server
    for page in client.get_paginator("list_objects_v2").paginate(Bucket="netzlage"):
        for found in page.get("Contents", []):
            client.delete_object(Bucket="netzlage", Key=found["Key"])
    client.delete_bucket(Bucket="netzlage")
    client.close()


def _run(netzlage: Netzlage, profile: str, folder: Path) -> Run:
    """The run of the first process that asks; the others wait for it and read what it printed."""
    said = folder.with_suffix(".json")
    with filelock.FileLock(folder.with_suffix(".lock")):
        if not said.is_file():
            said.write_text(json.dumps(asdict(netzlage("run", "--profile", profile, "--output", str(folder)))), "utf-8")
    command = Command(**json.loads(said.read_text("utf-8")))
    assert command.code == 0, command.err
    return Run(folder, command)


def snapshot(path: Path, source_id: str, table: str, stand: str = "2021-06-30", **options: object) -> Snapshot:
    """A snapshot of a file as it lies there."""
    return Snapshot(source_id, table, stand, path, file_hash(path), path.stat().st_size, "official", "public", options)
