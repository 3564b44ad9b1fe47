"""The folder that a run works in, and what of it lies in an object store: fetched before, stored after, by one machine at a time.

An output folder without a URL is used as it is. What lies where in the store is `stored_runs.py`.
"""

import datetime as dt
import fcntl
import json
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from filelock import FileLock

from geodata.errors import InputError
from geodata.storage import asked, bucket
from geodata.stored_runs import Moved, pull, push, root_of

LOCK = "netzlage.lock"


@dataclass(frozen=True)
class WorkingFolder:
    """A folder on this machine, and the URL of the run that it belongs to (empty: none)."""

    folder: Path
    url: str = ""

    @contextmanager
    def stored(self, *, publish: bool = False) -> Iterator[None]:
        """Hold the run; what the block made is stored at its end, and with `publish` readers see it. A block that fails stores nothing."""
        with self.held():
            yield
            self.store(publish=publish)

    @contextmanager
    def held(self, *, fetch: bool = True) -> Iterator[None]:
        """Keep other machines from the run, and bring the folder to what is stored. Blocks and processes of this folder may overlap."""
        if not self.url:
            yield
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".users").open("w") as users:
            with self._turn():
                if _is_only(users):
                    self._begin(fetch=fetch)
                fcntl.flock(users, fcntl.LOCK_SH)
            try:
                yield
            finally:
                with self._turn():
                    if _is_only(users):
                        self._end()

    def store(self, *, publish: bool = False) -> Moved:
        """Store the folder as it is now; the caller holds it."""
        if not self.url:
            return Moved(0, 0)
        with self._turn():
            return push(self.folder, self.url, publish=publish)

    def _turn(self) -> FileLock:
        return FileLock(self.folder / ".turn")

    def _begin(self, *, fetch: bool) -> None:
        _take_lock(root_of(self.url), self._owner())
        if not fetch:
            return
        try:
            pull(self.url, self.folder, exact=True, unpublished=True)
        except BaseException as error:
            # Nothing is stored yet: the first run stores what it makes.
            if not (isinstance(error, InputError) and error.code == "stored_run_absent"):
                self._end()
                raise

    def _end(self) -> None:
        if _lock(root_of(self.url)).get("owner") == self._owner():
            unlock(self.url)

    def _owner(self) -> str:
        """The name of this folder among all machines: a lock that a killed run left is taken up by the next run of the same folder."""
        path = self.folder / ".owner"
        if not path.is_file():
            path.write_text(secrets.token_hex(8), "ascii")
        return path.read_text("ascii")


def unlock(url: str) -> dict[str, str]:
    """Remove the lock of a stored run; returns who held it, or nothing."""
    root = root_of(url)
    held = _lock(root)
    if held:
        with asked(root):
            bucket().rm_file(f"{root}/{LOCK}")
    return held


def _take_lock(root: str, owner: str) -> None:
    """Create the lock; InputError where another folder holds it. Two at the same moment are told apart by the store (If-None-Match)."""
    held = _lock(root)
    if not held:
        since = f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M:%S} UTC"
        mine = {"owner": owner, "host": socket.gethostname(), "process": str(os.getpid()), "since": since}
        with asked(root), suppress(FileExistsError):
            bucket().pipe_file(f"{root}/{LOCK}", json.dumps(mine).encode(), mode="create")
        held = _lock(root)
    if held.get("owner") != owner:
        raise InputError("storage_locked", url=root, **{name: held.get(name, "–") for name in ("host", "process", "since")})


def _lock(root: str) -> dict[str, str]:
    store, place = bucket(), f"{root}/{LOCK}"
    with asked(root):
        try:
            found = json.loads(store.cat_file(place)) if store.exists(place) else {}
        except ValueError as error:
            raise InputError("stored_run_unreadable", url=place, found=str(error)) from error
    return {str(name): str(value) for name, value in found.items()}


def _is_only(users: IO[str]) -> bool:
    """Whether no other block or process holds the folder; then this one holds it alone."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
