"""The named variants of expansion clusters (`variants.toml`) and the settings of this package. What is computed with them is not here."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from geodata.errors import InputError
from geodata.thresholds import ThresholdSet, load_thresholds
from geodata.whitespots.linkage import MILLIMETRES

COUNTS = {"chain_m": 1, "min_addresses": 1, "min_households": 0}
TEXTS = ("label_de", "label_en", "threshold_set", "source")


@dataclass(frozen=True)
class Variant:
    """One variant: a threshold set judged on prospective supply, the chain distance, and what a cluster needs at least."""

    name: str
    label_de: str
    label_en: str
    threshold_set: str
    chain_m: int
    min_addresses: int
    min_households: int
    date: dt.date
    source: str

    @property
    def reach(self) -> int:
        """The squared chain distance in mm²."""
        return (self.chain_m * MILLIMETRES) ** 2

    @property
    def radius_m(self) -> float:
        """The radius of the discs of an outline."""
        return self.chain_m * setting("outline", "radius_share")


@cache
def load_variants() -> dict[str, Variant]:
    """The variants in the order of `variants.toml`."""
    text = files("geodata.whitespots").joinpath("variants.toml").read_text("utf-8")
    return parsed(text, "variants.toml", load_thresholds())


def variants_of(threshold: str) -> list[Variant]:
    """The variants whose clusters are made of what lies below a threshold set; none for most sets."""
    return [v for v in load_variants().values() if v.threshold_set == threshold]


def parsed(text: str, file: str, sets: Mapping[str, ThresholdSet]) -> dict[str, Variant]:
    """The variants of a TOML text; InputError for one that is not whole or names a threshold set that is not in `sets`."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError("threshold_not_toml", file=file, found=error) from error
    return {name: _variant(name, fields, file, sets) for name, fields in tables.items()}


def _variant(name: str, fields: object, file: str, sets: Mapping[str, ThresholdSet]) -> Variant:
    wanted = {*TEXTS, *COUNTS, "date"}
    if not isinstance(fields, dict) or set(fields) != wanted:
        found = sorted(fields) if isinstance(fields, dict) else fields
        raise InputError("variant_wrong", file=file, name=name, found=found, expected=sorted(wanted))
    for key, least in COUNTS.items():
        if type(fields[key]) is not int or fields[key] < least:
            raise InputError("variant_wrong", file=file, name=name, found=f"{key} = {fields[key]}", expected=f"{key} >= {least}")
    if not isinstance(fields["date"], dt.date):
        raise InputError("variant_wrong", file=file, name=name, found=f"date = {fields['date']}", expected="date = 2023-12-31")
    chosen = fields["threshold_set"]
    if chosen not in sets or sets[chosen].floor:
        expected = ", ".join(n for n, s in sets.items() if not s.floor)
        raise InputError("variant_wrong", file=file, name=name, found=f"threshold_set = {chosen}", expected=expected)
    return Variant(name=name, **fields)


@cache
def setting(group: str, name: str) -> float:
    """One named setting of `settings.toml`."""
    return float(tomllib.loads(files("geodata.whitespots").joinpath("settings.toml").read_text("utf-8"))[group][name])
