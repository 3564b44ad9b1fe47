"""What a run has to do: the assets whose table is missing, or was made by other code or of other inputs than would be used now."""

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import groupby
from pathlib import Path

import dagster as dg
import pyarrow.parquet as pq

from assets.house import House, deps_of
from assets.raw.snapshots import demo_inputs
from geodata.snapshots import source_versions
from maps.releases.store import SITE, Store


@dataclass(frozen=True)
class Step:
    """One asset of the graph, as far as the plan needs it; `deps` says for each table whether all its Stände are read."""

    name: str
    deps: Mapping[str, bool]
    by_stand: bool
    code_version: str


@dataclass(frozen=True)
class Batch:
    """Assets that are run together: for a range of neighbouring Stände, or once (`stands` is empty)."""

    assets: tuple[str, ...]
    stands: tuple[str, ...]


def ordered_steps(definitions: dg.Definitions) -> list[Step]:
    """The assets of the definitions, each after those it is made of."""
    specs = {s.key.to_user_string(): s for s in definitions.resolve_all_asset_specs()}
    deps = {name: deps_of(spec) for name, spec in sorted(specs.items())}
    return [
        Step(name, deps[name], specs[name].partitions_def is not None, specs[name].code_version or "")
        for name in TopologicalSorter({name: sorted(some) for name, some in deps.items()}).static_order()
    ]


def stale(steps: list[Step], house: House, stands: tuple[str, ...]) -> dict[str, set[str | None]]:
    """Per asset the Stände to make (None for an asset without Stände), in the order of the steps; what hangs on a stale table is stale.

    `stands` are asked for. A table of another Stand is made again only if it was made before and hangs on one that is: tables of all
    Stände, as the parts of the published grid, must not be newer than what is published with them.
    """
    found: dict[str, set[str | None]] = {}
    for step in steps:
        todo: set[str | None] = set()
        for stand in house.profile.stands if step.by_stand else (None,):
            asked = stand is None or stand in stands
            hangs = _hangs_on(found, step, stand) and (asked or house.tables.stamp(step.name, stand) is not None)
            if hangs or (asked and not _fresh(step, stand, house)):
                todo.add(stand)
        if todo:
            found[step.name] = todo
    return found


def batches(todo: dict[str, set[str | None]], steps: list[Step], stands: tuple[str, ...]) -> list[Batch]:
    """The work in as few runs as possible, none before what it reads: neighbouring Stände with the same assets to make go together.

    What has no Stände goes into the first batch where something with Stände hangs on it, else into the last.
    """
    found: list[Batch] = []
    for names in _phases(todo, steps):
        for batch in _side_by_side({n: todo[n] for n in names}, steps, stands):
            before = found[-1] if found else None
            if before and (before.stands == batch.stands or not (before.stands and batch.stands)):
                found[-1] = Batch(before.assets + batch.assets, before.stands or batch.stands)
            else:
                found.append(batch)
    return found


def _phases(todo: dict[str, set[str | None]], steps: list[Step]) -> list[list[str]]:
    """The assets to make, such that what reads all Stände of a table stands in a later phase than the table."""
    by_stand = {s.name: s.by_stand for s in steps}
    phase: dict[str, int] = {}
    for step in steps:
        if step.name in todo:
            waits = ((phase[d], by_stand[d] and (across or not step.by_stand)) for d, across in step.deps.items() if d in phase)
            phase[step.name] = max((reached + barrier for reached, barrier in waits), default=0)
    return [[n for n, reached in phase.items() if reached == number] for number in range(max(phase.values(), default=-1) + 1)]


def _side_by_side(todo: dict[str, set[str | None]], steps: list[Step], stands: tuple[str, ...]) -> list[Batch]:
    """The batches of one phase."""
    groups = [(names, tuple(some)) for names, some in groupby(stands, lambda stand: tuple(n for n, made in todo.items() if stand in made))]
    found = [Batch(names, some) for names, some in groups if names]
    once = tuple(n for n, some in todo.items() if None in some)
    if not found:
        return [Batch(once, ())]
    feeding = _ancestors({n for n, some in todo.items() if None not in some}, steps)
    found[0] = Batch((*(n for n in once if n in feeding), *found[0].assets), found[0].stands)
    found[-1] = Batch((*found[-1].assets, *(n for n in once if n not in feeding)), found[-1].stands)
    return found


def _ancestors(names: set[str], steps: list[Step]) -> set[str]:
    found = set(names)
    for step in reversed(steps):
        if step.name in found:
            found.update(step.deps)
    return found


def _hangs_on(found: dict[str, set[str | None]], step: Step, stand: str | None) -> bool:
    return any(
        None in found[d] or stand in found[d] or ((stand is None or across) and found[d]) for d, across in step.deps.items() if d in found
    )


def _fresh(step: Step, stand: str | None, house: House) -> bool:
    stamp = house.tables.stamp(step.name, stand)
    if stamp is None or stamp.code_version != step.code_version:
        return False
    expected = house.input_versions(step.deps, stand) | _outside_inputs(step.name, stand, house)
    return stamp.inputs == expected and all(p.exists() for p in _files_behind(step.name, stand, house))


def _outside_inputs(name: str, stand: str | None, house: House) -> dict[str, str]:
    if name == "raw_demo__files":
        return demo_inputs(house)
    if name.startswith("raw_"):
        return source_versions(house.profile, name.removeprefix("raw_"), stand, store=house.store, demo=house.demo)
    return house.settings(name)


def _files_behind(name: str, stand: str | None, house: House) -> list[Path]:
    """The files outside the tables that must still lie there for a table to count as made."""
    if name == "raw_demo__files":
        return [house.folder / f for f in pq.read_table(house.tables.path(name))["file"].to_pylist()]
    if name == "core_mobile_model__rasters":
        return [house.folder / f for f in pq.read_table(house.tables.path(name, stand))["file"].to_pylist()]
    if name.startswith("raw_"):
        return [s.path for s in house.snapshots(name, stand=stand)]
    if name == "maps_publication__release":
        built = Store(house.folder).built()
        pages = [Store(house.folder).folder / built.release_id / SITE] if built else [house.folder / SITE]
        if not house.profile.approval:
            pages.append(house.folder / SITE / "index.html")
        return [house.folder / "netzlage.duckdb", house.folder / "netzlage-public.duckdb", *pages]
    return []
