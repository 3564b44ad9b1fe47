"""The one decorator of the radio model: numba, compiled once, kept between runs, forgotten as soon as any source here changes.

Not the model. numba keeps machine code per file and looks at that file alone: a function that calls one of another file would go on
with the old one. So the machine code lies in a folder named after the bytes of all sources of this package.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

from numba import config, njit

Function = TypeVar("Function", bound=Callable[..., object])

_HERE = Path(__file__).resolve().parent


def digest(folder: Path) -> str:
    """A name for the sources of a folder: it changes with any of their bytes."""
    found = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        found.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]


_STAMP = digest(_HERE)


def compiled(function: Function) -> Function:
    """The function as machine code: no Python objects, no lock held, arithmetic exactly as written (no fastmath)."""
    settings = vars(config)  # numba reads the folder when it decorates
    before = settings["CACHE_DIR"]
    settings["CACHE_DIR"] = str(Path(before or _HERE / "__pycache__") / f"mobile-{_STAMP}")
    try:
        return cast("Function", njit(cache=True, nogil=True)(function))
    finally:
        settings["CACHE_DIR"] = before
