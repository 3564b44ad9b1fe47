"""Versions of the code behind each asset: nothing that an asset can reach is missed, and a change makes only what reaches it stale.

What Python itself loaded is held against what `pipelines.versions` reads from the sources.
"""

import ast
import dis
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import cast

import dagster as dg
import pytest

from assets.house import House
from pipelines import versions
from pipelines.definitions import build_definitions
from pipelines.resources import ROOT
from pipelines.versions import DOCS, ROOMS, code_version, sources_behind


@cache
def assets_of_the_graph() -> dict[str, dg.AssetsDefinition]:
    graph = build_definitions(House()).resolve_asset_graph()
    return {key.to_user_string(): graph.get(key).assets_def for key in graph.executable_asset_keys}


NAMES = sorted(assets_of_the_graph())


def in_rooms(module: object) -> bool:
    return isinstance(module, str) and module.partition(".")[0] in ROOMS


def used_by(code: CodeType, names: dict[str, object]) -> Iterator[object]:
    """What the compiled code of a function takes from the names around it, in inner functions too."""
    yield from (names[i.argval] for i in dis.get_instructions(code) if i.opname == "LOAD_GLOBAL" and i.argval in names)
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from used_by(inner, names)


def loaded_by(function: FunctionType) -> set[str]:
    """The modules of the rooms whose functions, classes or self a function of `assets` uses at last, and those that these hold."""
    found: set[str] = set()
    todo: list[object] = [function]
    seen: set[int] = set()
    while todo:
        one = todo.pop()
        if id(one) in seen or isinstance(one, dg.AssetsDefinition):
            continue
        seen.add(id(one))
        one = getattr(one, "__wrapped__", one)  # of a cached function
        if isinstance(one, ModuleType) and in_rooms(one.__name__):
            found.add(one.__name__)
            todo += [] if one.__name__.startswith("assets") else vars(one).values()
        elif in_rooms(getattr(one, "__module__", None)) and isinstance(one, FunctionType | type):
            found.add(one.__module__)
            if not one.__module__.startswith("assets"):
                todo.append(sys.modules[one.__module__])
            elif isinstance(one, FunctionType):
                todo += used_by(one.__code__, one.__globals__)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_what_python_reaches_is_behind_the_asset(name: str) -> None:
    function = cast("Callable[..., object]", assets_of_the_graph()[name].op.compute_fn.decorated_fn)  # type: ignore[union-attr]
    assert isinstance(function, FunctionType)
    files = {Path(str(sys.modules[m].__file__)) for m in loaded_by(function)}
    assert files
    assert not files - sources_behind(name)


def test_every_module_that_assets_load_is_behind_one() -> None:
    script = "import assets.raw, assets.core, assets.out, assets.maps, dagster as dg, sys\n"
    script += "[dg.load_assets_from_package_module(p) for p in (assets.raw, assets.core, assets.out, assets.maps)]\n"
    script += f"print(*(m.__file__ for n, m in sys.modules.items() if n.split('.')[0] in {ROOMS!r}))"
    loaded = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    assert len(loaded) > len(NAMES)
    assert not {Path(p) for p in loaded} - set().union(*map(sources_behind, NAMES))


def test_every_data_file_is_behind_an_asset_or_no_asset_can_name_it() -> None:
    behind = set().union(*map(sources_behind, NAMES))
    written = {t for path in behind if path.suffix == ".py" for t in texts_of(path)}
    for path in (
        p for room in ROOMS for p in (ROOT / room).rglob("*") if p.is_file() and p.suffix != ".py" and "__pycache__" not in p.parts
    ):
        assert path in behind or (path.suffix == ".sql" and path.stem not in written), path
    assert {p for p in behind if p.parent == ROOT / DOCS}


@cache
def texts_of(path: Path) -> frozenset[str]:
    return frozenset(
        n.value for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    )


def test_what_versions_cannot_see_is_not_done() -> None:
    """The name of a statement is a text or a form of one, and no module is imported by a name that is put together."""
    askers = {"query", "bulk_query", "keep"}
    wrong = []
    for path in (p for room in ROOMS for p in (ROOT / room).rglob("*.py")):
        for call in (n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call)):
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            given = call.args[2 if name == "keep" else 1 :][:1]
            if name in askers and not all(isinstance(a, ast.Constant | ast.JoinedStr | ast.Name) for a in given):
                wrong.append(f"{path}:{call.lineno}")
            if ast.unparse(call.func) in {"importlib.import_module", "import_module", "__import__"}:
                wrong.append(f"{path}:{call.lineno}")
    assert not wrong


@pytest.mark.parametrize(
    ("file", "stale", "fresh"),
    [
        ("geodata/readers/gebref.py", "core_gebref__addresses", "core_msb__schools"),
        ("geodata/mobile/antenna.py", "core_mobile_model__cells", "core_gebref__addresses"),
        ("geodata/sql/coverage_differences.sql", "out_coverage__differences", "core_msb__schools"),
        ("geodata/sql/delivery_by_position.sql", "core_deliveries__matches", "core_zensus__cells"),
        ("geodata/contracts.py", "core_boundaries__areas", "core_gebref__addresses"),
        ("geodata/session.py", "core_zensus__cells", ""),
        ("geodata/messages/cli.toml", "raw_zensus__grid", ""),
        ("assets/house.py", "raw_zensus__grid", ""),
        ("assets/checks.py", "out_coverage__shares", "core_gebref__addresses"),
        ("assets/core/measures.py", "core_msb__schools", "raw_zensus__grid"),
        ("maps/render.py", "maps_publication__release", "out_coverage__shares"),
        ("maps/static/netzlage.css", "maps_publication__release", "core_fixed__cells"),
        ("maps/legal/impressum.de.md", "maps_publication__release", "core_fixed__cells"),
        ("docs/tabellen.md", "maps_publication__release", "core_gebref__addresses"),
    ],
)
def test_a_file_is_behind_what_reaches_it_and_not_behind_the_rest(file: str, stale: str, fresh: str) -> None:
    assert ROOT / file in sources_behind(stale)
    assert not fresh or ROOT / file not in sources_behind(fresh)


def test_another_byte_is_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in (*ROOMS, DOCS):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(versions, "ROOT", tmp_path)
    names = ("core_gebref__addresses", "core_msb__schools")
    found = []
    for _ in range(2):
        forget()
        found.append([code_version(n) for n in names])
        with (tmp_path / "geodata/readers/gebref.py").open("ab") as changed:
            changed.write(b"\n")
    forget()
    assert [a != b for a, b in zip(*found, strict=True)] == [True, False]


def forget() -> None:
    for found in vars(versions).values():
        if hasattr(found, "cache_clear"):
            found.cache_clear()


def test_a_name_that_no_module_defines_is_refused() -> None:
    with pytest.raises(LookupError, match="out_nothing__here"):
        code_version("out_nothing__here")
