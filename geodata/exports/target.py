"""Where an export goes: the DEMO_ in front, what is refused, and a file that appears whole or not at all."""

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from geodata.errors import InputError

DEMO_NAME = "DEMO_"


def target_path(wanted: str | Path, *, suffixes: Sequence[str], demo: bool, force: bool) -> Path:
    """The path to write to: the wanted one, with DEMO_ before the name where the data are invented.

    InputError for a suffix that is not among `suffixes`, for a file that lies there already (unless `force`), for a folder.
    """
    path = Path(wanted)
    if path.suffix.lower() not in suffixes:
        raise InputError("export_suffix", found=path.name, expected=", ".join(suffixes))
    path = demo_path(path, demo=demo)
    if path.is_dir():
        raise InputError("export_not_writable", path=str(path), found=os.strerror(errno.EISDIR))
    if path.exists() and not force:
        raise InputError("export_exists", path=str(path))
    return path


def demo_path(path: Path, *, demo: bool) -> Path:
    """The path with DEMO_ before its name, once."""
    return path.with_name(DEMO_NAME + path.name) if demo and not path.name.startswith(DEMO_NAME) else path


@contextmanager
def written(path: Path) -> Iterator[Path]:
    """A temporary file beside `path` with its suffix; it takes the name of `path` at the end of the block, and vanishes if that fails."""
    part = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(b"")
        part.unlink()
        yield part
        part.replace(path)
    except OSError as error:
        raise InputError("export_not_writable", path=str(path), found=error.strerror or str(error)) from error
    finally:
        if path.parent.is_dir():
            part.unlink(missing_ok=True)
