"""How much the pages of the demo weigh as a server sends them: compressed bytes of everything that a page loads."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Response

from tests.conftest import Run

START, KREIS = 350_000, 200_000
PRESSED = {".woff", ".png", ".gz"}


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("index.html", START),
        ("en/index.html", START),
        ("kreise/05958.html", KREIS),
        ("en/kreise/05566.html", KREIS),
        ("gemeinden/05515000.html", KREIS),
    ],
)
def test_pages_are_light(chromium: Browser, serving: Callable[[Path], Any], demo_run: Run, path: str, limit: int) -> None:
    weights: dict[str, int] = {}
    with serving(demo_run.folder / "site") as base:
        page = chromium.new_page()

        def weigh(response: Response) -> None:
            body = response.body()
            weights[response.url] = len(body) if Path(response.url).suffix in PRESSED else len(gzip.compress(body, 6))

        page.on("requestfinished", lambda request: weigh(request.response() or pytest.fail(request.url)))
        page.goto(f"{base}/{path}", wait_until="networkidle")
        page.close()
    assert sum(weights.values()) <= limit, sorted(weights.items(), key=lambda w: -w[1])[:8]
