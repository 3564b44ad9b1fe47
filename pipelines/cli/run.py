"""`netzlage run`: plan, execute what is stale in one process, show progress, and end with the site's path and a short table."""

import errno
import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import dagster as dg
import duckdb
import filelock
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from assets.house import House
from geodata.atomic import sweep
from geodata.errors import InputError, NetzlageError
from geodata.messages import sentence
from maps.releases.store import SITE, Store
from pipelines.automation import tags_of
from pipelines.cli.options import command, offline_option, output_option, published
from pipelines.cli.summary import summary_table
from pipelines.definitions import JOB, STEP_LOG, build_definitions
from pipelines.plan import Batch, batches, ordered_steps, stale
from pipelines.resources import dagster_home, house

LOG = "netzlage.log"
DISK_FULL = {errno.ENOSPC, errno.EDQUOT}


@click.command(help="Alle Schritte eines Profils ausführen / run all steps of a profile.")
@click.option(
    "--profile", default="demo", show_default=True, help="demo, official oder der Pfad einer TOML-Datei / or the path of a TOML file."
)
@output_option
@click.option(
    "--stand",
    metavar="JJJJ-MM-TT",
    help="nur dieser Datenstand, und was von anderen davon abhängt / only this as-of date, and what of others hangs on it.",
)
@offline_option
@click.pass_obj
def run(lang: str, profile: str, output: str, stand: str | None, *, offline: bool) -> None:
    """Run what is stale and publish."""
    out = Console(highlight=False, soft_wrap=True)
    place = house(profile, output, offline=offline)
    stands = place.profile.stands
    if stand and stand not in stands:
        raise InputError("stand_absent", stand=stand, expected=", ".join(stands))
    _check_writable(place.folder)
    chosen = (stand,) if stand else stands
    with _alone(place.folder), place.working.held():
        _make(place, chosen, out, lang)
        stored = place.working.store(publish=True)
    with published(str(place.folder)) as con:
        out.print(summary_table(con, lang))
    store = Store(place.folder)
    built, current = store.built(), store.current()
    if built and built != current:
        page = store.folder / built.release_id / SITE / "daten" / built.stand / "aenderungen.html"
        approve = command("publish", "--stand", built.stand, output=output)
        out.print(sentence("release_waiting", lang, release=built.release_id, path=str(page), command=approve), markup=False)
    if place.url:
        out.print(sentence("run_stored", lang, url=place.url, files=stored.files, carried=stored.carried), markup=False)
    if current:
        out.print(sentence("site_at", lang, path=str(place.folder / SITE / "index.html")), markup=False)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One `netzlage run` at a time in an output folder; what killed runs left half-written is swept away first."""
    lock = filelock.FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout as error:
        raise InputError("run_in_progress", output=str(folder)) from error
    try:
        sweep(folder)
        (folder / LOG).unlink(missing_ok=True)
        yield
    finally:
        lock.release()


def _make(place: House, chosen: tuple[str, ...], out: Console, lang: str) -> None:
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"), TimeElapsedColumn(), console=out
    ) as bar:
        steps = _Steps(bar, lang)
        definitions = build_definitions(place, step_log=steps)
        order = ordered_steps(definitions)
        done = 0
        # A step that reads a register of another Stand can be made stale by a later batch: then it is made once more.
        while work := batches(stale(order, place, chosen), order, place.profile.stands):
            dagster_home()
            steps.begin([name for b in work for name in b.assets])
            with dg.DagsterInstance.get() as instance:
                for batch in work:
                    _execute(definitions, batch, instance, steps, place.folder)
            done += sum(len(b.assets) for b in work)
    out.print(sentence("steps_done" if done else "nothing_to_do", lang, count=done), markup=False)


def _execute(definitions: dg.Definitions, batch: Batch, instance: dg.DagsterInstance, steps: "_Steps", folder: Path) -> None:
    try:
        definitions.resolve_job_def(JOB).execute_in_process(
            instance=instance,
            asset_selection=[dg.AssetKey(a) for a in batch.assets],
            tags=tags_of(batch),
            run_config={"loggers": {STEP_LOG: {}}},
            raise_on_error=True,
        )
    except NetzlageError:
        raise
    # Whatever a step raises must reach the user as one message; the traceback goes to the log.
    except Exception as error:
        if steps.failed_check:
            raise NetzlageError("check_failed", check=steps.current, found=steps.failed_check) from error
        found = f"{type(error).__name__}: {error}".split("\n", 1)[0]
        if isinstance(error, MemoryError | duckdb.OutOfMemoryException):
            raise NetzlageError("memory_short", step=steps.current, found=found, log=_write_log(folder)) from error
        if _is_disk_full(error):
            raise NetzlageError("disk_full", step=steps.current, output=str(folder), found=found) from error
        raise NetzlageError("step_failed", step=steps.current, found=found, log=_write_log(folder)) from error


def _is_disk_full(error: Exception) -> bool:
    """The system says it by a number; DuckDB and SQLite only by a text."""
    if isinstance(error, OSError) and error.errno in DISK_FULL:
        return True
    return any(text in str(error).lower() for text in ("no space left on device", "disk is full", "disk full"))


def _check_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".probe"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise InputError("output_not_writable", output=str(folder), found=error.strerror or str(error)) from error


def _write_log(folder: Path) -> str:
    path = folder / LOG
    path.write_text(traceback.format_exc(), "utf-8")
    return str(path)


class _Steps(logging.Handler):
    """Moves the progress bar as Dagster reports its steps, and remembers the current one; prints nothing."""

    def __init__(self, bar: Progress, lang: str) -> None:
        super().__init__()
        self._bar, self._lang = bar, lang
        self._task: TaskID | None = None
        self._names: frozenset[str] = frozenset()
        self.current = ""
        self.failed_check = ""

    def begin(self, names: list[str]) -> None:
        """Start the bar for the named assets; steps of checks do not move it."""
        self._names = frozenset(names)
        self._task = self._bar.add_task(sentence("steps", self._lang), total=len(names))

    def emit(self, record: logging.LogRecord) -> None:
        """Follow one event of the run."""
        event: dg.DagsterEvent | None = getattr(record, "dagster_meta", {}).get("dagster_event")
        if event is None or self._task is None:
            return
        kind = event.event_type
        if kind == dg.DagsterEventType.STEP_START:
            self.current = str(event.step_key)
            self._bar.update(self._task, description=self.current)
        elif kind == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            found = event.asset_check_evaluation_data
            if not found.passed and found.severity == dg.AssetCheckSeverity.ERROR:
                self.failed_check = found.description or found.check_name
        elif kind == dg.DagsterEventType.STEP_SUCCESS and event.step_key in self._names:
            self._bar.advance(self._task)
