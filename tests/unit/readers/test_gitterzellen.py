"""Gitterzellen: what is read, capped, refused and warned about, what null means, and files that are none."""

import sqlite3
import tempfile
import zipfile
from collections import Counter
from contextlib import closing, nullcontext
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from geodata.readers import gitterzellen, refusals
from geodata.reading import Notes
from geodata.zip_member import unpacked
from tests.conftest import snapshot

NAME = "Versorgungsdaten_Gitterzellen_Stand_20251231"
STAND = "2025-12-31"
COLUMNS = gitterzellen.share_columns()
MOBILE = "down_mf_hh_alle_100"
Row = dict[str, object]


def row(east: int, *, ags: str | None = "05315000", north: int = 52682, **shares: object) -> Row:
    return {"raster_id": f"100mN{north:05d}E{east:04d}", "ags": ags, **shares}


def write(
    folder: Path, rows: list[Row], *, crs: str | None = "EPSG:25832", drop: tuple[str, ...] = (), name: str = NAME, **extra: pa.DataType
) -> Path:
    """A GeoPackage in the official form; `drop` leaves columns out, `extra` adds some."""
    kinds = {
        "raster_id": pa.string(),
        "raster_rowid": pa.int64(),
        "ags": pa.string(),
        **dict.fromkeys(COLUMNS, pa.float64()),
        MOBILE: pa.float64(),
    }
    kinds = {k: v for k, v in (kinds | extra).items() if k not in drop}
    data = {k: pa.array([r.get(k) for r in rows], v) for k, v in kinds.items()}
    corners = []
    for r in rows:
        key = str(r["raster_id"])
        east, north = (int(key[-4:]), int(key[5:10])) if len(key) == 15 and key[-4:].isdigit() and key[5:10].isdigit() else (3982, 52682)
        corners.append((east * 100.0, north * 100.0))
    x, y = np.array(corners).reshape(-1, 2).T
    data["geom"] = pa.array(shapely.to_wkb(shapely.box(x, y, x + 100, y + 100)), pa.binary())
    path = folder / f"{name}.gpkg"
    pyogrio.write_arrow(
        pa.table(data),
        path,
        layer=name,
        geometry_name="geom",
        geometry_type="Polygon",
        crs=crs,
        driver="GPKG",
        layer_options={"FID": "id", "GEOMETRY_NAME": "geom", "SPATIAL_INDEX": "NO"},
    )
    return path


def zipped(path: Path, member: str | None = None) -> Path:
    archive = path.with_name(f"{path.stem}_gpkg.zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as z:
        z.write(path, member or path.name)
    path.unlink()
    return archive


def read(*paths: Path, users: tuple[str, ...] = ("hh",)) -> tuple[pa.Table, Notes]:
    return gitterzellen.read([snapshot(p, "breitbandatlas__gitterzellen", "cells", STAND) for p in paths], land="05", users=users)


def error(path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        read(path)
    assert path.name in str(caught.value)
    return caught.value


def accounted(notes: Notes) -> list[tuple[int, int, int, int]]:
    return [(r["read"], r["accepted"], r["outside_area"], r["quarantined"]) for r in notes.accounting.to_pylist()]


def refused(notes: Notes) -> list[tuple[int, str, str, str]]:
    return [(r["row"], r["column"], r["value"], r["reason"]) for r in notes.quarantine.to_pylist()]


def warned(notes: Notes) -> Counter[str]:
    return Counter(notes.warnings["reason"].to_pylist())


def test_cells_of_the_land_under_the_names_of_the_source(tmp_path: Path) -> None:
    rows = [
        row(3983, down_fn_hh_alle_10=100.0, down_fn_hh_alle_1000=77.14),
        row(3982, ags="05315000", down_fn_hh_alle_10=0.0, up_fn_gwg_sonst_1000=0.01),
        row(3984, ags="07131001", down_fn_hh_alle_10=50.0),
    ]
    table, notes = read(write(tmp_path, rows), users=gitterzellen.USERS)
    assert table.schema == gitterzellen.schema()
    assert table.num_columns == 338
    assert table["cell_id"].to_pylist() == [526823982, 526823983]
    assert table["ags"].to_pylist() == ["05315000", "05315000"]
    assert table["down_fn_hh_alle_10"].to_pylist() == [0, 10000]
    assert table["down_fn_hh_alle_1000"].to_pylist() == [None, 7714]
    assert table["up_fn_gwg_sonst_1000"].to_pylist() == [1, None]
    assert accounted(notes) == [(3, 2, 1, 0)]
    assert warned(notes) == Counter({"columns_empty": 1})
    assert notes.warnings["amount"].to_pylist() == [333.0]
    table.validate(full=True)


def test_only_the_users_asked_for(tmp_path: Path) -> None:
    table, _ = read(write(tmp_path, [row(3982, down_fn_hh_alle_10=1.0, down_fn_gew_alle_10=2.0)]), users=("gew",))
    assert table.schema == gitterzellen.schema(("gew",))
    assert table["down_fn_gew_alle_10"].to_pylist() == [200]


@pytest.mark.parametrize("member", [None, "Gitterzellen/daten.gpkg"])
def test_a_zip_is_read_and_leaves_nothing_behind(tmp_path: Path, member: str | None) -> None:
    archive = zipped(write(tmp_path, [row(3982, down_fn_hh_alle_10=1.0)]), member)
    table, notes = read(archive)
    assert table["cell_id"].to_pylist() == [526823982]
    assert notes.accounting["file"].to_pylist() == [archive.name]
    assert list(tmp_path.iterdir()) == [archive]


def test_rounding_above_100_is_capped_and_said(tmp_path: Path) -> None:
    rows = [row(3982, down_fn_hh_alle_10=100.01), row(3983, down_fn_hh_alle_10=100.5), row(3984, down_fn_hh_alle_10=33.333)]
    table, notes = read(write(tmp_path, rows))
    assert table["down_fn_hh_alle_10"].to_pylist() == [10000, 10000, 3333]
    assert {r["reason"]: (r["column"], r["amount"]) for r in notes.warnings.to_pylist() if r["reason"] != "columns_empty"} == {
        "share_capped": ("down_fn_hh_alle_10", 0.5),
        "shares_rounded": ("", 1.0),
    }
    assert "2 Werte" in " ".join(notes.warnings["sentence"].to_pylist())


def test_what_is_no_share_refuses_the_row(tmp_path: Path) -> None:
    rows = [
        row(3980 + i, down_fn_hh_hfc_30=v, up_fn_hh_hfc_30=200.0 if i == 0 else 1.0)
        for i, v in enumerate((100.51, -0.01, float("inf"), float("-inf"), 5.0))
    ]
    table, notes = read(write(tmp_path, rows))
    assert table["down_fn_hh_hfc_30"].to_pylist() == [500]
    assert refused(notes) == [
        (i + 1, "down_fn_hh_hfc_30", v, "share_out_of_range") for i, v in enumerate(("100.51", "-0.01", "inf", "-inf"))
    ]
    assert accounted(notes) == [(5, 1, 0, 4)]


def test_text_where_a_number_belongs_is_not_read_as_zero(tmp_path: Path) -> None:
    path = write(tmp_path, [row(3982 + i, down_fn_hh_alle_10=1.0) for i in range(4)])
    with closing(sqlite3.connect(path)) as con:
        con.execute(f"UPDATE {NAME} SET down_fn_hh_alle_10 = 'viele' WHERE id = 2")  # noqa: S608  # names of the test
        con.execute(f"UPDATE {NAME} SET up_fn_hh_ftth_100 = x'00' WHERE id = 3")  # noqa: S608  # names of the test
        con.commit()
    table, notes = read(path)
    assert table["down_fn_hh_alle_10"].to_pylist() == [100, 100]
    assert refused(notes) == [(2, "down_fn_hh_alle_10", "viele", "not_a_number"), (3, "up_fn_hh_ftth_100", "b'\\x00'", "not_a_number")]


def test_columns_of_other_types(tmp_path: Path) -> None:
    rows = [row(3982, down_fn_hh_alle_10=7, down_fn_hh_alle_16="77.14"), row(3983, down_fn_hh_alle_10=None, down_fn_hh_alle_16="viele")]
    table, notes = read(write(tmp_path, rows, down_fn_hh_alle_10=pa.int32(), down_fn_hh_alle_16=pa.string()))
    assert table.select(["down_fn_hh_alle_10", "down_fn_hh_alle_16"]).to_pylist() == [
        {"down_fn_hh_alle_10": 700, "down_fn_hh_alle_16": 7714}
    ]
    assert refused(notes) == [(2, "down_fn_hh_alle_16", "viele", "not_a_number")]


def test_keys_that_are_none(tmp_path: Path) -> None:
    keys = ("100mN52682E398", "1kmN5268E398", "", "100mN52682E1982", "100mN99999E3982", "100mN52682E3982 ")
    rows: list[Row] = [{"raster_id": k, "ags": "05315000"} for k in keys]
    rows += [row(3982 + i, ags=a) for i, a in enumerate(("5315000", "", None, "0531500X", "053150000"))]
    rows += [row(4000, down_fn_hh_alle_10=1.0), row(4001, ags="01001000")]
    table, notes = read(write(tmp_path, rows))
    assert table["cell_id"].to_pylist() == [526824000]
    assert sorted(refused(notes)) == sorted(
        [(i + 1, "raster_id", k, "not_a_cell") for i, k in enumerate(keys)]
        + [(i + 7, "ags", a, "not_an_ags") for i, a in enumerate(("5315000", "", "", "0531500X", "053150000"))]
    )
    assert accounted(notes) == [(13, 1, 1, 11)]


def test_repeated_cells(tmp_path: Path) -> None:
    same, other = {"down_fn_hh_alle_10": 5.0}, {"down_fn_hh_alle_10": 6.0}
    rows = [
        row(3982, **same),
        row(3983, **same),
        row(3982, **same),
        row(3983, **other),
        row(3984, **same),
        row(3983, **same),
        row(3984),
        row(3985, **same),
        row(3985, ags="05111000", **same),
    ]
    table, notes = read(write(tmp_path, rows))
    assert table["cell_id"].to_pylist() == [526823982]
    assert Counter(r[3] for r in refused(notes)) == Counter({"contradicting_cell": 7, "duplicate_cell": 1})
    assert [r[0] for r in refused(notes) if r[3] == "duplicate_cell"] == [3]
    assert accounted(notes) == [(9, 1, 0, 8)]


def test_a_cell_of_a_second_file(tmp_path: Path) -> None:
    one = write(tmp_path, [row(3983, down_fn_hh_alle_10=5.0)])
    two = write(tmp_path, [row(3983, down_fn_hh_alle_10=5.0), row(3982, down_fn_hh_alle_10=6.0)], name="teil_zwei")
    table, notes = read(one, two)
    assert table.select(["cell_id", "down_fn_hh_alle_10"]).to_pylist() == [
        {"cell_id": 526823982, "down_fn_hh_alle_10": 600},
        {"cell_id": 526823983, "down_fn_hh_alle_10": 500},
    ]
    assert accounted(notes) == [(1, 1, 0, 0), (2, 1, 0, 1)]


def test_no_snapshot_gives_an_empty_table_with_its_types() -> None:
    table, notes = gitterzellen.read([], land="05")
    assert (table.schema, table.num_rows, notes.accounting.num_rows) == (gitterzellen.schema(), 0, 0)


def test_null_is_zero_where_the_cell_reports_and_stays_null_where_it_does_not(tmp_path: Path) -> None:
    rows = [
        row(3982, down_fn_hh_alle_10=100.0, down_fn_hh_alle_100=60.0, down_fn_hh_hfc_10=60.0),
        row(3983),
        row(3984, down_fn_hh_hfc_10=60.0, up_fn_hh_alle_10=10.0),
    ]
    table, _ = read(write(tmp_path, rows))
    done = gitterzellen.filled(table)
    assert done.schema == table.schema
    wanted = {
        "down_fn_hh_alle_100": [6000, None, None],
        "down_fn_hh_alle_1000": [0, None, None],
        "down_fn_hh_hfc_1000": [0, None, 0],
        "down_fn_hh_ftthb_1000": [0, None, None],
        "up_fn_hh_alle_1000": [None, None, 0],
    }
    assert {c: done[c].to_pylist() for c in wanted} == wanted
    assert table["down_fn_hh_alle_1000"].null_count == 3


def test_columns_that_are_missing_absent_or_unknown(tmp_path: Path) -> None:
    one = [row(3982, down_fn_hh_alle_10=1.0, neu=1.0, down_fn_hh_alle_500=1.0)]
    path = write(tmp_path, one, drop=("up_fn_hh_hfc_400",), neu=pa.float64(), down_fn_hh_alle_500=pa.float64())
    table, notes = read(path)
    assert table["up_fn_hh_hfc_400"].to_pylist() == [None]
    assert warned(notes) == Counter({"columns_unknown": 1, "columns_absent": 1, "columns_empty": 1})
    text = " ".join(notes.warnings["sentence"].to_pylist())
    assert "neu, down_fn_hh_alle_500" in text
    for column in ("raster_id", "ags", "down_fn_hh_alle_1000"):
        path.unlink()
        path = write(tmp_path, one, drop=(column,))
        assert error(path).code == "column_missing"


@pytest.mark.parametrize(
    ("crs", "code"),
    [(None, "crs_missing"), ("EPSG:3035", "grid_crs_differs"), ("EPSG:4326", "grid_crs_differs"), ("EPSG:25833", "grid_crs_differs")],
)
def test_another_crs(tmp_path: Path, crs: str | None, code: str) -> None:
    with pytest.warns(UserWarning, match="crs") if crs is None else nullcontext():
        path = write(tmp_path, [row(3982)], crs=crs)
    assert error(path).code == code


def test_keys_of_another_grid(tmp_path: Path) -> None:
    path = write(tmp_path, [row(3982, down_fn_hh_alle_10=1.0)])
    with closing(sqlite3.connect(path)) as con:
        con.execute(f"UPDATE {NAME} SET raster_id = '100mN53682E3982'")  # noqa: S608  # names of the test
        con.commit()
    assert error(path).code == "grid_contradicts"


def test_the_name_of_another_stand_is_said(tmp_path: Path) -> None:
    _, notes = read(write(tmp_path, [row(3982, down_fn_hh_alle_10=1.0)], name="Versorgungsdaten_Gitterzellen_Stand_20250630"))
    assert warned(notes)["stand_in_name"] == 1


@pytest.mark.parametrize("content", [b"", b"GPKG but not really", b"SQLite format 3\x00" + b"\x00" * 200, b"<html>"])
@pytest.mark.parametrize("pack", [False, True])
def test_files_that_are_none(tmp_path: Path, content: bytes, *, pack: bool) -> None:
    path = tmp_path / f"{NAME}.gpkg"
    path.write_bytes(content)
    assert error(zipped(path) if pack else path).code == "geodata_unreadable"


def test_a_table_without_rows_and_a_layer_that_is_not_the_only_one(tmp_path: Path) -> None:
    assert error(write(tmp_path, [])).code == "file_without_records"
    path = write(tmp_path, [row(3982)], name="a")
    pyogrio.write_arrow(
        pa.table({"geom": pa.array(shapely.to_wkb([shapely.Point(0, 0)]), pa.binary())}),
        path,
        layer="b",
        geometry_name="geom",
        geometry_type="Point",
        crs="EPSG:25832",
        append=True,
    )
    assert error(path.rename(tmp_path / "c.gpkg")).code == "layer_ambiguous"


def many(tmp_path: Path) -> Path:
    return write(tmp_path, [row(3000 + i % 5000, north=53000 + i // 5000, down_fn_hh_alle_10=50.0) for i in range(3000)])


def test_cut_off_and_torn_files(tmp_path: Path) -> None:
    """GDAL stops at torn pages without a word: the count tells."""
    whole = many(tmp_path)
    data = whole.read_bytes()
    whole.write_bytes(data[: len(data) // 2])
    assert error(whole).code == "geodata_cut_off"
    middle = len(data) // 2
    whole.write_bytes(data[:middle] + b"\xab" * 40_960 + data[middle + 40_960 :])
    assert error(whole).code in {"geodata_unreadable", "geodata_cut_off"}


def test_a_cut_off_zip(tmp_path: Path) -> None:
    archive = zipped(many(tmp_path))
    archive.write_bytes(archive.read_bytes()[:-200])
    assert error(archive).code == "zip_broken"
    assert list(tmp_path.iterdir()) == [archive]


@pytest.mark.parametrize("name", ["../x.gpkg", "/srv/x.gpkg", "a/../../x.gpkg", "..\\x.gpkg", "C:/x.gpkg"])
def test_an_entry_outside_its_folder(tmp_path: Path, name: str) -> None:
    archive = tmp_path / "g.zip"
    with zipfile.ZipFile(archive, "w") as z:
        z.writestr("ok.gpkg", b"x")
        z.writestr(name, b"x")
    assert error(archive).code == "zip_entry_outside"
    assert list(tmp_path.iterdir()) == [archive]


def test_zips_that_hold_none_several_or_far_too_much(tmp_path: Path) -> None:
    archive = tmp_path / "g.zip"
    for members in ((), ("a.gpkg", "b.gpkg"), ("a.txt",)):
        with zipfile.ZipFile(archive, "w") as z:
            for m in members:
                z.writestr(m, b"x")
        if members:
            assert error(archive).code == "zip_member_absent"
        else:
            assert error(archive).code == "geodata_unreadable"  # an empty archive does not begin like one
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("a.gpkg", bytes(100 * 2**20))
    assert error(archive).code == "zip_too_large"
    with pytest.raises(InputError) as caught, unpacked(archive, ".gpkg", most_bytes=1000):
        pass
    assert caught.value.code == "zip_too_large"


def test_an_archive_that_lies_about_its_size(tmp_path: Path) -> None:
    archive = tmp_path / "g.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("a.gpkg", bytes(5000))
    archive.write_bytes(archive.read_bytes().replace((5000).to_bytes(4, "little"), (50).to_bytes(4, "little")))
    assert error(archive).code in {"zip_broken", "zip_too_large"}


def test_too_many_refused_rows_are_one_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "MOST_REFUSED", 3)
    assert error(write(tmp_path, [row(3982 + i, down_fn_hh_alle_10=200.0) for i in range(4)])).code == "rows_mostly_unreadable"


CELLS = st.tuples(
    st.sampled_from(["100mN52682E3982", "100mN52682E3983", "100mN52683E3982", "x", ""]),
    st.sampled_from(["05315000", "05111000", "09162000", "5", None]),
    st.none() | st.floats(min_value=-1, max_value=102, allow_nan=False),
    st.none() | st.sampled_from([0.0, 12.34, 100.0, 100.4]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=12))
def test_random_rows_are_accounted_for(rows: list[tuple[str, str | None, float | None, float | None]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data: list[Row] = [{"raster_id": k, "ags": a, "down_fn_hh_alle_10": v, "up_fn_hh_hfc_1000": w} for k, a, v, w in rows]
        table, notes = read(write(Path(folder), data))
    (total, accepted, outside, quarantined) = accounted(notes)[0]
    assert total == len(rows) == accepted + outside + quarantined
    assert outside == sum(a == "09162000" for _, a, _, _ in rows)
    assert table.num_rows == accepted
    ids = table["cell_id"].to_pylist()
    assert ids == sorted(set(ids))
    for r in table.to_pylist():
        key = f"100mN{r['cell_id'] // 10_000}E{r['cell_id'] % 10_000:04d}"
        source = [(v, w) for k, a, v, w in rows if k == key and a == r["ags"]]
        assert (r["down_fn_hh_alle_10"], r["up_fn_hh_hfc_1000"]) in [
            tuple(None if x is None else round(min(x, 100) * 100) for x in s) for s in source
        ]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"SQLite format 3\x00"]))
def test_random_bytes_are_one_clear_error(data: bytes, head: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.gpkg"
        path.write_bytes(head + data)
        error(path)
