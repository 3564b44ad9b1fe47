"""The files that the map module reads: shared borders, and the figures of all themes per Stand as whole hundredths of a percent."""

import json
from pathlib import Path

from maps.atlas import Atlas
from maps.geometry import for_screen
from maps.language import Language
from maps.palette import COLOURS, SCALES, labels
from maps.themes import METHOD_BREAK, Series
from maps.topology import topology

FOLDER = "karten/werte"


def write_map_data(atlas: Atlas, folder: Path) -> None:
    """Kreise, Gemeinden, the index of areas and Stände, and one file per Stand, below `folder`/karten/werte."""
    target = folder / FOLDER
    target.mkdir(parents=True)
    levels = {"kreis": atlas.content.kreise, "gemeinde": atlas.content.gemeinden}
    for level, areas in levels.items():
        if len(areas):
            _write(target / f"{level}.json", topology(for_screen(areas), name="gebiete"))
    _write(target / "index.json", index(atlas))
    for stand in sorted({stand for one in atlas.series for stand in one.stands}):
        values: dict[str, dict[str, list[int | None]]] = {}
        for one in atlas.series:
            for level, areas in levels.items():
                if view := one.at(level, stand):
                    values.setdefault(one.theme.theme_id, {})[level] = [hundredths(view.shares[a]) for a in areas["ags"]]
        _write(target / f"{stand.isoformat()}.json", values)


def index(atlas: Atlas) -> dict[str, object]:
    """AGS and names per level, and per theme its Stände with the basis of each level."""
    return {
        "ags": {"kreis": [a.ags for a in atlas.kreise], "gemeinde": [a.ags for a in atlas.gemeinden]},
        "names": {"kreis": [a.name for a in atlas.kreise], "gemeinde": [a.name for a in atlas.gemeinden]},
        "stands": {
            one.theme.theme_id: [
                [stand.isoformat(), *(_basis(one, level, stand.isoformat()) for level in ("kreis", "gemeinde"))] for stand in one.stands
            ]
            for one in atlas.series
        },
    }


def map_config(atlas: Atlas, series: Series, language: Language, *, root: str) -> dict[str, object]:
    """What the module needs besides the files: the theme, texts, classes; it goes into the page as JSON."""
    publisher = atlas.content.publisher
    target = atlas.targets.get((series.theme.target_id, atlas.land))
    return {
        "root": root,
        "base": root + language.folder,
        "language": language.code,
        "theme": series.theme.theme_id,
        "themes": {s.theme.theme_id: {"title": language.pick(s.theme, "title"), "scale": s.theme.scale} for s in atlas.series if s.stands},
        "scales": {scale: list(bounds) for scale, bounds in SCALES.items()},
        "labels": {scale: labels(scale, language) for scale in SCALES},
        "colours": list(COLOURS),
        "break": METHOD_BREAK.isoformat() if series.theme.breaks else None,
        "target": float(str(target["required_share"])) if target and target["required_share"] == target["required_share"] else None,
        "basemap": {"url": publisher.basemap.url, "attribution": publisher.basemap.attribution} if publisher.basemap else None,
        "tiles": root + atlas.content.tiles if atlas.content.tiles else None,
        "texts": {name: language(f"module.{name}", **FILLED_LATER) for name in MODULE_TEXTS},
        "bases": {basis: language(f"basis.{basis}") for basis in ("reported", "derived", "modelled")},
    }


# Placeholders that the module fills in.
FILLED_LATER = {"points": "#"} | {name: f"{{{name}}}" for name in ("mobile", "fixed", "stand", "basis", "used", "ags", "name", "value")}
MODULE_TEXTS = (
    "stand",
    "no_data",
    "missing_points",
    "reached",
    "page",
    "level_kreis",
    "level_gemeinde",
    "no_values",
    "none_kreis",
    "none_gemeinde",
    "of_kreis",
    "of_city",
    "stand_replaced",
    "area_unknown",
    "compare_unknown",
    "zoom_in",
    "zoom_out",
    "failed",
    "compare",
    "compare_end",
    "cells",
    "basis_line",
)


def hundredths(share: float | None) -> int | None:
    """A share as hundredths of a percent, rounded as it is shown in the tables."""
    return None if share is None else round(round(share * 100, 2) * 100)


def _basis(one: Series, level: str, stand: str) -> str | None:
    return next((view.basis for view in one.levels[level] if view.stand.isoformat() == stand), None)


def _write(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")), "utf-8")
