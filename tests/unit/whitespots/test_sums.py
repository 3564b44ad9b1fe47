"""What is below a set, and its sums: parts add up to the whole, figures lie within each other, cells give the same as the addresses in them."""

import datetime as dt

import geopandas as gpd
import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from geodata.fixed.measures import CLASSES
from geodata.thresholds import Supply, load_thresholds
from geodata.whitespots.addresses import Lines, fibre_at, standing
from geodata.whitespots.areas import shared_persons
from geodata.whitespots.cells import CellSupply, below_in_cells, is_exact_from_cells
from geodata.whitespots.from_addresses import Homes, area_rows
from geodata.whitespots.places import Places, Register

NAN = float("nan")
SPEED = st.one_of(st.just(NAN), st.sampled_from([0.0, 16, 30, 50, 100, 200, 400, 500, 1000]))
GEMEINDEN = ("05111000", "05966024", "05966028")
HOME = st.tuples(SPEED, SPEED, SPEED, SPEED, st.booleans(), st.sampled_from([0, 1, 9999, 20_000]), st.sampled_from([*GEMEINDEN, None]))
CONSTANT = {
    "stand": dt.date(2021, 6, 30), "basis": "derived", "method": "m", "boundary_edition": "b", "source_id": "s", "origin": "demo", "visibility": "public",
}  # fmt: skip


def lines_of(homes: list[tuple]) -> tuple[Lines, Homes]:
    table = np.array([h[:4] for h in homes], dtype="float64").reshape(-1, 4)
    down, up, later_down, later_up = table.T
    then_down, then_up = np.fmax(down, later_down), np.fmax(up, later_up)
    fibre = down >= 500
    existing = Supply(down, up, np.minimum(down, up), fibre)
    prospective = Supply(then_down, then_up, np.fmax(np.minimum(down, up), np.minimum(later_down, later_up)), fibre | (later_down >= 500))
    count = len(homes)
    places = Places(np.arange(count) * 7.0, np.zeros(count), np.zeros(count, dtype="int32"))
    units = np.array([h[5] for h in homes], dtype="int64")
    return Lines(existing, prospective, np.array([h[4] for h in homes], dtype=bool)), Homes(
        pa.array([h[6] for h in homes], pa.string()), places, units, units * 2
    )


def nothing() -> Register:
    empty = gpd.GeoDataFrame({"ags": []}, geometry=[], crs="EPSG:25832")
    return Register(empty, empty)


@given(st.lists(HOME, max_size=25))
def test_parts_and_covered_and_unknown_add_up_in_every_area(homes: list[tuple]) -> None:
    lines, own = lines_of(homes)
    sets = load_thresholds()
    found = [(chosen, standing(lines, chosen)) for chosen in sets.values()]
    rows = {(r["ags"], r["threshold_set"]): r for r in area_rows(own, found, nothing(), GEMEINDEN, **CONSTANT).to_pylist()}
    down = lines.existing.down
    for area in {ags for ags, _ in rows}:
        inside = np.array([h[6] is not None and h[6].startswith(area) for h in homes], dtype=bool)
        whole, white, grey = (rows[area, name] for name in ("unter_100", "weiss_30", "grau_100"))
        covered = int(own.units[inside & (down >= 100)].sum())
        for subject in ("units", "addresses", "person_units"):
            assert whole[f"all_{subject}"] == white[f"all_{subject}"] + grey[f"all_{subject}"]
        assert whole["all_units"] + whole["unknown_units"] + covered == whole["total_units"] == int(own.units[inside].sum())
        for row in (r for (ags, _), r in rows.items() if ags == area):
            assert row["all_units"] >= row["less_announced_units"] >= row["less_funded_units"] >= 0
            assert row["all_schools"] is None


@given(st.lists(st.tuples(SPEED.filter(lambda s: s >= 0), st.floats(0, 1), st.booleans()), min_size=1, max_size=20))
def test_bounds_from_cells_hold_what_the_addresses_say(homes: list[tuple[float, float, bool]]) -> None:
    """One cell whose addresses are known, seen through classes and directions alone; the upload is never above the download."""
    down = np.array([h[0] for h in homes])
    up = np.array([h[0] * h[1] for h in homes])
    fibre = np.array([h[2] for h in homes])
    counted = [np.array([[(speed >= c).sum() for c in CLASSES]], dtype="int64") * 10_000 for speed in (down, up)]
    total = np.array([len(homes) * 10_000])
    cell = CellSupply(np.array([1], "int32"), pa.array(["05111000"]), total, *counted, np.array([fibre.sum() * 10_000]), np.array([False]))
    supply = Supply(down, up, np.minimum(down, up), fibre)
    lines = Lines(supply, supply, np.zeros(len(homes), dtype=bool))
    for chosen in load_thresholds().values():
        true = int(standing(lines, chosen).below.sum()) * 10_000
        bounds = below_in_cells(cell, chosen)
        assert bounds.lower[0] <= true <= bounds.upper[0], chosen.name
        assert not is_exact_from_cells(chosen) or bounds.lower[0] == bounds.upper[0]


def test_the_guideline_has_two_bounds_from_cells_and_the_others_one() -> None:
    assert [name for name, s in load_thresholds().items() if not is_exact_from_cells(s)] == ["richtlinie_2023"]


def test_a_cell_without_data_is_not_below() -> None:
    nothing_known = np.zeros((1, len(CLASSES)), dtype="int64")
    cell = CellSupply(
        np.array([1], "int32"), pa.array(["05111000"]), np.array([5]), nothing_known, nothing_known, np.array([0]), np.array([True])
    )
    bounds = below_in_cells(cell, load_thresholds()["weiss_30"])
    assert (bounds.lower[0], bounds.upper[0]) == (0, 0)


def test_announced_fibre_counts_for_three_years_and_only_with_a_day() -> None:
    days = [None, dt.date(2021, 12, 31), dt.date(2024, 6, 30), dt.date(2024, 7, 1), dt.date(2021, 6, 29), None]
    offers = pa.table(
        {
            "technology": ["ftth"] * 5 + ["hfc"],
            "rollout": ["planned", "in_progress", "planned", "planned", "planned", "existing"],
            "planned_until": pa.array(days, pa.date32()),
        }
    )
    existing, prospective = fibre_at(offers, np.arange(6), 6, stand=dt.date(2021, 6, 30))
    assert not existing.any()
    assert prospective.tolist() == [False, True, True, False, False, False]


def test_persons_of_a_cell_follow_its_households() -> None:
    found = shared_persons(np.array([40_000, 0, 30_000]), np.array([90_000, 20_000, 10_000]), np.array([10_000, 0, 30_000]))
    assert found.tolist() == [22_500, 0, 10_000]
