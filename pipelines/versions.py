"""The version of the code behind each group of assets: the hash of the packages that its results depend on."""

import hashlib
from functools import cache

from pipelines.resources import ROOT

PACKAGES = {
    "raw": ("geodata", "assets"),
    "core": ("geodata", "assets"),
    "out": ("geodata", "assets"),
    "maps": ("geodata", "assets", "maps"),
}
SUFFIXES = {".py", ".sql", ".toml", ".csv", ".html", ".css", ".js", ".svg"}


@cache
def code_version(group: str) -> str:
    """The first 16 digits of the sha256 over the sources of the group's packages."""
    digest = hashlib.sha256()
    for package in PACKAGES[group]:
        for path in sorted(p for p in (ROOT / package).rglob("*") if p.suffix in SUFFIXES):
            digest.update(path.relative_to(ROOT).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
