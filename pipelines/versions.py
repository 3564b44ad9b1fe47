"""The version of the code behind each asset: the hash of the source files that its function can reach, and of the data beside them.

Inside `assets` the names that a function uses are followed, for one module holds many assets; outside it imports are, module by module.
Where that cannot tell, more is taken than needed: all data files of a room that is reached, an SQL file wherever its name is written.
The tables an asset reads are no part of it (their stamps are), nor are installed packages.
"""

import ast
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.resources import ROOT

ROOMS = ("assets", "geodata", "maps")
CHECKS = "assets.checks"
DOCS = "docs"  # rendered as pages, and read as the dictionary of the tables


@cache
def code_version(asset: str) -> str:
    """The first 16 digits of the sha256 over `sources_behind`."""
    digest = hashlib.sha256()
    for path in sorted(sources_behind(asset)):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + _content(path))
    return digest.hexdigest()[:16]


@cache
def _content(path: Path) -> bytes:
    """The sha256 of a file: hundreds of assets share it."""
    return hashlib.sha256(path.read_bytes()).digest()


def sources_behind(asset: str) -> set[Path]:
    """All files that the function of an asset can depend on; LookupError where not exactly one module of `assets` defines its name."""
    found = [m for m in _modules("assets") if asset in _module(m).definitions]
    if len(found) != 1:
        msg = f"{asset}: {found}"
        raise LookupError(msg)
    start = (found[0], asset)
    checks = [(CHECKS, name) for name in _checks_of(asset)]
    reached: set[str] = set()
    todo, seen = [start, *checks], set()
    while todo:
        here = todo.pop()
        if here in seen:
            continue
        seen.add(here)
        own = _module(here[0])
        reached |= _with_packages(here[0])
        nodes = [*own.definitions.get(here[1], []), *own.others]
        if here != start:  # what another asset does is no part of this one: its table is
            nodes = [n for n in nodes if not _is_asset(n)]
        targets = [own.imports[here[1]]] if here[1] in own.imports else []
        targets += [t for n in nodes for _, t in _imports(n)]
        for target in targets:
            inside = _room(target[0]) == "assets"
            if inside and _is_module(".".join(target)):
                todo += [(".".join(target), n) for n in _module(".".join(target)).definitions]
            elif inside:
                todo.append(target)
            else:
                reached |= _closure(_with_packages(".".join(target)))
        todo += [(here[0], used) for n in nodes for used in _names(n) if used in own.definitions or used in own.imports]
    reached |= _closure({m for m in reached if not m.startswith("assets")})
    return {_path(m) for m in reached} | set(_data_of(reached))


@dataclass(frozen=True)
class _Module:
    """What stands at the top of a module: names with what defines them, imported names, and statements that define nothing."""

    tree: ast.Module
    definitions: dict[str, list[ast.stmt]]
    imports: dict[str, tuple[str, str]]
    others: list[ast.stmt]


@cache
def _module(name: str) -> _Module:
    tree = ast.parse(_path(name).read_text("utf-8"))
    definitions: dict[str, list[ast.stmt]] = {}
    others = []
    for node in tree.body:
        names = [node.name] if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else []
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)]
        for one in names:
            definitions.setdefault(one, []).append(node)
        if not names and not isinstance(node, ast.Import | ast.ImportFrom):
            others.append(node)
    imports = {bound: target for node in tree.body for bound, target in _imports(node) if isinstance(node, ast.Import | ast.ImportFrom)}
    return _Module(tree, definitions, imports, others)


@cache
def _imports(node: ast.AST) -> tuple[tuple[str, tuple[str, str]], ...]:
    """The imports from the rooms anywhere in a statement: the name they bind, the module, and what of it."""
    return tuple(_bound(node))


def _bound(node: ast.AST) -> Iterator[tuple[str, tuple[str, str]]]:
    for part in ast.walk(node):
        if isinstance(part, ast.ImportFrom):
            module = part.module or ""
            if part.level or (_room(module) in ROOMS and any(a.name == "*" for a in part.names)):
                msg = f"relative or starred import: {ast.unparse(part)}"
                raise ValueError(msg)
            found = [(a.asname or a.name, (module, a.name)) for a in part.names]
        elif isinstance(part, ast.Import):
            found = [(a.asname or a.name.split(".")[0], _split(a.name)) for a in part.names]
        else:
            continue
        yield from (f for f in found if _room(f[1][0]) in ROOMS)


def _split(module: str) -> tuple[str, str]:
    package, _, last = module.rpartition(".")
    return (package, last) if package else (module, "")


@cache
def _imported(module: str) -> frozenset[str]:
    """The modules that a module imports or names in a text (`files("maps.texts")`), anywhere in it, with the packages around them."""
    found = {".".join(target) for node in _module(module).tree.body for _, target in _imports(node)} | {
        t for t in _texts(module)[0] if "." in t
    }
    return frozenset(m for one in found if _room(one) in ROOMS for m in _with_packages(one))


def _closure(modules: set[str]) -> set[str]:
    found: set[str] = set()
    todo = list(modules)
    while todo:
        module = todo.pop()
        if module not in found:
            found.add(module)
            todo += _imported(module)
    return found


def _with_packages(module: str) -> set[str]:
    """The module, if it is one, and the packages that Python loads on the way to it."""
    words = module.split(".")
    return {m for i in range(len(words)) if _is_module(m := ".".join(words[: i + 1]))}


@cache
def _is_module(name: str) -> bool:
    return _room(name) in ROOMS and _path(name).is_file()


@cache
def _path(module: str) -> Path:
    place = ROOT.joinpath(*module.split("."))
    return package if (package := place / "__init__.py").is_file() else place.with_suffix(".py")


def _room(module: str) -> str:
    return module.partition(".")[0]


def _modules(room: str) -> list[str]:
    paths = sorted((ROOT / room).rglob("*.py"))
    return [".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for p in paths]


def _checks_of(asset: str) -> list[str]:
    """The checks of an asset: where what they ask changes, it is made and asked again."""
    return [name for name, decorator in _checks() if re.search(rf"\basset={asset}\b", decorator)]


@cache
def _checks() -> list[tuple[str, str]]:
    """The checks, with each decorator as text."""
    functions = [n for n in _module(CHECKS).tree.body if isinstance(n, ast.FunctionDef)]
    return [(n.name, ast.unparse(d)) for n in functions for d in n.decorator_list]


@cache
def _is_asset(node: ast.stmt) -> bool:
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
    return any(ast.unparse(d).startswith(("dg.asset(", "dg.multi_asset(")) for d in decorators)


@cache
def _names(node: ast.stmt) -> set[str]:
    """The names that a statement uses; of an asset not those of its decorator, which names what it is made of."""
    parts: list[ast.AST] = [node]
    if isinstance(node, ast.FunctionDef) and _is_asset(node):
        parts = [*node.body, node.args]
    return {n.id for p in parts for n in ast.walk(p) if isinstance(n, ast.Name)}


def _data_of(modules: set[str]) -> Iterator[Path]:
    """All data files of the rooms that the modules stand in, but an SQL file only where one of the modules writes its name."""
    if any(DOCS in _texts(m)[0] for m in modules):
        yield from (ROOT / DOCS).rglob("*.md")
    rooms = {_room(m) for m in modules}
    named = {path for m in modules for path in _sql_of(m)}
    yield from (p for room in rooms for p in _data_files(room) if p.suffix != ".sql" or p in named)


@cache
def _sql_of(module: str) -> list[Path]:
    """The SQL files of all rooms whose name the module writes."""
    texts, forms = _texts(module)
    found = [p for room in ROOMS for p in _data_files(room) if p.suffix == ".sql"]
    return [p for p in found if p.stem in texts or any(f.fullmatch(p.stem) for f in forms)]


@cache
def _data_files(room: str) -> list[Path]:
    return [p for p in (ROOT / room).rglob("*") if p.is_file() and p.suffix != ".py" and "__pycache__" not in p.parts]


@cache
def _texts(module: str) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """The texts in a module, and the forms of those that are put together (`f"by_{what}"`)."""
    nodes = list(ast.walk(_module(module).tree))
    joined = [n.values for n in nodes if isinstance(n, ast.JoinedStr)]
    forms = ["".join(re.escape(str(v.value)) if isinstance(v, ast.Constant) else ".*" for v in values) for values in joined]
    texts = frozenset(n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str))
    # A form that is all gap would name everything.
    return texts, tuple(re.compile(f) for f in forms if f.replace(".*", ""))
