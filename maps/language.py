"""The site's texts in both languages, and numbers and dates as their readers write them. The texts lie in maps/texts/*.toml."""

import datetime as dt
import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

NARROW = "\u00a0"


@dataclass(frozen=True)
class Language:
    """German or English: `code`, and all that depends on it."""

    code: str

    def __call__(self, key: str, /, **values: object) -> str:
        """The text of `key` with `values` filled in; an unknown key or a value that is not given is a KeyError."""
        return texts()[key][self.code].format(**values)

    @property
    def folder(self) -> str:
        """Where the pages of this language lie, below the site."""
        return "" if self.code == "de" else f"{self.code}/"

    @property
    def other(self) -> "Language":
        """The other language."""
        return ENGLISH if self.code == "de" else GERMAN

    def percent(self, share: object) -> str:
        """A share (0–1) as percent with two digits; in words where it is missing."""
        return self("word.no_data") if missing(share) else self._decimal(_float(share) * 100, 2) + ("\u00a0%" if self.code == "de" else "%")

    def round_percent(self, share: object) -> str:
        """A share as percent without digits that are zero: `100 %`."""
        return self.percent(share).replace(",00", "").replace(".00", "")

    def points(self, value: object) -> str:
        """A difference in percentage points."""
        return "–" if missing(value) else self._decimal(_float(value), 2) + NARROW + self("word.points")

    def number(self, value: object) -> str:
        """A whole number, its thousands set apart."""
        return "–" if missing(value) else self._decimal(_float(value), 0)

    def date(self, value: dt.date | None) -> str:
        """A date: 30.06.2021, in English 30 June 2021."""
        if value is None:
            return "–"
        return f"{value:%d.%m.%Y}" if self.code == "de" else f"{value.day} {MONTHS[value.month - 1]} {value.year}"

    def pick(self, row: object, name: str) -> str:
        """The column or field `name` in this language: `title` → `title_de`."""
        key = f"{name}_{self.code}"
        return str(row[key] if isinstance(row, dict) else getattr(row, key))

    def _decimal(self, value: float, digits: int) -> str:
        text = f"{value:,.{digits}f}"
        return text.translate(str.maketrans(",.", ".,")) if self.code == "de" else text


MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
GERMAN = Language("de")
ENGLISH = Language("en")
LANGUAGES = (GERMAN, ENGLISH)


@cache
def texts() -> dict[str, dict[str, str]]:
    """All texts: `part.name` → language → text."""
    found: dict[str, dict[str, str]] = {}
    for file in sorted(files("maps.texts").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            for part, entries in tomllib.loads(file.read_text("utf-8")).items():
                found |= {f"{part}.{name}": entry for name, entry in entries.items()}
    return found


def missing(value: object) -> bool:
    """Whether a value of a frame is absent: None or NaN."""
    return value is None or value != value or (isinstance(value, float) and math.isnan(value))  # noqa: PLR0124  # pandas.NA, too


def _float(value: object) -> float:
    return value if isinstance(value, float) else float(str(value))
