"""A whole output folder in an object store: every file under the hash of its bytes, and one list of names, written last.

A reader sees the folder as it was before or as it is after, never between: a file once stored is not written again, and the list takes
its place by a single PUT. A second list says how far the next run has come; readers do not look at it. Who may write is not decided
here (`working_folder.py`).
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from geodata.atomic import replaced
from geodata.errors import InputError
from geodata.storage import asked, bucket, is_url
from geodata.tables import file_hash

if TYPE_CHECKING:
    from s3fs import S3FileSystem

LIST = "netzlage.json"
UNPUBLISHED = "netzlage-unpublished.json"
AT_ONCE = 8
FORMAT = "netzlage-stored-run-1"


@dataclass(frozen=True)
class Stored:
    """What lies below a URL: the sha256 of each file and the target of each link, by path within the folder."""

    root: str
    files: dict[str, str]
    links: dict[str, str]

    @classmethod
    def at(cls, url: str, *, unpublished: bool = False) -> "Stored":
        """The list of a store, or how far the next run has come; InputError where nothing is stored."""
        root = root_of(url)
        try:
            found = json.loads(_read(root, UNPUBLISHED if unpublished else LIST))
            if found["format"] != FORMAT:
                raise InputError("stored_run_unreadable", url=root, found=found["format"])
            return cls(root, _within(found["files"]), _within(found["links"]))
        except FileNotFoundError as error:
            if unpublished:
                return cls.at(url)
            raise InputError("stored_run_absent", url=root) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError("stored_run_unreadable", url=root, found=str(error)) from error

    def url(self, path: str) -> str:
        """Where the bytes of a file lie; InputError for a file that is not in the list."""
        if path not in self.files:
            raise InputError("stored_file_absent", url=self.root, file=path)
        return _object(self.root, path, self.files[path])

    def table(self, name: str, stand: str | None = None) -> str:
        """The URL of a table's Parquet file, as `tables.Tables.path` gives its path: for DuckDB and for parts on other machines."""
        return self.url(f"tables/{name}/{stand}.parquet" if stand else f"tables/{name}.parquet")


@dataclass(frozen=True)
class Moved:
    """How many files a store and a folder hold now, and how many of them had to be carried."""

    files: int
    carried: int


def push(folder: Path, url: str, *, publish: bool = True) -> Moved:
    """Store an output folder. What is stored already is not sent again; readers see the state before until all of the new one is there."""
    root, store = root_of(url), bucket()
    files = {path.relative_to(folder).as_posix(): file_hash(path) for path in _files(folder)}
    links = {path.relative_to(folder).as_posix(): path.readlink().as_posix() for path in _links(folder)}
    if not files:
        raise InputError("output_empty", output=folder)
    with asked(root):
        there = _objects(store, root)
        missing = {_object(root, path, digest): path for path, digest in sorted(files.items())}
        missing = {target: path for target, path in missing.items() if target not in there}
        changed: set[str] = set()

        def send(target: str, path: str) -> None:
            store.put_file(str(folder / path), target)
            if file_hash(folder / path) != files[path]:
                # Another step wrote it meanwhile, and stores it itself.
                store.rm_file(target)
                changed.add(target)

        _each(send, missing.items())
        files = {path: digest for path, digest in files.items() if _object(root, path, digest) not in changed}
        text = json.dumps({"format": FORMAT, "files": files, "links": links}, indent=1, sort_keys=True, ensure_ascii=False).encode()
        store.pipe_file(f"{root}/{UNPUBLISHED}", text)
        if publish:
            # Whoever read the list before may still be fetching what it names.
            former = _named(root)
            store.pipe_file(f"{root}/{LIST}", text)
            if unused := there - former - {_object(root, path, digest) for path, digest in files.items()}:
                store.rm(sorted(unused))
    return Moved(len(files), len(missing))


def pull(url: str, folder: Path, *, only: tuple[str, ...] = (), exact: bool = False, unpublished: bool = False) -> Moved:
    """Bring a stored run into a folder, file by file, each whole and checked against its hash; files that are the same stay.

    `only` names files, or folders with a slash at the end; `exact` removes what the list does not name; `unpublished` takes the state
    that the next run has come to.
    """
    stored, store = Stored.at(url, unpublished=unpublished), bucket()
    wanted = {path: digest for path, digest in stored.files.items() if not only or path.startswith(only)}
    missing = [(path, digest) for path, digest in sorted(wanted.items()) if not _holds(folder / path, digest)]

    def receive(path: str, digest: str) -> None:
        with replaced(folder / path) as part, asked(stored.root):
            store.get_file(stored.url(path), str(part))
            if file_hash(part) != digest:
                raise InputError("stored_file_differs", url=stored.root, file=path, expected=digest)

    _each(receive, missing)
    links = {path: to for path, to in stored.links.items() if not only or path.startswith(only)}
    for path, to in sorted(links.items()):
        _link(folder / path, to)
    if exact and folder.is_dir():
        for found in [*_files(folder), *_links(folder)]:
            name = found.relative_to(folder).as_posix()
            if name not in wanted and name not in links and (not only or name.startswith(only)):
                found.unlink()
    return Moved(len(wanted), len(missing))


def root_of(url: str) -> str:
    """The URL of a store without a slash at the end; InputError for one that is none, or that carries credentials."""
    shown, name = url, url.removeprefix("s3://").strip("/")
    if "@" in name:
        shown, name = "s3://…@" + name.rpartition("@")[2], ""
    if not is_url(url) or not name:
        raise InputError("storage_url_unknown", found=shown)
    return url.rstrip("/")


def _each(work: Callable[..., None], items: Iterable[tuple[str, str]]) -> None:
    """Do it for all, some at once; after the first failure no further one is begun."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = [pool.submit(work, *item) for item in items]
        try:
            for one in done:
                one.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _holds(path: Path, digest: str) -> bool:
    return path.is_file() and not path.is_symlink() and file_hash(path) == digest


def _read(root: str, name: str) -> bytes:
    """The bytes of a list; FileNotFoundError where there is none."""
    store, place = bucket(), f"{root}/{name}"
    with asked(root):
        if store.exists(place):
            return bytes(store.cat_file(place))
    raise FileNotFoundError(place)


def _named(root: str) -> set[str]:
    """The objects that the published list names."""
    try:
        stored = Stored.at(root)
    except InputError as error:
        if error.code in {"stored_run_absent", "stored_run_unreadable"}:
            return set()
        raise
    return {stored.url(path) for path in stored.files}


def _object(root: str, path: str, digest: str) -> str:
    """A file's own name is kept as ending: readers tell the format by it."""
    return f"{root}/objects/{digest[:2]}/{digest}{PurePosixPath(path).suffix}"


def _objects(store: "S3FileSystem", root: str) -> set[str]:
    """What is stored, whatever list names it."""
    return {f"s3://{key}" for key in store.find(f"{root}/objects")}


def _files(folder: Path) -> Iterator[Path]:
    """What a run left: no hidden files (locks, spill, unfinished parts), no links."""
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and not (Path(where) / f).is_symlink())
        yield from (path for path in (Path(where) / n for n in sorted(names)) if not path.name.startswith(".") and not path.is_symlink())


def _links(folder: Path) -> Iterator[Path]:
    """The link to the published release."""
    yield from (path for path in sorted(folder.iterdir()) if path.is_symlink() and not path.name.startswith("."))


def _within(paths: dict[str, str]) -> dict[str, str]:
    """The same, if no path leads out of the folder."""
    for path in paths:
        if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts or not path:
            raise ValueError(path)
    return paths


def _link(path: Path, to: str) -> None:
    if PurePosixPath(to).is_absolute() or ".." in PurePosixPath(to).parts:
        raise InputError("stored_run_unreadable", url=path.name, found=to)
    with replaced(path) as part:
        part.symlink_to(to, target_is_directory=True)
