"""White spots of a whole run on the demo: figures that belong together, and something to see."""

from tests.conftest import Run
from tests.whitespot_sums import sums_hold


def test_white_spots_and_the_fact_table_say_the_same(demo_run: Run) -> None:
    assert sums_hold(demo_run.folder / "tables") > 0


def test_results_of_the_atlas_alone_are_never_called_white_spots(demo_run: Run) -> None:
    labels = demo_run.rows("SELECT DISTINCT label_de, label_en FROM out_whitespots__areas WHERE kind = 'fixed_cells'")
    assert len(labels) == 7
    assert all("ohne Ausbaumeldungen" in str(de) and "weiß" not in str(de) and "white" not in str(en) for de, en in labels)


def test_olpe_has_clusters_at_both_stands_with_deliveries(demo_run: Run) -> None:
    stands = demo_run.rows(
        "SELECT stand, count(*) FROM out_whitespots__clusters WHERE kreis_ags = '05966' AND addresses > 0 GROUP BY stand ORDER BY stand"
    )
    assert [str(s) for s, _ in stands] == ["2021-06-30", "2025-12-31"]


def test_the_guideline_has_a_lower_and_an_upper_bound_from_cells(demo_run: Run) -> None:
    rows = demo_run.rows(
        "SELECT max(all_units) FILTER (WHERE bound = 'lower'), max(all_units) FILTER (WHERE bound = 'upper') "
        "FROM out_whitespots__areas WHERE ags = '05' AND kind = 'fixed_cells' AND threshold_set = 'richtlinie_2023' GROUP BY stand"
    )
    assert rows
    assert all(0 < low < high for low, high in rows)  # type: ignore[operator]
