"""The checks of a run: which table each asks about, what it found, and whether that stops the run. What they ask is in contracts.py."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import pyarrow as pa
import pyarrow.parquet as pq

from geodata.catalogue import known_editions
from geodata.contracts import (
    INTERNAL,
    Finding,
    accounts_that_fail,
    areas_that_fail,
    differences_that_stand_out,
    facts_that_fail,
    shares_that_jump,
    stands_not_loaded,
)
from geodata.gate import PUBLIC
from geodata.session import Limits
from geodata.tables import Tables, file_hash

SHOWN = 10
PASSED, WARNED, FAILED = "passed", "warned", "failed"
RESULTS = pa.schema(
    [
        ("check_name", pa.string()),
        ("table_name", pa.string()),
        ("state", pa.string()),
        ("findings", pa.int64()),
        ("examples", pa.string()),
        ("visibility", pa.string()),
    ]
)


@dataclass(frozen=True)
class Checked:
    """What is checked: the tables of a run, the AGS of the Land, the edition of its boundaries."""

    tables: Tables
    land: str
    edition: str
    limits: Limits


@dataclass(frozen=True)
class Check:
    """One check: `blocking` stops what follows, another one warns. Its text in both languages is the message `check_<name>`."""

    name: str
    table: str
    find: Callable[[Checked], list[Finding]]
    blocking: bool = False


def _areas(run: Checked) -> list[Finding]:
    areas = pq.read_table(run.tables.path("core_boundaries__areas"), columns=["boundary_edition", "ags", "level"])
    return areas_that_fail(areas.to_pandas(), land=run.land, edition=run.edition)


def _stands(run: Checked) -> list[Finding]:
    known = {source: [edition.stand for edition in editions] for source, editions in known_editions().items()}
    return stands_not_loaded(pq.read_table(run.tables.path("out_run__sources")), known)


CHECKS = {
    check.name: check
    for check in (
        Check("areas_are_complete", "core_boundaries__areas", _areas, blocking=True),
        Check(
            "facts_keep_their_contract",
            "out_coverage__shares",
            lambda run: facts_that_fail(run.tables.all_stands("out_coverage__shares"), run.limits),
            blocking=True,
        ),
        Check(
            "rows_are_accounted_for",
            "out_run__accounting",
            lambda run: accounts_that_fail(pq.read_table(run.tables.path("out_run__accounting"))),
            blocking=True,
        ),
        Check(
            "derived_is_near_reported",
            "out_coverage__differences",
            lambda run: differences_that_stand_out(pq.read_table(run.tables.path("out_coverage__differences"))),
        ),
        Check(
            "shares_do_not_jump",
            "out_coverage__shares",
            lambda run: shares_that_jump(run.tables.all_stands("out_coverage__shares"), run.limits),
        ),
        Check("newest_stand_is_loaded", "out_run__sources", _stands),
    )
}


def findings(name: str, run: Checked) -> tuple[Finding, ...]:
    """What a check finds. Asked again of the same bytes in the same process, as beside its table and for the report, it answers at once."""
    table = CHECKS[name].table
    files = run.tables.all_stands(table) or [run.tables.path(table)]
    return _findings(name, run, tuple(file_hash(path) for path in files))


@lru_cache(maxsize=16)
def _findings(name: str, run: Checked, _: tuple[str, ...]) -> tuple[Finding, ...]:
    return tuple(CHECKS[name].find(run))


def check_results(run: Checked) -> pa.Table:
    """All checks: a row for what each found in public rows, even where that is nothing, and one for what it found in others."""
    rows = []
    for check in CHECKS.values():
        found = findings(check.name, run)
        for visibility in (PUBLIC, INTERNAL):
            own = [f.text for f in found if (f.visibility == PUBLIC) == (visibility == PUBLIC)]
            if own or visibility == PUBLIC:
                state = PASSED if not own else FAILED if check.blocking else WARNED
                rows.append((check.name, check.table, state, len(own), "; ".join(own[:SHOWN]), visibility))
    return pa.Table.from_pylist([dict(zip(RESULTS.names, row, strict=True)) for row in rows], schema=RESULTS)
