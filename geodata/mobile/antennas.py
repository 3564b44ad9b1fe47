"""Antennas as all site readers give them, and what they take where a file is silent. Not the arrays of the search: masts.py."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict

from geodata.mobile.settings import Settings

ANTENNAS = pa.schema(
    [
        ("site_id", pa.string()),
        ("operator", pa.string()),
        ("technology", pa.string()),
        ("band", pa.string()),
        ("easting_m", pa.float64()),
        ("northing_m", pa.float64()),
        ("height_m", pa.float64()),
        ("azimuth_deg", pa.float64()),
        ("beamwidth_deg", pa.float64()),
        ("eirp_dbm", pa.float64()),
        ("in_service_from", pa.date32()),
        ("measure", pa.string()),
        ("source_id", pa.string()),
        ("origin", pa.string()),
        ("visibility", pa.string()),
    ]
)
DEFAULTS = pa.schema(
    [
        ("source_id", pa.string()),
        ("operator", pa.string()),
        ("technology", pa.string()),
        ("band", pa.string()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("antennas", pa.int64()),
    ]
)
MODELLED = ("4g", "5g")
ALL_ROUND = "all round"
NO_OPERATOR = "any"  # a certificate names none: the site counts for "at least one operator"


class Plausible(BaseModel):
    """Limits of what a row may say."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    height_m: tuple[float, float]
    eirp_dbm: tuple[float, float]
    beamwidth_deg: tuple[float, float]
    azimuth_deg: tuple[float, float]


class Missing(BaseModel):
    """What happens where the terrain is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    missing: Literal["flat", "error"]


class SiteSettings(BaseModel):
    """The values of sites.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    band: Mapping[str, str]
    plausible: Plausible
    first_day: Mapping[str, str]
    terrain: Missing
    clutter: Mapping[str, int]
    clutter_share: Mapping[str, float]


@cache
def site_settings() -> SiteSettings:
    """The values that Netzlage brings."""
    return SiteSettings.model_validate(tomllib.loads(files("geodata.mobile").joinpath("sites.toml").read_text("utf-8")))


def completed(antennas: pa.Table, settings: Settings, sites: SiteSettings) -> tuple[pa.Table, pa.Table]:
    """The antennas of 4G and 5G with all values, and how many took each default (DEFAULTS, sorted).

    A certificate's antenna, which names neither operator nor technology, counts as 4G of any operator. A null azimuth stays: it means all
    round. Order is kept.
    """
    table, used = antennas, []
    for column, default in (("operator", NO_OPERATOR), ("technology", "4g")):
        table, absent = _filled(table, column, pa.repeat(pa.scalar(default), len(table)))
        used.append((column, absent))
    keep = pc.is_in(table["technology"], value_set=pa.array(MODELLED))
    table, used = table.filter(keep), [(column, absent.filter(keep)) for column, absent in used]
    named = {
        "band": _looked_up(table["technology"], {t: sites.band[t] for t in MODELLED}),
    }
    table, absent = _filled(table, "band", named["band"])
    used.append(("band", absent))
    plain = {
        "height_m": pa.repeat(settings.antenna.height_m, len(table)),
        "eirp_dbm": _looked_up(table["band"], {b: v.eirp_dbm for b, v in settings.bands.items()}),
        "beamwidth_deg": pa.repeat(settings.antenna.azimuth_width_deg, len(table)),
    }
    used.append(("azimuth_deg", pc.is_null(table["azimuth_deg"])))
    for column, values in plain.items():
        table, absent = _filled(table, column, values)
        used.append((column, absent))
    return table, _counted(table, used)


def on_air(antennas: pa.Table, stand: str) -> pa.Table:
    """The antennas that are in service at a Stand; one without a date is."""
    later = pc.greater(antennas["in_service_from"], pa.scalar(dt.date.fromisoformat(stand)))
    return antennas.filter(pc.invert(pc.fill_null(later, False)))  # noqa: FBT003 - the value of a null


def _filled(table: pa.Table, column: str, values: pa.Array) -> tuple[pa.Table, pa.ChunkedArray]:
    absent = pc.is_null(table[column])
    at = table.schema.get_field_index(column)
    return table.set_column(at, column, pc.coalesce(table[column], values.cast(table.schema.field(column).type))), absent


def _looked_up(keys: pa.ChunkedArray, values: Mapping[str, object]) -> pa.Array:
    at = pc.index_in(keys, value_set=pa.array(list(values)))
    return pc.take(pa.array(list(values.values())), at).combine_chunks()


def _counted(table: pa.Table, used: list[tuple[str, pa.ChunkedArray]]) -> pa.Table:
    parts = [DEFAULTS.empty_table()]
    for column, absent in used:
        rows = table.filter(absent)
        value = pa.repeat(ALL_ROUND, len(rows)) if column == "azimuth_deg" else rows[column].cast(pa.string())
        own = rows.select(["source_id", "operator", "technology", "band"]).append_column("column", pa.repeat(column, len(rows)))
        own = own.append_column("value", value)
        counted = own.group_by(own.column_names).aggregate([([], "count_all")])
        parts.append(counted.rename_columns(DEFAULTS.names).cast(DEFAULTS))
    return pa.concat_tables(parts).sort_by([(name, "ascending") for name in DEFAULTS.names[:-1]])


def bands_of(table: pa.Table, settings: Settings) -> np.ndarray:
    """The position of each antenna's band in the settings."""
    found: np.ndarray = pc.index_in(table["band"], value_set=pa.array(list(settings.bands))).to_numpy().astype("int64")
    return found
