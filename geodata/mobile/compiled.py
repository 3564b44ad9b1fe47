"""The one decorator of the radio model: numba, compiled once, kept between runs, forgotten as soon as any source here changes.

Not the model. numba keeps machine code per file and looks at that file alone: a function that calls one of another file would go on
with the old one. So the machine code lies in a folder named after the bytes of all sources here that machine code is made of.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar, cast

from numba import config, njit

Function = TypeVar("Function", bound=Callable[..., object])

_HERE = Path(__file__).resolve().parent
_MARK = "\n@compiled\n"
_IMPORT = re.compile(r"^from geodata\.mobile\.(\w+) import", re.MULTILINE)


def sources(folder: Path) -> list[Path]:
    """The files of a folder that hold compiled functions, and those of the folder that they import, directly or through others."""
    texts = {path: path.read_text("utf-8") for path in sorted(folder.glob("*.py"))}
    found: set[Path] = set()
    todo = [path for path, text in texts.items() if _MARK in text]
    while todo:
        path = todo.pop()
        if path not in found and path in texts:
            found.add(path)
            todo += [folder / f"{name}.py" for name in _IMPORT.findall(texts[path])]
    return sorted(found)


def digest(paths: Iterable[Path]) -> str:
    """A name for some sources: it changes with any of their bytes."""
    found = hashlib.sha256()
    for path in paths:
        found.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]


_STAMP = digest(sources(_HERE))


def compiled(function: Function) -> Function:
    """The function as machine code: no Python objects, no lock held, arithmetic exactly as written (no fastmath)."""
    settings = vars(config)  # numba reads the folder when it decorates
    before = settings["CACHE_DIR"]
    settings["CACHE_DIR"] = str(Path(before or _HERE / "__pycache__") / f"mobile-{_STAMP}")
    try:
        return cast("Function", njit(cache=True, nogil=True)(function))
    finally:
        settings["CACHE_DIR"] = before
