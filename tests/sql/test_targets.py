"""The table of targets on small facts by hand: paces and where they end, verdicts at and after the due date, counts, ranks, what is beside."""

from decimal import Decimal
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pytest
import shapely

from geodata.facts import FACTS, METHODS
from geodata.targets import METHOD_BREAK, Target, targets_table
from tests.sql.test_sql import EDITION, fact, run, weights, write

GIGABIT = "households_gigabit_2025"
KREISE = [f"05{n}" for n in range(111, 131)]


@pytest.fixture
def areas(tmp_path: Path) -> Path:
    """The Land, a Regierungsbezirk, twenty Kreise and one Gemeinde."""
    rows = [("05", "land"), ("051", "regierungsbezirk"), ("05111000", "gemeinde"), *((k, "kreis") for k in KREISE)]
    frame = gpd.GeoDataFrame(
        {"boundary_edition": EDITION, "ags": [r[0] for r in rows], "level": [r[1] for r in rows]},
        geometry=[shapely.box(0, 0, 1, 1)] * len(rows),
        crs="EPSG:25832",
    )
    path = tmp_path / "areas.parquet"
    frame.to_parquet(path)
    return path


def status(
    folder: Path, areas: Path, facts: list[dict[str, object]], target: str = GIGABIT, targets: pa.Table | None = None
) -> dict[tuple[str, str], dict[str, object]]:
    rows = run(
        "targets_status",
        facts=[write(folder, "facts", facts, FACTS)],
        areas=areas,
        households=weights(folder, "100", "300"),
        targets=targets_table() if targets is None else targets,
        methods=METHODS,
        boundary_edition=EDITION,
        method_break=METHOD_BREAK,
    )
    return {(str(r["ags"]), str(r["stand"])): r for r in rows if r["target_id"] == target}


def yearly(values: dict[str, float], ags: str = "05111", **more: object) -> list[dict[str, object]]:
    return [fact(ags, "kreis", stand, value, **more) for stand, value in values.items()]


def test_the_pace_over_two_and_four_stands(tmp_path: Path, areas: Path) -> None:
    facts = yearly({"2022-12-31": 0.1, "2023-12-31": 0.2, "2024-06-30": 0.5, "2024-12-31": 0.55})
    found = status(tmp_path, areas, facts)
    last = found["05111", "2024-12-31"]
    assert last["pace_two_points_per_year"] == pytest.approx(5 / 184 * 365.25)
    assert last["pace_four_points_per_year"] == pytest.approx(45 / 731 * 365.25)
    assert last["pace_needed_points_per_year"] == pytest.approx(45 / 365 * 365.25)
    assert found["05111", "2024-06-30"]["pace_four_points_per_year"] is None


def test_no_pace_across_the_method_break_or_between_sources(tmp_path: Path, areas: Path) -> None:
    facts = yearly({"2020-12-31": 0.1, "2021-06-30": 0.2, "2022-06-30": 0.3, "2022-12-31": 0.4})
    facts += yearly({"2023-06-30": 0.5}, source_id="other") + yearly({"2023-12-31": 0.6}, basis="derived", method="cells")
    found = status(tmp_path, areas, facts)
    paces = {stand: row["pace_two_points_per_year"] for (ags, stand), row in found.items() if ags == "05111"}
    assert [stand for stand, pace in paces.items() if pace is not None] == ["2021-06-30", "2022-12-31"]
    assert all(row["pace_four_points_per_year"] is None for row in found.values())


def test_a_status_list_knows_no_method_break(tmp_path: Path, areas: Path) -> None:
    facts = yearly({"2021-09-30": 0.7, "2022-09-30": 0.8}, subject="schools", method="status_list")
    found = status(tmp_path, areas, facts, "schools_gigabit_2022")
    assert found["05111", "2022-09-30"]["pace_two_points_per_year"] == pytest.approx(10 * 365.25 / 365)


@pytest.mark.parametrize(
    ("values", "by_due", "latest"),
    [
        ({"2025-06-30": 0.9, "2026-06-30": 0.95}, False, False),
        ({"2025-06-30": 0.9, "2025-12-31": 1.0, "2026-06-30": 1.0}, True, True),
        ({"2025-06-30": 1.0, "2026-06-30": 0.99}, True, False),
        ({"2025-06-30": 0.9, "2026-06-30": 1.0}, None, True),  # met some time between: nobody knows when
        ({"2025-06-30": 0.9, "2025-12-31": 0.99, "2026-06-30": 1.0}, False, True),
        ({"2026-06-30": 1.0}, None, True),
        ({"2025-06-30": 1.0}, None, True),  # no Stand at or after the due date
    ],
)
def test_met_by_the_due_date_and_met_at_the_latest_stand(
    tmp_path: Path, areas: Path, *, values: dict[str, float], by_due: bool | None, latest: bool
) -> None:
    rows = [r for (ags, _), r in status(tmp_path, areas, yearly(values)).items() if ags == "05111"]
    assert {(r["was_met_by_due"], r["is_met_at_latest"], str(r["latest_stand"])) for r in rows} == {(by_due, latest, max(values))}


def test_a_count_is_judged_for_the_land_alone(tmp_path: Path, areas: Path) -> None:
    count = {"subject": "extensions_5g", "technology": "5g", "min_mbits": 0, "basis": "derived", "method": "operator_list"}
    facts = [
        fact("05", "land", stand, None, numerator=Decimal(n), **count)
        for stand, n in (("2021-12-31", 4500), ("2023-12-31", 10300), ("2024-12-31", 10301))
    ]
    facts.append(fact("05111", "kreis", "2024-12-31", None, numerator=Decimal(40), **count))
    facts.append(fact("05", "land", "2024-12-31", 0.97, subject="area", technology="5g", min_mbits=0, basis="derived", method="cells"))
    found = status(tmp_path, areas, facts, "extensions_5g_2024")
    assert {ags for ags, _ in found} == {"05"}
    before, at = found["05", "2023-12-31"], found["05", "2024-12-31"]
    assert (before["actual_count"], before["gap_count"], before["status"], before["gap_points"]) == (10300, 1, "on_track", None)
    assert before["pace_two_counts_per_year"] == pytest.approx(5800 / 730 * 365.25)
    assert (at["actual_count"], at["status"], at["was_met_by_due"], at["actual_share"]) == (10301, "reached", True, None)
    # The share of the area stands beside it; it decides nothing.
    assert (at["beside_share"], before["beside_share"]) == (0.97, None)


def test_what_the_atlas_showed_stands_beside_the_5g_target(tmp_path: Path, areas: Path) -> None:
    mobile = {"technology": "5g", "min_mbits": 2}
    facts = [fact("05", "land", "2021-06-30", 0.9309, **mobile), fact("05", "land", "2022-12-31", 0.95, **mobile)]
    found = status(tmp_path, areas, facts, "households_5g_2022")
    later = found["05", "2022-12-31"]
    assert (later["status"], later["beside_share"], str(later["beside_stand"])) == ("reached", 0.9309, "2021-06-30")


def test_ranks_and_deciles_of_the_kreise(tmp_path: Path, areas: Path) -> None:
    facts = [fact(ags, "kreis", "2022-12-31", (i // 2 * 2) / 100) for i, ags in enumerate(KREISE[:-1])]
    found = status(tmp_path, areas, [*facts, fact(KREISE[-1], "kreis", "2022-12-31", None)])
    rows = {ags: r for (ags, _), r in found.items()}
    assert [rows[k]["kreis_rank"] for k in KREISE[-4:]] == [2, 2, 1, None]
    assert {rows[k]["kreise_ranked"] for k in KREISE[:-1]} == {19}
    assert [k for k in KREISE if rows[k]["is_highest_decile"]] == [KREISE[-2]]
    assert [k for k in KREISE if rows[k]["is_lowest_decile"]] == KREISE[:2]  # a tie at the bottom is not broken by chance


def test_an_own_target_holds_where_it_says_and_stays_internal(tmp_path: Path, areas: Path) -> None:
    texts = {f"{n}_{lang}": "x" for n in ("label", "unit", "wording") for lang in ("de", "en")}
    own = Target(
        target_id="own", subject="households", technology="fttb_h", min_mbits=1000, due="2030-12-31", scope="kreis", source="Kreistag",
        required_share=0.8, areas=("05111",), **texts,
    )  # fmt: skip
    facts = yearly({"2022-12-31": 0.5, "2023-12-31": 0.6}, technology="fttb_h")
    facts.append(fact("05111000", "gemeinde", "2023-12-31", 0.6, technology="fttb_h"))
    found = status(tmp_path, areas, facts, "own", targets_table((own,)))
    assert {ags for ags, _ in found} == {"05111", "05111000"}
    assert ("05111000", "2022-12-31") not in found  # a Gemeinde only where there is a figure
    last = found["05111", "2023-12-31"]
    assert (last["visibility"], last["status"], last["is_pace_sufficient"]) == ("internal", "not_observed_at_due_date", True)
