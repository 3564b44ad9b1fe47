"""Headless Chromium, and a site served on localhost."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from maps.site import build
from tests.conftest import ROOT
from tests.serving import serving
from tests.unit.maps.content import site_content

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# Not for the whole session: Playwright's event loop would stand in the way of the tests that run Dagster in the same process.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; skips where it is absent, unless NETZLAGE_REQUIRE demands it."""
    path = shutil.which("chromium")
    if path is None:
        if "chromium" in os.environ.get("NETZLAGE_REQUIRE", ""):
            pytest.fail("chromium is required here and absent")
        pytest.skip("chromium is absent: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session", name="serving")
def serving_fixture() -> Callable[[Path], object]:
    """Serve a folder on localhost for the length of a `with` block, as `netzlage serve` does."""
    return serving


@pytest.fixture(scope="session")
def home(serving: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The small site, with marks of a demo and maps of the radio model."""
    folder = tmp_path_factory.mktemp("site")
    build(site_content(demo=True, modelled=True), folder, vendor=ROOT / "node_modules")
    with serving(folder) as base:
        yield base
