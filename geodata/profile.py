"""A profile says where the files of each source lie, and which area, boundary edition and demo they belong to. It reads no data."""

import datetime as dt
import glob
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geodata.catalogue import load_catalogue
from geodata.errors import InputError
from geodata.gate import PUBLIC, PUBLISHABLE
from geodata.inbox import accepted
from geodata.targets import Target, own_targets

DEMO_PREFIX = "demo:"
MODEL_STANDS = "monitoring__grid"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FileEntry(_Strict):
    """One file of a source: `path` is a path or glob (against the working directory), a URL, or `demo:…` below the generated demo.

    `member` names the entry to take out of a zip. `stand` is the as-of date; `covers` lists the AGS prefixes
    that a delivery covers (none: the whole Land): of other areas it says nothing. `options` go to the reader (field mapping, selection).
    """

    source: str
    table: str
    path: str
    stand: dt.date | None = None
    member: str | None = None
    origin: Literal["official", "delivered", "demo"] | None = None
    visibility: Literal["public", "internal", "confidential"] | None = None
    covers: tuple[str, ...] = ()
    options: dict[str, object] = Field(default_factory=dict)


class Demo(_Strict):
    """The seed of the generated demo, and how much of the Land's real size it has."""

    seed: int = 5
    scale: float = Field(default=0.02, gt=0, le=1)


class Model(_Strict):
    """How the radio model runs: `settings` is the path of a TOML file like geodata/mobile/settings.toml (none: that one itself).

    `areas` lists the AGS prefixes of the cells that are modelled (none: the whole Land), `stands` the Stände (none: those with a grid of
    the Mobilfunk-Monitoring, without one the newest). `missing_terrain`: `flat` goes on and counts the cells, `error` stops.
    """

    settings: str | None = None
    areas: tuple[str, ...] = ()
    stands: tuple[dt.date, ...] = ()
    missing_terrain: Literal["flat", "error"] | None = None


class Profile(_Strict):
    """A whole profile. `boundaries` is the edition that maps and single figures use; the others are computed beside it.

    `publisher` is the TOML file with the publisher's details for the site; without it the site shows the example.
    `approval`: a run leaves its release to `netzlage publish`.
    `targets` is the path of a coordinator's own targets, `inbox` the drop folder whose accepted files belong to the profile.
    """

    name: str
    origin: Literal["official", "delivered", "demo"]
    land: str = Field(pattern=r"^\d{2}$")
    boundaries: str
    publisher: str = ""
    files: tuple[FileEntry, ...]
    approval: bool = False
    demo: Demo | None = None
    targets: str | None = None
    model: Model = Model()
    inbox: str | None = None

    @property
    def own_targets(self) -> tuple[Target, ...]:
        """The coordinator's own targets."""
        return own_targets(Path(self.targets)) if self.targets else ()

    @property
    def stands(self) -> tuple[str, ...]:
        """The Stände of the run as ISO dates, ascending: those of all sources that follow the Stände."""
        catalogue = load_catalogue()
        return tuple(sorted({f.stand.isoformat() for f in self.files if f.stand and not catalogue[f.source].reference}))

    @property
    def modelled_stands(self) -> tuple[str, ...]:
        """The Stände at which the radio model runs."""
        if self.model.stands:
            return tuple(sorted(stand.isoformat() for stand in self.model.stands))
        return tuple(sorted({str(f.stand) for f in self.of(MODEL_STANDS)})) or self.stands[-1:]

    def of(self, source_id: str, stand: str | None = None) -> tuple[FileEntry, ...]:
        """The entries of one source, for one Stand where it is given."""
        return tuple(f for f in self.files if f.source == source_id and (stand is None or (f.stand and f.stand.isoformat() == stand)))

    def covered(self, source_id: str, stand: str) -> list[str]:
        """The AGS prefixes that the files of a source cover at a Stand."""
        return sorted({prefix for f in self.of(source_id, stand) for prefix in f.covers or (self.land,)})


def load_profile(name: str) -> Profile:
    """The profile `demo` or `official`, or the one in the TOML file `name`.

    Raises InputError where the file is absent, is no TOML, has an unknown or missing field, or names an unknown source.
    """
    if name.endswith(".toml"):
        path = Path(name)
        if not path.is_file():
            raise InputError("profile_absent", profile=name)
        text = path.read_bytes().decode("utf-8", errors="replace")
    else:
        builtin = files("geodata.profiles").joinpath(f"{name}.toml")
        if not name.isidentifier() or not builtin.is_file():
            raise InputError("profile_unknown", profile=name)
        text = builtin.read_text("utf-8")
    try:
        profile = _with_arrivals(Profile.model_validate(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        raise InputError("profile_no_toml", profile=name, found=str(error)) from error
    except ValidationError as error:
        found = "; ".join(f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors()[:5])
        raise InputError("profile_invalid", profile=name, found=found) from error
    _check_sources(profile)
    profile.own_targets  # noqa: B018  # a defect of that file is told now, not in the middle of a run
    return profile


def _with_arrivals(profile: Profile) -> Profile:
    """The profile with the accepted files of its drop folder."""
    if profile.inbox is None:
        return profile
    inbox = Path(profile.inbox)
    entries = [
        FileEntry(
            source=row["source"],
            table=row["table"],
            stand=dt.date.fromisoformat(row["stand"]),
            path=glob.escape(str(inbox / row["path"])),
            options={"operator": row["operator"]} if "operator" in row else {},
        )
        for row in accepted(inbox)
    ]
    return profile.model_copy(update={"files": (*profile.files, *entries)})


def _check_sources(profile: Profile) -> None:
    catalogue = load_catalogue()
    for entry in profile.files:
        if entry.source not in catalogue:
            raise InputError("profile_unknown_source", profile=profile.name, found=entry.source, expected=", ".join(sorted(catalogue)))
        if entry.stand is None:
            raise InputError("profile_without_stand", profile=profile.name, found=f"{entry.source} {entry.table}")
        if entry.path.startswith(DEMO_PREFIX) and profile.demo is None:
            raise InputError("profile_without_demo", profile=profile.name, found=entry.path)
        source = catalogue[entry.source]
        is_public = (entry.visibility or source.visibility) == PUBLIC
        if is_public and (entry.origin or profile.origin) != "demo" and source.publication not in PUBLISHABLE:
            found = f"{entry.source} {entry.table}, visibility = {PUBLIC}"
            raise InputError("profile_publication_forbidden", profile=profile.name, found=found, licence=source.licence)
    if strange := sorted({stand.isoformat() for stand in profile.model.stands} - set(profile.stands)):
        expected = ", ".join(profile.stands)
        raise InputError("profile_model_stands", profile=profile.name, found=", ".join(strange), expected=expected)
