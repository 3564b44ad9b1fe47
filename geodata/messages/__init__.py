"""Sentences for users, by code and language. The texts lie in the TOML files beside this module; it only fills them in."""

import tomllib
from functools import cache
from importlib.resources import files

LANGUAGES = ("de", "en")


@cache
def _texts() -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = {}
    for file in sorted(files("geodata.messages").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            texts |= tomllib.loads(file.read_text("utf-8"))
    return texts


def codes() -> tuple[str, ...]:
    """All message codes, sorted."""
    return tuple(sorted(_texts()))


def word(kind: str, code: str, lang: str = "de") -> str:
    """The word for a code of a column; a code of an open list, such as an operator's name, stands for itself."""
    name = kind + "_" + code
    return sentence(name, lang) if name in _texts() else code


def sentence(code: str, lang: str = "de", /, **values: object) -> str:
    """The text of `code` in `lang` with `values` filled in; a value that the text needs and that is not given is a KeyError."""
    return _texts()[code][lang].format(**values)
