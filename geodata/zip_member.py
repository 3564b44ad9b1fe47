"""One file out of a zip archive, unpacked for as long as a reader needs it. Not a general unpacker: it refuses what no publisher sends."""

import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from geodata.atomic import replaced, scratch
from geodata.errors import InputError

MOST_BYTES = 20 * 2**30
# A GeoPackage packs to about a twentieth; a hundredfold and more is no data. Small files may pack better, they harm nobody.
MOST_FOLD = 200
HARMLESS_BYTES = 64 * 2**20
SIGNATURE = b"PK\x03\x04"
CHUNK = 2**20


@contextmanager
def unpacked(path: Path, suffix: str, *, most_bytes: int = MOST_BYTES) -> Iterator[Path]:
    """The one member of a zip that ends in `suffix`, as a plain file that vanishes after the block; `path` itself if it is no zip.

    Raises InputError for a broken or encrypted archive, an entry outside its folder, none or several members of that kind, and one that
    unpacks to more than `most_bytes` or to more than a file of that packed size may.
    """
    if not _is_zip(path):
        yield path
        return
    with scratch(path.parent, "unpacked") as folder:
        yield _member(path, suffix, folder, most_bytes)


def _is_zip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(SIGNATURE)) == SIGNATURE
    except OSError as error:
        raise InputError("file_unreadable", file=path.name, found=error.strerror or str(error)) from error


def extract(archive: Path, member: str, target: Path, *, most_bytes: int = MOST_BYTES) -> None:
    """Unpack the one entry named `member` to `target`, whole or not at all. Raises InputError as `unpacked` does."""
    with replaced(target) as part:
        _copy_entry(archive, part, most_bytes, expected=member, wanted=lambda name: name == member)


def _member(archive: Path, suffix: str, folder: Path, most_bytes: int) -> Path:
    def wanted(name: str) -> bool:
        return name.lower().endswith(suffix) and not PurePosixPath(name).name.startswith(".")

    part = folder / "part"
    name = _copy_entry(archive, part, most_bytes, expected=f"1 × *{suffix}", wanted=wanted)
    return part.rename(folder / name)


def _copy_entry(archive: Path, target: Path, most_bytes: int, *, expected: str, wanted: Callable[[str], bool]) -> str:
    """Unpack the one entry that is `wanted`; its name without folders."""
    try:
        with zipfile.ZipFile(archive) as z:
            entries = [i for i in z.infolist() if not i.is_dir()]
            for info in z.infolist():
                _check_place(info, archive)
            chosen = [i for i in entries if wanted(i.filename)]
            if len(chosen) != 1:
                found = ", ".join(i.filename for i in (chosen or entries)[:10]) or "–"
                raise InputError("zip_member_absent", file=archive.name, found=found, expected=expected)
            bound = min(most_bytes, max(HARMLESS_BYTES, chosen[0].compress_size * MOST_FOLD))
            if chosen[0].file_size > bound:
                raise InputError("zip_too_large", file=archive.name, found=chosen[0].file_size, expected=bound)
            with z.open(chosen[0]) as packed, target.open("wb") as plain:
                _copy(packed, plain, bound, archive)
            return PurePosixPath(chosen[0].filename).name
    except (zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError, RuntimeError, UnicodeDecodeError) as error:
        raise InputError("zip_broken", file=archive.name, found=str(error) or type(error).__name__) from error
    except OSError as error:
        raise InputError("file_unreadable", file=archive.name, found=error.strerror or str(error)) from error


def _check_place(info: zipfile.ZipInfo, archive: Path) -> None:
    """InputError for an entry that would lie outside the folder, or that is a link."""
    # zipfile cuts a name at NUL and turns the separators of the platform; the name as it stands in the archive tells.
    name = info.orig_filename.replace("\\", "/")
    parts = PurePosixPath(name).parts
    if (
        name.startswith("/")
        or ".." in parts
        or "\x00" in name
        or (parts and parts[0].endswith(":"))
        or stat.S_ISLNK(info.external_attr >> 16)
    ):
        raise InputError("zip_entry_outside", file=archive.name, found=repr(info.orig_filename))


def _copy(packed: IO[bytes], plain: IO[bytes], bound: int, archive: Path) -> None:
    """Copy and count: what the directory of an archive says of a size need not be true."""
    size = 0
    while chunk := packed.read(CHUNK):
        size += len(chunk)
        if size > bound:
            raise InputError("zip_too_large", file=archive.name, found=f"> {bound}", expected=bound)
        plain.write(chunk)
