"""A real PostgreSQL for a test: a cluster of its own in a temporary folder, ended with the block."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PASSWORD = "nur-fuer-den-test"  # noqa: S105 (of a cluster that lives as long as the test)


def free_port() -> int:
    """A port that nobody listened to a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def programs() -> Path:
    """The folder of Debian's PostgreSQL programs; skips where they are absent, fails where NETZLAGE_REQUIRE names them."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if found:
        return found[-1]
    message = "PostgreSQL fehlt: apt-get install postgresql"
    if "postgresql" in os.environ.get("NETZLAGE_REQUIRE", ""):
        pytest.fail(message)
    pytest.skip(message)


@contextmanager
def cluster() -> Iterator[dict[str, str]]:
    """A running cluster with the database `dagster`; the environment that `dagster.postgres.yaml` reads."""
    bin_folder, port = programs(), free_port()
    # Not below pytest's folder: the account of PostgreSQL may not enter it.
    folder = Path(tempfile.mkdtemp(prefix="netzlage-pg-"))
    data = folder / "pg"
    (folder / "password").write_text(PASSWORD, "utf-8")
    # PostgreSQL refuses to run as root.
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if user:
        account = pwd.getpwnam("postgres")
        for path in (folder, folder / "password"):
            os.chown(path, account.pw_uid, account.pw_gid)

    def run(program: str, *words: str) -> None:
        subprocess.run([*user, str(bin_folder / program), *words], check=True, capture_output=True, cwd=folder)

    run("initdb", "-D", str(data), "-U", "netzlage", "--auth=scram-sha-256", f"--pwfile={folder / 'password'}", "-E", "UTF8", "--no-sync")
    run(
        "pg_ctl",
        "-D",
        str(data),
        "-w",
        "-l",
        str(folder / "pg.log"),
        "-o",
        f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -F",
        "start",
    )
    try:
        env = os.environ | {"PGPASSWORD": PASSWORD}
        create = [str(bin_folder / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "netzlage", "dagster"]
        subprocess.run(create, check=True, capture_output=True, env=env)
        yield {
            "NETZLAGE_PG_HOST": "127.0.0.1",
            "NETZLAGE_PG_USER": "netzlage",
            "NETZLAGE_PG_PASSWORD": PASSWORD,
            "NETZLAGE_PG_DATABASE": "dagster",
            "NETZLAGE_PG_PORT": str(port),
        }
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder)
