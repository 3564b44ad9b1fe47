"""What a wrong call is told: German or English, whole; and that `doctor` cuts off no name."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.cli import cli
from tests.conftest import Netzlage

CALLS = {
    "shares": "--kreis fehlt",
    "shares --kreis Olpe --format xml": "--format kann so nicht stimmen. Gefunden: xml. Erwartet: table, csv, json.",
    "shares --kreise Olpe": "Die Option --kreise gibt es nicht. Ähnlich: --kreis.",
    "shares --kreis": "Die Option --kreis braucht genau einen Wert",
    "shares --kreis Olpe Bochum": "Zu viele Angaben. Gefunden: Bochum.",
    "serve --port 99999": "Gefunden: 99999. Erwartet: eine Zahl von 0 bis 65535.",
    "doctor --date gestern": "Gefunden: gestern. Erwartet: ein Datum JJJJ-MM-TT.",
    "tanzen": "Den Befehl tanzen gibt es nicht.",
    "unlock": "fehlt. Erwartet: ein Wert.",
}
ENGLISH = ("Missing", "Invalid", "No such", "Got unexpected", "requires", "not one of", "does not")
GERMAN = ("Falscher", "fehlt", "Erwartet", "Gefunden", "gibt es nicht", "Hilfe")


@pytest.mark.parametrize("words", CALLS)
def test_a_wrong_call_is_told_in_one_language(netzlage_here: Netzlage, words: str) -> None:
    german, english = netzlage_here(*words.split()), netzlage_here("--lang", "en", *words.split())
    assert (german.code, english.code) == (2, 2)
    assert CALLS[words] in german.err
    assert [w for w in ENGLISH if w in german.err] == []
    assert [w for w in GERMAN if w in english.err] == []
    assert len(german.err.splitlines()) == 1


def test_doctor_cuts_off_no_name(tmp_path: Path) -> None:
    words = ["doctor", "--profile", "official", "--output", str(tmp_path), "--date", "2026-01-01"]
    text = CliRunner().invoke(cli, words, catch_exceptions=False, env={"COLUMNS": "80"}).output
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= 80
    # At 80 columns the first piece of each line of a folded name stands below the one before it.
    pieces = [line.split("  ")[0] for line in text.splitlines()]
    at = next(i for i, piece in enumerate(pieces) if piece.startswith("breitbandatlas"))
    assert pieces[at] + pieces[at + 1] == "breitbandatlas__bund"
