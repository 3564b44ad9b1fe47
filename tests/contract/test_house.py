"""The house keeps its own rules: layers, names, documentation, lock files, nothing of the shared data in it."""

import ast
import hashlib
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import dagster as dg
import pytest

from assets.house import House
from geodata.catalogue import load_catalogue
from geodata.messages import LANGUAGES, codes
from geodata.profile import load_profile
from pipelines.definitions import build_definitions
from tests.conftest import ROOT, Run

FOLDERS = ("pipelines", "assets", "geodata", "maps")
ALLOWED = {"geodata": {"geodata"}, "maps": {"geodata", "maps"}, "assets": {"geodata", "maps", "assets"}, "pipelines": set(FOLDERS)}
# The cells of the areas have had their name since before there was a formula.
NAME = re.compile(r"core_area_cells|(raw|core|out|maps)_[a-z0-9]+(_[a-z0-9]+)*__[a-z0-9]+(_[a-z0-9]+)*")
CODE_AT = {"InputError": 0, "NetzlageError": 0, "sentence": 0, "warn": 0, "refuse": 3}


def modules() -> list[Path]:
    return sorted(p for folder in FOLDERS for p in (ROOT / folder).rglob("*.py"))


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    found = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return found | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}


def decorated_assets() -> set[str]:
    """The names of all functions below assets/ that carry `@dg.asset`."""
    functions = [
        n for p in (ROOT / "assets").rglob("*.py") for n in ast.walk(ast.parse(p.read_text("utf-8"))) if isinstance(n, ast.FunctionDef)
    ]
    return {f.name for f in functions if any(isinstance(d, ast.Call) and ast.unparse(d.func) == "dg.asset" for d in f.decorator_list)}


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return build_definitions(House())


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_layers_and_docstrings(path: Path) -> None:
    folder = path.relative_to(ROOT).parts[0]
    roots = {name.split(".")[0] for name in imported(path)}
    assert roots & set(FOLDERS) <= ALLOWED[folder]
    if folder in {"geodata", "maps"}:
        assert not {r for r in roots if r.startswith("dagster")}
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))
    assert len(path.read_text("utf-8").splitlines()) <= 300


def test_the_lint_refuses_a_wrong_import(tmp_path: Path) -> None:
    """A copy of the tree with one import against the layers: the check must fail, or it checks nothing."""
    for folder in FOLDERS:
        subprocess.run(["cp", "-r", str(ROOT / folder), str(tmp_path)], check=True)
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    wrong = tmp_path / "geodata" / "session.py"
    wrong.write_text(wrong.read_text("utf-8") + "\nimport dagster\nimport maps.palette\n", "utf-8")
    lint = ROOT / ".venv/bin/lint-imports"
    done = subprocess.run(
        [str(lint), "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(tmp_path), "PATH": ""}
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "2 broken" in done.stdout


def test_the_graph_is_whole_and_named_by_the_formula(definitions: dg.Definitions) -> None:
    specs = {spec.key.to_user_string(): spec for spec in definitions.resolve_all_asset_specs()}
    # A folder that the loader does not find says nothing: every function written as an asset, and every source, must be in the graph.
    written = decorated_assets() - {"snapshot"} | {f"raw_{source_id}" for source_id in load_catalogue()}
    assert len(written) > 20
    assert written - set(specs) == set()
    assert {spec.group_name for spec in specs.values()} == {"raw", "core", "out", "maps"}
    assert [name for name in specs if not NAME.fullmatch(name)] == []
    assert [name for name, spec in specs.items() if not spec.description] == []
    stands = {spec.partitions_def for spec in specs.values() if spec.partitions_def}
    assert len(stands) == 1
    assert stands.pop().get_partition_keys() == list(load_profile("demo").stands)
    for name, spec in specs.items():
        if name.startswith("raw_") and name != "raw_demo__files":
            assert {"licence", "attribution", "landing_page", "visibility"} <= set(spec.metadata)
        elif spec.group_name != "raw":
            assert str(spec.metadata["sources"].value).startswith("- "), name


def test_every_asset_and_column_is_documented(definitions: dg.Definitions, demo_run: Run) -> None:
    text = (ROOT / "docs/tabellen.md").read_text("utf-8")
    names = [spec.key.to_user_string() for spec in definitions.resolve_all_asset_specs()]
    assert [n for n in names if f"`{n}`" not in text and f"## {n}\n" not in text] == []
    columns = demo_run.rows("SELECT DISTINCT column_name FROM duckdb_columns() WHERE NOT internal ORDER BY 1")
    # The columns of the Gitterzellen keep the publisher's names, which follow a pattern that the page spells out.
    assert [c for (c,) in columns if f"`{c}`" not in text and not re.fullmatch(r"(down|up)_fn_(hh|gew|gwg)_[a-z]+_\d+", str(c))] == []


def test_dg_finds_the_definitions_sound(tmp_path: Path) -> None:
    done = subprocess.run(
        [str(ROOT / ".venv/bin/dg"), "check", "defs"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"DAGSTER_HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stdout + done.stderr


def codes_in(path: Path, names: set[str]) -> set[str]:
    """The message codes that a module names in calls of `names`."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if name in names and len(node.args) > CODE_AT[name]:
            argument = node.args[CODE_AT[name]]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                found.add(argument.value)
    return found


@cache
def message_files() -> list[dict[str, dict[str, str]]]:
    return [tomllib.loads(p.read_text("utf-8")) for p in sorted((ROOT / "geodata/messages").glob("*.toml"))]


def texts(code: str) -> list[str]:
    return [file[code][lang] for file in message_files() if code in file for lang in LANGUAGES]


def test_every_code_has_one_text_in_both_languages() -> None:
    used = {code for path in modules() if path.name != "reading.py" for code in codes_in(path, set(CODE_AT))}
    assert len(used) > 50
    assert {u for u in used if "ledger" not in u} - set(codes()) == set()
    for code in codes():
        german, english = texts(code)
        assert german
        assert english
        assert set(re.findall(r"{(\w+)", german)) == set(re.findall(r"{(\w+)", english)), code


def test_errors_say_what_was_found_expected_or_to_do() -> None:
    raised = {code for path in modules() for code in codes_in(path, {"InputError", "NetzlageError"})}
    assert len(raised) > 30
    lists_what_is_there = {"stand_absent"}
    for code in raised - lists_what_is_there:
        german = texts(code)[0]
        assert "Was zu tun ist" in german or "Erwartet" in german or "blieb unverändert" in german, code


@pytest.mark.parametrize("name", ["requirements.lock", "benchmarks/requirements.lock", "package-lock.json"])
def test_no_address_in_a_lock_file(name: str) -> None:
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links", (ROOT / name).read_text("utf-8"))


def test_nothing_of_the_shared_data_is_tracked(shared: Path) -> None:
    theirs = {hashlib.sha256(p.read_bytes()).hexdigest() for p in shared.rglob("*") if p.is_file() and p.stat().st_size > 200}
    assert [p.name for p in tracked() if hashlib.sha256(p.read_bytes()).hexdigest() in theirs] == []


def test_every_make_target_of_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
    named = set(re.findall(r"make ([a-z]+)", (ROOT / "README.md").read_text("utf-8")))
    assert named
    assert named <= targets
