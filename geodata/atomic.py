"""Files and folders that appear whole: write beside the target, then rename."""

import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MACHINE = platform.node().split(".")[0]


def unfinished(name: str, *, shared: bool = False) -> str:
    """A hidden name that says whose it is, so that `sweep` can tell what is left behind; `shared`: workers on other machines use it too."""
    machine = f"@{MACHINE}" if shared else ""
    return f".{name}.{os.getpid()}{machine}.part"


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A temporary file beside `path`; it takes the name of `path` at the end of the block, and vanishes if the block fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(unfinished(path.name))
    part.unlink(missing_ok=True)
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def replaced_folder(path: Path) -> Iterator[Path]:
    """A new, empty folder beside `path`; it takes the place of `path` at the end of the block, and vanishes if the block fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(unfinished(path.name))
    old = path.with_name(f".{path.name}.{os.getpid()}.old")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    try:
        yield part
        if path.exists():
            path.replace(old)
        part.replace(path)
    finally:
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def scratch(folder: Path, name: str) -> Iterator[Path]:
    """A new, empty folder below `folder`; it is gone at the end of the block."""
    with tempfile.TemporaryDirectory(prefix=f".{name}.", suffix=unfinished(""), dir=folder, ignore_cleanup_errors=True) as found:
        yield Path(found)


def sweep(root: Path) -> None:
    """Remove what processes of this machine that were killed left behind below `root`: parts whose process no longer lives."""
    for part in (p for end in ("part", "old") for p in root.rglob(f".*.{end}")):
        number, _, machine = part.name.split(".")[-2].partition("@")
        if not number.isdecimal() or machine not in {"", MACHINE} or _lives(int(number)):
            continue
        if part.is_dir():
            shutil.rmtree(part)
        else:
            part.unlink()


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
