"""The model behind the demo: exact sums in both grids, shares that meet the published ones, and lines that stay where they are."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pyproj import Transformer

from geodata.demo import availability, facts, goals, lines, streets
from geodata.demo.addresses import totals, zensus_centres
from geodata.demo.goals import ANY1000, CABLE, FIBRE, INVENTED, MEASURES, NESTED, PUBLISHED, STANDS
from geodata.demo.model import Model, shares
from geodata.demo.raster import CELL_M
from tests.unit.demo.conftest import model


@pytest.fixture(scope="module", params=[(0.02, 5), (0.004, 11)], ids=["scale 0.02", "scale 0.004, another seed"])
def case(request: pytest.FixtureRequest) -> tuple[Model, float]:
    scale, seed = request.param
    return model(scale, seed), scale


def test_every_kreis_meets_every_share(case: tuple[Model, float]) -> None:
    found, _ = case
    largest = np.zeros(53, dtype="int64")
    np.maximum.at(largest, found.addresses.kreis, found.addresses.households)
    published = facts.table("published_kreis_shares").set_index(["stand", "subject", "technology", "min_mbits", "ags"])["share_pct"]
    keys = sorted(set(facts.table("gemeinden")["ags"].str[:5]))
    assert goals.published()[1] == []
    for stand in STANDS:
        table = shares(found, stand)
        assert len(table) == 53 * len(MEASURES)
        if stand in PUBLISHED:
            key = zip(table["technology"], table["min_mbits"], table["kreis"], strict=True)
            assert table["goal_pct"].tolist() == [published[stand, "households", t, m, keys[k]] for t, m, k in key]
        off = (table["covered"] - table["goal_pct"] / 100 * table["households"]).abs()
        allowed = np.maximum(0.0005 * table["households"], largest[table["kreis"]])
        assert (off <= allowed).all(), (stand, table[off > allowed])


def test_what_neither_fibre_nor_cable_explains_is_other(case: tuple[Model, float]) -> None:
    found, _ = case
    households, kreis = found.addresses.households, found.addresses.kreis
    for stand in PUBLISHED:
        wanted = found.goals[stand]
        rest = np.maximum(0, wanted[:, ANY1000] - wanted[:, FIBRE] - wanted[:, CABLE]) / 100
        other = np.bincount(kreis, households * availability.other(found.states[stand]), 53)
        assert np.abs(other - rest * np.bincount(kreis, households)).max() <= 2 * households.max()
    assert max((w[:, ANY1000] - w[:, FIBRE] - w[:, CABLE]).max() for w in found.goals.values()) == pytest.approx(6.14)


def test_classes_are_nested_and_lines_lie_within_them(case: tuple[Model, float]) -> None:
    found, _ = case
    for state in found.states.values():
        gigabit = availability.best(state) == availability.GIGABIT
        assert not (availability.fibre(state) & ~gigabit).any()
        assert not (availability.cable(state) & ~gigabit).any()
        assert (gigabit == (availability.fibre(state) | availability.cable(state) | availability.other(state))).all()
    reached = np.array([0, 3, 5, 6, 7, 8])  # the highest class of the grid that each class of availability is sure of
    for stand, own in lines.lines_of(found.states, found.traits):
        best = availability.best(found.states[stand])
        top = np.maximum.reduce(list(own.down.values()))
        assert (top >= reached[best]).all()
        assert (top[best > 1] == reached[best[best > 1]]).all()
        assert all((own.up[t] <= own.down[t]).all() for t in lines.TECHNOLOGIES)


def test_what_is_covered_stays_covered_where_the_share_does_not_fall(case: tuple[Model, float]) -> None:
    found, _ = case
    kreis = found.addresses.kreis
    for before, after in pairwise(STANDS):
        old, new = found.states[before], found.states[after]
        rising = found.goals[after] >= found.goals[before]
        for i in range(1, availability.GIGABIT + 1):
            lost = (availability.best(old) >= i) & (availability.best(new) < i)
            assert not lost[rising[kreis, i - 1]].any()
        steady = (rising[:, ANY1000] & rising[:, FIBRE])[kreis]
        gone = availability.fibre(old) & ~availability.fibre(new) & steady
        # A later cut may fall one address short of an earlier one that was overshot.
        assert gone.sum() <= 53
        if before in INVENTED:
            assert (availability.cable(old) & ~availability.cable(new)).mean() < 0.001


def test_supply_is_clustered_and_towns_come_first(case: tuple[Model, float]) -> None:
    found, _ = case
    gigabit = availability.best(found.states["2021-06-30"]) == availability.GIGABIT
    same_street = np.diff(found.addresses.street) == 0
    alike = (gigabit[1:] == gigabit[:-1])[same_street].mean()
    assert alike > 0.97
    dense = found.addresses.weight > np.quantile(found.addresses.weight, 0.8)
    lone = (found.addresses.weight > 0) & (found.addresses.weight < 0.2)
    assert gigabit[dense].mean() > gigabit[lone].mean() + 0.3


def test_both_grids_sum_exactly_to_each_gemeinde(case: tuple[Model, float]) -> None:
    found, scale = case
    own = found.addresses
    assert (np.bincount(own.gemeinde, own.households) == totals("households", scale)).all()
    assert (np.bincount(own.gemeinde, own.persons) >= totals("households", scale)).all()
    tree = shapely.STRtree(found.raster.areas.geometry.to_numpy())
    lived_in = own.households > 0
    back = Transformer.from_crs("EPSG:3035", "EPSG:25832", always_xy=True)
    centres = back.transform(*zensus_centres(own.east[lived_in], own.north[lived_in]))
    row, column = np.divmod(own.cell[lived_in], 10_000)
    for x, y in (centres, ((column + 0.5) * CELL_M, (row + 0.5) * CELL_M), (own.east[lived_in], own.north[lived_in])):
        points, owners = tree.query(shapely.points(x, y), predicate="within")
        assert len(points) == lived_in.sum()
        assert (owners == own.gemeinde[lived_in][points]).all()


def test_scale_one_is_the_whole_land() -> None:
    table = facts.table("gemeinden")
    assert (totals("households", 1) == table["households"]).all()
    assert (totals("inhabitants", 1) == table["inhabitants"]).all()


def test_an_address_is_named_once(case: tuple[Model, float]) -> None:
    own = case[0].addresses
    names = own.street_names
    assert all("Demo" in n for n in names)
    keys = {(g, names[s], n, x) for g, s, n, x in zip(own.gemeinde, own.street, own.number, own.suffixed, strict=True)}
    assert len(keys) == len(own)
    assert len(set(streets.names(streets.MANY, 7))) == streets.MANY


def test_another_seed_is_another_land() -> None:
    one, other = (model(0.001, seed) for seed in (3, 4))
    assert not np.array_equal(one.addresses.east[:300], other.addresses.east[:300])
    assert not np.array_equal(one.goals["2022-06-30"], other.goals["2022-06-30"])
    assert all(np.array_equal(one.goals[s], other.goals[s]) for s in PUBLISHED)


@given(arrays("float64", (3, len(MEASURES)), elements=st.integers(0, 10_000).map(lambda n: n / 100)))
def test_contradictions_are_mended_with_the_smallest_change(given_shares: np.ndarray) -> None:
    mended = goals.consistent(given_shares)
    for smaller, larger in NESTED:
        assert (mended[:, smaller] <= mended[:, larger] + 1e-9).all()
    # Any pair that is the wrong way round must close its gap: half of the widest gap is the least that the largest change can be.
    pairs = [(a, b) for a in range(len(MEASURES)) for b in range(len(MEASURES)) if _below(a, b)]
    widest = np.max([given_shares[:, a] - given_shares[:, b] for a, b in pairs], axis=0).clip(0)
    assert np.allclose(np.abs(mended - given_shares).max(axis=1), widest / 2)


def _below(smaller: int, larger: int) -> bool:
    return any(s == smaller and (b == larger or _below(b, larger)) for s, b in NESTED)
