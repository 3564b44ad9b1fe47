"""The event log with open connections: Dagster's own storage reads the same files, and the planner's settings name it."""

from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage

from pipelines.history import KEPT, EventLog
from pipelines.resources import ROOT


@dg.asset(partitions_def=dg.StaticPartitionsDefinition(["a", "b"]), backfill_policy=dg.BackfillPolicy.single_run())
def something() -> None:
    """An asset with two partitions."""


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dg.DagsterInstance:
    (tmp_path / "dagster.yaml").write_bytes((ROOT / "dagster.yaml").read_bytes())
    monkeypatch.chdir(tmp_path)  # paths of dagster.yaml resolve against the working directory
    return dg.DagsterInstance.from_config(str(tmp_path))


def test_dagsters_own_storage_reads_what_was_written(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    tags = {"dagster/asset_partition_range_start": "a", "dagster/asset_partition_range_end": "b"}
    with instance:
        assert isinstance(instance.event_log_storage, EventLog)
        run_ids = [dg.materialize([something], instance=instance, tags=tags).run_id for _ in range(KEPT + 1)]
    other = SqliteEventLogStorage(str(tmp_path / ".dagster" / "history" / "runs"))
    for run_id in run_ids:
        kinds = [r.event_log_entry.dagster_event_type for r in other.get_records_for_run(run_id).records]
        assert kinds[-1] == dg.DagsterEventType.RUN_SUCCESS
        assert kinds.count(dg.DagsterEventType.ASSET_MATERIALIZATION) == len(tags)
    assert other.get_materialized_partitions(something.key) == {"a", "b"}


def test_few_files_stay_open(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    with instance:
        for _ in range(KEPT + 2):
            dg.materialize([something], instance=instance, partition_key="a")
        assert len(_open_below(tmp_path / ".dagster" / "history" / "runs")) == KEPT
    assert not _open_below(tmp_path / ".dagster" / "history" / "runs")


def _open_below(folder: Path) -> set[str]:
    """The databases below a folder that this process holds open."""
    files = {str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()}
    return {f for f in files if f.startswith(str(folder)) and f.endswith(".db")}
