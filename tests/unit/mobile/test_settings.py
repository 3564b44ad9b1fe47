"""The settings of the radio model, those that Netzlage brings and those of a file."""

from importlib.resources import files
from pathlib import Path

import pytest

from geodata.errors import InputError
from geodata.mobile.location import location_sigma
from geodata.mobile.settings import load_settings

BROUGHT = files("geodata.mobile").joinpath("settings.toml").read_text("utf-8")


def test_the_settings_brought_along() -> None:
    settings = load_settings()
    assert {name: t.dbm for name, t in settings.thresholds.items()} == {"4g": -105.0, "5g": -110.0}
    assert settings.receiver.height_m == 1.5
    assert settings.clutter.dense_urban == 20.0
    assert {b.technology for b in settings.bands.values()} == set(settings.thresholds)
    assert settings.radio("1800").frequency_ghz == 1.8425
    assert settings.sigma_db("1800", 10.0) == location_sigma(1.8425, 100.0, 1.5, 10.0)
    reach = [b.reach_km for b in settings.bands.values()]
    assert reach == sorted(reach, reverse=True)


def test_a_site_without_direction_radiates_to_all_sides() -> None:
    antenna = load_settings().antenna
    assert antenna.sector(None).everywhere
    assert not antenna.sector(0.0).everywhere
    assert antenna.sector(120.0).azimuth_deg == 120.0


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(BROUGHT.replace("dbm = -105.0", "dbm = -100.0"), "utf-8")
    assert load_settings(path).thresholds["4g"].dbm == -100.0


@pytest.mark.parametrize(
    ("text", "code", "found"),
    [
        (None, "mobile_settings_absent", "mine.toml"),
        ("[receiver", "mobile_settings_no_toml", "table declaration"),
        (BROUGHT.replace("location_percent = 50.0", "location_percent = 100.0"), "mobile_settings_invalid", "receiver.location_percent"),
        (BROUGHT.replace("[thresholds.4g]", "[thresholds.6g]"), "mobile_settings_invalid", "thresholds"),
        (BROUGHT.replace("height_m = 1.5", "hight_m = 1.5"), "mobile_settings_invalid", "receiver.hight_m"),
    ],
)
def test_settings_that_cannot_be_used(tmp_path: Path, text: str | None, code: str, found: str) -> None:
    path = tmp_path / "mine.toml"
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        load_settings(path)
    assert caught.value.code == code
    assert found in caught.value.message("en")
