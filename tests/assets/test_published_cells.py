"""The published cells of the demo as an outsider has them, held against the households that are not published."""

import duckdb
import pytest

from tests.conftest import Run

AMOUNTS = (
    "households",
    "unknown_households",
    "below_30_households",
    "below_100_households",
    "below_400_households",
    "below_1000_households",
)


@pytest.fixture
def public(demo_run: Run) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(demo_run.folder / "netzlage-public.duckdb"), read_only=True)


def test_every_stand_and_method_has_the_same_parts(public: duckdb.DuckDBPyConnection) -> None:
    rows = public.execute(
        "SELECT stand, method, list(part_id ORDER BY part_id) FROM out_whitespots__published_cells GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    assert len(rows) >= 10
    assert len({tuple(parts) for _, _, parts in rows}) == 1
    (listed,) = public.execute("SELECT list(part_id ORDER BY part_id) FROM out_whitespots__parts").fetchone() or ([],)
    assert tuple(listed) == tuple(rows[0][2])


def test_neither_one_nor_two_households_in_any_figure_or_difference(public: duckdb.DuckDBPyConnection) -> None:
    for amount in AMOUNTS:
        found = public.execute(f"SELECT count(*), count(*) FILTER ({amount} % 3 <> 0), min({amount}) FROM out_whitespots__published_cells")  # noqa: S608  # names of columns
        count, odd, least = found.fetchone() or (0, 1, -1)
        assert count > 1000
        assert odd == 0
        assert least >= (3 if amount == "households" else 0)
        changes = public.execute(
            f"SELECT count(*) FROM out_whitespots__published_cells a JOIN out_whitespots__published_cells b "  # noqa: S608
            f"USING (part_id, method) WHERE abs(a.{amount} - b.{amount}) IN (1, 2)"
        )
        assert changes.fetchone() == (0,)


def test_each_part_has_three_households_by_every_count(demo_run: Run) -> None:
    rows = demo_run.rows(
        "SELECT c.stand, c.method, p.part_id, sum(c.total) FROM core_fixed__cells c JOIN core_privacy__parts p "
        "ON c.cell_id = p.cell_id AND c.ags = p.ags WHERE c.subject = 'households' AND c.rollout = 'existing' AND c.direction = 'down' "
        "AND c.technology IN ('any', 'unknown') AND c.method IN ('cells', 'addresses_union') GROUP BY ALL HAVING sum(c.total) < 3"
    )
    assert rows == []


def test_a_gemeinde_is_whole_parts(demo_run: Run) -> None:
    """Totals less the published cells of an area leave whole parts: none crosses a border of a Gemeinde unless it has no place."""
    rows = demo_run.rows(
        "SELECT part_id FROM core_privacy__parts GROUP BY part_id HAVING count(DISTINCT ags) > 1 AND max(size_m) IS NOT NULL"
    )
    assert rows == []
    small = demo_run.rows("SELECT DISTINCT part_ags FROM core_privacy__parts WHERE length(part_ags) < 8")
    assert small == []
