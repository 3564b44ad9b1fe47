"""A whole output folder in an object store: every file under the hash of its bytes, and one list of names, written last.

A reader sees the folder as it was before or as it is after, never between: a file once stored is not written again, and the list takes
its place by a single PUT. It does not replace the folder that a run works in.
"""

import json
import os
from collections.abc import Iterator
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
FORMAT = "netzlage-stored-run-1"


@dataclass(frozen=True)
class Stored:
    """What lies below a URL: the sha256 of each file and the target of each link, by path within the folder."""

    root: str
    files: dict[str, str]
    links: dict[str, str]

    @classmethod
    def at(cls, url: str) -> "Stored":
        """The list of a store; InputError where there is none."""
        root = _root(url)
        try:
            found = json.loads(_list(root))
            if found["format"] != FORMAT:
                raise InputError("stored_run_unreadable", url=root, found=found["format"])
            return cls(root, _within(found["files"]), _within(found["links"]))
        except FileNotFoundError as error:
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


def push(folder: Path, url: str) -> Moved:
    """Store an output folder. What is stored already is not sent again; an earlier state stays until all of the new one is there."""
    root, store = _root(url), bucket()
    files = {path.relative_to(folder).as_posix(): file_hash(path) for path in _files(folder)}
    links = {path.relative_to(folder).as_posix(): path.readlink().as_posix() for path in _links(folder)}
    if not files:
        raise InputError("output_empty", output=folder)
    text = json.dumps({"format": FORMAT, "files": files, "links": links}, indent=1, sort_keys=True, ensure_ascii=False)
    with asked(root):
        there, carried = _objects(store, root), 0
        for path, digest in sorted(files.items()):
            target = _object(root, path, digest)
            if target not in there:
                store.put_file(str(folder / path), target)
                there.add(target)
                carried += 1
        store.pipe_file(f"{root}/{LIST}", text.encode())
    return Moved(len(files), carried)


def pull(url: str, folder: Path) -> Moved:
    """Bring a stored run into a folder, file by file, each whole and checked against its hash; files that are the same stay."""
    stored, store, carried = Stored.at(url), bucket(), 0
    for path, digest in sorted(stored.files.items()):
        target = folder / path
        if target.is_file() and not target.is_symlink() and file_hash(target) == digest:
            continue
        with replaced(target) as part, asked(stored.root):
            store.get_file(stored.url(path), str(part))
            if file_hash(part) != digest:
                raise InputError("stored_file_differs", url=stored.root, file=path, expected=digest)
        carried += 1
    for path, to in sorted(stored.links.items()):
        _link(folder / path, to)
    return Moved(len(stored.files), carried)


def _list(root: str) -> bytes:
    """The bytes of the list; FileNotFoundError where there is none."""
    store, place = bucket(), f"{root}/{LIST}"
    with asked(root):
        if store.exists(place):
            return bytes(store.cat_file(place))
    raise FileNotFoundError(place)


def _root(url: str) -> str:
    if not is_url(url) or not url.removeprefix("s3://").strip("/"):
        raise InputError("storage_url_unknown", found=url)
    return url.rstrip("/")


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
