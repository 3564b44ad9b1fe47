"""Who publishes the site: names, addresses and links of the legal pages, from a TOML file. The texts around them are in maps/legal/."""

import tomllib
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from geodata.errors import InputError


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Basemap(_Strict):
    """A map of another host, loaded only after a click. `url` has {z}, {x} and {y}."""

    host: str
    url: str
    attribution: str
    operator: str


class OpenData(_Strict):
    """What the feed and the open-data catalogue say.

    `base_url` is the address of the site with a slash at its end, `licence` that of values made here, `contributor_id` who feeds the
    catalogue (http://dcat-ap.de/def/contributors/), `publisher_type` the kind of publisher (http://purl.org/adms/publishertype/).
    """

    base_url: str
    licence: str
    contributor_id: str
    publisher_type: str


class Publisher(_Strict):
    """The publisher. `example`: the file is the sample that comes with Netzlage, and every legal page says so."""

    example: bool = False
    name: str
    street: str
    town: str
    represented_by: str
    email: str
    telephone: str
    feedback_url: str
    address_search_url: str
    data_protection_officer: str
    data_protection_authority: str
    hosting: str
    log_days: int
    accessibility_checked: str
    ombuds_name: str
    ombuds_address: str
    ombuds_email: str
    open_data: OpenData
    basemap: Basemap | None = None


def load_publisher(path: str = "") -> Publisher:
    """The publisher of the TOML file `path`; without one, the example. Raises InputError where the file is absent or wrong."""
    if path and not Path(path).is_file():
        raise InputError("publisher_absent", found=path)
    text = Path(path).read_text("utf-8") if path else files("maps").joinpath("publisher.toml").read_text("utf-8")
    try:
        return Publisher.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise InputError("publisher_invalid", found=f"{path or 'maps/publisher.toml'}: {str(error)[:300]}") from error
