"""What hangs on a source, and nothing else, is made again: counted in plans for every source, and in a run for one."""

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest

from assets.house import House
from geodata.profile import DEMO_PREFIX, FileEntry
from pipelines.definitions import build_definitions
from pipelines.plan import ordered_steps, stale
from tests.conftest import Netzlage, Run, acceptance

Made = set[tuple[str, str | None]]
WHOLE_REPUBLIC = "breitbandatlas__bund"  # little hangs on it, and that is soon made


@pytest.fixture
def output(demo_run: Run, tmp_path: Path) -> Path:
    """A finished demo of whose files each is the same file on the disk until it is written again."""
    shutil.copytree(demo_run.folder, tmp_path / "output", symlinks=True, copy_function=os.link)
    return tmp_path / "output"


@pytest.fixture
def house(output: Path) -> House:
    return House(output=str(output))


def hanging_on(specs: Iterable[dg.AssetSpec], raw: str, stand: str | None, stands: tuple[str, ...]) -> Made:
    """One raw table at its Stand and all that is made of it, followed forward from table to table."""
    by_name = {spec.key.to_user_string(): spec for spec in specs}
    found, todo = {(raw, stand)}, [(raw, stand)]
    while todo:
        name, at = todo.pop()
        for reader, spec in by_name.items():
            for dep in spec.deps:
                if dep.asset_key.to_user_string() != name:
                    continue
                one = at is not None and not isinstance(dep.partition_mapping, dg.AllPartitionMapping)
                mine = ([at] if one else list(stands)) if spec.partitions_def else [None]
                todo += [fresh for s in mine if (fresh := (reader, s)) not in found]
                found.update((reader, s) for s in mine)
    return found


def path_of(entry: FileEntry, house: House) -> Path:
    return house.demo / entry.path.removeprefix(DEMO_PREFIX)


@contextmanager
def changed(path: Path, content: bytes) -> Iterator[None]:
    """Another file in place of one; the one of the finished run is not touched."""
    kept = path.with_name("kept")
    path.rename(kept)
    path.write_bytes(content)
    yield
    kept.replace(path)


def test_another_file_makes_stale_what_hangs_on_it_and_nothing_else(house: House) -> None:
    definitions = build_definitions(house)
    steps, specs, stands = ordered_steps(definitions), list(definitions.resolve_all_asset_specs()), house.profile.stands
    assert stale(steps, house, stands) == {}
    first = {entry.source: entry for entry in reversed(house.profile.files)}
    sizes = set()
    for source, entry in first.items():
        raw = f"raw_{source}"
        by_stand = next(step.by_stand for step in steps if step.name == raw)
        alike = [e for e in house.profile.of(source) if e.path == entry.path]
        expected = set().union(*(hanging_on(specs, raw, str(e.stand) if by_stand else None, stands) for e in alike))
        with changed(path_of(entry, house), b"another"):
            found = stale(steps, house, stands)
            assert len({e.stand for e in alike}) > 1 or stale(steps, house, (str(entry.stand),)) == found
        assert {(name, stand) for name, some in found.items() for stand in some} == expected, source
        sizes.add(len(expected))
    assert len(first) > 15  # of the demo
    assert max(sizes) > 10 * min(sizes)
    assert stale(steps, house, stands) == {}


def test_of_one_stand_asked_for_no_other_is_begun(tmp_path: Path) -> None:
    house = House(output=str(tmp_path))
    newest = house.profile.stands[-1]
    found = stale(ordered_steps(build_definitions(house)), house, (newest,))
    assert set().union(*found.values()) == {None, newest}


@acceptance
def test_a_run_after_a_change_does_these_steps_and_the_next_one_none(house: House, demo_run: Run, netzlage: Netzlage) -> None:
    (entry, *_) = house.profile.of(WHOLE_REPUBLIC)
    path = path_of(entry, house)
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(re.sub(rb"(\d\.\d)\d", rb"\g<1>4", content))
    assert path.read_bytes() != content
    expected = hanging_on(
        build_definitions(house).resolve_all_asset_specs(), f"raw_{WHOLE_REPUBLIC}", str(entry.stand), house.profile.stands
    )

    ran = netzlage("run", "--output", str(house.folder))
    assert ran.code == 0, ran.err
    assert f"\n{len({name for name, _ in expected})} Schritte ausgeführt" in ran.out
    assert written_again(house.folder / "tables", demo_run.folder / "tables") == expected
    (own,) = {name for name, _ in expected if name.startswith("core_breitbandatlas")}
    tables = [Path(folder) / "tables" / own / f"{entry.stand}.parquet" for folder in (house.folder, demo_run.folder)]
    assert tables[0].read_bytes() != tables[1].read_bytes()

    again = netzlage("run", "--output", str(house.folder))
    assert (again.code, "kein Schritt war nötig" in again.out) == (0, True), again.err


def written_again(tables: Path, before: Path) -> Made:
    """The tables, with their Stände, that are no longer the files of the finished run."""
    found = [p.relative_to(before) for p in before.rglob("*.parquet") if not p.samefile(tables / p.relative_to(before))]
    return {(p.parts[0], p.stem) if len(p.parts) > 1 else (p.stem, None) for p in found}
