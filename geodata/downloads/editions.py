"""The editions of one address: each kept under its hash in the store of snapshots, in the order of a journal. Nothing is overwritten."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import filelock
import httpx

from geodata.atomic import replaced
from geodata.downloads.client import Client, Known, shown
from geodata.downloads.kinds import check_kind
from geodata.errors import InputError
from geodata.tables import file_hash

WAIT_FOR_OTHER_S = 600.0


@dataclass(frozen=True)
class Edition:
    """One file as received; `date` is the server's own word."""

    sha256: str
    bytes: int
    name: str
    etag: str
    last_modified: str
    date: str


@dataclass(frozen=True)
class Bounds:
    """How much smaller or larger than the edition before it a new one may be."""

    shrink: float = 0.5
    growth: float = 3.0


@dataclass(frozen=True)
class Fetched:
    """What came of asking: `new` (the first edition), `changed`, `unchanged`, `returned` (an edition from before), and its file."""

    state: str
    edition: Edition
    path: Path


def editions(url: str, shelf: Path) -> tuple[Edition, ...]:
    """The editions of an address in the order in which they came; the last one counts."""
    try:
        rows = json.loads((_desk(url, shelf) / "journal.json").read_text("utf-8"))["editions"]
    except FileNotFoundError:
        return ()
    return tuple(Edition(**row) for row in rows)


def kept(url: str, shelf: Path) -> Path | None:
    """The file of the newest edition, where one is kept whole."""
    found = editions(url, shelf)
    path = _place(shelf, found[-1]) if found else None
    return path if path and path.is_file() else None


def fetch(url: str, shelf: Path, *, client: Client, bounds: Bounds | None) -> Fetched:
    """Ask for the newest edition of an address and keep it below `shelf`; `bounds` None takes any size.

    Raises InputError where the file cannot be had, is not of its kind, or is far from the size of the edition before; what was kept stays.
    """
    desk = _desk(url, shelf)
    desk.mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(desk / ".lock", timeout=WAIT_FOR_OTHER_S):
            return _fetch(url, shelf, desk, client, bounds)
    except filelock.Timeout as error:
        raise InputError("download_busy", url=shown(url)) from error
    except OSError as error:
        raise InputError("download_unwritable", url=shown(url), folder=shelf.name, found=error.strerror or str(error)) from error


def _fetch(url: str, shelf: Path, desk: Path, client: Client, bounds: Bounds | None) -> Fetched:
    before = editions(url, shelf)
    newest = before[-1] if before else None
    whole = newest is not None and _is_whole(shelf, newest)
    known = Known(newest.etag, newest.last_modified) if newest and whole else None
    answer = client.get(url, desk / "part", known=known)
    if answer.part is None and newest:
        return Fetched("unchanged", newest, _place(shelf, newest))
    part = answer.part
    if part is None:
        raise InputError("download_failed", url=shown(url), found="304")
    name = Path(httpx.URL(url).path).name or "datei"
    try:
        check_kind(part, name, shown(url))
        _check_size(part, newest, bounds, shown(url))
    except InputError:
        part.unlink()
        raise
    edition = Edition(file_hash(part), part.stat().st_size, name, answer.known.etag, answer.known.last_modified, answer.date)
    target = _place(shelf, edition)
    target.parent.mkdir(parents=True, exist_ok=True)
    if _is_whole(shelf, edition):
        part.unlink()
    else:
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    earlier = [e for e in before if e.sha256 != edition.sha256]
    _write_journal(url, desk, (*earlier, edition))
    if newest and newest.sha256 == edition.sha256:
        return Fetched("unchanged", edition, target)
    return Fetched("new" if not before else "returned" if len(earlier) < len(before) else "changed", edition, target)


def _check_size(part: Path, newest: Edition | None, bounds: Bounds | None, url: str) -> None:
    size = part.stat().st_size
    if newest and bounds and not newest.bytes * bounds.shrink <= size <= newest.bytes * bounds.growth:
        expected = f"{newest.bytes * bounds.shrink:.0f}–{newest.bytes * bounds.growth:.0f}"
        raise InputError("download_size", url=url, found=size, expected=expected)


def _is_whole(shelf: Path, edition: Edition) -> bool:
    path = _place(shelf, edition)
    return path.is_file() and path.stat().st_size == edition.bytes and file_hash(path) == edition.sha256


def _place(shelf: Path, edition: Edition) -> Path:
    """Where `geodata.snapshots` keeps a file of this hash: fetched and delivered files share one store."""
    return shelf / edition.sha256[:16] / edition.name


def _desk(url: str, shelf: Path) -> Path:
    return shelf / "downloads" / hashlib.sha256(url.encode()).hexdigest()[:16]


def _write_journal(url: str, desk: Path, rows: tuple[Edition, ...]) -> None:
    with replaced(desk / "journal.json") as part:
        part.write_text(json.dumps({"url": shown(url), "editions": [asdict(e) for e in rows]}, indent=1), "utf-8")
