"""Numbers, dates and sentences of a report in its language. Missing is never zero: it reads `keine Daten`."""

import datetime as dt
import math
from dataclasses import dataclass
from itertools import pairwise

from geodata.messages import sentence
from maps.palette import COLOURS, class_of

NARROW = "\u202f"


@dataclass(frozen=True)
class Words:
    """How one language writes things."""

    lang: str

    def __call__(self, code: str, /, **values: object) -> str:
        """The message `report_{code}`."""
        return sentence(f"report_{code}", self.lang, **values)

    def percent(self, share: float | None, digits: int = 2) -> str:
        """A share (0–1) as percent."""
        return self("no_data") if missing(share) else f"{self.decimal(float(share or 0) * 100, digits)}{NARROW}%"

    def decimal(self, value: float, digits: int = 2) -> str:
        """A number with a fixed number of decimals."""
        text = f"{value:,.{digits}f}"
        return text if self.lang == "en" else text.translate(str.maketrans(",.", ".,"))

    def number(self, value: float | None) -> str:
        """A whole number."""
        return self("no_data") if missing(value) else self.decimal(float(value or 0), 0)

    def date(self, value: dt.date) -> str:
        """A day."""
        return f"{value:%d.%m.%Y}" if self.lang == "de" else f"{value.day} {value:%B %Y}"

    def basis(self, basis: str) -> str:
        """What a figure rests on."""
        return self(f"basis_{basis}")

    def status(self, status: str) -> str:
        """A verdict."""
        return sentence(f"status_{status}", self.lang)

    def classes(self) -> list[tuple[str, str]]:
        """Colour and words of each class of shares, ascending; the bounds are those of the palette."""
        lows = [p for p in range(101) if p == 0 or class_of(p / 100) != class_of((p - 1) / 100)]
        texts = [self("class", low=low, high=high) for low, high in pairwise(lows)]
        texts[0] = self("class_first", high=lows[1])
        return list(zip(COLOURS, [*texts, self("class_last", low=lows[-1])], strict=True))


def missing(value: object) -> bool:
    """Whether a value of a frame is absent."""
    return value is None or (isinstance(value, float) and math.isnan(value)) or type(value).__name__ in {"NAType", "NaTType"}
