"""Licences: which one holds for what is made of several sources, and whom it names."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from geodata.catalogue import load_catalogue


@dataclass(frozen=True)
class Licence:
    """A licence of the catalogue of sources: its concept in the vocabulary of DCAT-AP.de, and whether it asks for an attribution."""

    uri: str
    title: str
    attribution: bool
    rank: int


@cache
def licences() -> dict[str, Licence]:
    """All licences by their name in the catalogue of sources."""
    found = tomllib.loads(files("maps").joinpath("licences.toml").read_text("utf-8"))
    return {name: Licence(**fields) for name, fields in found.items()}


def licence_of(sources: Iterable[str], *, own: str) -> Licence:
    """The strictest licence of several sources; `own` for values made here and for a source that names none."""
    catalogue, known = load_catalogue(), licences()
    return max((known.get(catalogue[s].licence, known[own]) for s in sources), key=lambda one: one.rank, default=known[own])


def attribution_of(sources: Iterable[str]) -> str:
    """The attributions of several sources, each once; it is said where data were changed, which is so of all that is computed."""
    catalogue = load_catalogue()
    texts = []
    for source in sorted(set(sources)):
        text = catalogue[source].attribution
        texts.append(text + (" (Daten verändert)" if catalogue[source].changes_marked and "verändert" not in text else ""))
    return "; ".join(dict.fromkeys(texts))
