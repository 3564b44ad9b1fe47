"""The targets of the strategy and a coordinator's own. A verdict belongs to a Stand, never to today's date; the arithmetic is in SQL."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from geodata.errors import InputError
from geodata.messages import sentence

# The atlas counts by another method from 2022 on: no pace and no projection across the end of this day.
METHOD_BREAK = dt.date(2021, 12, 31)
COUNTED = ("extensions_5g", "lte_measures")
SUBJECTS = (
    *("households", "schools", "schools_by_surroundings", "business_parks", "businesses", "businesses_in_business_parks", "area"),
    *COUNTED,
)
TECHNOLOGIES = (
    "any",
    "all",
    "wireless",
    "ftth",
    "fttb",
    "fttb_h",
    "hfc",
    "fttc",
    "other",
    "2g",
    "4g",
    "5g",
    "5g_sa",
    "4g_5g",
    "mobile_any",
)
CLASSES = (0, 1, 2, 6, 8, 10, 16, 30, 50, 100, 200, 400, 1000)


class Beside(BaseModel):
    """A share shown beside a target without a verdict: of the same area, at the same Stand or at `stand`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: str
    technology: str
    min_mbits: int
    stand: dt.date | None = None


class Target(BaseModel):
    """One target: a required share (0–1) or a required count of a subject by a due date.

    `areas`: the AGS prefixes that it concerns (none: the whole Land). A share target of scope `kreis` binds every Kreis.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    target_id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    subject: str
    technology: str
    min_mbits: int
    due: dt.date
    scope: Literal["kreis", "land"]
    label_de: str = Field(min_length=1)
    label_en: str = Field(min_length=1)
    unit_de: str = Field(min_length=1)
    unit_en: str = Field(min_length=1)
    wording_de: str = Field(min_length=1)
    wording_en: str = Field(min_length=1)
    source: str = Field(min_length=1)
    required_share: float | None = Field(default=None, gt=0, le=1)
    required_count: int | None = Field(default=None, ge=1)
    strictly_above: bool = False
    areas: tuple[str, ...] = ()
    beside: Beside | None = None
    note_de: str = ""
    note_en: str = ""
    visibility: Literal["public", "internal", "confidential"] = "internal"

    @model_validator(mode="after")
    def _not_contradictory(self) -> Self:
        """Refuse fields that contradict each other, or that no figure can answer."""
        counted = self.subject in COUNTED
        wrong = {
            "target_unknown_subject": self.subject not in SUBJECTS and not self.subject.startswith("area_"),
            "target_unknown_technology": self.technology not in TECHNOLOGIES,
            "target_unknown_class": self.min_mbits not in CLASSES,
            "target_share_or_count": (self.required_share is None) == (self.required_count is None),
            "target_count_of_shares": self.required_count is not None and not counted,
            "target_share_of_counts": self.required_share is not None and counted,
            "target_count_per_kreis": self.required_count is not None and self.scope == "kreis",
            "target_above_all": self.required_share == 1 and self.strictly_above,
            "target_unknown_area": not all(a.isdigit() and len(a) in {2, 3, 5, 8} for a in self.areas),
        }
        found = [sentence(code) for code, is_wrong in wrong.items() if is_wrong]
        if found:
            raise ValueError("; ".join(found))
        return self


# The name of the section is the id.
OWN_FIELDS = ", ".join(name for name in Target.model_fields if name != "target_id")


def verdict_of(row: Mapping[str, Any] | pd.Series) -> str:
    """The verdict of a row of out_targets__status, as people must read it: `reached_late` where the due date had been missed."""
    by_due = row["was_met_by_due"]
    missed = isinstance(by_due, bool | np.bool_) and not by_due
    return "reached_late" if row["status"] == "reached" and missed and row["stand"] > row["due"] else str(row["status"])


@cache
def load_targets() -> tuple[Target, ...]:
    """The targets of the strategy, in the order of `targets.toml`; they are public."""
    tables = tomllib.loads(files("geodata").joinpath("targets.toml").read_text("utf-8"))
    return tuple(Target(target_id=key, **({"visibility": "public"} | fields)) for key, fields in tables.items())


def own_targets(path: Path) -> tuple[Target, ...]:
    """A coordinator's own targets, in the order of her file; English texts that are missing are her German ones.

    Raises InputError where the file is absent or no TOML, a field is unknown, missing or contradicts another, or an id is taken.
    """
    if not path.is_file():
        raise InputError("targets_absent", file=path)
    try:
        tables = tomllib.loads(path.read_bytes().decode("utf-8", errors="replace"))
    except tomllib.TOMLDecodeError as error:
        raise InputError("targets_no_toml", file=path, found=str(error)) from error
    taken = {t.target_id for t in load_targets()}
    targets: list[Target] = []
    for key, fields in tables.items():
        if key in taken:
            raise InputError("target_twice", file=path, found=key, expected=", ".join(sorted(taken)))
        if not isinstance(fields, dict) or "target_id" in fields:
            raise InputError("target_invalid", file=path, target=key, found=f"{key} = {fields!r}", expected=OWN_FIELDS)
        english = {f"{n}_en": fields[f"{n}_de"] for n in ("label", "unit", "wording", "note") if f"{n}_de" in fields}
        try:
            targets.append(Target.model_validate({"target_id": key} | english | fields))
        except ValidationError as error:
            found = "; ".join(f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}".removeprefix(": ") for e in error.errors()[:5])
            raise InputError("target_invalid", file=path, target=key, found=found, expected=OWN_FIELDS) from error
    return tuple(targets)


def targets_table(own: tuple[Target, ...] = ()) -> pa.Table:
    """The targets as a table, one row each in their order: columns as in `Target`, `beside` spread out, `areas` as a pattern."""
    rows = []
    for i, target in enumerate((*load_targets(), *own)):
        row = target.model_dump()
        row |= {f"beside_{name}": value for name, value in (row.pop("beside") or {}).items()}
        areas = f"^({'|'.join(target.areas)})" if target.areas else ""
        rows.append({"position": i} | row | {"area_pattern": areas, "is_count": target.required_count is not None})
    return pa.table({f.name: pa.array([r.get(f.name) for r in rows], f.type) for f in TARGETS}, schema=TARGETS)


TARGETS = pa.schema(
    [
        ("position", pa.int32()),
        ("target_id", pa.string()),
        ("subject", pa.string()),
        ("technology", pa.string()),
        ("min_mbits", pa.int32()),
        ("due", pa.date32()),
        ("scope", pa.string()),
        ("label_de", pa.string()),
        ("label_en", pa.string()),
        ("unit_de", pa.string()),
        ("unit_en", pa.string()),
        ("wording_de", pa.string()),
        ("wording_en", pa.string()),
        ("source", pa.string()),
        ("required_share", pa.float64()),
        ("required_count", pa.int64()),
        ("strictly_above", pa.bool_()),
        ("area_pattern", pa.string()),
        ("is_count", pa.bool_()),
        ("beside_subject", pa.string()),
        ("beside_technology", pa.string()),
        ("beside_min_mbits", pa.int32()),
        ("beside_stand", pa.date32()),
        ("note_de", pa.string()),
        ("note_en", pa.string()),
        ("visibility", pa.string()),
    ]
)
