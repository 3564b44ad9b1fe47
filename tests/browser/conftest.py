"""Headless Chromium, and a site served on localhost."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from pipelines.cli.serve import site_application

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


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(site_application(folder), host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            thread.join(0.02)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def serving() -> Callable[[Path], object]:
    """Serve a folder on localhost for the length of a `with` block, as `netzlage serve` does."""
    return _serving
