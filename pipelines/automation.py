"""What happens by itself: conditions per asset, nightly schedules, the drop folder, reports of failed runs. Off until switched on.

Not the plan of what is stale: that is `plan.py`, which the nightly run asks as `netzlage run` does.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition as AssetJob
from dagster._core.execution.plan.objects import StepFailureData
from dagster_shared.error import SerializableErrorInfo

from assets.house import House
from geodata.atomic import replaced, sweep
from geodata.downloads.editions import Bounds
from geodata.errors import InputError
from geodata.inbox import Arrival, accept, arrivals
from geodata.messages import sentence
from geodata.snapshots import ask_again
from pipelines.plan import Batch, Step, batches, stale
from pipelines.reports import failure_report, send_report
from pipelines.resources import reporting

BERLIN = "Europe/Berlin"
STAND_TAG = "netzlage/stand"
NIGHT_TAG = "netzlage/nacht"
LOOK_S = 15

_IDLE = ~dg.AutomationCondition.any_deps_missing() & ~dg.AutomationCondition.any_deps_in_progress() & ~dg.AutomationCondition.in_progress()
DAILY_LOOK = dg.AutomationCondition.on_cron("0 4 * * *", BERLIN).with_label("jeden Morgen nachsehen, ob eine Quelle andere Dateien hat")
# The hash of a table is its data version: a step that made the same bytes again moves nothing below it.
WHEN_DATA_CHANGE = (
    (
        dg.AutomationCondition.any_deps_match(dg.AutomationCondition.data_version_changed() | dg.AutomationCondition.newly_missing())
        | dg.AutomationCondition.missing().newly_true()
    ).since_last_handled()
    & _IDLE
).with_label("wenn sich die Daten darunter geändert haben")
LOOKED_AT_DAILY = dg.FreshnessPolicy.cron(deadline_cron="0 6 * * *", lower_bound_delta=timedelta(hours=3), timezone=BERLIN)


def condition_of(group: str) -> dg.AutomationCondition[Any]:
    """The condition of an asset: raw ones look daily, all others follow their inputs."""
    return DAILY_LOOK if group == "raw" else WHEN_DATA_CHANGE


def automations(house: House, job: AssetJob, steps: Callable[[], list[Step]]) -> dg.Definitions:
    """Jobs, schedules and sensors for one house; `job` is that of all assets, `steps` gives the assets in their order."""
    fetching = fetch_job(house)
    daily_fetch = dg.ScheduleDefinition(
        name="abruf_taeglich",
        cron_schedule="30 3 * * *",
        execution_timezone=BERLIN,
        job=fetching,
        description="Fragt die Herausgeber nach neuen Ausgaben.",
    )
    conditions = dg.AutomationConditionSensorDefinition("bedingungen", target=dg.AssetSelection.all())
    return dg.Definitions(
        jobs=[fetching],
        schedules=[daily_fetch, nightly_run(house, job, steps)],
        sensors=[conditions, drop_folder(house, job), continued_run(house, job, steps), failed_runs(house)],
    )


def fetch_job(house: House) -> dg.JobDefinition:
    """The job that asks each address of the profile for a new edition."""

    @dg.op(name="abrufen", description="Jede Adresse des Profils nach einer neuen Ausgabe fragen.")
    def fetch_all(context: dg.OpExecutionContext) -> None:
        failed = []
        with house.working.stored():
            for entry, came in ask_again(house.profile.files, house.store, bounds=Bounds()):
                if isinstance(came, InputError):
                    failed.append(came.message("de"))
                else:
                    context.log.info("%s %s: %s", entry.source, entry.table, sentence(f"fetch_{came}"))
        if failed:
            raise dg.Failure(description="\n".join(failed), allow_retries=False)

    @dg.job(name="abruf", description="Neue Ausgaben der Herausgeber abrufen; gerechnet wird danach.")
    def abruf() -> None:
        fetch_all()

    return abruf


def nightly_run(house: House, job: AssetJob, steps: Callable[[], list[Step]]) -> dg.ScheduleDefinition:
    """The schedule that requests the first batch of what `netzlage run` would do, or nothing, with a reason. It sweeps as that does."""

    @dg.schedule(
        name="lauf_taeglich",
        cron_schedule="0 4 * * *",
        execution_timezone=BERLIN,
        job=job,
        description="Rechnet, was veraltet ist; sonst nichts.",
    )
    def nightly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        sweep(house.folder)
        night = f"{context.scheduled_execution_time:%Y-%m-%d}"
        return _next(house, steps(), night, run_key=night)

    return nightly


def continued_run(house: House, job: AssetJob, steps: Callable[[], list[Step]]) -> dg.SensorDefinition:
    """The sensor that requests the next batch of the nightly run. After a batch that failed there is none, and nothing is published."""

    @dg.run_status_sensor(
        dg.DagsterRunStatus.SUCCESS,
        name="fortsetzung",
        monitored_jobs=[job],
        request_job=job,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Setzt den nächtlichen Lauf fort, solange etwas veraltet ist. Handelt nur nach Läufen, die lauf_taeglich begonnen hat.",
    )
    def continued(context: dg.RunStatusSensorContext) -> dg.RunRequest | dg.SkipReason | None:
        done = context.dagster_run
        night = done.tags.get(NIGHT_TAG)
        return _next(house, steps(), night, run_key=f"{night} {done.run_id}") if night else None

    return continued


def _next(house: House, order: list[Step], night: str, *, run_key: str) -> dg.RunRequest | dg.SkipReason:
    stands = house.profile.stands
    with house.working.held():
        work = batches(stale(order, house, stands), order, stands)
    if not work:
        return dg.SkipReason(sentence("nothing_stale"))
    selection = [dg.AssetKey(a) for a in work[0].assets]
    return dg.RunRequest(run_key=run_key, asset_selection=selection, tags=tags_of(work[0]) | {NIGHT_TAG: night})


def tags_of(batch: Batch) -> dict[str, str]:
    """The tags of a run of one batch: the range of Stände for Dagster, and the same for people who look for the runs of a Stand."""
    if not batch.stands:
        return {}
    first, last = batch.stands[0], batch.stands[-1]
    shown = first if first == last else f"{first}_{last}"
    return {STAND_TAG: shown, "dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}


def drop_folder(house: House, job: AssetJob) -> dg.SensorDefinition:
    """The sensor of the drop folder: takes over what is whole and recognised, once, and says of everything else why not."""

    @dg.sensor(
        name="eingang",
        job=job,
        minimum_interval_seconds=LOOK_S,
        description="Nimmt Dateien aus dem Eingangsordner des Profils auf.",
    )
    def inbox(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        if not house.profile.inbox:
            return dg.SensorResult(skip_reason=sentence("inbox_absent"))
        folder = Path(house.profile.inbox)
        found, now = arrivals(folder, json.loads(context.cursor or "{}"))
        said, requests = [], []
        for arrival in found:
            said.append(_said(arrival, folder, house))
            if not arrival.reason:
                accept(folder, arrival)
                if str(arrival.stand) in house.profile.stands:
                    requests.append(_taken(arrival))
        reason = "\n".join(said) or sentence("inbox_empty", folder=folder.name)
        context.log.info(reason)
        return dg.SensorResult(run_requests=requests, skip_reason=None if requests else reason, cursor=json.dumps(now, sort_keys=True))

    return inbox


def _said(arrival: Arrival, folder: Path, house: House) -> str:
    file, stand = arrival.path.relative_to(folder).as_posix(), str(arrival.stand)
    if arrival.reason:
        return sentence(arrival.reason, file=file, folder=folder.name)
    if stand not in house.profile.stands:
        return sentence("inbox_new_stand", file=file, stand=stand)
    return sentence("inbox_taken", file=file, source=arrival.source, table=arrival.table, stand=stand)


def _taken(arrival: Arrival) -> dg.RunRequest:
    """The run of the raw asset alone: its changed data version moves all that hangs on it, tonight or by the conditions."""
    return dg.RunRequest(
        run_key=arrival.sha256,
        asset_selection=[dg.AssetKey(f"raw_{arrival.source}")],
        partition_key=str(arrival.stand),
        tags={STAND_TAG: str(arrival.stand)},
    )


def failed_runs(house: House) -> dg.SensorDefinition:
    """The hook of failed runs: a readable report in the output folder, and by mail or post where the environment names an address."""

    @dg.run_failure_sensor(name="fehlerbericht", description="Schreibt zu jedem gescheiterten Lauf einen Bericht nach output/berichte.")
    def report(context: dg.RunFailureSensorContext) -> None:
        steps = [(e.step_key or "", e.event_specific_data) for e in context.get_step_failure_events()]
        text = failure_report(
            context.dagster_run.run_id,
            tags=context.dagster_run.tags,
            message=context.failure_event.message or "",
            steps=[(key, _cause(data.error)) for key, data in steps if isinstance(data, StepFailureData)],
        )
        send_report(text, reporting())
        with house.working.stored(), replaced(house.folder / "berichte" / f"{context.dagster_run.run_id}.md") as part:
            part.write_text(text, "utf-8")

    return report


def _cause(error: SerializableErrorInfo | None) -> str:
    """The innermost error: what the step said, without the frames around it."""
    while error and error.cause:
        error = error.cause
    return f"{error.cls_name}: {error.message}" if error else ""
