"""Numbers and dates as German readers write them."""

import datetime as dt
import math

STATUS_DE = {
    "reached": "Ziel erreicht",
    "missed": "Ziel verfehlt",
    "on_track": "im Plan",
    "behind": "im Rückstand",
    "not_observed_at_due_date": "Zum Stichtag liegt kein Datenstand vor",
    "no_data": "keine Daten",
}


def percent(share: float | None) -> str:
    """A share (0–1) as percent with two digits; `keine Daten` for a missing one."""
    return "keine Daten" if share is None or math.isnan(share) else f"{share * 100:.2f}\u00a0%".replace(".", ",")


def points(value: float | None) -> str:
    """A difference in percentage points."""
    return "–" if value is None or math.isnan(value) else f"{value:.2f}\u00a0Prozentpunkte".replace(".", ",")


def number(value: float | None) -> str:
    """A whole number with dots between the thousands."""
    return "–" if value is None or math.isnan(value) else f"{value:,.0f}".replace(",", ".")


def date(value: dt.date | None) -> str:
    """A date as 30.06.2021."""
    return "–" if value is None else f"{value:%d.%m.%Y}"


def missing(value: object) -> bool:
    """Whether a value of a frame is absent: None or NaN."""
    return value is None or (isinstance(value, float) and math.isnan(value))
