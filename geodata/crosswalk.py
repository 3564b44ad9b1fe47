"""The keys of Kreise through reforms, so that a series follows an area. It joins whole Kreise; of one that was split it knows nothing."""

import datetime as dt
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import pyarrow as pa

from geodata.errors import InputError


@dataclass(frozen=True)
class Reform:
    """From `day` on the whole areas of the keys `old` together are the Kreis `new`."""

    day: dt.date
    old: tuple[str, ...]
    new: str
    name: str


@cache
def reforms() -> tuple[Reform, ...]:
    """The reforms of `crosswalk.toml`, ascending by day."""
    rows = tomllib.loads(files("geodata").joinpath("crosswalk.toml").read_text("utf-8"))["reforms"]
    return tuple(sorted((Reform(r["day"], tuple(r["old"]), r["new"], r["name"]) for r in rows), key=lambda r: r.day))


def successor(ags: str, *, day: dt.date) -> str:
    """The key of the Kreis that on `day` contains the area that had the key `ags` at some time before (or still has it)."""
    found = ags
    for reform in reforms():
        if reform.day <= day and found in reform.old:
            found = reform.new
    return found


def is_of(ags: str, day: dt.date) -> bool:
    """Whether the key was in use on `day`, as far as the reforms say: not before it was made, not after it was joined to another."""
    born = [r.day for r in reforms() if r.new == ags and ags not in r.old]
    ended = [r.day for r in reforms() if ags in r.old and ags != r.new]
    return all(day >= d for d in born) and all(day < d for d in ended)


def followed(rows: pa.Table, *, day: dt.date) -> pa.Table:
    """The counts of Kreise as the areas of `day` would have had them: numerators and denominators added, the share anew from the sums.

    Columns `ags`, `numerator`, `denominator` (whole numbers or decimals, null = no data), `share` (0–1); all others are keys. Where one of
    the joined Kreise has no data the sum has none: no data is not zero. The rows of a Kreis that no reform touched stay as they are.
    Raises InputError for a share without counts in a Kreis that was joined.
    """
    keys = [c for c in rows.schema.names if c not in {"ags", "numerator", "denominator", "share"}]
    groups: dict[tuple[object, ...], list[dict[str, Any]]] = {}
    for row in rows.to_pylist():
        new = successor(row["ags"], day=day)
        if new != row["ags"] and row["share"] is not None and row["denominator"] is None:
            raise InputError("crosswalk_without_counts", found=row["ags"], expected=new)
        groups.setdefault((new, *(row[k] for k in keys)), []).append(row)
    return pa.Table.from_pylist([_joined(str(key[0]), parts) for key, parts in sorted(groups.items(), key=str)], schema=rows.schema)


def _joined(ags: str, parts: list[dict[str, Any]]) -> dict[str, Any]:
    if len(parts) == 1:
        return parts[0] | {"ags": ags}
    numerator, denominator = (_sum(p[c] for p in parts) for c in ("numerator", "denominator"))
    share = float(numerator) / float(denominator) if numerator is not None and denominator else None
    return parts[0] | {"ags": ags, "numerator": numerator, "denominator": denominator, "share": share}


def _sum(values: Iterable[Decimal | int | None]) -> Decimal | int | None:
    found = list(values)
    known = [v for v in found if v is not None]
    return sum(known) if len(known) == len(found) else None
