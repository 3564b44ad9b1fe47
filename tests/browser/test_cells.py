"""The 100 m cells on the map: read by ranges from one file, coloured by their codes, with a legend of their own."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from playwright.sync_api import Browser

from geodata.cells import COLUMNS
from maps.palette import COLOURS
from maps.site import build
from maps.tiles import Drawing, draw, tiles_path
from tests.browser.watched import Watched
from tests.conftest import ROOT
from tests.unit.maps.content import site_content

COLOURS_SEEN = """() => { const seen = new Set(); for (const tile of document.querySelectorAll(".leaflet-raster-pane canvas")) {
    const d = tile.getContext("2d").getImageData(0, 0, 256, 256).data;
    for (let i = 0; i < d.length; i += 4) if (d[i + 3] === 255) seen.add("#" + [0, 1, 2].map((k) => d[i + k].toString(16).padStart(2, "0")).join(""));
    } return [...seen].sort(); }"""


def test_cells_show_operators_and_the_fixed_line(chromium: Browser, serving: Callable[[Path], Any], tmp_path: Path) -> None:
    rows, columns = np.meshgrid(np.arange(56_000, 56_500), np.arange(3_000, 3_800), indexing="ij")
    land = (rows * COLUMNS + columns).ravel()
    mobile = pa.table(
        {"cell_id": land, "operators_4g": np.where(columns.ravel() < 3_400, 0, 3), "operators_5g": pa.nulls(len(land), pa.int64())}
    )
    parts = np.column_stack([land, np.where(rows.ravel() < 56_250, 3, 1)])
    build(replace(site_content(demo=True), tiles=tiles_path(demo=True)), tmp_path, vendor=ROOT / "node_modules")
    draw(Drawing(land, mobile, parts, "2025-12-31", "2021-06-30", "Quelle"), tmp_path, demo=True)
    with serving(tmp_path) as base:
        watched = Watched(chromium, 360, color_scheme="dark")
        page, ranges = watched.page, []
        page.on("request", lambda r: ranges.append(r.headers.get("range")) if r.url.endswith(".pmtiles") else None)
        page.goto(f"{base}/karten/haushalte-gigabit.html")
        watched.ready()
        assert ranges == []
        page.locator("[data-raster-teil] summary").click()
        page.select_option("#raster", "4g")
        watched.until(f"({COLOURS_SEEN})().length === 2")
        assert page.evaluate(COLOURS_SEEN) == sorted([COLOURS[0], COLOURS[6]])
        assert all(ranges)
        assert "31.12.2025" in page.locator("[data-raster-text]").inner_text()
        page.select_option("#raster", "5g")
        assert page.evaluate(COLOURS_SEEN) == []  # no data: a see-through grey
        page.select_option("#raster", "festnetz")
        assert page.evaluate(COLOURS_SEEN) == sorted([COLOURS[0], COLOURS[7]])
        assert page.locator("[data-raster-legende='festnetz']").is_visible()
        assert not page.locator("[data-legende]").is_visible()
        colour = "getComputedStyle(document.querySelector('{}')).color"
        assert page.locator(".credit").inner_text() == "Quelle"
        assert page.evaluate(colour.format(".leaflet-control-attribution")) == page.evaluate(colour.format(".small"))
        assert watched.axe() == []
        page.select_option("#raster", "")
        assert page.locator("[data-legende]").is_visible()
        watched.check(base)
