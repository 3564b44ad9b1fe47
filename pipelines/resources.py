"""The settings of a run, from the environment: the only place that reads it."""

import os
from dataclasses import dataclass
from pathlib import Path

from assets.house import MEMORY_LIMIT, THREADS, House

ROOT = Path(__file__).resolve().parent.parent


def house_from_environment() -> House:
    """The house of this process: NETZLAGE_PROFILE, …_OUTPUT, …_MEMORY_LIMIT, …_THREADS, …_WORKERS, …_PART_MEMORY, …_OFFLINE."""
    return house(os.environ.get("NETZLAGE_PROFILE", "demo"), os.environ.get("NETZLAGE_OUTPUT", "output"))


def house(profile: str, output: str, *, offline: bool = False) -> House:
    """The house for a profile and an output folder."""
    return House(
        profile_name=profile,
        output=output,
        memory_limit=os.environ.get("NETZLAGE_MEMORY_LIMIT", MEMORY_LIMIT),
        threads=threads(),
        vendor=str(ROOT / "node_modules"),
        workers=os.environ.get("NETZLAGE_WORKERS", ""),
        part_memory=os.environ.get("NETZLAGE_PART_MEMORY", ""),
        offline=offline or bool(os.environ.get("NETZLAGE_OFFLINE")),
    )


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
