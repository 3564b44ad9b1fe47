"""A page that remembers what it asked for and what went wrong."""

import re

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


class Watched:
    """A browser context with one page; `check` says whether it stayed at home and made no error."""

    def __init__(self, browser: Browser, width: int, height: int = 900, **options: object) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": height}, **options)
        self.page: Page = self.context.new_page()
        self.asked: list[str] = []
        self.wrong: list[str] = []
        self.page.on("request", lambda r: self.asked.append(r.url))
        self.page.on("console", lambda m: self.wrong.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda e: self.wrong.append(str(e)))
        self.page.on("dialog", lambda d: self.wrong.append(f"dialog {d.message}"))

    def ready(self) -> None:
        """Wait for the map of the page, where it has one."""
        if self.page.locator("[data-karte-teil]").count():
            self.page.wait_for_selector("[data-fertig]")

    def until(self, expression: str) -> None:
        """Wait until an expression is true. Playwright's own way polls with eval, which the Content-Security-Policy forbids."""
        for _ in range(200):
            if self.page.evaluate(expression):
                return
            self.page.wait_for_timeout(50)
        pytest.fail(f"never true: {expression}")

    def axe(self) -> list[str]:
        """What axe-core finds: rule and element. Run outside the page's Content-Security-Policy, in the browser's own world."""
        self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [f"{v['id']}: {n['html'][:160]} {' '.join(n['target'])}" for v in found["violations"] for n in v["nodes"]]

    def overflow(self) -> list[str]:
        """Elements that stick out of the page, where the page has become wider than the window."""
        return self.page.evaluate(
            """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
                .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll, .map"))
                .map((e) => `${e.tagName}.${e.className}`)"""
        )

    def check(self, base: str) -> None:
        """Close; fail where another host was asked or anything went wrong."""
        assert self.asked
        assert [u for u in self.asked if not u.startswith((base, "data:"))] == []
        assert self.wrong == []
        kept = self.page.evaluate("[document.cookie, localStorage.length, sessionStorage.length].join()")
        assert re.fullmatch(r",0,0", kept)
        self.context.close()
