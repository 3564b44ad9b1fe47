"""The targets of the strategy and where each area stands against them. A verdict belongs to a Stand, never to today's date."""

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pyarrow as pa


@dataclass(frozen=True)
class Target:
    """One target: a required share (0–1) or a required count of a subject by a due date."""

    target_id: str
    subject: str
    technology: str
    min_mbits: int
    due: dt.date
    scope: str
    label_de: str
    label_en: str
    unit_de: str
    unit_en: str
    wording_de: str
    wording_en: str
    source: str
    required_share: float | None = None
    required_count: int | None = None
    strictly_above: bool = False


@cache
def load_targets() -> tuple[Target, ...]:
    """The targets in the order of `targets.toml`."""
    tables = tomllib.loads(files("geodata").joinpath("targets.toml").read_text("utf-8"))
    return tuple(Target(target_id=key, **fields) for key, fields in tables.items())


def targets_table() -> pa.Table:
    """The targets as a table, one row each, columns as in `Target`; `position` keeps their order."""
    rows = [{"position": i, **t.__dict__} for i, t in enumerate(load_targets())]
    schema = pa.schema(
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
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)
