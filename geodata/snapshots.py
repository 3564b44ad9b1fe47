"""Snapshots: the bytes of each source as received, kept under their hash and never edited. Readers read snapshots, nothing else."""

import glob
import hashlib
import shutil
import zipfile
from pathlib import Path

import httpx
import pyarrow as pa

from geodata.atomic import replaced
from geodata.catalogue import load_catalogue
from geodata.errors import InputError
from geodata.profile import DEMO_PREFIX, FileEntry, Profile
from geodata.reading import Snapshot
from geodata.tables import file_hash

SHAPEFILE_PARTS = (".dbf", ".shx", ".prj", ".cpg")
UNPACKED_LIMIT = 20 * 2**30
DOWNLOAD_TIMEOUT_S = 60.0

MANIFEST = pa.schema(
    [
        ("source_id", pa.string()),
        ("table", pa.string()),
        ("stand", pa.string()),
        ("path", pa.string()),
        ("sha256", pa.string()),
        ("bytes", pa.int64()),
        ("origin", pa.string()),
        ("visibility", pa.string()),
        ("options", pa.string()),
    ]
)


def take(entry: FileEntry, profile: Profile, *, store: Path, demo: Path) -> list[Snapshot]:
    """Copy the file or files of one entry into `store` under their hash; what is there already is not copied again.

    Raises InputError where nothing lies at the path, a zip lacks the declared member, or an address answers with an error.
    """
    catalogue = load_catalogue()
    source = catalogue[entry.source]
    if entry.stand is None:
        raise InputError("profile_without_stand", profile=profile.name, found=f"{entry.source} {entry.table}")
    found = []
    for path in locate(entry, store=store, demo=demo):
        digest = file_hash(path)
        folder = store / entry.source / _combined(path, digest)[:16]
        kept = folder / path.name
        for part in _parts(path):
            if not (folder / part.name).is_file():
                with replaced(folder / part.name) as copy:
                    shutil.copyfile(part, copy)
        found.append(
            Snapshot(
                source_id=entry.source,
                table=entry.table,
                stand=entry.stand.isoformat(),
                path=_unpacked(kept, entry.member) if entry.member else kept,
                sha256=_combined(path, digest),
                bytes=sum(p.stat().st_size for p in _parts(path)),
                origin=entry.origin or profile.origin,
                visibility=entry.visibility or source.visibility,
                options=entry.options,
            )
        )
    return found


def locate(entry: FileEntry, *, store: Path, demo: Path) -> list[Path]:
    """The files that an entry names, ascending; downloads an address into `store` first."""
    if entry.path.startswith(("https://", "http://")):
        return [_download(entry.path, store / entry.source / "downloads")]
    pattern = str(demo / entry.path.removeprefix(DEMO_PREFIX)) if entry.path.startswith(DEMO_PREFIX) else entry.path
    paths = sorted(Path(p) for p in glob.glob(pattern) if Path(p).is_file())  # noqa: PTH207 (the pattern may be absolute)
    if not paths:
        raise InputError(
            "source_absent", source=entry.source, table=entry.table, path=pattern, landing_page=load_catalogue()[entry.source].landing_page
        )
    return paths


def source_versions(profile: Profile, source_id: str, stand: str | None, *, store: Path, demo: Path) -> dict[str, str]:
    """What a snapshot would be made of now: each entry of the profile, and the hash of each file it names (`absent` where none lies there).

    An address is its own version: what is downloaded once stays until the profile changes.
    """
    versions: dict[str, str] = {"origin": profile.origin}
    for entry in profile.of(source_id, stand):
        if entry.path.startswith(("https://", "http://")):
            versions[entry.model_dump_json()] = entry.path
            continue
        try:
            hashes = [_combined(path, file_hash(path)) for path in locate(entry, store=store, demo=demo)]
        except InputError:
            hashes = ["absent"]
        versions[entry.model_dump_json()] = " ".join(hashes)
    return versions


def _parts(path: Path) -> list[Path]:
    """A shapefile is several files; anything else is one."""
    if path.suffix.lower() != ".shp":
        return [path]
    return [path, *(p for s in SHAPEFILE_PARTS if (p := path.with_suffix(s)).is_file())]


def _combined(path: Path, digest: str) -> str:
    parts = _parts(path)
    if len(parts) == 1:
        return digest
    return hashlib.sha256("".join(file_hash(p) for p in parts).encode()).hexdigest()


def _unpacked(archive: Path, member: str) -> Path:
    target = archive.parent / "unpacked" / Path(member).name
    if target.is_file():
        return target
    try:
        with zipfile.ZipFile(archive) as z:
            if member not in z.namelist():
                raise InputError("zip_member_absent", file=archive.name, found=", ".join(z.namelist()[:10]), expected=member)
            if z.getinfo(member).file_size > UNPACKED_LIMIT:
                raise InputError("zip_too_large", file=archive.name, found=z.getinfo(member).file_size, expected=UNPACKED_LIMIT)
            with z.open(member) as packed, replaced(target) as part, part.open("wb") as plain:
                shutil.copyfileobj(packed, plain)
    except (zipfile.BadZipFile, EOFError) as error:
        raise InputError("zip_broken", file=archive.name, found=str(error)) from error
    return target


def _download(url: str, folder: Path) -> Path:
    """The file behind an address, fetched once: what lies there already is kept, as the profile's address is its version."""
    target = folder / hashlib.sha256(url.encode()).hexdigest()[:16] / url.rsplit("/", 1)[-1]
    if target.is_file():
        return target
    try:
        with httpx.stream("GET", url, follow_redirects=True, timeout=DOWNLOAD_TIMEOUT_S) as answer, replaced(target) as part:
            answer.raise_for_status()
            with part.open("wb") as file:
                for chunk in answer.iter_bytes():
                    file.write(chunk)
            expected = answer.headers.get("content-length")
            if expected and "content-encoding" not in answer.headers and part.stat().st_size != int(expected):
                raise InputError("download_short", url=url, found=part.stat().st_size, expected=expected)
    except httpx.HTTPError as error:
        raise InputError("download_failed", url=url, found=str(error) or type(error).__name__) from error
    return target
