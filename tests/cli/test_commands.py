"""The commands as a person types them: what they print, how they end, and that no traceback reaches anybody."""

import csv
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import uvicorn
from click.testing import CliRunner

from pipelines.cli import cli
from tests.conftest import ROOT, Netzlage, Run


def test_a_run_ends_with_its_table_and_the_site(demo_run: Run) -> None:
    out = demo_run.command.out
    for word in ("Haushalte mit", "70,00 %", "Olpe 20,45 %", "zum Stichtag", "verfehlt", "Demonstrationsdaten, schematische Grenzen"):
        assert word in out
    assert out.rstrip().endswith(str(demo_run.folder / "site" / "index.html"))


def test_a_second_run_has_nothing_to_do(netzlage: Netzlage, demo_run: Run) -> None:
    again = netzlage("run", "--profile", "demo", "--output", str(demo_run.folder))
    assert again.code == 0
    assert "kein Schritt war nötig" in again.out


@pytest.mark.parametrize("wanted", ["05966", "Olpe", "olpe"])
def test_shares_of_a_kreis_by_key_and_by_name(netzlage: Netzlage, demo_run: Run, wanted: str) -> None:
    found = netzlage("shares", "--kreis", wanted, "--format", "json", "--output", str(demo_run.folder), "--stand", "2021-06-30")
    assert found.code == 0
    rows = json.loads(found.out)
    assert {r["ags"] for r in rows} == {"05966"}
    gigabit = [
        r
        for r in rows
        if (r["subject"], r["technology"], r["min_mbits"], r["basis"], r["direction"]) == ("households", "any", 1000, "reported", "down")
    ]
    assert [r["share"] for r in gigabit] == [pytest.approx(0.1919)]
    assert all(r["origin"] == "demo" for r in rows)


def test_shares_as_csv_and_table_at_a_stand(netzlage: Netzlage, demo_run: Run) -> None:
    place = ("--output", str(demo_run.folder), "--stand", "2018-12-31")
    rows = list(csv.DictReader(io.StringIO(netzlage("shares", "--kreis", "Bochum", "--format", "csv", *place).out)))
    assert {r["stand"] for r in rows} == {"2018-12-31"}
    table = netzlage("shares", "--kreis", "Bochum", *place)
    assert "Demonstrationsdaten" in table.out
    assert "90,00\u00a0%" in table.out
    english = netzlage("shares", "--kreis", "Bochum", *place, "--lang", "en")
    assert "90.00\u00a0%" in english.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("shares", "--kreis", "Olppe"), "Olpe (05966)"),
        (("shares", "--kreis", "kreis"), "Mehrere Gebiete"),
        (("shares", "--kreis", "Olpe", "--stand", "2019-06-30"), "2018-12-31"),
        (("shares",), "--kreis"),
        (("shares", "--kreis", "Olpe", "--format", "xml"), "xml"),
        (("run", "--profile", "nirgends.toml"), "nirgends.toml"),
        (("run", "--profile", "unbekannt"), "demo, official"),
        (("run", "--profile", "demo", "--stand", "2019-06-30"), "2021-06-30"),
        (("tanzen",), "tanzen"),
    ],
)
def test_wrong_use_is_one_message_and_ends_with_2(netzlage: Netzlage, demo_run: Run, words: tuple[str, ...], told: str) -> None:
    place = () if words == ("tanzen",) else ("--output", str(demo_run.folder))
    found = netzlage(*words, *place)
    assert found.code == 2
    assert told in found.err
    assert "Traceback" not in found.err + found.out


@pytest.mark.parametrize("words", [("shares", "--kreis", "Olpe"), ("serve",)])
def test_where_nothing_is_published_reading_commands_say_how(netzlage: Netzlage, tmp_path: Path, words: tuple[str, ...]) -> None:
    found = netzlage(*words, "--output", str(tmp_path))
    assert found.code == 2
    assert f"netzlage run --output {tmp_path}" in found.err
    assert "Nothing is published" in netzlage(*words, "--output", str(tmp_path), "--lang", "en").err


def test_doctor_says_what_is_present_missing_and_stale(netzlage: Netzlage, tmp_path: Path, demo_run: Run) -> None:
    demo = netzlage("doctor", "--output", str(demo_run.folder)).out
    assert "fehlend 0, veraltet 0" in demo
    assert any(line.startswith("breitbandatlas__gitterzellen") and "Dateien: 8" in line for line in demo.splitlines())
    official = netzlage("doctor", "--profile", "official", "--output", str(tmp_path))
    assert official.code == 0
    assert "im Netz 23" in official.out


def test_serve_answers_ranges(demo_run: Run) -> None:
    command = [sys.executable, "-m", "pipelines.cli", "serve", "--output", str(demo_run.folder), "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"}) as server:
        try:
            assert server.stdout
            base = re.findall(r"http://\S+/", server.stdout.readline())[0]
            whole = httpx.get(f"{base}static/netzlage.css")
            part = httpx.get(f"{base}static/netzlage.css", headers={"Range": "bytes=10-19"})
            assert (part.status_code, part.content) == (206, whole.content[10:20])
            assert httpx.get(base).status_code == 200
            assert httpx.get(f"{base}nirgends.html").status_code == 404
        finally:
            server.send_signal(signal.SIGINT)


def test_the_address_answers_as_soon_as_it_is_shown(demo_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(_: uvicorn.Server, sockets: list[socket.socket]) -> None:
        with socket.create_connection(sockets[0].getsockname(), timeout=10):
            reached.append(True)

    reached: list[bool] = []
    monkeypatch.setattr(uvicorn.Server, "run", late)
    CliRunner().invoke(cli, ["serve", "--output", str(demo_run.folder), "--port", "0"], catch_exceptions=False)
    assert reached
