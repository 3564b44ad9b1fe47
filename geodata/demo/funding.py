"""Areas of public funding in the demo: discs around inhabited places, some with a final decision, some not. Invented, and named so."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

from geodata.demo.boundaries import CRS, DATE
from geodata.demo.settlement import Settlement

NAME = "foerdergebiete.gpkg"
# Every ninth Gemeinde, and all of the Kreis that the guides take as their example.
EVERY, EXAMPLE = 9, "05966"
RADIUS_M, EXAMPLE_RADIUS_M = (1200.0, 2600.0), (3000.0, 5000.0)
KINDS = (
    ("endgültig", "31.12.2027"),
    ("vorläufig", "31.12.2027"),
    ("endgültig", "31.12.2022"),
    ("endgültig", ""),
    ("beantragt", ""),
)
SUBJECTS = ("Wirtschaftlichkeitslücke", "Betreibermodell")


def write_funding(areas: gpd.GeoDataFrame, settlement: Settlement, folder: Path, rng: np.random.Generator) -> list[Path]:
    """One GeoPackage with `id`, `name`, `status`, `bis`, `foerdergegenstand`; each area lies within one Gemeinde."""
    folder.mkdir(parents=True, exist_ok=True)
    cells = {str(ags): own[["easting_m", "northing_m"]].to_numpy("float64") for ags, own in settlement.cells.groupby("ags")}
    chosen = [i for i, ags in enumerate(areas["ags"]) if i % EVERY == 0 or str(ags).startswith(EXAMPLE)]
    rows: list[dict[str, object]] = []
    for number, i in enumerate(chosen, start=1):
        area = areas.iloc[i]
        middle = shapely.Point(cells[str(area["ags"])][int(rng.integers(len(cells[str(area["ags"])])))])
        radius = rng.uniform(*(EXAMPLE_RADIUS_M if str(area["ags"]).startswith(EXAMPLE) else RADIUS_M))
        disc = shapely.set_precision(middle.buffer(radius, quad_segs=6).intersection(area.geometry), 0.01)
        status, until = KINDS[number % len(KINDS)]
        rows.append(
            {
                "id": f"FG-{number:03d}",
                "name": f"Demo-Fördergebiet {number}, {area['name']}",
                "status": status,
                "bis": until,
                "foerdergegenstand": SUBJECTS[number % len(SUBJECTS)],
                "geometry": shapely.MultiPolygon([p for p in shapely.get_parts(disc) if p.geom_type == "Polygon"]),
            }
        )
    path = folder / NAME
    path.unlink(missing_ok=True)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": DATE})
    pyogrio.write_dataframe(gpd.GeoDataFrame(rows, crs=CRS), path, layer="foerdergebiete", driver="GPKG")
    return [path]
