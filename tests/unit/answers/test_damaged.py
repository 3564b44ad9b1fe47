"""A damaged database: one message that names the file and says what to do, in every command that reads it."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.unit.answers.test_answers import refused

COMMANDS = (
    ("shares", "--kreis", "Olpe"),
    ("whitespots", "--kreis", "Olpe", "--out", "liste.gpkg"),
    ("report", "--kreis", "Olpe", "--out", "bericht.pdf"),
    ("compare", "--kreis", "Olpe", "--with", "05"),
    ("answer", "--kreis", "Olpe"),
)


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize("damage", ["truncated", "cut behind its head", "text", "empty"])
def test_a_damaged_database_is_one_message(output: Path, words: tuple[str, ...], damage: str) -> None:
    path = output / "netzlage.duckdb"
    good = path.read_bytes()
    bad = {"truncated": good[:100], "cut behind its head": good[: len(good) // 2], "text": b"kein Netz\n" * 2000, "empty": b""}
    path.write_bytes(bad[damage])
    told = refused(*words, "--output", str(output))
    assert str(path) in told
    assert f"netzlage run --output {output}" in told


def test_a_database_of_another_version_says_so(output: Path) -> None:
    with duckdb.connect(str(output / "netzlage.duckdb")) as con:
        con.execute("DROP TABLE out_coverage__shares")
    told = refused("shares", "--kreis", "Olpe", "--output", str(output))
    assert "anderes Netzlage" in told
    assert "out_coverage__shares" in told


def test_a_database_that_another_program_writes_is_not_called_damaged(output: Path) -> None:
    writer = "import sys, duckdb; con = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", writer, str(output / "netzlage.duckdb")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline() == b"open\n"
        told = refused("shares", "--kreis", "Olpe", "--output", str(output))
        assert other.stdin
        other.stdin.close()
    assert "von einem anderen Programm geöffnet" in told
    assert "löschen" not in told
