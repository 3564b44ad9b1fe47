"""Boundaries, Gewerbegebiete, schools and Zensus cells: official forms, quirks, and broken files."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from geodata.errors import InputError
from geodata.readers import boundaries, business_parks, schools, zensus
from geodata.reading import Notes
from geodata.session import Limits
from tests.conftest import snapshot

LAND = shapely.box(280_000, 5_570_000, 540_000, 5_830_000)
BOWTIE = shapely.Polygon([(300_000, 5_600_000), (301_000, 5_601_000), (301_000, 5_600_000), (300_000, 5_601_000)])
HEADER = "Schulnummer;Schulform;Schulbezeichnung_1;PLZ;Gemeindeschluessel;Schulbetriebsschluessel;Schulbetriebsdatum;EPSG;UTMRechtswert;UTMHochwert"


def warned(notes: Notes) -> Counter[str]:
    return Counter(notes.warnings["reason"].to_pylist())


def refused(notes: Notes) -> Counter[str]:
    return Counter(notes.quarantine["reason"].to_pylist())


def accounted(notes: Notes) -> list[tuple[int, int, int, int]]:
    return [(r["read"], r["accepted"], r["outside_area"], r["quarantined"]) for r in notes.accounting.to_pylist()]


def write_gemeinden(path: Path, rows: list[tuple[str, shapely.Geometry]], crs: str | None = "EPSG:4326") -> Path:
    frame = gpd.GeoDataFrame(
        {"ags": [r[0] for r in rows], "name": [f"G {r[0]}" for r in rows]}, geometry=[r[1] for r in rows], crs="EPSG:25832"
    )
    (frame.to_crs(crs) if crs else frame.set_crs(None, allow_override=True)).to_file(path)
    return path


def test_gemeinden_are_dissolved_to_what_lies_above(tmp_path: Path) -> None:
    squares = [
        ("05111000", shapely.box(0, 0, 1000, 1000)),
        ("05112000", shapely.box(1000, 0, 2000, 1000)),
        ("01001000", shapely.box(5000, 0, 6000, 1000)),
    ]
    moved = [(a, shapely.transform(g, lambda p: p + [300_000, 5_600_000])) for a, g in squares]
    path = write_gemeinden(tmp_path / "gemeinden.gpkg", moved, "EPSG:25832")
    areas, notes = boundaries.read([snapshot(path, "vg250ew__gemeinden", "gemeinden", "2023-12-31")], land="05")
    assert list(zip(areas["ags"], areas["level"], areas["area_cm2"], strict=True)) == [
        ("05", "land", 2 * 10**10),
        ("051", "regierungsbezirk", 2 * 10**10),
        ("05111", "kreis", 10**10),
        ("05111000", "gemeinde", 10**10),
        ("05112", "kreis", 10**10),
        ("05112000", "gemeinde", 10**10),
    ]
    assert areas.crs == "EPSG:25832"
    assert set(areas["boundary_edition"]) == {"vg250ew-2023-12-31"}
    assert accounted(notes) == [(3, 2, 1, 0)]


def test_an_invalid_polygon_is_repaired_and_named(tmp_path: Path) -> None:
    path = write_gemeinden(tmp_path / "gemeinden.gpkg", [("05111000", BOWTIE)], "EPSG:25832")
    areas, notes = boundaries.read([snapshot(path, "vg250ew__gemeinden", "gemeinden")], land="05")
    assert areas.geometry.is_valid.all()
    assert areas.loc[areas["level"] == "gemeinde", "area_cm2"].tolist() == [int(0.5e6 * 10_000)]
    assert warned(notes) == Counter({"geometry_repaired": 1})


def test_vg250_takes_the_land_area_alone(tmp_path: Path) -> None:
    path = tmp_path / "vg250.gpkg"
    frame = gpd.GeoDataFrame(
        {"AGS": ["05", "05", "01"], "GEN": ["Nordrhein-Westfalen", "See", "Schleswig-Holstein"], "GF": [4, 2, 4]},
        geometry=[shapely.box(i, 0, i + 1, 1) for i in range(3)],
        crs="EPSG:25832",
    )
    frame.to_file(path, layer="vg250_lan")
    areas, notes = boundaries.read([snapshot(path, "vg250__boundaries", "land")], land="05")
    assert areas["name"].tolist() == ["Nordrhein-Westfalen"]
    assert accounted(notes) == [(3, 1, 2, 0)]


@pytest.mark.parametrize("content", [b"", b"GPKG but not really", b"SQLite format 3\x00" + b"\x00" * 200])
def test_a_geopackage_that_is_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "gemeinden.gpkg"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        boundaries.read([snapshot(path, "vg250ew__gemeinden", "gemeinden")], land="05")
    assert caught.value.code == "geodata_unreadable"
    assert path.name in str(caught.value)


def test_a_truncated_geopackage(tmp_path: Path) -> None:
    whole = write_gemeinden(tmp_path / "whole.gpkg", [(f"05111{i:03d}", shapely.box(i, 0, i + 1, 1)) for i in range(300)], "EPSG:25832")
    path = tmp_path / "gemeinden.gpkg"
    path.write_bytes(whole.read_bytes()[:40_000])
    with pytest.raises(InputError) as caught:
        boundaries.read([snapshot(path, "vg250ew__gemeinden", "gemeinden")], land="05")
    assert caught.value.code == "geodata_unreadable"


def test_a_shapefile_without_its_crs(tmp_path: Path) -> None:
    path = write_gemeinden(tmp_path / "dvg2gem_nw.shp", [("05111000", shapely.box(0, 0, 1, 1))], "EPSG:25832")
    path.with_suffix(".prj").unlink()
    with pytest.raises(InputError) as caught:
        boundaries.read([snapshot(path, "vg250ew__gemeinden", "gemeinden")], land="05")
    assert caught.value.code == "crs_missing"


def test_missing_layer_and_missing_column(tmp_path: Path) -> None:
    path = write_gemeinden(tmp_path / "vg250.gpkg", [("05111000", shapely.box(0, 0, 1, 1))], "EPSG:25832")
    for source, code in (("vg250__boundaries", "layer_missing"), ("dvg2__boundaries", "column_missing")):
        with pytest.raises(InputError) as caught:
            boundaries.read([snapshot(path, source, "gemeinden")], land="05")
        assert caught.value.code == code


def test_business_parks_by_mapping_selection_and_status_list(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"NR": ["b", "a", "w", "x", "a"], "BEZ": ["Nord", "Süd <b>", "Wald", "Fern", "Süd"], "ART": ["GE", "GI", "W", "GE", "GE"]},
        geometry=[shapely.box(300_000 + i, 5_600_000, 300_100 + i, 5_600_100) for i in (0, 200, 400, 4_000_000, 600)],
        crs="EPSG:25832",
    )
    path = tmp_path / "gewerbe.geojson"
    frame.to_crs("EPSG:4326").to_file(path)
    lines = ["id;status;stand;quelle", "a;versorgt;2021-06-30;Stadt", "a;geplant;2021-06-30;Stadt", "q;versorgt;;", "b;irgendwann;;"]
    (tmp_path / "status.csv").write_text("\n".join(lines) + "\n", "utf-8")
    options = {"fields": {"id": "NR", "name": "BEZ"}, "where": {"ART": ["GE", "GI"]}}
    parks, notes = business_parks.read(
        [
            snapshot(path, "business_parks__areas", "areas", **options),
            snapshot(tmp_path / "status.csv", "business_parks__status", "status"),
        ],
        land=LAND,
    )
    assert list(zip(parks["park_id"], parks["name"], parks["status"], strict=True)) == [
        ("a", "Süd <b>", "connected"),
        ("b", "Nord", "unknown"),
    ]
    assert parks["area_cm2"].tolist() == pytest.approx([10**8, 10**8], rel=1e-4)
    assert accounted(notes) == [(5, 2, 2, 1), (4, 1, 0, 3)]
    assert refused(notes) == Counter({"duplicate_key": 2, "status_without_record": 1, "unknown_word": 1})


def test_business_parks_of_koeln(shared: Path) -> None:
    one = snapshot(
        shared / "gewerbe/koeln_fnp_aktuell.shp", "business_parks__areas", "areas", where={"TYP": ["GE", "GI"]}, encoding="ISO-8859-1"
    )
    parks, notes = business_parks.read([one], land=LAND)
    assert len(parks) == 220
    assert parks["area_cm2"].sum() / 1e10 == pytest.approx(39.85, abs=0.02)
    assert accounted(notes) == [(2121, 220, 1901, 0)]


def test_no_sources_give_empty_tables_with_their_types() -> None:
    for frame in (schools.read([], land="05")[0], business_parks.read([], land=LAND)[0]):
        assert len(frame) == 0
        assert frame.crs == "EPSG:25832"
        assert not {str(t) for t in frame.dtypes} & {"object"}


def school(number: int, *, ags: str = "05315000", key: str = "1", epsg: str = "EPSG:25832", x: str = "355389", y: str = "5643630") -> str:
    return f'"{number}";"02";"Schule {number}";"50667";"{ags}";"{key}";"01.08.1973";"{epsg}";"{x}";"{y}"'


def read_schools(tmp_path: Path, rows: list[str], *, head: str = "sep=;\n\ufeff", trailing: str = ";") -> tuple[gpd.GeoDataFrame, Notes]:
    path = tmp_path / "schuldaten.csv"
    path.write_text(head + HEADER + trailing + "\n" + "\n".join(rows) + "\n", "utf-8")
    return schools.read([snapshot(path, "msb__schools", "register", "2021-09-30")], land="05")


@pytest.mark.parametrize(("head", "trailing"), [("sep=;\n\ufeff", ";"), ("sep=;\n", ""), ("\ufeffsep=;\n", ";"), ("", "")])
def test_the_school_register_in_its_editions(tmp_path: Path, head: str, trailing: str) -> None:
    table, notes = read_schools(tmp_path, [school(1), school(2, key="6")], head=head, trailing=trailing)
    assert table["is_open"].tolist() == [True, False]
    assert (table.geometry.x.iloc[0], table.geometry.y.iloc[0]) == (355389, 5643630)
    assert set(table["status"]) == {"unknown"}
    assert accounted(notes) == [(2, 2, 0, 0)]


def test_coordinates_seen_in_the_wild(tmp_path: Path) -> None:
    rows = [
        school(1, x="0", y="0"),
        school(2, x="5643630", y="355389"),
        school(3, epsg="null"),
        school(4, x="", y=""),
        school(5, x="7.1", y="51.2"),
        school(6, ags="01001000"),
        school(7, ags="5315000"),
        school(7),
        school(7),
    ]
    table, notes = read_schools(tmp_path, rows)
    assert table.geometry.isna().tolist() == [True, False, False, True, True, False]
    assert (table.geometry.x.iloc[1], table.geometry.y.iloc[1]) == (355389, 5643630)
    assert warned(notes) - Counter({"column_absent": 99}) == Counter({"coordinates_absent": 3, "coordinates_swapped": 1, "epsg_assumed": 1})
    assert refused(notes) == Counter({"not_an_ags": 1, "duplicate_key": 1})
    assert accounted(notes) == [(9, 6, 1, 2)]


def test_the_real_register(shared: Path) -> None:
    table, notes = schools.read([snapshot(shared / "schools/schuldaten_2021.csv", "msb__schools", "register", "2021-09-30")], land="05")
    assert (len(table), int(table["is_open"].sum())) == (5507, 5424)
    assert warned(notes) == Counter({"epsg_assumed": 1})


def write_zensus(tmp_path: Path, rows: list[str], *, encoding: str = "utf-8", end: str = "\n") -> Path:
    path = tmp_path / "Zensus2022_Haushalte_1km-Gitter.csv"
    head = "GITTER_ID_1km;x_mp_1km;y_mp_1km;Insgesamt_Haushalte;1_Person;werterlaeuternde_Zeichen"
    path.write_bytes((end.join([head, *rows]) + end).encode(encoding))
    return path


@pytest.mark.parametrize(("encoding", "end"), [("utf-8", "\n"), ("utf-8-sig", "\r\n"), ("cp1252", "\r\n")])
def test_zensus_in_its_encodings(tmp_path: Path, encoding: str, end: str) -> None:
    rows = [
        "CRS3035RES1000mN3058000E4078000;4078500;3058500;111;40;",
        "CRS3035RES1000mN3058000E4079000;4079500;3058500;–;–;",
        "CRS3035RES1000mN3058000E4080000;4080500;3058500;12,5;3;",
        "CRS3035RES1000mN3058000E4080000;4080500;3058500;7;3;",
        "CRS3035RES1000mN3058000E4081000;4081500;3058500;viele;3;",
        "CRS3035RES1000mN2689000E4337000;4337500;2689500;9;3;",
    ]
    path = write_zensus(tmp_path, rows, encoding=encoding, end=end)
    cells, notes = zensus.read([snapshot(path, "zensus__grid", "households")], land=LAND, limits=Limits())
    assert cells["households"].to_pylist() == [Decimal("111.0000"), None, Decimal("12.5000")]
    assert cells["persons"].null_count == 3
    assert refused(notes) == Counter({"duplicate_key": 1, "not_a_number": 1})
    assert accounted(notes) == [(6, 3, 1, 2)]


def test_households_are_persons_by_household_size(tmp_path: Path) -> None:
    frame = {"x": [4078500, 4079500, 4080500], "y": [3058500] * 3}
    for name, values in (("Einwohner", [256, -1, 10]), ("HHGroesse_D", [2.3, 2.0, -1.0])):
        pq.write_table(pa.table({name: values, **frame}), tmp_path / f"{name}.parquet")
    parts = [
        snapshot(tmp_path / "Einwohner.parquet", "zensus__grid", "persons"),
        snapshot(tmp_path / "HHGroesse_D.parquet", "zensus__grid", "household_size"),
    ]
    cells, notes = zensus.read(parts, land=LAND, limits=Limits())
    assert cells["households"].to_pylist() == [Decimal("111.3043"), None, None]
    assert cells["persons"].to_pylist() == [256, None, 10]
    assert warned(notes) == Counter({"cells_without_households": 1})


def test_zensus_without_centres_and_parquet_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "zensus.csv"
    path.write_text("GITTER_ID;Insgesamt_Haushalte\na;1\n", "utf-8")
    with pytest.raises(InputError) as caught:
        zensus.read([snapshot(path, "zensus__grid", "households")], land=LAND, limits=Limits())
    assert caught.value.code == "column_missing"
    other = tmp_path / "zensus.parquet"
    other.write_bytes(b"PAR1 broken")
    with pytest.raises(InputError) as caught:
        zensus.read([snapshot(other, "zensus__grid", "persons")], land=LAND, limits=Limits())
    assert caught.value.code == "file_of_other_kind"
