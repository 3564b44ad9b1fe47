"""Schedules, sensors and conditions, evaluated as the daemon does, on a profile of one file."""

import datetime as dt
import os
from pathlib import Path

import dagster as dg
import pytest

from assets.house import House
from pipelines.automation import BERLIN, NIGHT_TAG, STAND_TAG, tags_of
from pipelines.definitions import JOB, build_definitions
from pipelines.plan import Batch, batches, ordered_steps, stale
from pipelines.reports import failure_report, send_report
from pipelines.resources import Reporting
from tests.unit.test_inbox import SCHOOLS, dropped


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A house whose profile has one register of schools, and a drop folder."""
    (tmp_path / "schulen.csv").write_text(SCHOOLS, "utf-8")
    text = 'name = "klein"\norigin = "official"\nland = "05"\nboundaries = "vg250-2021-12-31"\n'
    text += f'inbox = "{tmp_path / "eingang"}"\n'
    text += f'[[files]]\nsource = "msb__schools"\ntable = "register"\nstand = 2021-09-30\npath = "{tmp_path / "schulen.csv"}"\n'
    (tmp_path / "profil.toml").write_text(text, "utf-8")
    (tmp_path / "eingang").mkdir()
    return House(profile_name=str(tmp_path / "profil.toml"), output=str(tmp_path / "output"))


@pytest.fixture
def repository(house: House) -> dg.RepositoryDefinition:
    return build_definitions(house).get_repository_def()


def test_schedules_run_on_german_time_and_are_off(repository: dg.RepositoryDefinition) -> None:
    found = {s.name: s for s in repository.schedule_defs}
    assert set(found) == {"abruf_taeglich", "lauf_taeglich"}
    assert {s.execution_timezone for s in found.values()} == {BERLIN}
    assert {s.default_status for s in found.values()} == {dg.DefaultScheduleStatus.STOPPED}
    assert {s.name for s in repository.sensor_defs} == {"bedingungen", "eingang", "fehlerbericht", "fortsetzung"}
    running = {s.name for s in repository.sensor_defs if s.default_status != dg.DefaultSensorStatus.STOPPED}
    assert running == {"fortsetzung"}


def test_every_asset_has_a_named_condition_and_heavy_ones_a_pool(house: House) -> None:
    definitions = build_definitions(house)
    labels = {str(s.automation_condition.get_label()) for s in definitions.resolve_all_asset_specs() if s.automation_condition}
    assert labels == {"jeden Morgen nachsehen, ob eine Quelle andere Dateien hat", "wenn sich die Daten darunter geändert haben"}
    assert all(s.automation_condition for s in definitions.resolve_all_asset_specs())
    graph = definitions.resolve_asset_graph()
    pools = {key.to_user_string(): graph.get(key).pools for key in graph.get_all_asset_keys()}
    assert {name for name, some in pools.items() if some} >= {"core_area_cells", "core_deliveries__matches", "core_mobile__cells"}
    assert set().union(*pools.values()) == {"schwer"}


def test_the_nightly_run_requests_what_is_stale_in_order(house: House, repository: dg.RepositoryDefinition) -> None:
    left = house.folder / ".parts.4194303.part"  # of a process that no longer lives
    left.mkdir(parents=True)
    schedule = repository.get_schedule_def("lauf_taeglich")
    moment = dt.datetime(2026, 11, 24, 4, 0, tzinfo=dt.UTC)
    with (
        dg.DagsterInstance.ephemeral() as instance,
        dg.build_schedule_context(instance, scheduled_execution_time=moment, repository_def=repository) as context,
    ):
        requests = schedule.evaluate_tick(context).run_requests
    assert requests
    assert not left.exists()
    assert len(requests) == 1
    assert requests[0].run_key == requests[0].tags[NIGHT_TAG] == "2026-11-24"
    assert requests[0].tags[STAND_TAG] == "2021-09-30"
    names = [k.to_user_string() for k in requests[0].asset_selection or []]
    assert "raw_msb__schools" in names


@pytest.mark.parametrize("tags", [{NIGHT_TAG: "2026-11-24"}, {}])
def test_the_nightly_run_goes_on_after_a_batch_that_went_well(house: House, tags: dict[str, str]) -> None:
    definitions = build_definitions(house)
    batch = [dg.AssetKey("raw_demo__files"), dg.AssetKey("raw_msb__schools")]
    with dg.DagsterInstance.ephemeral() as instance:
        done = definitions.resolve_job_def(JOB).execute_in_process(
            instance=instance, asset_selection=batch, partition_key="2021-09-30", tags=tags
        )
        context = dg.build_run_status_sensor_context("fortsetzung", done.get_run_success_event(), instance, done.dagster_run)
        found = definitions.get_repository_def().get_sensor_def("fortsetzung")(context)
    if not tags:
        assert found is None
        return
    assert isinstance(found, dg.RunRequest)
    assert found.run_key == f"2026-11-24 {done.run_id}"
    assert found.tags[NIGHT_TAG] == "2026-11-24"
    names = {k.to_user_string() for k in found.asset_selection or []}
    assert "core_msb__schools" in names
    assert "raw_msb__schools" not in names


def test_all_stands_of_a_new_output_are_one_run(tmp_path: Path) -> None:
    place = House(output=str(tmp_path))
    definitions, stands = build_definitions(place), place.profile.stands
    steps = ordered_steps(definitions)
    (batch,) = batches(stale(steps, place, stands), steps, stands)
    assert set(batch.assets) == {s.name for s in steps}
    assert batch.stands == stands
    found = tags_of(batch)
    assert (found["dagster/asset_partition_range_start"], found["dagster/asset_partition_range_end"]) == (stands[0], stands[-1])
    graph = definitions.resolve_asset_graph()
    nodes = [graph.get(dg.AssetKey(s.name)) for s in steps if s.by_stand]
    assert len(nodes) > len(stands) > 1
    assert [n.key for n in nodes if n.backfill_policy != dg.BackfillPolicy.single_run()] == []


def test_tags_name_the_stands() -> None:
    assert tags_of(Batch(("a",), ())) == {}
    assert tags_of(Batch(("a",), ("2021-06-30", "2021-12-31")))[STAND_TAG] == "2021-06-30_2021-12-31"


def test_the_drop_folder_asks_for_one_run_per_file(house: House, repository: dg.RepositoryDefinition) -> None:
    sensor = repository.get_sensor_def("eingang")
    inbox = Path(str(house.profile.inbox))

    def tick(cursor: str | None) -> tuple[list[dg.RunRequest], str, str | None]:
        with dg.DagsterInstance.ephemeral() as instance:
            context = dg.build_sensor_context(instance, cursor=cursor, repository_def=repository)
            result = sensor.evaluate_tick(context)
        return list(result.run_requests or []), str(result.skip_message), result.cursor

    assert tick(None)[1].startswith("Der Eingangsordner")
    dropped(inbox, "2021-09-30/neu.csv", SCHOOLS + "100002;05966024;1;25832;2;2\n")
    dropped(inbox, "2030-06-30/spaet.csv", SCHOOLS + "100003;05966024;1;25832;2;2\n")
    requests, said, cursor = tick(None)
    assert (requests, said.count("wird vielleicht noch geschrieben")) == ([], 2)
    (request,), _, cursor = tick(cursor)
    assert request.partition_key == "2021-09-30"
    assert [k.to_user_string() for k in request.asset_selection or []] == ["raw_msb__schools"]
    requests, said, _ = tick(cursor)
    assert (requests, said.count("schon übernommen")) == ([], 2)


def test_a_failed_run_leaves_a_readable_report(house: House, tmp_path: Path) -> None:
    (tmp_path / "schulen.csv").unlink()
    definitions = build_definitions(house)
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def(JOB).execute_in_process(
            instance=instance, asset_selection=[dg.AssetKey("raw_msb__schools")], partition_key="2021-09-30", raise_on_error=False
        )
        assert not result.success
        event = result.get_run_failure_event()
        context = dg.build_run_status_sensor_context("fehlerbericht", event, instance, result.dagster_run)
        failed = context.for_run_failure()
        definitions.get_repository_def().get_sensor_def("fehlerbericht")(failed)
    (path,) = (house.folder / "berichte").glob("*.md")
    text = path.read_text("utf-8")
    assert "raw_msb__schools" in text
    assert "schulen.csv" in text
    assert "2021-09-30" in text


def test_a_report_is_posted_only_where_an_address_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []

    class Answer:
        def raise_for_status(self) -> None:
            sent.append("ok")

    monkeypatch.setattr("pipelines.reports.httpx.post", lambda url, **_: sent.append(url) or Answer())
    text = failure_report("1", tags={"netzlage/stand": "2021-06-30"}, message="kaputt", steps=[("a", "Fehler")])
    send_report(text, Reporting())
    assert sent == []
    send_report(text, Reporting(post_url="http://127.0.0.1/haken"))
    assert sent == ["http://127.0.0.1/haken", "ok"]
    assert "netzlage/stand: 2021-06-30" in text


def test_nothing_of_the_environment_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.startswith("NETZLAGE_")]:
        monkeypatch.delenv(name)
    from pipelines.resources import reporting  # noqa: PLC0415 (read after the environment was emptied)

    assert reporting() == Reporting()
