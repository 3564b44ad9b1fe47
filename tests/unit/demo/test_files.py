"""The demo's large files: the project's own readers take every row, and the files agree with each other."""

import csv
import datetime as dt
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pytest
from python_calamine import CalamineWorkbook

from geodata.demo import facts, goals
from geodata.demo.addresses import totals
from geodata.demo.boundaries import gemeinden
from geodata.demo.deliveries import LOST_STREET, NOISE
from geodata.demo.gebref import COLUMNS
from geodata.demo.lines import OPERATORS
from geodata.demo.zensus import FILES
from geodata.readers import breitbandatlas_xlsx, deliveries, gebref, gitterzellen, zensus
from geodata.readers.bulk import Frame
from geodata.reading import Notes
from geodata.session import Limits
from tests.conftest import snapshot
from tests.unit.demo.conftest import SCALE

NEWEST = "2025-12-31"


@pytest.fixture(scope="module")
def register(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "gebaeudereferenzen/gebref.txt", sep=";", header=None, names=COLUMNS, dtype=str, keep_default_na=False)


def grid(folder: Path, stand: str) -> pd.DataFrame:
    path = folder / f"gitterzellen/Versorgungsdaten_Gitterzellen_Stand_{stand.replace('-', '')}_gpkg.zip"
    with zipfile.ZipFile(path) as packed:
        assert packed.namelist() == [path.name.replace("_gpkg.zip", ".gpkg")]
    table, notes = gitterzellen.read([snapshot(path, "breitbandatlas__gitterzellen", "cells", stand)], land="05")
    assert notes.quarantine.num_rows == 0
    assert notes.accounting.to_pylist()[0]["read"] == table.num_rows
    return table.to_pandas().set_index("cell_id")


def whole(notes: Notes) -> bool:
    """Whether every record was accepted without a word."""
    counted = [(r["read"], r["accepted"]) for r in notes.accounting.to_pylist()]
    assert all(read == accepted > 0 for read, accepted in counted), counted
    assert notes.quarantine.num_rows == 0
    assert notes.warnings.num_rows == 0, notes.warnings.to_pylist()[:3]
    return True


def test_the_readers_take_every_row(folder: Path) -> None:
    frame, areas = Frame.around(gemeinden().total_bounds), facts.table("gemeinden")["ags"]
    register = [snapshot(folder / "gebaeudereferenzen/gebref.txt", "gebref__addresses", "addresses", NEWEST)]
    assert whole(gebref.read(register, land="05", frame=frame, limits=Limits())[1])
    offers = [snapshot(folder / f"meldungen/{o}_{NEWEST}.csv", "operators__deliveries", "offers", NEWEST, operator=o) for o in OPERATORS]
    table, notes = deliveries.read(offers, frame=frame, limits=Limits())
    assert whole(notes)
    assert set(table["rollout"].to_pylist()) == {"existing", "in_progress", "planned"}
    assert table["easting_m"].null_count == 0
    book = [snapshot(folder / "breitbandatlas/bba_12_2025.xlsx", "breitbandatlas__workbook", "workbook", NEWEST)]
    table, notes = breitbandatlas_xlsx.read(book, kreise=set(areas.str[:5]), gemeinden=set(areas), land="05")
    assert whole(notes)
    assert set(table["technology"].to_pylist()) == {"any", "fttb_h", "ftth", "fttb", "fttc", "hfc", "other"}
    cells = [snapshot(folder / "zensus" / f, "zensus__grid", t, NEWEST) for f, t in zip(FILES, ("households", "persons"), strict=True)]
    table, notes = zensus.read(cells, land=facts.outline(), limits=Limits())
    assert whole(notes)
    assert float(sum(table["households"].to_pylist())) == totals("households", SCALE).sum()


def test_the_register_has_21_columns_invented_ids_and_streets(register: pd.DataFrame) -> None:
    assert len(COLUMNS) == 21
    assert len(register) == pytest.approx(4_500_000 * SCALE, rel=0.05)
    assert register["oid"].is_unique
    assert register["oid"].str.fullmatch(r"DENWDEMO\d{8}").all()
    assert register["str"].str.contains("Demo").all()
    for words in ("straße", "weg", "platz", "allee", "Sankt-", "Ö", "ü"):
        assert register["str"].str.contains(words).any(), words
    assert register["ostwert"].str.fullmatch(r"\d{6}\.\d{3}").all()
    assert register["nordwert"].str.fullmatch(r"\d{7}\.\d{3}").all()
    ags = register["landschl"] + register["regbezschl"] + register["kreisschl"] + register["gmdschl"]
    names = facts.table("gemeinden").set_index("ags")["name"]
    assert set(ags) == set(names.index)
    assert (names.loc[ags].to_numpy() == register["gmd"].to_numpy()).all()
    assert not register.duplicated(["regbezschl", "kreisschl", "gmdschl", "str", "hnr", "adz"]).any()


def test_zensus_cells_of_100_m_sum_to_the_scaled_figures(folder: Path) -> None:
    homes, people = (pd.read_csv(folder / "zensus" / name, sep=";") for name in FILES)
    assert homes["Insgesamt_Haushalte"].sum() == totals("households", SCALE).sum()
    assert people["Einwohner"].sum() == np.maximum(totals("inhabitants", SCALE), totals("households", SCALE)).sum()
    assert (homes[["1_Person", "2_Personen", "3_Personen", "4_Personen", "5_Personen", "6_Personen_und_mehr"]].sum(axis=1)).equals(
        homes["Insgesamt_Haushalte"]
    )
    row = people.iloc[0]
    assert row["GITTER_ID_100m"] == f"CRS3035RES100mN{row['y_mp_100m'] - 50}E{row['x_mp_100m'] - 50}"
    assert (homes["GITTER_ID_100m"] == people["GITTER_ID_100m"]).all()


def test_the_grid_has_the_official_layer_and_nested_shares(folder: Path) -> None:
    path = next((folder / "gitterzellen").glob("*20251231*"))
    layer = path.name.removesuffix("_gpkg.zip")
    info = pyogrio.read_info(f"/vsizip/{path}", layer=layer)
    assert info["crs"] == "EPSG:25832"
    assert list(info["fields"][:3]) == ["raster_id", "raster_rowid", "ags"]
    assert len(info["fields"]) == 3 + 336
    one = pyogrio.read_dataframe(f"/vsizip/{path}", layer=layer, max_features=1).iloc[0]
    west, south, east, north = one.geometry.bounds
    assert (east - west, north - south) == (100, 100)
    assert one["raster_id"] == f"100mN{int(south) // 100}E{int(west) // 100}"
    for stand in goals.INVENTED:
        shares = grid(folder, stand)
        for subject in ("hh", "gew", "gwg"):
            fallen = shares[[f"down_fn_{subject}_alle_{c}" for c in (10, 16, 30, 50, 100, 200, 400, 1000)]].fillna(0)
            assert (np.diff(fallen.to_numpy(), axis=1) <= 0).all()
            assert fallen.to_numpy().max() <= 10_000
            fibre = shares[[f"down_fn_{subject}_{t}_1000" for t in ("ftth", "fttb", "ftthb", "alle")]].fillna(0)
            assert (fibre.iloc[:, 0] + fibre.iloc[:, 1] - fibre.iloc[:, 2]).abs().max() <= 1
            assert (fibre.iloc[:, 2] <= fibre.iloc[:, 3]).all()


def test_workbooks_say_that_they_are_invented_and_agree_with_the_goals(folder: Path) -> None:
    keys = sorted(set(facts.table("gemeinden")["ags"].str[:5]))
    for stand in goals.INVENTED:
        book = CalamineWorkbook.from_path(folder / f"breitbandatlas/bba_{stand[5:7]}_{stand[:4]}.xlsx")
        assert book.sheet_names == ["Erläuterung", "Privathaushalte", "Schulen", "Unternehmen"]
        assert "Demonstrationsdaten" in str(book.get_sheet_by_name("Erläuterung").to_python()[0][0])
        rows = book.get_sheet_by_name("Privathaushalte").to_python()
        assert rows[0][6] == f"Datenstand: {stand[8:]}.{stand[5:7]}.{stand[:4]}"
        assert rows[3][:7] == ["AGS", "Name", "Verwaltungsebene", "Land", "Kreis", "Raumkategorie", "≥ 10 Mbit/s"]
        assert rows[2][6] == "alle Technologien"
        assert rows[2][14] == "FTTB/H"
        assert Counter(str(r[2]) for r in rows[4:]) == {"Bund": 1, "Land": 1, "Kreis": 53, "Gemeinde": 396}
        assert [r[0] for r in rows[6:59]] == keys
        values = np.array([[float(str(v)) for v in r[6:22]] for r in rows[6:59]])
        assert values.min() >= 0
        assert values.max() <= 100
        assert (np.diff(values[:, :8], axis=1) <= 0).all()
    land = float(str(rows[5][13]))
    assert 75 < land < 90
    assert float(str(rows[4][13])) < land


def test_deliveries_match_the_register_but_for_the_known_noise(folder: Path, register: pd.DataFrame) -> None:
    known = set(zip(register["gmd"], register["str"], register["hnr"], register["adz"], strict=True))
    statuses: Counter[str] = Counter()
    for operator in OPERATORS:
        with (folder / f"meldungen/{operator}_{NEWEST}.csv").open(encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        assert len(rows) > 1000
        matched = np.mean([(r["ort"], r["strasse"], r["hnr"], r["hnr_z"]) in known for r in rows])
        assert 1 - NOISE["abbreviated"] - NOISE["transcribed"] - NOISE["lost"] < matched < 0.99
        assert any(r["strasse"] == LOST_STREET for r in rows)
        assert {r["technologie"] for r in rows} <= {"FTTH", "FTTB", "FTTC", "HFC", "sonstige"}
        assert all(r["plz"].startswith("00") for r in rows)
        statuses.update(r["status"] for r in rows)
        for row in rows:
            assert (row["status"] == "gebaut") == (row["geplant_bis"] == "")
            assert row["geplant_bis"] == "" or dt.date.fromisoformat(row["geplant_bis"]) > dt.date.fromisoformat(NEWEST)
    assert min(statuses["im_bau"], statuses["geplant"]) > 100
