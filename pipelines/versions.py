"""The version of the code behind each group of assets: the hash of the packages that its results depend on."""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pipelines.resources import ROOT

PACKAGES = {
    "raw": ("geodata", "assets"),
    "core": ("geodata", "assets"),
    "out": ("geodata", "assets"),
    "maps": ("geodata", "assets", "maps", "docs"),  # pages are made of docs/ too
}


@cache
def code_version(group: str) -> str:
    """The first 16 digits of the sha256 over the sources of the group's packages."""
    digest = hashlib.sha256()
    for path in sorted(p for package in PACKAGES[group] for p in _sources(ROOT / package)):
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _sources(folder: Path) -> Iterator[Path]:
    """All files but compiled ones: a kind of file that nobody thought of must not leave a result stale."""
    return (p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts and p.suffix != ".png")
