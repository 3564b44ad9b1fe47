"""The settings of the radio model: thresholds, bands, antenna, clutter, receiver. The values stand in settings.toml; no formulas here."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geodata.errors import InputError
from geodata.mobile.antenna import Sector
from geodata.mobile.links import Radio
from geodata.mobile.location import location_sigma
from geodata.mobile.refractivity import DELTA_N, SEA_LEVEL_N0

Positive = Annotated[float, Field(gt=0)]
Technology = Literal["4g", "5g"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Receiver(_Strict):
    """Height above ground, and the shares of time and places for which the loss is not exceeded."""

    height_m: float = Field(ge=1, le=3000)
    time_percent: float = Field(ge=1, le=50)
    location_percent: float = Field(ge=1, le=99)
    resolution_m: Positive


class Threshold(_Strict):
    """The level at the receiver from which a cell counts as covered; `of_authority`: it is what the Bundesnetzagentur prescribes."""

    quantity: Literal["RSRP", "SS-RSRP"]
    dbm: float = Field(ge=-140, le=-44)
    source: str
    of_authority: bool = False


class Clutter(_Strict):
    """Representative heights in m."""

    open: float = Field(ge=0)
    water: float = Field(ge=0)
    suburban: float = Field(ge=0)
    urban_or_forest: float = Field(ge=0)
    dense_urban: float = Field(ge=0)
    source: str


class Antenna(_Strict):
    """Widths of the pattern, and what a site without its own values has."""

    azimuth_width_deg: Positive
    vertical_width_deg: Positive
    tilt_deg: float = Field(ge=-90, le=90)
    height_m: float = Field(ge=1, le=3000)
    source: str

    def sector(self, azimuth_deg: float | None) -> Sector:
        """The antenna with this direction; without one it radiates to all sides."""
        return Sector(azimuth_deg or 0.0, self.tilt_deg, self.azimuth_width_deg, self.vertical_width_deg, azimuth_deg is None)


class Band(_Strict):
    """A carrier: frequency, width in resource blocks, EIRP of the whole carrier, and the longest path looked at."""

    technology: Technology
    frequency_ghz: float = Field(ge=0.03, le=6)
    resource_blocks: int = Field(gt=0)
    eirp_dbm: float
    reach_km: Positive


class Settings(_Strict):
    """All of them; bands by their name in MHz."""

    receiver: Receiver
    thresholds: Mapping[Technology, Threshold]
    clutter: Clutter
    antenna: Antenna
    bands: Mapping[str, Band]

    def radio(self, band: str) -> Radio:
        """What is the same for all paths of a band. Polarisation: vertical, of the two that sectors radiate."""
        here = self.receiver
        return Radio(
            self.bands[band].frequency_ghz,
            vertical=True,
            time_percent=here.time_percent,
            location_percent=here.location_percent,
            delta_n=DELTA_N,
            sea_level_n0=SEA_LEVEL_N0,
        )

    def sigma_db(self, band: str, clutter_m: float) -> float:
        """Standard deviation over the places of a cell with this clutter height."""
        here = self.receiver
        return location_sigma(self.bands[band].frequency_ghz, here.resolution_m, here.height_m, clutter_m)


def load_settings(path: Path | None = None) -> Settings:
    """The settings of a TOML file, or those that Netzlage brings.

    Raises InputError where the file is absent, is no TOML, or has an unknown, missing or impossible value.
    """
    name = str(path or "settings.toml")
    if path is None:
        text = files("geodata.mobile").joinpath("settings.toml").read_text("utf-8")
    elif path.is_file():
        text = path.read_bytes().decode("utf-8", errors="replace")
    else:
        raise InputError("mobile_settings_absent", path=name)
    try:
        return Settings.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InputError("mobile_settings_no_toml", path=name, found=str(error)) from error
    except ValidationError as error:
        found = "; ".join(f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors()[:5])
        raise InputError("mobile_settings_invalid", path=name, found=found) from error
