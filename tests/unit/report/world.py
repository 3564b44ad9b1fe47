"""A small invented Land for the report: three Kreise, one of them with names that no markup may swallow."""

import datetime as dt

import geopandas as gpd
import pandas as pd
import shapely

from geodata.report import ReportData

EVIL = '#evil[*a*] $x$ <b>&amp; "q" {{ 1 }} @ref \\u{1} _u_ `c` // /* =H'
DAYS = tuple(dt.date(*d) for d in ((2018, 12, 31), (2020, 12, 31), (2021, 6, 30), (2022, 6, 30), (2025, 12, 31)))
LONG = dt.date(2025, 12, 31)


def box(x: float, y: float, size: float = 10_000) -> shapely.Polygon:
    return shapely.box(400_000 + x, 5_650_000 + y, 400_000 + x + size, 5_650_000 + y + size)


def target(target_id: str, ags: str, share: float | None, **more: object) -> dict[str, object]:
    level = "land" if ags == "05" else "kreis"
    fields = {
        "target_id": target_id,
        "ags": ags,
        "level": level,
        "stand": LONG,
        "actual_share": share,
        "actual_count": None,
        "required_share": 1.0,
        "required_count": None,
        "due": LONG,
        "gap_points": None if share is None else (1 - share) * 100,
        "gap_count": None if share is None else 12,
        "gap_estimated": True,
        "status": "missed",
        "was_met_by_due": False,
        "strictly_above": False,
        "basis": None if share is None else "reported",
        "scope": "kreis",
        "label_de": "Haushalte mit Gigabit",
        "label_en": "Households with gigabit",
        "unit_de": "Haushalte",
        "unit_en": "households",
        "visibility": "public",
    }
    return fields | more


def report_data(*, demo: bool = True, internal: bool = False) -> ReportData:
    shapes = [
        ("05", "land", "Nordrhein-Westfalen", box(0, 0, 30_000)),
        ("05001", "kreis", EVIL, box(0, 0)),
        ("05002", "kreis", "Rhein-Kreis Test", box(10_000, 0)),
        ("05003", "kreis", "Corner", box(10_000, 10_000)),
        ("05001004", "gemeinde", EVIL, box(0, 0, 5_000)),
        ("05001008", "gemeinde", "Ohne", box(5_000, 0, 5_000)),
        ("05002004", "gemeinde", "Stadt", box(10_000, 0)),
        ("05003004", "gemeinde", "Corner", box(10_000, 10_000)),
    ]
    areas = gpd.GeoDataFrame(
        {"ags": [s[0] for s in shapes], "level": [s[1] for s in shapes], "name": [s[2] for s in shapes], "source_id": "borders"},
        geometry=[s[3] for s in shapes],
        crs="EPSG:25832",
    )
    shares = pd.DataFrame(
        [
            (ags, level, day, technology, 0.1 + i / 10, "reported", "published", "atlas")
            for ags, level in (("05", "land"), ("05001", "kreis"), ("05001004", "gemeinde"))
            for technology in ("any", "fttb_h")
            for i, day in enumerate(DAYS)
        ],
        columns=["ags", "level", "stand", "technology", "share", "basis", "method", "source_id"],
    )
    targets = pd.DataFrame(
        [
            target("households_gigabit_2025", "05", 0.8),
            target("households_gigabit_2025", "05001", 0.4435),
            target("households_gigabit_2025", "05002", 1.0, gap_count=0),
            target("households_gigabit_2025", "05003", 0.0),
            target(
                "households_5g_2022",
                "05",
                None,
                scope="land",
                required_share=0.9,
                strictly_above=True,
                status="no_data",
                label_de="Haushalte mit 5G",
            ),
            target("lte_measures_2024", "05", None, scope="land", required_share=None, required_count=7500, status="no_data"),
        ]
    ).astype({"actual_share": float, "required_share": float, "gap_points": float})
    places = [
        ("schools", "05001004", EVIL, "none"),
        ("schools", "05001004", "Grundschule", "planned"),
        ("business_parks", "05002004", "Park", "in_progress"),
    ]
    unconnected = gpd.GeoDataFrame(
        {
            "subject": [p[0] for p in places],
            "stand": dt.date(2021, 9, 30),
            "ags": [p[1] for p in places],
            "name": [p[2] for p in places],
            "status": [p[3] for p in places],
            "source_id": "list",
            "visibility": "public",
        },
        geometry=[shapely.Point(401_000, 5_651_000)] * 3,
        crs="EPSG:25832",
    )
    sources = pd.DataFrame(
        {
            "source_id": ["atlas", "borders"],
            "title": ["Atlas", "Grenzen"],
            "publisher": ["Amt <1>", "Amt 2"],
            "licence": ["dl-de/by-2-0", "dl-de/zero-2-0"],
            "attribution": ["© Amt & Co", "© Amt 2"],
            "changes_marked": [True, False],
            "is_demo": [demo, demo],
            "stands": [list(DAYS), [LONG]],
        }
    )
    return ReportData("test-2021", areas, shares, targets, unconnected, None, sources, internal)
