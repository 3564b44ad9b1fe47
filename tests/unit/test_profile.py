"""Profiles that must not be run, told before anything is read."""

from pathlib import Path

import pytest

from geodata.errors import InputError
from geodata.profile import Profile, load_profile


def profile(folder: Path, source: str, table: str, *lines: str) -> Profile:
    path = folder / "p.toml"
    entry = "\n".join(["[[files]]", f'source = "{source}"', f'table = "{table}"', "stand = 2025-12-31", 'path = "x.csv"', *lines])
    path.write_text(f'name = "p"\norigin = "delivered"\nland = "05"\nboundaries = "vg250-2021-12-31"\n{entry}\n', "utf-8")
    return load_profile(str(path))


@pytest.mark.parametrize(
    ("source", "table"), [("mobile_sites__certificates", "antennas"), ("deliveries__offers", "offers"), ("funding__areas", "areas")]
)
def test_what_the_licence_forbids_cannot_be_made_public_by_a_profile(tmp_path: Path, source: str, table: str) -> None:
    with pytest.raises(InputError) as caught:
        profile(tmp_path, source, table, 'visibility = "public"')
    assert (caught.value.code, caught.value.exit_code) == ("profile_publication_forbidden", 2)
    assert all(word in caught.value.message("de") for word in (source, "Gefunden", "Erwartet", "Was zu tun ist"))
    assert profile(tmp_path, source, table).files[0].visibility is None
    assert profile(tmp_path, source, table, 'visibility = "internal"').files[0].visibility == "internal"
    assert profile(tmp_path, source, table, 'visibility = "public"', 'origin = "demo"').files[0].origin == "demo"


def test_what_the_licence_allows_may_be_public(tmp_path: Path) -> None:
    assert profile(tmp_path, "mobile_sites__opencellid", "cells", 'visibility = "public"').files
