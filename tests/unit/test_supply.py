"""Supply of addresses against a naive computation, offer by offer; funding areas; the reader of their polygons."""

import datetime as dt
from collections import Counter
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import InputError
from geodata.fixed.measures import COUNTS_FOR
from geodata.funding import cutting, funding_ids
from geodata.readers import funding
from geodata.supply import SUPPLY, Addresses, Deliveries, supply, years_later
from tests.conftest import snapshot

STAND = dt.date(2024, 2, 29)
KINDS = list(COUNTS_FOR)
COUNT = 5
LAND = shapely.box(280_000, 5_570_000, 540_000, 5_830_000)

Offer = tuple[int, float, float | None, str, str, dt.date | None, str]
OFFER = st.tuples(
    st.integers(-1, COUNT - 1),
    st.sampled_from([0.0, 16.0, 100.0, 199.9, 200.0, 250.0, 500.0, 1000.0]),
    st.none() | st.sampled_from([1.0, 40.0, 199.9, 200.0, 1000.0]),
    st.sampled_from(KINDS),
    st.sampled_from(["existing", "in_progress", "planned"]),
    st.none() | st.sampled_from([dt.date(2024, 2, 28), STAND, dt.date(2027, 2, 28), dt.date(2027, 3, 1)]),
    st.sampled_from(["a", "b"]),
)


def tables(offers: list[Offer]) -> tuple[pa.Table, pa.Table]:
    columns = list(zip(*offers, strict=True)) if offers else [()] * 7
    table = pa.table(
        {
            "operator": pa.array(columns[6], pa.string()).dictionary_encode(),
            "source_file": pa.array([f"{o}.csv" for o in columns[6]], pa.string()).dictionary_encode(),
            "technology": pa.array(columns[3], pa.string()),
            "download_mbits": pa.array(columns[1], pa.float64()),
            "upload_mbits": pa.array(columns[2], pa.float64()),
            "households": pa.nulls(len(offers), pa.int32()),
            "rollout": pa.array(columns[4], pa.string()),
            "planned_until": pa.array(columns[5], pa.date32()),
        }
    )
    return table, pa.table({"address_row": pa.array([a if a >= 0 else None for a in columns[0]], pa.int32())})


def addresses(ags: list[str | None]) -> Addresses:
    places = pa.table(
        {
            "cell_id": pa.array(range(len(ags)), pa.int32()),
            "ags": pa.array(ags, pa.string()),
            "zensus_row": pa.array([0] * len(ags), pa.int32()),
        }
    )
    return Addresses(places, np.array([30_001]), pa.nulls(len(ags), pa.string()))


def counts(offer: Offer) -> bool:
    return offer[4] != "existing" and offer[5] is not None and STAND <= offer[5] <= dt.date(2027, 2, 28)


def better(offer: Offer) -> tuple[object, ...]:
    """The order of offers, written again: the smallest is the best."""
    until = offer[5].toordinal() if offer[5] else 10**9
    return (-offer[1], -(offer[2] if offer[2] is not None else -1.0), KINDS.index(offer[3]), until, offer[6])


@settings(max_examples=200)
@given(st.lists(OFFER, min_size=1, max_size=25))
def test_every_address_has_its_best_offers(offers: list[Offer]) -> None:
    ags = ["05966000", "05966000", None, "05111000", "05966004"]
    found = supply(*tables(offers), addresses(ags), Deliveries(STAND, ["05966"], "demo", "public")).to_pylist()
    assert len(found) == COUNT
    for i, row in enumerate(found):
        own = [o for o in offers if o[0] == i]
        now, then = [o for o in own if o[4] == "existing"], [o for o in own if counts(o)]
        known = bool(now or then) or str(ags[i]).startswith("05966")
        assert row["is_reported"] == known
        for name, some in (("existing", now), ("announced", then)):
            nothing = 0.0 if known and name == "existing" and not some else None
            assert row[f"{name}_down_mbits"] == max((o[1] for o in some), default=nothing)
            assert row[f"{name}_up_mbits"] == max((o[2] for o in some if o[2] is not None), default=nothing)
            assert row[f"{name}_symmetric_mbits"] == max((min(o[1], o[2]) for o in some if o[2] is not None), default=nothing)
            best = min(some, key=better, default=None)
            assert row[f"{name}_technology"] == (best[3] if best else None)
            assert row[f"{name}_operator"] == (best[6] if best else None)
            assert row[f"{name}_file"] == (f"{best[6]}.csv" if best else None)
            assert row["existing_is_fibre"] == any(o[3] in {"ftth", "fttb", "fttb_h"} for o in now)
            assert row["prospective_is_fibre"] == any(o[3] in {"ftth", "fttb", "fttb_h"} for o in [*now, *then])
            if best and name == "announced":
                assert row["announced_until"] == best[5]
        for speed in ("down_mbits", "up_mbits", "symmetric_mbits"):
            both = [row[f"{n}_{speed}"] for n in ("existing", "announced") if row[f"{n}_{speed}"] is not None]
            assert row[f"prospective_{speed}"] == max(both, default=None)
    assert sum(row["units"] for row in found) == 30_001


def test_symmetric_is_a_matter_of_one_offer() -> None:
    """400/25 of one and 50/250 of another are not 200 both ways."""
    offers: list[Offer] = [(0, 400.0, 25.0, "hfc", "existing", None, "a"), (0, 50.0, 250.0, "other", "existing", None, "b")]
    row = supply(*tables(offers), addresses(["05966000"]), Deliveries(STAND, ["05"], "demo", "public")).to_pylist()[0]
    assert (row["existing_down_mbits"], row["existing_up_mbits"], row["existing_symmetric_mbits"]) == (400.0, 250.0, 50.0)


def test_without_deliveries_the_table_is_empty() -> None:
    found = supply(*tables([]), addresses(["05966000"]), Deliveries(STAND, ["05"], "demo", "public"))
    assert found.num_rows == 0
    assert found.schema == SUPPLY


def test_three_years_later() -> None:
    assert years_later(STAND, 3) == dt.date(2027, 2, 28)
    assert years_later(dt.date(2021, 6, 30), 3) == dt.date(2024, 6, 30)


def polygons(path: Path, rows: list[dict[str, object]], crs: str = "EPSG:25832") -> Path:
    gpd.GeoDataFrame(rows, crs="EPSG:25832").to_crs(crs).to_file(path)
    return path


SQUARE = shapely.box(400_000, 5_650_000, 401_000, 5_651_000)
BOWTIE = shapely.Polygon([(400_000, 5_650_000), (401_000, 5_651_000), (401_000, 5_650_000), (400_000, 5_651_000)])


def area(**changes: object) -> dict[str, object]:
    return {"id": "A", "status": "endgültig", "bis": "31.12.2027", "foerdergegenstand": "WiLü", "geometry": SQUARE} | changes


@pytest.mark.parametrize("suffix", ["gpkg", "geojson", "shp"])
def test_funding_areas_are_read_or_refused_with_a_reason(tmp_path: Path, suffix: str) -> None:
    rows = [
        area(),
        area(id="B", status="Vorläufig", bis=""),
        area(id="C", geometry=BOWTIE),
        area(id="A"),
        area(id="D", status="vielleicht"),
        area(id="E", bis="31.02.2027"),
        area(id="F", geometry=shapely.box(900_000, 5_650_000, 901_000, 5_651_000)),
        area(id="", geometry=SQUARE),
        area(id="G", geometry=None),
    ]
    fields = {"id": "id", "status": "status", "until": "bis", "subject": "foerdergegenstand"[: 10 if suffix == "shp" else None]}
    path = tmp_path / f"gebiete.{suffix}"
    if suffix == "shp":
        rows = [{(k[:10] if k != "geometry" else k): v for k, v in row.items()} for row in rows]
    polygons(path, rows, "EPSG:4326" if suffix == "geojson" else "EPSG:25832")
    found, notes = funding.read([snapshot(path, "funding__areas", "areas", fields=fields)], land=LAND)
    assert found["funding_id"].tolist() == ["A", "B"]
    assert found["status"].tolist() == ["final", "preliminary"]
    assert found["until"].dt.strftime("%Y-%m-%d").tolist()[0] == "2027-12-31"
    assert found["until"].isna().tolist() == [False, True]
    assert Counter(notes.quarantine["reason"].to_pylist()) == Counter(
        ["funding_invalid", "duplicate_key", "unknown_word", "not_a_date", "funding_without_id", "geometry_missing"]
    )
    assert notes.accounting.to_pylist()[0] | {"stand": None, "file": "", "source_id": ""} == {
        "source_id": "",
        "stand": None,
        "file": "",
        "read": 9,
        "accepted": 2,
        "outside_area": 1,
        "quarantined": 6,
    }
    assert notes.warnings["reason"].to_pylist().count("funding_elsewhere") == 1


def test_a_missing_column_and_a_wrong_mapping_are_one_clear_error(tmp_path: Path) -> None:
    path = polygons(tmp_path / "gebiete.gpkg", [{k: v for k, v in area().items() if k != "bis"}])
    with pytest.raises(InputError, match="Erwartet: auch bis"):
        funding.read([snapshot(path, "funding__areas", "areas")], land=LAND)
    with pytest.raises(InputError, match=r"options\.fields"):
        funding.read([snapshot(path, "funding__areas", "areas", fields={"ende": "bis"})], land=LAND)


def test_only_a_final_decision_that_has_not_ended_cuts_out(tmp_path: Path) -> None:
    rows = [
        area(id="Z"),
        area(id="B", geometry=shapely.box(400_500, 5_650_000, 402_000, 5_651_000), bis=""),
        area(id="A", status="beantragt"),
        area(id="C", bis="30.06.2021"),
        area(id="D", bis="29.06.2021"),
    ]
    path = polygons(tmp_path / "gebiete.gpkg", rows)
    areas, _ = funding.read([snapshot(path, "funding__areas", "areas", fields={"id": "id"})], land=LAND)
    cut = cutting(areas, dt.date(2021, 6, 30))
    assert cut["funding_id"].tolist() == ["B", "C", "Z"]
    east, north = np.array([401_999.0, 400_400.0, 400_000.0, 399_999.0, 400_600.0]), np.array([5_650_500.0] * 4 + [5_651_000.5])
    assert funding_ids(cut, east, north).to_pylist() == ["B", "C", "C", None, None]
    assert funding_ids(cut.iloc[:0], east, north).null_count == len(east)
