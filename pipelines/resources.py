"""The settings of a run, from the environment: the only place that reads it."""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from assets.house import MEMORY_LIMIT, THREADS, House
from geodata.storage import is_url
from geodata.stored_runs import root_of
from geodata.working_folder import WorkingFolder

ROOT = Path(__file__).resolve().parent.parent


def house_from_environment() -> House:
    """The house of this process: NETZLAGE_PROFILE, …_OUTPUT, …_WORK, …_MEMORY_LIMIT, …_THREADS, …_WORKERS, …_PART_MEMORY, …_OFFLINE."""
    return house(os.environ.get("NETZLAGE_PROFILE", "demo"), os.environ.get("NETZLAGE_OUTPUT", "output"))


def house(profile: str, output: str, *, offline: bool = False) -> House:
    """The house for a profile and an output folder or the URL of one."""
    place = working_folder(output)
    return House(
        profile_name=profile,
        output=str(place.folder),
        url=place.url,
        memory_limit=os.environ.get("NETZLAGE_MEMORY_LIMIT", MEMORY_LIMIT),
        threads=threads(),
        vendor=str(ROOT / "node_modules"),
        workers=os.environ.get("NETZLAGE_WORKERS", ""),
        part_memory=os.environ.get("NETZLAGE_PART_MEMORY", ""),
        offline=offline or bool(os.environ.get("NETZLAGE_OFFLINE")),
    )


def working_folder(output: str) -> WorkingFolder:
    """Where a run works that writes into `output`: there, or for a URL in a folder of its own below the folder of caches."""
    return WorkingFolder(_cache(output) / "work", root_of(output)) if is_url(output) else WorkingFolder(Path(output))


def reading_folder(output: str) -> Path:
    """Where a reading command finds `output`: there, or for a URL in a folder that no run works in."""
    return _cache(output) / "read" if is_url(output) else Path(output)


def _cache(url: str) -> Path:
    """NETZLAGE_WORK, else XDG_CACHE_HOME/netzlage, else ~/.cache/netzlage; below it one folder per URL."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    root = root_of(url)
    name = f"{re.sub(r'[^a-z0-9]+', '-', root.removeprefix('s3://').lower())}-{hashlib.sha256(root.encode()).hexdigest()[:8]}"
    return Path(os.environ.get("NETZLAGE_WORK") or Path(caches) / "netzlage") / name


def threads() -> int:
    """How many cores a command may use: NETZLAGE_THREADS, else the default."""
    return int(os.environ.get("NETZLAGE_THREADS", THREADS))


@dataclass(frozen=True)
class Reporting:
    """Where reports of failed runs go besides the output folder; empty: nowhere."""

    mail_to: str = ""
    mail_from: str = ""
    smtp: str = ""
    post_url: str = ""


def reporting() -> Reporting:
    """NETZLAGE_REPORT_MAIL_TO, …_MAIL_FROM, …_SMTP (host:port), …_POST_URL; without them nothing leaves the machine."""
    return Reporting(*(os.environ.get(f"NETZLAGE_REPORT_{name}", "") for name in ("MAIL_TO", "MAIL_FROM", "SMTP", "POST_URL")))


def dagster_home() -> None:
    """Give Dagster its home, the folder of `dagster.yaml`, where the environment names none."""
    os.environ.setdefault("DAGSTER_HOME", str(ROOT))
