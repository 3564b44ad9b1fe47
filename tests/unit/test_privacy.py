"""Published cells under attack: totals, differences between Stände and between thresholds, nested squares, borders of Gemeinden."""

from decimal import Decimal
from itertools import combinations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.fixed.measures import UNITS
from geodata.privacy import MINIMUM, outlines, partition, published_cells, rounded
from geodata.session import Limits, query, session

GEMEINDEN = ("05966000", "05966004", "05111000")
CELL = st.tuples(st.integers(0, 24), st.integers(0, 24), st.sampled_from(GEMEINDEN), st.sampled_from([0, 1, 1, 1, 2, 3, 7]))
CELLS = st.lists(CELL, max_size=14, unique_by=lambda c: c[:3])


def table(cells: list[tuple[int, int, str, int]]) -> pa.Table:
    return pa.table(
        {
            "cell_id": pa.array([(56_000 + row) * 10_000 + 4_000 + column for row, column, _, _ in cells], pa.int32()),
            "ags": pa.array([c[2] for c in cells], pa.string()),
            "units": pa.array([c[3] * UNITS for c in cells], pa.int64()),
        }
    )


@settings(max_examples=300)
@given(CELLS)
def test_every_cell_is_in_one_part_of_three_households(cells: list[tuple[int, int, str, int]]) -> None:
    basis = table(cells)
    parts = partition(basis)
    if sum(c[3] for c in cells) < MINIMUM:
        assert parts.num_rows == 0
        return
    keys = list(zip(parts["cell_id"].to_pylist(), parts["ags"].to_pylist(), strict=True))
    assert sorted(keys) == sorted(zip(basis["cell_id"].to_pylist(), basis["ags"].to_pylist(), strict=True))
    joined = basis.join(parts, ["cell_id", "ags"]).group_by("part_id").aggregate([("units", "sum")])
    assert min(joined["units_sum"].to_pylist()) >= MINIMUM * UNITS
    for row in parts.to_pylist():
        assert row["ags"].startswith(row["part_ags"])
        if row["size_m"]:
            assert row["part_ags"] == row["ags"]
            assert 0 <= row["cell_id"] // 10_000 * 100 - row["northing_m"] < row["size_m"]
            assert 0 <= row["cell_id"] % 10_000 * 100 - row["easting_m"] < row["size_m"]


@settings(max_examples=60)
@given(CELLS, st.randoms(use_true_random=False))
def test_no_combination_of_published_sums_isolates_fewer_than_three_households(
    cells: list[tuple[int, int, str, int]], chance: object
) -> None:
    """The attacker knows the exact sums of all parts and of all areas, of every Stand and threshold, and combines them linearly.

    Each is a sum over the same sets of cells, so that one row per set stands for all Stände: a set of cells is recovered if its indicator
    lies in the space of these rows.
    """
    assert chance is not None
    homes = {g: sum(c[3] for c in cells if c[2] == g) for g in GEMEINDEN}
    cells = [c for c in cells if homes[c[2]] >= MINIMUM]  # an area with fewer has no total that may be published either
    parts = partition(table(cells)).to_pylist()
    if not parts:
        return
    weight = {
        (r["cell_id"], r["ags"]): u // UNITS for r, u in zip(table(cells).to_pylist(), table(cells)["units"].to_pylist(), strict=True)
    }
    inhabited = [r for r in parts if weight[r["cell_id"], r["ags"]]]
    groups = [[r["part_id"] for r in inhabited]] + [[r["ags"][:n] for r in inhabited] for n in (8, 5, 3, 2)]
    rows = np.array([[float(key == g) for key in keys] for keys in groups for g in sorted(set(keys), key=str)])
    count = [weight[r["cell_id"], r["ags"]] for r in inhabited]
    few = [s for n in (1, 2) for s in combinations(range(len(count)), n) if sum(count[i] for i in s) < MINIMUM]
    for chosen in few:
        wanted = np.zeros(len(count))
        wanted[list(chosen)] = 1
        found = np.linalg.lstsq(rows.T, wanted, rcond=None)[0]
        assert np.abs(rows.T @ found - wanted).max() > 1e-6, (chosen, count)


def test_the_attack_works_where_levels_overlap() -> None:
    """The same attack on what a careless publication would show (100 m cells of three, and the whole 1 km square) does recover a house."""
    rows = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 1.0, 1.0]])
    wanted = np.array([0.0, 0.0, 1.0])
    found = np.linalg.lstsq(rows.T, wanted, rcond=None)[0]
    assert np.abs(rows.T @ found - wanted).max() < 1e-9


@settings(max_examples=100)
@given(CELLS, st.lists(st.integers(0, 7), min_size=14, max_size=14), st.lists(st.integers(0, 7), min_size=14, max_size=14))
def test_neither_one_nor_two_households_ever_show(cells: list[tuple[int, int, str, int]], first: list[int], second: list[int]) -> None:
    """In no figure, nor in its complement, nor in a difference between two thresholds or two Stände."""
    parts = partition(table(cells))
    if not parts.num_rows:
        return
    rows = [
        (c[0], c[1], c[2], c[3], min(c[3], low), stand)
        for stand, draws in (("2021-06-30", first), ("2025-12-31", second))
        for c, low in zip(cells, draws, strict=False)
    ]
    every = table([r[:4] for r in rows])
    below = pa.array([r[4] * UNITS for r in rows], pa.int64())
    cut = every.rename_columns({"cell_id": "cell_id", "ags": "ags", "units": "all_units"})
    cut = cut.append_column("below_units", below).append_column("stand", pa.array([r[5] for r in rows]))
    found = published_cells(parts, cut, keys=["stand"], amounts=["all_units", "below_units"])
    by_stand = {s: found.filter(pc.equal(found["stand"], s)) for s in ("2021-06-30", "2025-12-31")}
    assert len({tuple(t["part_id"].to_pylist()) for t in by_stand.values()}) == 1
    whole, less = found["all_units"].to_numpy(), found["below_units"].to_numpy()
    assert whole.min() >= MINIMUM
    assert (less <= whole).all()
    changes = np.subtract(*(t["below_units"].to_numpy() for t in by_stand.values()))
    for values in (whole, less, whole - less, changes):
        assert (values % MINIMUM == 0).all()


def test_rounding_is_to_the_nearest_multiple_of_three() -> None:
    assert rounded(np.array([0, 14_999, 15_000, 30_000, 44_999, 45_000, 70_000])).tolist() == [0, 0, 3, 3, 3, 6, 6]


def test_a_lone_farm_is_put_together_with_its_neighbours() -> None:
    """Two cells of three stay; a farm joins what is left in 500 m, then the coarsest part of the 1 km square; far off, one of the Gemeinde."""
    near = [(0, 0, "05966000", 3), (0, 1, "05966000", 9), (3, 3, "05966000", 2), (4, 4, "05966000", 1)]
    cells = [*near, (8, 8, "05966000", 1)]
    assert [r["size_m"] for r in partition(table(near)).to_pylist()] == [100, 100, 500, 500]
    assert [r["size_m"] for r in partition(table(cells)).to_pylist()] == [100, 100, 1000, 1000, 1000]
    found = partition(table([*cells, (30, 30, "05966000", 1)])).to_pylist()
    assert [r["size_m"] for r in found] == [100, 100, None, None, None, None]
    assert {r["part_ags"] for r in found} == {"05966000"}


def test_shapes_of_a_gemeinde_do_not_overlap() -> None:
    rng = np.random.default_rng(3)
    cells = {(int(r), int(c)): int(h) for r, c, h in zip(*rng.integers(0, 40, (2, 400)), rng.integers(1, 5, 400), strict=True)}
    basis = table([(r, c, "05966000", h) for (r, c), h in sorted(cells.items())])
    parts = partition(basis)
    found = published_cells(parts, basis, keys=[], amounts=["units"])
    shapes = [s for s in outlines(found) if s is not None]
    assert {100, 200, 500} <= set(found["size_m"].to_pylist())
    assert shapely.union_all(shapes).area == pytest.approx(sum(s.area for s in shapes))
    assert sum(found["units"].to_pylist()) == pytest.approx(sum(cells.values()), rel=0.15)


def test_a_cell_in_no_part_is_an_error() -> None:
    parts = partition(table([(0, 0, "05966000", 3)]))
    with pytest.raises(ValueError, match="1 cells lie in no part"):
        published_cells(parts, table([(0, 1, "05966000", 3)]), keys=[], amounts=["units"])


@settings(max_examples=25)
@given(CELLS, CELLS)
def test_a_partition_of_the_least_counts_holds_for_each(
    tmp_path_factory: pytest.TempPathFactory, first: list[tuple[int, int, str, int]], second: list[tuple[int, int, str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("counts")
    register, method = table(first), table(second)
    pq.write_table(register, folder / "households.parquet")
    amount = pa.array([Decimal(u // UNITS) for u in method["units"].to_pylist()], pa.decimal32(9, 4))
    words = {"method": "cells", "subject": "households", "rollout": "existing", "direction": "down", "technology": "any"}
    same = {k: pa.array([v] * method.num_rows, pa.string()) for k, v in words.items()}
    pq.write_table(pa.table({**same, "cell_id": method["cell_id"], "ags": method["ags"], "total": amount}), folder / "cells.parquet")
    with session(Limits("500MB", 1, folder / "spill")) as con:
        basis = query(con, "privacy_basis", cells=[folder / "cells.parquet"], households=folder / "households.parquet")
    parts = partition(basis)
    for count in (register, method) if parts.num_rows else ():
        joined = count.join(parts, ["cell_id", "ags"], join_type="right outer").group_by("part_id").aggregate([("units", "sum")])
        if count.num_rows:
            assert min(u or 0 for u in joined["units_sum"].to_pylist()) >= MINIMUM * UNITS
