"""The radio model through the command line: bad rows are kept apart, missing terrain is counted or stops, a deleted raster comes again."""

from pathlib import Path

import duckdb
import pytest

from geodata.demo.boundaries import gemeinden, write_boundaries
from geodata.demo.tables import write_wide_tables
from tests.conftest import Netzlage, Run, acceptance

KREIS = "05314"
SITES = """site_id,operator,technology,band_mhz,lon,lat,height_m,azimuth_deg,beamwidth_deg,eirp_dbm,in_service_from,measure
A,Telekom,LTE,800,7.10,50.73,30,,,58,2018-01-01,
B,Telekom,5G,3600,7.10,50.73,30,,,70,2020-05-01,5G-Erweiterung
C,Vodafone,LTE,800,7.15,50.70,,,,,2018-01-01,
D,Vodafone,LTE,800,0,0,30,,,58,,
E,Vodafone,LTE,800,7.15,50.70,900,,,58,,
F,Telefónica,LTE,800,7.15,50.70,30,,,200,,
G,Telefónica,5G,700,7.15,50.70,30,,,58,2017-01-01,5G-Erweiterung
H,Telefónica,LTE,800,11.58,48.14,30,,,58,,
"""
ENTRY = '\n[[files]]\nsource = "{source}"\ntable = "{table}"\nstand = {stand}\npath = "{path}"\n'


def profile(folder: Path, *, missing: str) -> Path:
    """Boundaries, the published tables of one Stand, and a list of sites; no terrain and no Zensus."""
    text = f'name = "sites"\norigin = "official"\nland = "05"\nboundaries = "vg250-2021-12-31"\n\n[model]\nareas = ["{KREIS}"]\n'
    text += f'missing_terrain = "{missing}"\n'
    parts = [("vg250__boundaries", t, "2021-12-31", "vg250.gpkg") for t in ("land", "regierungsbezirke", "kreise", "gemeinden")]
    for table, file in (("kreise", "landkreis"), ("laender", "bundesland"), ("bund", "deutschland")):
        parts.append((f"breitbandatlas__{table}", "households", "2021-06-30", f"atlas/{file}_privat_2021_1.csv"))
    parts.append(("mobile_sites__own", "antennas", "2021-06-30", "sites.csv"))
    text += "".join(ENTRY.format(source=s, table=t, stand=day, path=folder / p) for s, t, day, p in parts)
    path = folder / f"{missing}.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("sites")
    write_boundaries(gemeinden(), found / "vg250.gpkg")
    write_wide_tables(found / "atlas")
    (found / "sites.csv").write_text(SITES, "utf-8")
    return found


@acceptance
def test_bad_rows_are_kept_apart_missing_terrain_is_counted_and_a_deleted_raster_comes_again(folder: Path, netzlage: Netzlage) -> None:
    words = ("run", "--profile", str(profile(folder, missing="flat")), "--output", str(folder / "output"))
    first = netzlage(*words)
    assert first.code == 0, first.err
    run = Run(folder / "output", first)
    assert run.rows("SELECT row, reason FROM core_quarantine__rows WHERE source_id = 'mobile_sites__own' ORDER BY row") == [
        (4, "coordinates_zero"),
        (5, "site_value_implausible"),
        (6, "site_value_implausible"),
        (7, "site_technology_not_yet"),
    ]
    account = "SELECT read, accepted, outside_area, quarantined FROM out_run__accounting WHERE source_id = 'mobile_sites__own'"
    assert run.rows(account) == [(8, 3, 1, 4)]
    ((cells,),) = run.rows("SELECT count(DISTINCT cell_id) FROM core_mobile_model__cells")
    assert run.rows("SELECT amount FROM out_run__warnings WHERE reason = 'terrain_absent'") == [(float(str(cells)),)]
    assert ("height_m", "30", 1) in run.rows('SELECT "column", value, antennas FROM core_sites__defaults')
    shares = run.rows(
        "SELECT technology, operator, share > 0 FROM out_coverage__shares WHERE basis = 'modelled' AND ags = $a AND subject = 'area' "
        "AND operator IN ('any', 'vodafone') AND technology IN ('4g', '5g') ORDER BY ALL",
        a=KREIS,
    )
    assert shares == [("4g", "any", True), ("4g", "vodafone", True), ("5g", "any", True)]
    counts = "SELECT operator, numerator FROM out_coverage__shares WHERE subject = 'extensions_5g' AND level = 'land' ORDER BY 1"
    assert [(o, float(str(n))) for o, n in run.rows(counts)] == [("any", 1), ("telekom", 1)]
    with duckdb.connect(str(folder / "output/netzlage-public.duckdb"), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM out_coverage__shares WHERE source_id = 'mobile_sites__own'").fetchall() == [(0,)]
    (raster,) = (folder / "output/rasters/2021-06-30").glob("rsrp_vodafone_4g.tif")
    before = raster.read_bytes()
    raster.unlink()
    again = netzlage(*words)
    assert again.code == 0, again.err
    assert raster.read_bytes() == before


@acceptance
def test_missing_terrain_stops_where_the_profile_says_so(folder: Path, netzlage: Netzlage) -> None:
    done = netzlage("run", "--profile", str(profile(folder, missing="error")), "--output", str(folder / "strict"))
    assert done.code == 2, done.out + done.err
    assert "ohne Höhe" in done.err
    assert "Was zu tun ist" in done.err
    assert "Traceback" not in done.out + done.err
