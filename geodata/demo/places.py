"""Schools and Gewerbegebiete of the demo, with lists of their status. Names are invented and say so."""

import csv
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from geodata.catalogue import load_catalogue
from geodata.demo import facts
from geodata.demo.boundaries import CRS, DATE
from geodata.demo.raster import Floats
from geodata.demo.settlement import Settlement

OPEN_SCHOOLS, CLOSED_SCHOOLS, PARKS = 5400, 80, 3900
# Strategie für das digitale Nordrhein-Westfalen 2.0, section 10.3: schools 2021-09, Gewerbegebiete 2021-06.
SCHOOL_STATUS, PARK_STATUS = (0.70, 0.27, 0.03), (0.48, 0.46, 0.06)
NOISE = 0.35
SQUARE_M = 1000.0
SOURCE = "Demonstrationsdaten"


def write_schools(areas: gpd.GeoDataFrame, settlement: Settlement, folder: Path, rng: np.random.Generator) -> tuple[list[Path], Floats]:
    """The register in its official form, and the status list: 70 % connected, 27 % in work or planned, 3 % without a plan.

    Returns the files, and easting and northing of the open schools.
    """
    folder.mkdir(parents=True, exist_ok=True)
    gemeinden = facts.table("gemeinden")
    counts = 1 + facts.apportioned(gemeinden["inhabitants"].to_numpy("float64"), OPEN_SCHOOLS - len(gemeinden))
    polygons = dict(zip(areas["ags"], areas.geometry, strict=True))
    owners = np.repeat(gemeinden.index.to_numpy(), counts)
    owners = np.concatenate([owners, rng.choice(gemeinden.index.to_numpy(), CLOSED_SCHOOLS)])
    columns = (*load_catalogue()["msb__schools"].declared("register", "2021-09-30"), "")
    register = folder / "schuldaten.csv"
    kreise, points = [], []
    cells = {str(ags): own[["easting_m", "northing_m", "households"]].to_numpy("float64") for ags, own in settlement.cells.groupby("ags")}
    known = gemeinden[["ags", "name"]].to_dict("records")
    with register.open("w", encoding="utf-8", newline="") as stream:
        stream.write("sep=;\n\ufeff")
        writer = csv.writer(stream, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
        stream.write(";".join(columns) + "\n")
        for i, owner in enumerate(owners):
            gemeinde = known[owner]
            point = _point(cells[gemeinde["ags"]], polygons[gemeinde["ags"]], rng)
            values = {
                "Schulnummer": f"{100001 + i}",
                "Schulform": "02",
                "Schulbezeichnung_1": f"Demoschule {i + 1}",
                "Schulbezeichnung_2": gemeinde["name"],
                "Kurzbezeichnung": f"{gemeinde['name']}, Demo {i + 1}",
                "Ort": gemeinde["name"],
                "Rechtsform": "1",
                "Gemeindeschluessel": gemeinde["ags"],
                "Schulbetriebsschluessel": "1" if i < OPEN_SCHOOLS else "6",
                "Schulbetriebsdatum": "01.08.1973",
                "EPSG": "EPSG:25832",
                "UTMRechtswert": f"{point.x:.0f}",
                "UTMHochwert": f"{point.y:.0f}",
            }
            writer.writerow([values.get(c, "") for c in columns])
            kreise.append(gemeinde["ags"][:5])
            points.append((point.x, point.y))
    words = _statuses(kreise[:OPEN_SCHOOLS], SCHOOL_STATUS, rng)
    speeds = {"versorgt": "1000", "in Umsetzung": "100", "geplant": "50", "ohne Planung": "16"}
    status = folder / "schulstatus_2021-09.csv"
    rows = [[f"{100001 + i}", word, speeds[word], "2021-09-30", SOURCE] for i, word in enumerate(words)]
    _write_list(status, ["schulnummer", "status", "download_mbits", "stand", "quelle"], rows)
    return [register, status], np.array(points[:OPEN_SCHOOLS])


def parks(areas: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Gewerbegebiete that do not overlap: `id`, `name`, `ags`, turned rectangles in EPSG:25832."""
    squares = [_squares(polygon) for polygon in areas.geometry]
    room = np.array([len(s) for s in squares])
    people = facts.table("gemeinden").set_index("ags").loc[areas["ags"], "inhabitants"].to_numpy("float64")
    counts = np.minimum(facts.apportioned(np.sqrt(people * room), PARKS), room)
    while (missing := PARKS - int(counts.sum())) > 0:
        free = room - counts
        counts += np.minimum(facts.apportioned(free.astype("float64"), missing), free)
    rows: list[dict[str, object]] = []
    for (ags, name), own, count in zip(areas[["ags", "name"]].itertuples(index=False), squares, counts, strict=True):
        for west, south in own[rng.permutation(len(own))[:count]]:
            number = len(rows) + 1
            rows.append(
                {"id": f"GE-{number:04d}", "name": f"Demo-Gewerbegebiet {number}, {name}", "ags": ags, "geometry": _park(west, south, rng)}
            )
    return gpd.GeoDataFrame(rows, crs=CRS)


def write_parks(frame: gpd.GeoDataFrame, folder: Path, rng: np.random.Generator) -> list[Path]:
    """A GeoPackage of the Gewerbegebiete, and the status list: 48 % built, 46 % in work or planned, 6 % without a plan."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "gewerbegebiete.gpkg"
    path.unlink(missing_ok=True)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": DATE})
    pyogrio.write_dataframe(frame, path, layer="gewerbegebiete", driver="GPKG")
    words = _statuses([ags[:5] for ags in frame["ags"]], PARK_STATUS, rng)
    status = folder / "gewerbestatus_2021-06.csv"
    _write_list(
        status, ["id", "status", "stand", "quelle"], [[i, w, "2021-06-30", SOURCE] for i, w in zip(frame["id"], words, strict=True)]
    )
    return [path, status]


def _statuses(kreise: list[str], parts: tuple[float, float, float], rng: np.random.Generator) -> list[str]:
    """A status for each place: Kreise with much gigabit come first, and the Land's totals are met exactly."""
    shares = facts.table("published_kreis_shares")
    gigabit = shares[
        (shares["stand"] == "2021-06-30")
        & (shares["subject"] == "households")
        & (shares["technology"] == "any")
        & (shares["min_mbits"] == 1000)  # noqa: PLR2004
    ].set_index("ags")["share_pct"]
    order = np.argsort(-(gigabit.loc[kreise].to_numpy() / 100 + rng.normal(0, NOISE, len(kreise))), kind="stable")
    built, coming = round(parts[0] * len(kreise)), round(parts[1] * len(kreise))
    words = np.array(["ohne Planung"] * len(kreise), dtype=object)
    words[order[:built]] = "versorgt"
    words[order[built : built + coming]] = np.where(rng.random(coming) < 0.6, "in Umsetzung", "geplant")  # noqa: PLR2004  # invented split
    return [str(w) for w in words]


def _point(cells: Floats, polygon: BaseGeometry, rng: np.random.Generator) -> shapely.Point:
    """A point in an inhabited cell of the Gemeinde, more often where more people live."""
    weights = cells[:, 2]
    cell = cells[int(rng.choice(len(cells), p=weights / weights.sum())), :2]
    shift = rng.uniform(-450, 450, 2)
    moved = shapely.Point(round(cell[0] + shift[0]), round(cell[1] + shift[1]))
    return moved if polygon.contains(moved) else shapely.Point(cell)


def _squares(polygon: BaseGeometry) -> np.ndarray:
    """South-west corners of the 1-km squares that lie wholly in a Gemeinde."""
    west, south, east, north = polygon.bounds
    xs = np.arange(west // SQUARE_M, east // SQUARE_M + 1) * SQUARE_M
    ys = np.arange(south // SQUARE_M, north // SQUARE_M + 1) * SQUARE_M
    x, y = (a.ravel() for a in np.meshgrid(xs, ys))
    shapely.prepare(polygon)
    inside = shapely.contains(polygon, shapely.box(x, y, x + SQUARE_M, y + SQUARE_M))
    return np.column_stack([x[inside], y[inside]])


def _park(west: float, south: float, rng: np.random.Generator) -> shapely.Polygon:
    """A turned rectangle of 3 to about 45 ha within its square."""
    length, depth, turn = rng.uniform(200, 650), rng.uniform(150, 650), rng.uniform(0, 90)
    middle = (west + SQUARE_M / 2, south + SQUARE_M / 2)
    box = shapely.box(middle[0] - length / 2, middle[1] - depth / 2, middle[0] + length / 2, middle[1] + depth / 2)
    return shapely.set_precision(affinity.rotate(box, turn, origin=middle), 0.01)


def _write_list(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=";", lineterminator="\n").writerows([header, *rows])
