"""The report as a page in Chromium: nothing fetched, nothing wider than the window, no finding of axe at two widths."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from maps.report.document import document
from maps.report.page import page
from tests.conftest import ROOT
from tests.unit.report.world import report_data

AXE = ROOT / "node_modules/axe-core/axe.min.js"


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("lang", ["de", "en"])
def test_the_page_stands_alone_and_is_accessible(chromium: Browser, tmp_path: Path, width: int, lang: str) -> None:
    file = tmp_path / "bericht.html"
    file.write_text(page(document(report_data().only("05001"), "05001", lang)), "utf-8")  # type: ignore[arg-type]
    context = chromium.new_context(viewport={"width": width, "height": 800})
    view = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    view.on("request", lambda request: asked.append(request.url))
    view.on("console", lambda message: said.append(message.text))
    view.goto(file.as_uri())
    assert [a for a in asked if not a.startswith("data:")] == [file.as_uri()]
    assert said == []
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    assert all(view.evaluate("[...document.images].map(i => i.naturalWidth)"))
    # The page allows no script; axe comes in from outside of it.
    view.evaluate(AXE.read_text("utf-8"))
    found = view.evaluate("axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 80)).join(' | ')))")
    assert found == []
    context.close()
