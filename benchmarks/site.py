"""The site at the size of the Land: 53 Kreise, 396 Gemeinden with borders of their real length in points, every theme, twelve Stände.

Shapes and shares are generated (seeded). Times in the browser are of Chromium on this machine, from navigation on localhost.
"""

import datetime as dt
import resource
import shutil
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from playwright.sync_api import sync_playwright
from rasterio.features import shapes as outlines
from rasterio.transform import from_origin

from benchmarks.run import Row, row
from maps.content import SiteContent
from maps.site import build
from maps.themes import FACT_KEY, THEMES
from tests.serving import serving

SEED, SIDE_M, CELLS = 5, 240_000, 1_200
STANDS = [dt.date(2018 + i // 2, 6 if i % 2 == 0 else 12, 30) for i in range(12)]
KREISE, GEMEINDEN, CITIES = 53, 396, 22
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
VENDOR = Path(__file__).parent.parent / "node_modules"
SHIFT = """new Promise((done) => { let sum = 0;
    new PerformanceObserver((l) => l.getEntries().forEach((e) => { sum += e.value; }))
    .observe({type: "layout-shift", buffered: true}); setTimeout(() => done(sum), 800); })"""
SWITCH = """async () => { const s = document.querySelector("[data-stand]"), times = [];
    const drawn = () => new Promise((d) => requestAnimationFrame(() => requestAnimationFrame(d)));
    for (const v of [0, 5, 2, 11, 7]) {
      const before = performance.now();
      s.value = v;
      s.dispatchEvent(new Event("input"));
      await drawn();
      times.push(performance.now() - before);
    }
    return times; }"""
FIRST = """() => performance.getEntriesByName("karte")[0].startTime"""


def rows() -> list[Row]:
    """Building the site, its size, the first map, a switch of the Stand; the shift of the layout stands in the name."""
    content = _content()
    folder = Path(tempfile.mkdtemp(prefix="netzlage-site-"))
    try:
        wall, cpu = time.perf_counter(), time.process_time()
        files = build(content, folder, vendor=VENDOR)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        size = sum(f.stat().st_size for f in files) / 1e6
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        found = [
            row(f"site of the Land: {len(files)} files, {size:.0f} MB", wall, peak_mb=peak),
            row("the same, CPU", cpu, peak_mb=peak),
        ]
        return found + _browser(folder, peak)
    finally:
        shutil.rmtree(folder)


def _browser(folder: Path, peak: float) -> list[Row]:
    chromium = shutil.which("chromium")
    with serving(folder) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        firsts, switches, shifts = [], [], []
        for _ in range(5):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"{base}/index.html")
            page.wait_for_selector("[data-fertig]")
            firsts.append(page.evaluate(FIRST))
            shifts.append(page.evaluate(SHIFT))
            page.wait_for_load_state("networkidle")
            switches += page.evaluate(SWITCH)
            page.close()
        browser.close()
    return [
        row(f"first map drawn, median of 5, layout shift {max(shifts):.3f}", float(np.median(firsts)) / 1000, peak_mb=peak),
        row("a Stand switched, median of 25", float(np.median(switches)) / 1000, peak_mb=peak),
    ]


def _content() -> SiteContent:
    """Gemeinden as the cells nearest to seeded points, on a fine grid: their borders are stairs, as long in points as real ones."""
    random = np.random.default_rng(SEED)
    seeds = random.uniform(0, CELLS, (GEMEINDEN, 2))
    owners = np.concatenate([np.arange(CITIES), CITIES + np.arange(GEMEINDEN - CITIES) * (KREISE - CITIES) // (GEMEINDEN - CITIES)])
    order = np.lexsort((seeds[:, 1], seeds[:, 0] // 150))
    ys, xs = np.mgrid[0:CELLS, 0:CELLS]
    winding = 6 * np.sin(ys / 17 + xs / 41) + 3 * np.sin(ys / 5) + 2 * np.sin(xs / 3)
    points = np.column_stack([(xs + winding).ravel(), (ys + winding[::-1]).ravel()])
    nearest = (
        shapely.STRtree([shapely.Point(p) for p in seeds[order]]).nearest(shapely.points(points)).reshape(CELLS, CELLS).astype("int32")
    )
    step = SIDE_M / CELLS
    parts = list(outlines(nearest, transform=from_origin(300_000, 5_800_000, step, step)))
    frame = gpd.GeoDataFrame({"n": [int(v) for _, v in parts]}, geometry=[shapely.geometry.shape(g) for g, _ in parts], crs="EPSG:25832")
    whole = frame.dissolve("n").geometry
    ags = [f"05{owner + 100:03d}{i:03d}" for i, owner in enumerate(owners)]
    gemeinden = gpd.GeoDataFrame({"ags": [ags[n] for n in whole.index], "level": "gemeinde"}, geometry=whole.to_numpy(), crs="EPSG:25832")
    kreise = gemeinden.assign(ags=gemeinden["ags"].str[:5], level="kreis").dissolve("ags").reset_index()
    land = gpd.GeoDataFrame({"ags": ["05"], "level": ["land"]}, geometry=[shapely.union_all(kreise.geometry)], crs="EPSG:25832")
    areas = gpd.GeoDataFrame(pd.concat([land, kreise, gemeinden], ignore_index=True), crs="EPSG:25832")
    areas = areas.assign(boundary_edition="bench", source_id="b", name="Gebiet " + areas["ags"])
    return SiteContent(_shares(areas, random), _targets(), areas, _sources(), "bench", demo=False)


def _shares(areas: gpd.GeoDataFrame, random: np.random.Generator) -> pd.DataFrame:
    keys = pd.DataFrame({"ags": areas["ags"], "level": areas["level"]})
    frames = []
    for theme in THEMES:
        for stand in STANDS:
            fixed = dict(zip(FACT_KEY, theme.fact, strict=True)) | {"stand": stand, "basis": theme.basis or "derived"}
            frames.append(pd.concat([keys, pd.DataFrame(fixed, index=keys.index)], axis=1).assign(share=random.uniform(0, 1, len(keys))))
    found = pd.concat(frames, ignore_index=True).assign(method="cells", boundary_edition="bench", source_id="a", visibility="public")
    return found.assign(numerator=1.0, denominator=2.0)


def _targets() -> pd.DataFrame:
    columns = ["target_id", "ags", "level", "stand", "actual_share", "actual_count", "required_share", "visibility"]
    return pd.DataFrame(columns=columns)


def _sources() -> pd.DataFrame:
    fields = {name: ["x", "x"] for name in ("title", "publisher", "licence", "attribution", "stands")}
    return pd.DataFrame({"source_id": ["a", "b"], "changes_marked": [True, False]} | fields)
