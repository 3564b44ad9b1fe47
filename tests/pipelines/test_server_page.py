"""The page on running a server: every command of it is run, those that would rebuild this machine against stand-ins that write down the call."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import click
import pytest

from pipelines.cli import cli
from tests.conftest import ROOT

STANDINS = ("apt-get", "useradd", "systemctl", "runuser", "make", "chown")
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def server(tmp_path: Path) -> dict[str, str]:
    """An environment in which the page's variables point into a temporary folder, and a clone of the project to install from."""
    (tmp_path / "bin").mkdir()
    for name in STANDINS:
        program = tmp_path / "bin" / name
        program.write_text(f'#!/bin/sh\necho "{name} $*" >> "{tmp_path}/calls"\n', "utf-8")
        program.chmod(0o755)
    for name in ("units", "backup"):
        (tmp_path / name).mkdir()
    origin = tmp_path / "quelle"
    subprocess.run(["git", "clone", "--quiet", "--bare", str(ROOT), str(origin)], check=True, capture_output=True)
    places = {"ZIEL": "opt", "EINHEITEN": "units", "UMGEBUNG": "netzlage.env", "SICHERUNG": "backup", "QUELLE": "quelle"}
    found = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "HOME": str(tmp_path), "KENNWORT": "geheim", "PYTHONPATH": str(ROOT)}
    return found | {name: str(tmp_path / folder) for name, folder in places.items()}


def test_every_command_of_the_page_runs(server: dict[str, str], tmp_path: Path) -> None:
    blocks = BLOCK.findall((ROOT / "docs/betrieb.md").read_text("utf-8"))
    assert len(blocks) >= 8
    program = Path(server["ZIEL"]) / "programm"
    for block in blocks:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block], env=server, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, block + done.stdout + done.stderr
        if program.is_dir() and not (program / ".venv").exists():
            (program / ".venv").symlink_to(ROOT / ".venv")  # what `make setup` would have made
        Path(server["ZIEL"], "output").mkdir(exist_ok=True)
    calls = (tmp_path / "calls").read_text("utf-8")
    assert "systemctl enable --now netzlage-code netzlage-web netzlage-daemon" in calls
    assert calls.count("make -C") == 2
    env = Path(server["UMGEBUNG"])
    assert "NETZLAGE_PG_PASSWORD=geheim" in env.read_text("utf-8")
    assert env.stat().st_mode & 0o777 == 0o600
    assert {p.name for p in Path(server["EINHEITEN"]).iterdir()} == {f"netzlage-{n}.service" for n in ("code", "web", "daemon")}


def test_commands_within_the_text_are_commands_of_the_program() -> None:
    text = BLOCK.sub("", (ROOT / "docs/betrieb.md").read_text("utf-8"))
    found = [shlex.split(words) for words in re.findall(r"`netzlage ([a-z][^`]*)`", text)]
    assert {"run", "fetch"} <= {name for name, *_ in found}
    for name, *words in found:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None, name
        assert command.make_context(name, words).params


def test_units_are_sound_and_start_programs_that_exist(tmp_path: Path) -> None:
    units = sorted((ROOT / "pipelines/systemd").glob("*.service"))
    assert len(units) == 3
    for unit in units:
        text = unit.read_text("utf-8")
        (command,) = re.findall(r"^ExecStart=(\S+)", text, re.MULTILINE)
        assert (ROOT / ".venv/bin" / Path(command).name).is_file()
        # The analyser wants to find the program and the account; on this machine they have other names.
        here = text.replace(command, "/bin/true").replace("=netzlage\n", "=games\n")
        (tmp_path / unit.name).write_text(here, "utf-8")
    try:
        done = subprocess.run(
            ["systemd-analyze", "verify", *map(str, tmp_path.glob("*.service"))], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        pytest.skip("systemd-analyze fehlt: apt-get install systemd")
    mine = [line for line in done.stderr.splitlines() if "netzlage-" in line and "postgresql.service" not in line]
    assert mine == []


def test_every_variable_of_the_example_is_read_somewhere() -> None:
    example = (ROOT / "pipelines/systemd/netzlage.env.example").read_text("utf-8")
    names = re.findall(r"^(\w+)=", example, re.MULTILINE)
    sources = "".join(p.read_text("utf-8") for p in [ROOT / "pipelines/resources.py", ROOT / "dagster.postgres.yaml"])
    assert [n for n in names if n not in sources] == []
