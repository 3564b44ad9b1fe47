"""Where releases lie: `releases/<id>/` with the whole site in each, and `site`, a link to the published one that one rename turns.

A release is built in a hidden folder under a lock and gets its name when it is whole; what a killed build leaves is removed by the next.
Nothing here makes or reads pages.
"""

import ctypes
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from geodata.atomic import replaced
from geodata.errors import InputError, NetzlageError
from geodata.tables import file_hash

SITE = "site"
RECORD = "release.json"
# The published ones that stay, so that they can be taken back.
KEPT = 5
# How much of a list that is none is shown.
SHOWN = 60
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


@dataclass(frozen=True)
class Release:
    """One release. `figures` is the hash of what it says, `digest` that of its files; `before` names the release it was compared with."""

    release_id: str
    stand: str
    digest: str
    figures: str
    demo: bool
    before: str = ""


@dataclass(frozen=True)
class Store:
    """The releases below the output folder `root`."""

    root: Path

    @property
    def folder(self) -> Path:
        """The folder of all releases."""
        return self.root / "releases"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """The right to build or to publish: one at a time, given back even by a killed process."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / ".lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise NetzlageError("publication_busy", output=str(self.root)) from error
        try:
            for left in self.folder.glob(".*.part"):
                shutil.rmtree(left)
            yield
        finally:
            lock.release()

    @contextmanager
    def building(self) -> Iterator[Path]:
        """A new, empty folder for a release, removed if the block ends without `keep`."""
        part = self.folder / f".{os.getpid()}.part"
        (part / SITE).mkdir(parents=True)
        try:
            yield part
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def keep(self, part: Path, release: Release) -> None:
        """Give a finished folder its name; one of that name holds the same files and is replaced."""
        (part / RECORD).write_text(json.dumps(asdict(release), indent=1, sort_keys=True) + "\n", "utf-8")
        place = self.folder / release.release_id
        if place.exists():
            _exchange(part, place)
        else:
            part.rename(place)
        self._write("built.json", [release.release_id])

    def releases(self) -> list[Release]:
        """All that are kept, by their id."""
        return [self.release(p.parent.name) for p in sorted(self.folder.glob(f"[!.]*/{RECORD}"))]

    def release(self, release_id: str) -> Release:
        """One release by its id."""
        folder = self.folder / release_id
        try:
            return Release(**json.loads((folder / RECORD).read_text("utf-8")))
        except (ValueError, TypeError) as error:
            values = {"release": release_id, "file": str(folder / RECORD), "folder": str(folder)}
            raise InputError("release_unreadable", found=str(error), **values) from error

    def built(self) -> Release | None:
        """The release that was built last, published or not."""
        names = [n for n in self._read("built.json") if (self.folder / n / RECORD).is_file()]
        return self.release(names[-1]) if names else None

    def current(self) -> Release | None:
        """The published release: what the link says, nothing else."""
        link = self.root / SITE
        if not link.is_symlink():
            return None
        name = link.readlink().parent.name
        return self.release(name) if (self.folder / name / RECORD).is_file() else None

    def history(self) -> list[str]:
        """The ids published so far, the current one last; what was noted but never linked, or is gone, is left out."""
        names = [n for n in self._read("published.json") if (self.folder / n / RECORD).is_file()]
        current = self.current()
        if current is None:
            return []
        return names[: len(names) - names[::-1].index(current.release_id)] if current.release_id in names else [current.release_id]

    def publish(self, release_id: str) -> Release:
        """Put a release in the place of the published one; InputError where its files are not those that were built."""
        release = self._whole(release_id)
        history = self.history()
        if not history or history[-1] != release_id:
            self._write("published.json", [*history, release_id][-KEPT:])
        _point(self.root / SITE, self.folder / release_id / SITE)
        self._forget()
        return release

    def rollback(self) -> tuple[Release, Release]:
        """Put the release before the published one in its place; returns the former and the one that is published now. Checks as above."""
        history = self.history()
        if len(history) < 2:  # noqa: PLR2004  # one to leave, one to go back to
            raise NetzlageError("release_none_before", found=", ".join(history) or "–")
        former, release = self.release(history[-1]), self._whole(history[-2])
        _point(self.root / SITE, self.folder / history[-2] / SITE)
        self._write("published.json", history[:-1])
        return former, release

    def for_stand(self, stand: str) -> Release:
        """The release to approve for a Stand: the one built last, if it is of that Stand, else the newest published of it."""
        built = self.built()
        known = self.releases()
        mine = [r for r in known if r.stand == stand]
        if not mine:
            raise NetzlageError("release_absent", found=stand, expected=", ".join(sorted({r.stand for r in known})) or "–")
        return built if built in mine and built else mine[-1]

    def _whole(self, release_id: str) -> Release:
        release, folder = self.release(release_id), self.folder / release_id
        found = digest_of(folder / SITE)
        if found != release.digest:
            raise InputError("release_changed", release=release_id, folder=str(folder), found=found[:12], expected=release.digest[:12])
        return release

    def _forget(self) -> None:
        """Remove releases that are neither in the history nor the one built last."""
        built = self.built()
        kept = {*self.history(), built.release_id if built else ""}
        for release in self.releases():
            if release.release_id not in kept:
                shutil.rmtree(self.folder / release.release_id)

    def _read(self, name: str) -> list[str]:
        path = self.folder / name
        if not path.is_file():
            return []
        try:
            found = json.loads(path.read_text("utf-8"))
        except ValueError as error:
            raise InputError("release_list_unreadable", file=str(path), found=str(error)) from error
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise InputError("release_list_unreadable", file=str(path), found=json.dumps(found)[:SHOWN])
        return found

    def _write(self, name: str, ids: list[str]) -> None:
        with replaced(self.folder / name) as part:
            part.write_text(json.dumps(ids, indent=1) + "\n", "utf-8")


def digest_of(folder: Path) -> str:
    """The hash of all files of a folder with their paths."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(f"{file_hash(path)}  {path.relative_to(folder).as_posix()}\n".encode())
    return digest.hexdigest()


def _point(link: Path, target: Path) -> None:
    """Make `link` lead to `target` by one rename; a folder of that name, as older versions left it, is exchanged for the link."""
    part = link.with_name(f".{link.name}.{os.getpid()}.part")
    part.unlink(missing_ok=True)
    part.symlink_to(os.path.relpath(target, link.parent), target_is_directory=True)
    if link.is_dir() and not link.is_symlink():
        _exchange(part, link)
        shutil.rmtree(part)
    else:
        part.replace(link)


def _exchange(one: Path, other: Path) -> None:
    """Exchange two names in one step (renameat2 of Linux)."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) != 0:
        code = ctypes.get_errno()
        raise OSError(code or errno.ENOSYS, os.strerror(code or errno.ENOSYS), str(one), None, str(other))
