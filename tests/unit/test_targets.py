"""A coordinator's own targets: what is taken, and what each mistake is told."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from assets.house import House
from geodata.errors import InputError
from geodata.profile import load_profile
from geodata.targets import load_targets, own_targets, targets_table, verdict_of
from tests.conftest import ROOT

GOOD = """
[fibre_2030]
label_de = "Glasfaser für 80 Prozent"
subject = "households"
technology = "fttb_h"
min_mbits = 1000
required_share = 0.8
due = 2030-12-31
scope = "kreis"
unit_de = "Haushalte"
wording_de = "80 Prozent der Haushalte haben Glasfaser"
source = "Beschluss des Kreistags"
areas = ["05966"]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "ziele.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_six_targets_are_public_and_come_first(tmp_path: Path) -> None:
    table = targets_table(own_targets(written(tmp_path, GOOD))).to_pylist()
    assert [r["target_id"] for r in table] == [*(t.target_id for t in load_targets()), "fibre_2030"]
    assert [r["visibility"] for r in table] == ["public"] * 6 + ["internal"]
    assert table[-1]["label_en"] == "Glasfaser für 80 Prozent"
    assert table[-1]["area_pattern"] == "^(05966)"


@pytest.mark.parametrize(
    ("status", "stand", "by_due", "told"),
    [
        ("reached", dt.date(2025, 12, 31), False, "reached_late"),
        ("reached", dt.date(2025, 12, 31), np.False_, "reached_late"),
        ("reached", dt.date(2024, 12, 31), True, "reached"),
        ("reached", dt.date(2024, 6, 30), False, "reached"),
        ("reached", dt.date(2025, 12, 31), None, "reached"),
        ("reached", dt.date(2025, 12, 31), pd.NA, "reached"),
        ("missed", dt.date(2025, 12, 31), False, "missed"),
    ],
)
def test_a_target_missed_at_its_due_date_is_not_simply_reached_later(status: str, stand: dt.date, by_due: object, told: str) -> None:
    assert verdict_of({"status": status, "stand": stand, "due": dt.date(2024, 12, 31), "was_met_by_due": by_due}) == told


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("required_share = 0.8", "required_share = 0.8\nrequired_count = 5"), "entweder einen Anteil"),
        (("required_share = 0.8", ""), "entweder einen Anteil"),
        (("required_share = 0.8", "required_share = 80"), "required_share"),
        (("required_share = 0.8", "required_share = 1.0\nstrictly_above = true"), "mehr als alle"),
        (("required_share = 0.8", "required_count = 5"), "gibt es nur für extensions_5g"),
        (('subject = "households"', 'subject = "extensions_5g"'), "nur eine Zahl"),
        (('subject = "households"', 'subject = "haushalte"'), "Gegenstand der Faktentabelle"),
        (('technology = "fttb_h"', 'technology = "glasfaser"'), "Technik der Faktentabelle"),
        (("min_mbits = 1000", "min_mbits = 999"), "Klasse der Faktentabelle"),
        (("due = 2030-12-31", 'due = "bald"'), "due"),
        (('scope = "kreis"', 'scope = "gemeinde"'), "scope"),
        (('areas = ["05966"]', 'areas = ["Olpe"]'), "AGS-Anfänge"),
        (('source = "Beschluss des Kreistags"', ""), "source"),
        (('areas = ["05966"]', "farbe = 1"), "farbe"),
        (("[fibre_2030]", "[households_gigabit_2025]"), "gehört schon zu einem Ziel"),
        (("[fibre_2030]", "[Ziel]"), "target_id"),
        (("[fibre_2030]", '[fibre_2030]\ntarget_id = "households_gigabit_2025"'), "target_id"),
        (("[fibre_2030]", "lose = 1\n[fibre_2030]"), "lose = 1"),
        (("[fibre_2030]", "[fibre_2030]\nx = \n"), "kein gültiges TOML"),
        (('areas = ["05966"]', GOOD), "kein gültiges TOML"),
    ],
)
def test_each_mistake_is_named(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    assert change[0] in GOOD
    with pytest.raises(InputError) as error:
        own_targets(written(tmp_path, GOOD.replace(*change, 1)))
    assert told in error.value.message("de")


def test_a_profile_with_a_defective_targets_file_is_refused_at_once(tmp_path: Path) -> None:
    text = (ROOT / "geodata/profiles/demo.toml").read_text("utf-8").replace("[demo]", f'targets = "{tmp_path}/ziele.toml"\n[demo]', 1)
    profile = tmp_path / "profil.toml"
    profile.write_text(text, "utf-8")
    with pytest.raises(InputError, match="eigenen Zielen fehlt"):
        load_profile(str(profile))
    written(tmp_path, GOOD)
    assert [t.target_id for t in load_profile(str(profile)).own_targets] == ["fibre_2030"]


def test_other_targets_make_the_tables_of_targets_stale_and_no_others(tmp_path: Path) -> None:
    text = (ROOT / "geodata/profiles/demo.toml").read_text("utf-8").replace("[demo]", f'targets = "{tmp_path}/ziele.toml"\n[demo]', 1)
    profile = tmp_path / "profil.toml"
    profile.write_text(text, "utf-8")
    written(tmp_path, GOOD)
    before = [
        House(profile_name=str(profile)).settings(n) for n in ("out_targets__status", "out_targets__projection", "out_coverage__shares")
    ]
    written(tmp_path, GOOD.replace("0.8", "0.9"))
    after = [
        House(profile_name=str(profile)).settings(n) for n in ("out_targets__status", "out_targets__projection", "out_coverage__shares")
    ]
    assert [a == b for a, b in zip(before, after, strict=True)] == [False, False, True]
