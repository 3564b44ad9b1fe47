"""A small site of two Kreise, one of them without data at the newest Stand, the other a city; every name can be a hostile one."""

import datetime as dt
from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
import shapely

from maps.content import SiteContent

EDITION = "test-2021"
EVIL = "<img src=x onerror=alert(1)></script><script>alert(1)</script>\"'&\u202eX"
LEVELS = {2: "land", 5: "kreis", 8: "gemeinde"}
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
    """Two square Kreise, 05111 a city of one Gemeinde, 05112 of two Gemeinden; 05112 has no value at the newest Stand.

    `modelled`: with what the radio model says, `notes`: its sentences.
    """
    boxes = {
        "05": (300_000, 5_600_000, 380_000, 5_650_000),
        "05111": (300_000, 5_600_000, 340_000, 5_650_000),
        "05111000": (300_000, 5_600_000, 340_000, 5_650_000),
        "05112": (340_000, 5_600_000, 380_000, 5_650_000),
        "05112004": (340_000, 5_600_000, 380_000, 5_620_000),
        "05112008": (340_000, 5_620_000, 380_000, 5_650_000),
    }
    names = [name, name, name, "Nachbarkreis", f"{name} 4", "Köln-Mülheim"]
    areas = gpd.GeoDataFrame(
        {"boundary_edition": EDITION, "ags": list(boxes), "level": [LEVELS[len(a)] for a in boxes], "name": names, "source_id": "b"},
        geometry=[shapely.MultiPolygon([shapely.box(*box)]) for box in boxes.values()],
        crs="EPSG:25832",
    )
    shares = [
        fact("05111", STANDS[0], 0.5),
        fact("05112", STANDS[0], 0.0),
        fact("05111", STANDS[1], 0.9567),
        fact("05112", STANDS[1], None),
        *(modelled_facts() if modelled else []),
        fact("05", STANDS[0], 0.4, level="land"),
        fact("05", STANDS[1], 0.6567, level="land", numerator=65.67, denominator=100.0),
        fact("05111000", STANDS[1], 0.9567, level="gemeinde", numerator=95.67, denominator=100.0),
        fact("05112004", STANDS[1], 0.25, level="gemeinde"),
        fact("05111", STANDS[1], 0.003, subject="area", technology="none_4g_5g", min_mbits=0, basis="derived", method="cells"),
    ]
    target = {
        "target_id": "households_gigabit_2025", "ags": "05", "level": "land", "stand": STANDS[1], "actual_share": 0.6567, "actual_count": None,
        "numerator": None, "denominator": None, "required_share": 1.0, "required_count": None, "due": dt.date(2025, 12, 31), "gap_points": 34.33,
        "gap_count": 2804315, "gap_estimated": True, "status": "not_observed_at_due_date", "basis": "reported", "wording_de": f"Alle Haushalte {name}",
        "method": "published", "strictly_above": False, "was_met_by_due": None,
        "wording_en": "All households", "unit_de": "Haushalte", "unit_en": "households", "origin": "official", "visibility": "public",
    }  # fmt: skip
    unmeasured = target | {
        "target_id": "extensions_5g_2024",
        "wording_de": "Erweiterungen",
        "wording_en": "Extensions",
        "actual_share": None,
        "required_share": None,
        "required_count": 10300,
        "status": "no_data",
    }
    sources = [
        {
            "source_id": i,
            "title": f"Quelle {i.upper()} {name}",
            "publisher": "P",
            "licence": f"L-{i.upper()}",
            "attribution": f"Nennung {i.upper()}",
            "changes_marked": i == "a",
            "stands": "30.06.2021",
        }
        for i in ("a", "b")
    ]
    files = {
        "source_id": ["breitbandatlas__kreise"],
        "table": ["households"],
        "stand": [STANDS[1]],
        "file": [name],
        "sha256": ["0" * 64],
        "bytes": [1234],
        "origin": ["official"],
    }
    accounting = {"source_id": ["a"], "stand": [STANDS[1]], "file": [name], "read": [9], "accepted": [7], "outside_area": [1]}
    warnings = {"source_id": ["a"], "stand": [STANDS[1]], "file": [name], "reason": ["r"], "sentence": [f"Befund {name}"]}
    checks = [
        {"check_name": "areas_are_complete", "table_name": "core_boundaries__areas", "state": "passed", "findings": 0, "examples": ""},
        {
            "check_name": "shares_do_not_jump",
            "table_name": "out_coverage__shares",
            "state": "warned",
            "findings": 2,
            "examples": f"Sprung {name}",
        },
    ]
    places = {"kind": ["postcode", "district"], "name": ["40000", f"Ortsteil {name}"], "ags": ["05111000", "05112008"]}
    return SiteContent(
        pd.DataFrame(shares),
        pd.DataFrame([target, unmeasured]),
        areas,
        pd.DataFrame(sources),
        "p",
        demo,
        places=pd.DataFrame(places),
        files=pd.DataFrame(files),
        accounting=pd.DataFrame(accounting | {"quarantined": [1]}),
        checks=pd.DataFrame(checks),
        warnings=pd.DataFrame(warnings),
        model_notes=notes or {},
    )
