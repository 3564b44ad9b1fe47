"""The demo: the same for the same seed, in the official forms, and true to the figures it is built from."""

import csv
from collections import Counter
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata import demo
from geodata.catalogue import load_catalogue
from geodata.demo import facts
from geodata.demo.boundaries import gemeinden
from geodata.demo.goals import INVENTED
from geodata.demo.lines import OPERATORS
from geodata.demo.zensus import FILES
from geodata.errors import InputError
from geodata.profile import load_profile
from geodata.tables import file_hash
from tests.unit.demo.conftest import SCALE


def read_table(path: Path, delimiter: str = ";") -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream, delimiter=delimiter))


def test_same_seed_same_bytes(folder: Path, tmp_path: Path) -> None:
    steps: list[str] = []
    files = demo.generate(tmp_path, seed=5, scale=SCALE, progress=steps.append)
    assert steps == list(demo.STEPS)
    again = {f.relative_to(tmp_path).as_posix(): file_hash(f) for f in files}
    first = {f.relative_to(folder).as_posix(): file_hash(f) for f in sorted(folder.rglob("*")) if f.is_file()}
    assert again.items() <= first.items()
    # The first run wrote the deliveries of every invented Stand; two Stände have them always.
    older = {f"meldungen/{o}_{s}.csv" for o in OPERATORS for s in INVENTED[:-1]}
    assert first.keys() - again.keys() == older


@pytest.mark.parametrize("scale", [0.0, -1.0, 1.5, float("nan")])
def test_a_scale_that_is_none_is_refused(tmp_path: Path, scale: float) -> None:
    with pytest.raises(InputError, match="Erwartet"):
        demo.generate(tmp_path, seed=5, scale=scale)
    assert not list(tmp_path.iterdir())


def test_the_profile_names_every_file_and_no_other(folder: Path) -> None:
    named = {f.path.removeprefix("demo:") for f in load_profile("demo").files}
    written = {f.relative_to(folder).as_posix() for f in folder.rglob("*") if f.is_file()}
    # The fixture wrote the deliveries of every Stand, and the Zensus lies there in cells of 1 km and of 100 m: a profile takes one of them.
    unnamed = {f for f in written - named if not f.startswith("meldungen/")} - {"LIESMICH.txt"}
    coarse = {f"zensus/Zensus2022_{word}_1km-Gitter.csv" for word in ("Haushalte", "Bevoelkerungszahl")}
    assert unnamed in (coarse, {f"zensus/{name}" for name in FILES})
    assert named - written == set()


def test_the_power_diagram_has_no_holes_no_overlaps_and_shared_edges() -> None:
    areas = gemeinden()
    assert len(areas) == 396
    assert areas.geometry.is_valid.all()
    assert shapely.coverage_is_valid(areas.geometry.to_numpy())
    outline = facts.outline()
    assert areas.area.sum() == pytest.approx(outline.area, rel=1e-9)
    # A site's own point may lie in a neighbour's cell, but a random point must belong to the site with the least power.
    table = facts.table("gemeinden")
    sites, weights = table[["easting_m", "northing_m"]].to_numpy("float64"), table["area_km2"].to_numpy() * 1e6 / np.pi
    rng = np.random.default_rng(1)
    west, south, east, north = outline.bounds
    points = [p for p in shapely.points(rng.uniform(west, east, 400), rng.uniform(south, north, 400)) if outline.contains(p)]
    for point in points:
        best = int((((sites - [point.x, point.y]) ** 2).sum(axis=1) - weights).argmin())
        assert areas.geometry.iloc[best].distance(point) < 1e-6


def test_schematic_kreise_lie_where_the_real_ones_are(shared: Path) -> None:
    areas = gemeinden()
    ours = areas.assign(kreis=areas["ags"].str[:5]).dissolve("kreis").geometry
    real = gpd.read_file(shared / "boundaries/dvg2krs_nw.shp").assign(kreis=lambda f: f["KN"].str[:5]).set_index("kreis").geometry
    overlap = [ours[k].intersection(real[k]).area / ours[k].union(real[k]).area for k in real.index]
    assert float(np.mean(overlap)) >= 0.80
    assert min(overlap) >= 0.55


def test_vg250_layers_and_fields(folder: Path) -> None:
    counts = {}
    for layer in ("vg250_lan", "vg250_rbz", "vg250_krs", "vg250_gem"):
        frame = gpd.read_file(folder / "vg250/vg250.gpkg", layer=layer)
        counts[layer] = len(frame)
        assert {"ADE", "GF", "BSG", "ARS", "AGS", "GEN", "BEZ", "NUTS"} <= set(frame.columns)
        assert set(frame["GF"]) == {4}
        assert frame.crs == "EPSG:25832"
    assert counts == {"vg250_lan": 1, "vg250_rbz": 5, "vg250_krs": 53, "vg250_gem": 396}


@pytest.mark.parametrize(
    ("stand", "name"), [("2018-12-31", "2018_2"), ("2019-12-31", "2019_2"), ("2020-12-31", "2020_2"), ("2021-06-30", "2021_1")]
)
def test_published_figures_stand_there_to_the_last_digit(folder: Path, stand: str, name: str) -> None:
    groups = {"any": "100", "fttb_h": "ftth", "hfc": "catv", "4g": "lte", "5g": "5g"}
    published = facts.table("published_kreis_shares")
    rows = {r["ags"]: r for r in read_table(folder / f"breitbandatlas/landkreis_privat_{name}.csv")}
    assert tuple(next(iter(rows.values()))) == load_catalogue()["breitbandatlas__kreise"].declared("households", stand)
    own = published[(published["stand"] == stand) & (published["subject"] == "households")]
    assert len(own) >= 424
    for row in own.itertuples():
        column = f"verf_{groups[str(row.technology)]}_{row.min_mbits}"
        assert rows[str(row.ags)][column] == f"{row.share_pct:.2f}"


def test_no_value_leaves_the_range_and_filled_classes_fall(folder: Path) -> None:
    for path in sorted((folder / "breitbandatlas").glob("*.csv")):
        table = pd.read_csv(path, sep="," if path.name.startswith("gemeinde") else ";", dtype=str)
        numbers = table.iloc[:, [i for i, c in enumerate(table.columns) if c not in {"ags", "AGS", "staat"}]].astype(float)
        assert not numbers.isna().any().any(), path.name
        assert numbers.min().min() >= 0, path.name
        assert numbers.max().max() <= 100.01, path.name
    kreise = pd.read_csv(folder / "breitbandatlas/landkreis_privat_2021_1.csv", sep=";", dtype={"ags": str})
    classes = [c for c in kreise.columns if c.startswith("verf_100_")]
    ordered = kreise[sorted(classes, key=lambda c: int(c.split("_")[2]))].to_numpy()
    assert (np.diff(ordered, axis=1) <= 0).all()


def test_gemeinden_keep_the_mean_of_their_kreis(folder: Path) -> None:
    rows = {r["AGS"]: r for r in read_table(folder / "breitbandatlas/gemeinde_bezirke_privat_2021_mitte.csv", ",")}
    assert len(rows) == 405
    households = facts.table("gemeinden").set_index("ags")["households"]
    published = facts.table("published_kreis_shares")
    own = published[
        (published["stand"] == "2021-06-30")
        & (published["subject"] == "households")
        & (published["technology"] == "any")
        & (published["min_mbits"] == 1000)
    ]
    for kreis, share in zip(own["ags"], own["share_pct"], strict=True):
        members = households[households.index.str.startswith(kreis)]
        values = [float(rows[ags]["leitungsg. Technologien ≥ 1000 Mbit/s"]) for ags in members.index]
        assert np.average(values, weights=members) == pytest.approx(share, abs=0.05)


def test_cells_sum_exactly_to_each_gemeinde(folder: Path) -> None:
    households = pd.read_csv(folder / "zensus/Zensus2022_Haushalte_1km-Gitter.csv", sep=";")
    persons = pd.read_csv(folder / "zensus/Zensus2022_Bevoelkerungszahl_1km-Gitter.csv", sep=";")
    sizes = [c for c in households.columns if c[0].isdigit()]
    assert len(sizes) == 6
    assert (households[sizes].sum(axis=1) == households["Insgesamt_Haushalte"]).all()
    points = gpd.GeoDataFrame(
        households.assign(persons=persons["Einwohner"]),
        geometry=gpd.points_from_xy(households["x_mp_1km"], households["y_mp_1km"]),
        crs="EPSG:3035",
    ).to_crs("EPSG:25832")
    placed = points.sjoin(gemeinden(), predicate="within").groupby("ags")[["Insgesamt_Haushalte", "persons"]].sum()
    table = facts.table("gemeinden").set_index("ags")
    assert (placed["Insgesamt_Haushalte"] == table["households"]).all()
    assert (placed["persons"] == table["inhabitants"]).all()
    # People live in places: a fifth of the cells holds most of them.
    top = households["Insgesamt_Haushalte"].nlargest(len(households) // 5).sum()
    assert top / households["Insgesamt_Haushalte"].sum() > 0.6


def test_status_lists_meet_the_figures_of_the_strategy(folder: Path) -> None:
    schools = Counter(r["status"] for r in read_table(folder / "schulen/schulstatus_2021-09.csv"))
    assert (schools.total(), schools["versorgt"], schools["in Umsetzung"] + schools["geplant"], schools["ohne Planung"]) == (
        5400,
        3780,
        1458,
        162,
    )
    parks = Counter(r["status"] for r in read_table(folder / "gewerbe/gewerbestatus_2021-06.csv"))
    assert (parks.total(), parks["versorgt"], parks["in Umsetzung"] + parks["geplant"], parks["ohne Planung"]) == (3900, 1872, 1794, 234)


def test_schools_and_parks_lie_in_their_gemeinde(folder: Path) -> None:
    areas = gemeinden().set_index("ags").geometry
    text = (folder / "schulen/schuldaten.csv").read_text("utf-8")
    assert text.startswith("sep=;\n\ufeffSchulnummer;")
    rows = list(csv.DictReader(text.removeprefix("sep=;\n\ufeff").splitlines(), delimiter=";"))
    assert sum(r["Schulbetriebsschluessel"] == "1" for r in rows) == 5400
    for row in rows[::50]:
        point = shapely.Point(float(row["UTMRechtswert"]), float(row["UTMHochwert"]))
        assert areas[row["Gemeindeschluessel"]].distance(point) < 1
    parks = gpd.read_file(folder / "gewerbe/gewerbegebiete.gpkg")
    assert len(parks) == 3900
    assert parks.area.between(3e4, 8e5).all()
    assert all(areas[a].buffer(1).contains(g) for a, g in zip(parks["ags"], parks.geometry, strict=True))
    tree = shapely.STRtree(parks.geometry.to_numpy())
    pairs = tree.query(parks.geometry.to_numpy(), predicate="overlaps")
    assert pairs.shape[1] == 0


def test_every_table_of_figures_names_its_source() -> None:
    folder = Path(facts.__file__).parent / "facts"
    tables = sorted(folder.glob("*.csv"))
    assert len(tables) == 5
    assert all(t.read_text("utf-8").startswith("# Quelle: ") for t in tables)
