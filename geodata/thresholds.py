"""Threshold sets: which supply counts as below. Names, dates and sources are in `thresholds.toml`; not what is counted with them.

Three-valued: a missing speed leaves open whatever hangs on it. A set divides what there is into four: `covered`, `below` (in the set),
`below_floor` (in another set), `unknown`.
"""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from geodata.errors import InputError

Bools = npt.NDArray[np.bool_]
TEXTS = ("label_de", "label_en", "source")


@dataclass(frozen=True)
class Alternative:
    """What must be bookable, all of it: Mbit/s down, up, both ways by one offer (0 = not asked), fibre to the building."""

    down: int = 0
    up: int = 0
    symmetric: int = 0
    fibre: bool = False

    def implies(self, other: "Alternative") -> bool:
        """Whether whatever meets this one meets `other` too."""
        down, up = max(self.down, self.symmetric), max(self.up, self.symmetric)
        return down >= other.down and up >= other.up and self.symmetric >= other.symmetric and (self.fibre or not other.fibre)


@dataclass(frozen=True)
class ThresholdSet:
    """One named set. Covered is what meets one of `covered`; what misses `floor` belongs to another set."""

    name: str
    label_de: str
    label_en: str
    date: dt.date
    source: str
    covered: tuple[Alternative, ...]
    floor: Alternative | None = None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judged:
    """Where each line stands to one set: exactly one of four holds."""

    covered: Bools
    below: Bools
    below_floor: Bools
    unknown: Bools


@dataclass(frozen=True)
class Supply:
    """What can be booked at each address: the best Mbit/s down, up, and both ways by one offer (NaN = not known); whether there is fibre.

    Download and upload of an address may belong to two offers, so `symmetric` is not the smaller of them unless nothing else is given.
    `fibre` is needed by sets that ask for it; where it is False and `down` is missing, nothing is known of the address.
    """

    down: np.ndarray
    up: np.ndarray
    symmetric: np.ndarray
    fibre: Bools | None = None


def judge(supply: Supply, chosen: ThresholdSet) -> Judged:
    """Where each address stands to `chosen`."""
    met = [_met(supply, a) for a in chosen.covered]
    covered = np.logical_or.reduce([yes for yes, _ in met])
    failed = np.logical_and.reduce([no for _, no in met])
    count = len(supply.down)
    reaches, misses = _met(supply, chosen.floor) if chosen.floor else (np.ones(count, bool), np.zeros(count, bool))
    below = failed & reaches
    lower = misses & ~covered
    return Judged(covered, below, lower, ~(covered | below | lower))


def below(
    down: np.ndarray, up: np.ndarray, chosen: ThresholdSet, *, symmetric: np.ndarray | None = None, fibre: Bools | None = None
) -> Bools:  # fmt: skip
    """Which addresses are in the set. Speeds in Mbit/s (NaN = not known); without `symmetric` the smaller of both ways; see `Supply`."""
    return judge(Supply(down, up, np.minimum(down, up) if symmetric is None else symmetric, fibre), chosen).below


def unknown(
    down: np.ndarray, up: np.ndarray, chosen: ThresholdSet, *, symmetric: np.ndarray | None = None, fibre: Bools | None = None
) -> Bools:  # fmt: skip
    """Of which addresses too little is known to say; as `below`."""
    return judge(Supply(down, up, np.minimum(down, up) if symmetric is None else symmetric, fibre), chosen).unknown


def threshold_set(name: str, sets: Mapping[str, ThresholdSet] | None = None) -> ThresholdSet:
    """The set of that name; InputError names those that there are."""
    known = sets if sets is not None else load_thresholds()
    if name not in known:
        raise InputError("threshold_unknown", found=name, expected=", ".join(known), near=", ".join(get_close_matches(name, known)) or "–")
    return known[name]


@cache
def load_thresholds(own: Path | None = None) -> dict[str, ThresholdSet]:
    """The sets in the order of `thresholds.toml`, then those of a coordinator's own file; InputError for one that contradicts itself."""
    text = files("geodata").joinpath("thresholds.toml").read_text("utf-8")
    sets = parsed(text, "thresholds.toml")
    if own is not None:
        sets |= parsed(own.read_text("utf-8"), str(own), known=sets)
    return sets


def parsed(text: str, file: str, *, known: Mapping[str, ThresholdSet] | None = None) -> dict[str, ThresholdSet]:
    """The sets of a TOML text; `known` are those that `parts` may name besides."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError("threshold_not_toml", file=file, found=error) from error
    sets = {name: _set(name, fields, file) for name, fields in tables.items()}
    for chosen in sets.values():
        _check(chosen, dict(known or {}) | sets, file)
    return sets


def _set(name: str, fields: object, file: str) -> ThresholdSet:
    def refuse(found: object, expected: str) -> InputError:
        return InputError("threshold_wrong", file=file, name=name, found=found, expected=expected)

    if not isinstance(fields, dict):
        raise refuse(fields, f"[{name}]")
    for key in (*TEXTS, "date", "covered"):
        if key not in fields:
            raise refuse("–", key)
    if extra := sorted(set(fields) - {*TEXTS, "date", "covered", "floor", "parts"}):
        raise refuse(", ".join(extra), ", ".join((*TEXTS, "date", "covered", "floor", "parts")))
    if not isinstance(fields["date"], dt.date):
        raise refuse(fields["date"], "date = 2023-03-31")
    alternatives = fields["covered"]
    if not isinstance(alternatives, list) or not alternatives:
        raise refuse(alternatives, "covered = [{ down = 100 }]")
    for one in (*alternatives, *([fields["floor"]] if "floor" in fields else [])):
        if not _is_alternative(one):
            raise refuse(one, "{ down = 500 }, { symmetric = 200 }, { fibre = true }")
    return ThresholdSet(
        name=name,
        **{t: str(fields[t]) for t in TEXTS},
        date=fields["date"],
        covered=tuple(Alternative(**a) for a in alternatives),
        floor=Alternative(**fields["floor"]) if "floor" in fields else None,
        parts=tuple(fields.get("parts", ())),
    )


def _is_alternative(found: object) -> bool:
    if not isinstance(found, dict) or not found or set(found) - {"down", "up", "symmetric", "fibre"}:
        return False
    speeds = [v for k, v in found.items() if k != "fibre"]
    return all(type(v) is int and v > 0 for v in speeds) and found.get("fibre", True) is True


def _check(chosen: ThresholdSet, sets: Mapping[str, ThresholdSet], file: str) -> None:
    """InputError where a set holds nothing, an alternative never matters, or the parts do not make up the whole."""
    for i, one in enumerate(chosen.covered):
        for other in (*chosen.covered[:i], *chosen.covered[i + 1 :]):
            if one.implies(other):
                raise InputError("threshold_superfluous", file=file, name=chosen.name, found=_words(one), expected=_words(other))
        if chosen.floor and chosen.floor.implies(one):
            raise InputError("threshold_empty", file=file, name=chosen.name, found=_words(chosen.floor), expected=_words(one))
        if chosen.floor and not one.implies(chosen.floor):
            raise InputError("threshold_floor_beside", file=file, name=chosen.name, found=_words(chosen.floor), expected=_words(one))
    if missing := [p for p in chosen.parts if p not in sets]:
        raise InputError("threshold_part_unknown", file=file, name=chosen.name, found=", ".join(missing), expected=", ".join(sets))
    if chosen.parts:
        parts = [sets[p] for p in chosen.parts]
        floors = [p.floor for p in parts]
        tops = [p.covered[0] if len(p.covered) == 1 else None for p in parts]
        if floors != [chosen.floor, *tops[:-1]] or parts[-1].covered != chosen.covered:
            raise InputError(
                "threshold_parts_differ",
                file=file,
                name=chosen.name,
                found=", ".join(chosen.parts),
                expected=" | ".join(_words(a) for a in chosen.covered),
            )


def _words(one: Alternative) -> str:
    words = [f"{k} >= {v}" for k, v in (("down", one.down), ("up", one.up), ("symmetric", one.symmetric)) if v] + (
        ["fibre"] if one.fibre else []
    )
    return " & ".join(words)


def _met(supply: Supply, one: Alternative) -> tuple[Bools, Bools]:
    """Where an alternative certainly holds, and where it certainly does not."""
    yes, no = np.ones(len(supply.down), dtype=bool), np.zeros(len(supply.down), dtype=bool)
    for speed, asked in ((supply.down, one.down), (supply.up, one.up), (supply.symmetric, one.symmetric)):
        if asked:
            yes &= speed >= asked
            no |= speed < asked
    if one.symmetric:
        no |= (supply.down < one.symmetric) | (supply.up < one.symmetric)
    if one.fibre:
        if supply.fibre is None:
            raise ValueError(one)
        yes &= supply.fibre
        no |= ~supply.fibre & ~np.isnan(supply.down)
    return yes, no
