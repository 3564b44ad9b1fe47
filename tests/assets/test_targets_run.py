"""Targets of a whole run: every row of a projection is internal, none of it is public; no pace crosses the method break."""

import duckdb
import pyarrow.parquet as pq

from tests.conftest import Run


def test_projections_and_their_tests_stay_inside(demo_run: Run) -> None:
    counted = "SELECT count(*) FROM out_targets__projection UNION ALL SELECT count(*) FROM out_targets__backtest"
    told = "SELECT visibility FROM out_targets__projection UNION SELECT visibility FROM out_targets__backtest"
    assert all(int(str(n)) > 0 for (n,) in demo_run.rows(counted))
    assert demo_run.rows(told) == [("internal",)]
    with duckdb.connect(str(demo_run.folder / "netzlage-public.duckdb"), read_only=True) as con:
        assert con.execute(counted).fetchall() == [(0,), (0,)]
    # A download may name the columns of such a table, never a row of it.
    named = [p for p in (demo_run.folder / "site").rglob("*") if "projection" in p.name or "backtest" in p.name]
    assert [p.name for p in named if p.suffix == ".csv" and len(p.read_text("utf-8").splitlines()) > 1] == []
    assert [p.name for p in named if p.suffix == ".parquet" and pq.read_metadata(p).num_rows] == []


def test_no_pace_crosses_the_method_break(demo_run: Run) -> None:
    first = demo_run.rows(
        "SELECT count(*), count(pace_two_points_per_year) FROM out_targets__status "
        "WHERE target_id = 'households_gigabit_2025' AND stand = '2022-06-30' AND level IN ('land', 'kreis')"
    )
    assert first == [(54, 0)]
    later = demo_run.rows(
        "SELECT count(*), count(pace_two_points_per_year), count(pace_four_points_per_year) FROM out_targets__status "
        "WHERE target_id = 'households_gigabit_2025' AND stand = '2023-12-31' AND level IN ('land', 'kreis')"
    )
    assert later == [(54, 54, 54)]


def test_ranks_and_inequality_agree(demo_run: Run) -> None:
    rows = demo_run.rows(
        "SELECT i.lowest_ags = s.ags FROM out_targets__inequality AS i INNER JOIN out_targets__status AS s "
        "ON i.target_id = s.target_id AND i.stand = s.stand AND s.kreis_rank = s.kreise_ranked WHERE i.kreise = 53"
    )
    assert rows
    assert all(same for (same,) in rows)
