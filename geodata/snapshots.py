"""Snapshots: the bytes of each source as received, kept under their hash and never edited. Readers read snapshots, nothing else."""

import glob
import hashlib
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from geodata.atomic import replaced
from geodata.catalogue import load_catalogue
from geodata.downloads.client import Client, shown
from geodata.downloads.editions import Bounds, editions, fetch, kept
from geodata.errors import InputError
from geodata.profile import DEMO_PREFIX, FileEntry, Profile
from geodata.reading import Snapshot
from geodata.tables import file_hash
from geodata.zip_member import extract

SHAPEFILE_PARTS = (".dbf", ".shx", ".prj", ".cpg")

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


def take(entry: FileEntry, profile: Profile, *, store: Path, demo: Path, offline: bool = False) -> list[Snapshot]:
    """Copy the file or files of one entry into `store` under their hash; what is there already is not copied again.

    Raises InputError where nothing lies at the path, a zip lacks the declared member, or an address answers with an error.
    """
    catalogue = load_catalogue()
    source = catalogue[entry.source]
    if entry.stand is None:
        raise InputError("profile_without_stand", profile=profile.name, found=f"{entry.source} {entry.table}")
    found = []
    for path in locate(entry, store=store, demo=demo, offline=offline):
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


def is_remote(entry: FileEntry) -> bool:
    """Whether an entry names an address."""
    return entry.path.startswith(("https://", "http://"))


def addresses(entries: Iterable[FileEntry]) -> list[FileEntry]:
    """One entry for each address, in the order of source and address."""
    return sorted({e.path: e for e in entries if is_remote(e)}.values(), key=lambda e: (e.source, e.path))


def ask_again(entries: Iterable[FileEntry], store: Path, *, bounds: Bounds | None) -> Iterator[tuple[FileEntry, str | InputError]]:
    """Ask each address for a new edition: what came of it, or the error; one that fails does not keep the others from being asked."""
    client = Client()
    for entry in addresses(entries):
        try:
            yield entry, fetch(entry.path, store / entry.source, client=client, bounds=bounds).state
        except InputError as error:
            yield entry, error


def locate(entry: FileEntry, *, store: Path, demo: Path, offline: bool = False) -> list[Path]:
    """The files that an entry names, ascending; what an address offers is fetched into `store` where no edition of it is kept."""
    if is_remote(entry):
        shelf = store / entry.source
        path = kept(entry.path, shelf)
        if path is None and offline:
            raise InputError("download_offline", url=shown(entry.path))
        return [path or fetch(entry.path, shelf, client=Client(), bounds=None).path]
    pattern = str(demo / entry.path.removeprefix(DEMO_PREFIX)) if entry.path.startswith(DEMO_PREFIX) else entry.path
    paths = sorted(Path(p) for p in glob.glob(pattern) if Path(p).is_file())  # noqa: PTH207 (the pattern may be absolute)
    if not paths:
        raise InputError(
            "source_absent", source=entry.source, table=entry.table, path=pattern, landing_page=load_catalogue()[entry.source].landing_page
        )
    return paths


def source_versions(profile: Profile, source_id: str, stand: str | None, *, store: Path, demo: Path) -> dict[str, str]:
    """What a snapshot would be made of now: each entry of the profile, and the hash of each file it names (`absent` where none lies there).

    Of an address the newest edition kept counts: a run asks no server for what `netzlage fetch` has once brought.
    """
    versions: dict[str, str] = {"origin": profile.origin}
    for entry in profile.of(source_id, stand):
        if is_remote(entry):
            found = editions(entry.path, store / source_id)
            versions[entry.model_dump_json()] = found[-1].sha256 if found else "not fetched"
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
    if not target.is_file():
        extract(archive, member, target)
    return target
