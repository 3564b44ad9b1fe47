"""`netzlage shares` on a small database: what people ask for, at 80 columns and in words; every row where it is asked for."""

import csv
import io
import json
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from geodata.answers.figures import load_figures
from geodata.facts import METHODS
from geodata.messages import LANGUAGES, codes
from pipelines.cli import cli
from tests.unit.answers.test_answers import call

UPLOAD = (
    "INSERT INTO out_coverage__shares SELECT * REPLACE ('up' AS direction, 0.04 AS share) FROM out_coverage__shares WHERE ags = '05966' "
)
UPLOAD += "AND subject = 'households' AND technology = 'any' AND min_mbits = 1000"


def shown(output: Path, *words: str, lang: str = "de") -> str:
    done = CliRunner().invoke(
        cli, ["--lang", lang, "shares", "--kreis", "Olpe", *words, "--output", str(output)], catch_exceptions=False, env={"COLUMNS": "80"}
    )
    return done.output.replace("\u00a0", " ")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_at_80_columns_words_stay_whole(output: Path, lang: str) -> None:
    text = shown(output, lang=lang)
    assert max(map(len, text.splitlines())) <= 80
    assert "…" not in text
    label = next(f for f in load_figures() if f.figure_id == "households_1000").label(lang)
    assert set(label.split()) <= set(text.split())
    for word in ("existing", "status_list", "published" if lang == "de" else "veröffentlicht"):
        assert word not in text


def test_only_what_people_ask_for_is_shown_and_the_rest_is_named(output: Path) -> None:
    text = shown(output)
    assert "20,00 %" in text
    assert "10,00 %" not in text
    every = json.loads(call("shares", "--kreis", "Olpe", "--format", "json", "--output", str(output)))
    assert f"Alle {len(every)} Zeilen zeigt --all" in " ".join(text.split())
    assert "10,00 %" in shown(output, "--stand", "2020-12-31")


def test_download_and_upload_are_told_apart(output: Path) -> None:
    with duckdb.connect(str(output / "netzlage.duckdb")) as con:
        con.execute(UPLOAD)
    lines = call("shares", "--kreis", "Olpe", "--all", "--output", str(output)).replace("\u00a0", " ").splitlines()
    share = {
        word: [line for line in lines if line.startswith(f"Haushalte, Festnetz, ab 1000 Mbit/s im {word}load")] for word in ("Down", "Up")
    }
    assert "20,00 %" in share["Down"][0]
    assert "4,00 %" in share["Up"][0]
    assert not [line for line in lines if " any" in line or "existing" in line]


def test_programs_get_every_row_with_its_codes(output: Path) -> None:
    place = ("shares", "--kreis", "Olpe", "--output", str(output), "--format")
    rows = list(csv.DictReader(io.StringIO(call(*place, "csv"))))
    assert len(rows) == len(json.loads(call(*place, "json")))
    assert {(r["direction"], r["operator"], r["rollout"]) for r in rows} == {("down", "any", "existing")}


def test_each_code_that_the_program_makes_has_a_word() -> None:
    wanted = {f"method_{m}" for m in METHODS} | {f"technology_{f.technology}" for f in load_figures()}
    assert wanted | {f"subject_{f.subject}" for f in load_figures()} <= set(codes())
