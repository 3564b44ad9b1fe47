"""The address list and the single address from the command line: each command of the guide, and what is refused."""

import re
import shlex
from pathlib import Path

import openpyxl
import pyogrio
import pytest

from tests.conftest import ROOT, Command, Netzlage, Run

GUIDE = ROOT / "docs/markterkundung.md"


@pytest.fixture
def called(demo_run: Run, netzlage: Netzlage) -> "Called":
    return Called(demo_run, netzlage)


class Called:
    """The command line on the output of the run."""

    def __init__(self, run: Run, netzlage: Netzlage) -> None:
        self.run, self.netzlage = run, netzlage

    def __call__(self, *words: str, cwd: Path = ROOT) -> Command:
        return self.netzlage(*words, "--output", str(self.run.folder.resolve()), cwd=cwd)


def test_every_command_of_the_guide_runs(called: "Called", tmp_path: Path) -> None:
    commands = [line for block in re.findall(r"```sh\n(.*?)```", GUIDE.read_text("utf-8"), flags=re.DOTALL) for line in block.splitlines()]
    assert len(commands) > 5
    for line in commands:
        program, *words = shlex.split(line)
        assert program == "netzlage"
        done = called(*words, cwd=tmp_path)
        assert done.code == 0, (line, done.err)
        assert "Demonstrationsdaten" in done.out
    book = openpyxl.load_workbook(tmp_path / "DEMO_nach_antwort.xlsx")
    assert book.sheetnames == ["adressen", "aenderungen", "zurueckgewiesen", "antworten"]
    row = [c.value for c in book["antworten"][5]]
    assert row[0] == "DEMO_adressen.xlsx"
    assert row[1] == row[2] > 500
    assert row[3:] == [0, 0]
    assert book["aenderungen"].max_row == 4
    frame = pyogrio.read_dataframe(tmp_path / "DEMO_adressen.gpkg", layer="adressen")
    assert frame.crs == "EPSG:25832"
    assert frame["adress_id"].is_unique
    assert set(frame["ags"].str[:5]) == {"05966"}


def test_the_codes_divide_the_households_of_the_kreis(called: "Called", tmp_path: Path) -> None:
    done = called("addresses", "--kreis", "05966", "--stand", "2021-06-30", "--out", "liste.gpkg", cwd=tmp_path)
    assert done.code == 0, done.err
    frame = pyogrio.read_dataframe(tmp_path / "DEMO_liste.gpkg", layer="adressen")
    below = called.run.rows(
        "SELECT sum(total - covered_100) FROM core_fixed__cells WHERE method = 'addresses_union' AND rollout = 'existing' "
        "AND subject = 'households' AND technology = 'any' AND direction = 'down' AND ags LIKE '05966%' AND stand = '2021-06-30'"
    )[0][0]
    assert frame.loc[frame["grund"] != "versorgt", "haushalte"].sum() == float(str(below))
    assert {"versorgt", "foerderfaehig", "gefoerdert"} <= set(frame["grund"])


BAD: dict[str, tuple[list[str], str]] = {
    "no such Kreis": (["addresses", "--kreis", "Ölpe", "--out", "a.xlsx"], "Olpe (05966)"),
    "no such Stand": (["addresses", "--kreis", "05966", "--stand", "2020-12-31", "--out", "a.xlsx"], "2021-06-30, 2025-12-31"),
    "no such threshold": (["addresses", "--kreis", "05966", "--threshold", "unter_99", "--out", "a.xlsx"], "unter_100"),
    "no such form": (["addresses", "--kreis", "05966", "--out", "a.docx"], ".xlsx"),
    "a path that cannot be written": (["addresses", "--kreis", "05966", "--out", "/proc/a.xlsx"], "/proc/DEMO_a.xlsx"),
    "a reply that is not there": (["addresses", "--kreis", "05966", "--out", "a.xlsx", "--replies", "b.xlsx"], "b.xlsx"),
    "no such address": (["address", "Am Demo-Finkenhov 1, Attendorn"], "Am Demo-Finkenhof 1, Attendorn"),
    "an address in no known form": (["address", "irgendwo"], "Straße Hausnummer"),
    "neither address nor point": (["address"], "Erwartet: entweder eine Adresse oder --point"),
    "a point that is none": (["address", "--point", "7,85;51,03"], "7.85,51.03"),
    "a point elsewhere": (["address", "--point", "51.03,7.85"], "Breite"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_is_one_message(called: "Called", tmp_path: Path, case: str) -> None:
    words, expected = BAD[case]
    done = called(*words, cwd=tmp_path)
    assert done.code == 2
    assert expected in done.err
    assert "Traceback" not in done.err
    assert list(tmp_path.iterdir()) == []


def test_replies_are_internal_and_files_are_not_replaced_unasked(called: "Called", tmp_path: Path) -> None:
    list_ = ("addresses", "--kreis", "05966", "--out", "a.csv")
    assert called(*list_, cwd=tmp_path).code == 0
    again = called(*list_, cwd=tmp_path)
    assert (again.code, "--force" in again.err) == (2, True)
    replies = ("addresses", "--kreis", "05966", "--out", "b.csv", "--replies", "DEMO_a.csv")
    refused = called(*replies, cwd=tmp_path)
    assert (refused.code, "--internal" in refused.err) == (2, True)
    assert called(*replies, "--internal", cwd=tmp_path).code == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "DEMO_a.csv",
        "DEMO_b.csv",
        "DEMO_b_aenderungen.csv",
        "DEMO_b_antworten.csv",
        "DEMO_b_zurueckgewiesen.csv",
    ]
