"""A small site of two Kreise, one of them without data at the newest Stand."""

import datetime as dt
from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
import shapely

from maps.content import SiteContent

EDITION = "test-2021"
EVIL = "<img src=x onerror=alert(1)></script><script>alert(1)</script>\"'&\u202eX"
STANDS = (dt.date(2020, 12, 31), dt.date(2021, 6, 30))


def fact(ags: str, stand: dt.date, share: float | None, **more: object) -> dict[str, object]:
    """A row of the fact table: households with gigabit, reported."""
    base: dict[str, object] = {
        "ags": ags,
        "level": "kreis",
        "stand": stand,
        "subject": "households",
        "technology": "any",
        "direction": "down",
    }
    base |= {"min_mbits": 1000, "operator": "any", "rollout": "existing", "basis": "reported", "method": "published"}
    base |= {"boundary_edition": "as_published", "source_id": "a", "numerator": None, "denominator": None, "origin": "official"}
    return base | {"visibility": "public", "share": share} | more


def modelled_facts() -> list[dict[str, object]]:
    """What the radio model says of 05111: area, households, and where it differs from the grid."""
    base = {"basis": "modelled", "method": "p1812", "boundary_edition": EDITION, "min_mbits": 0}
    subjects = ("area", "households", "cells_reported_only", "cells_modelled_only")
    return [fact("05111", STANDS[1], 0.4, **base, subject=s, technology=t) for s in subjects for t in ("4g", "5g")]


def site_content(
    *, name: str = "Musterkreis", demo: bool = False, modelled: bool = False, notes: Mapping[str, tuple[str, ...]] | None = None
) -> SiteContent:
    """Two square Kreise; 05112 has no value at the newest Stand. `modelled`: with what the radio model says."""
    areas = gpd.GeoDataFrame(
        {"boundary_edition": EDITION, "ags": ["05111", "05112"], "level": "kreis", "name": [name, "Nachbarkreis"], "source_id": "b"},
        geometry=[shapely.MultiPolygon([shapely.box(300_000 + i * 40_000, 5_600_000, 340_000 + i * 40_000, 5_650_000)]) for i in range(2)],
        crs="EPSG:25832",
    )
    shares = [
        fact("05111", STANDS[0], 0.5),
        fact("05112", STANDS[0], 0.0),
        fact("05111", STANDS[1], 0.9567),
        fact("05112", STANDS[1], None),
        *(modelled_facts() if modelled else []),
    ]
    target = {
        "target_id": "households_gigabit_2025", "ags": "05", "level": "land", "stand": STANDS[1], "actual_share": 0.6567, "actual_count": None,
        "numerator": None, "denominator": None, "required_share": 1.0, "required_count": None, "due": dt.date(2025, 12, 31), "gap_points": 34.33,
        "gap_count": 2804315, "gap_estimated": True, "status": "not_observed_at_due_date", "basis": "reported", "wording_de": f"Alle Haushalte {name}",
        "wording_en": "All households", "unit_de": "Haushalte", "origin": "official", "visibility": "public",
    }  # fmt: skip
    unmeasured = target | {
        "target_id": "extensions_5g_2024",
        "actual_share": None,
        "required_share": None,
        "required_count": 10300,
        "status": "no_data",
    }
    sources = [
        {
            "source_id": i,
            "title": f"Quelle {i.upper()}",
            "publisher": "P",
            "licence": f"L-{i.upper()}",
            "attribution": f"Nennung {i.upper()}",
            "changes_marked": i == "a",
            "stands": "30.06.2021",
        }
        for i in ("a", "b")
    ]
    return SiteContent(
        pd.DataFrame(shares), pd.DataFrame([target, unmeasured]), areas, pd.DataFrame(sources), "p", demo, model_notes=notes or {}
    )
