"""White spots of one Stand from addresses: sums per area, and the cells they lie in.

Exact; a school takes the supply of the nearest address, a Gewerbegebiet that of the addresses in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geodata.thresholds import ThresholdSet
from geodata.whitespots.addresses import Lines, Standing
from geodata.whitespots.areas import Things, area_sums, keys_of, labelled
from geodata.whitespots.places import Places, Register, nearest_rows, rows_inside
from geodata.whitespots.variants import setting

Ints = npt.NDArray[np.int64]
WORD = pa.dictionary(pa.int32(), pa.string())
UNKNOWN = "unknown"
# One row per kind, threshold set, bound, cell and Gemeinde with anything below; under the name `unknown` those of which nothing is known.
# What a source does not tell is null.
CELLS = pa.schema(
    [
        ("kind", WORD),
        ("threshold_set", WORD),
        ("bound", WORD),
        ("cell_id", pa.int32()),
        ("ags", WORD),
        ("all_units", pa.int64()),
        ("less_announced_units", pa.int64()),
        ("less_funded_units", pa.int64()),
        ("total_units", pa.int64()),
        ("all_addresses", pa.int64()),
        ("area_cm2", pa.int64()),
        ("origin", WORD),
        ("visibility", WORD),
    ]
)


@dataclass(frozen=True)
class Homes:
    """Row by row of the addresses: Gemeinde (null: outside), cell, ten-thousandths of households and persons (0 = no figure)."""

    ags: pa.Array
    places: Places
    units: Ints
    person_units: Ints


SAID = ("all", "less_announced", "less_funded", "unknown")


@dataclass(frozen=True)
class Groups:
    """The addresses within a Gemeinde (`rows`), and the group of each: its Gemeinde and, in the last bits, which of SAID it counts to."""

    rows: Ints
    of: Ints
    gemeinden: int


def area_rows(
    homes: Homes, found: Sequence[tuple[ThresholdSet, Standing]], register: Register, gemeinden: Sequence[str], **constant: object
) -> pa.Table:
    """AREAS of all sets: for each area the three figures, what is not known, and all there is."""
    keys = keys_of(gemeinden, homes.ags)
    schools = nearest_rows(register.schools, homes.places, reach_m=setting("places", "school_reach_m"))
    park, row = rows_inside(register.parks, homes.places)
    parts = []
    for chosen, at in found:
        groups = _groups(keys, at, len(gemeinden))
        things = {
            "units": _counted(groups, homes.units),
            "addresses": _counted(groups),
            "person_units": _counted(groups, homes.person_units),
        }
        if len(register.schools):
            things["schools"] = _of_rows(keys_of(gemeinden, register.school_ags), at, np.arange(len(schools)), schools)
        if len(register.parks):
            things["business_parks"] = _of_rows(keys_of(gemeinden, register.park_ags), at, park, row)
        sums = area_sums(gemeinden, things)
        named = {"threshold_set": chosen.name, "label_de": chosen.label_de, "label_en": chosen.label_en, "bound": "exact"}
        parts.append(labelled(sums, kind="fixed_addresses", **named, **constant))
    return pa.concat_tables(parts)


def cell_rows(addresses: pa.Table, totals: pd.Series) -> pa.Table:
    """CELLS of the addresses below each set (ADDRESSES); `totals`: units of all addresses by (cell_id, ags)."""
    announced = pc.if_else(addresses["is_below_prospective"], addresses["units"], 0)
    funded = pc.if_else(addresses["is_fundable"], addresses["units"], 0)
    table = addresses.append_column("announced", announced).append_column("funded", funded)
    keys = ["threshold_set", "cell_id", "ags", "origin", "visibility"]
    plain = pa.table(
        {n: table[n].cast(pa.string()) if n in {"threshold_set", "ags", "origin", "visibility"} else table[n] for n in table.column_names}
    )
    summed = (
        plain.filter(pc.is_valid(plain["ags"]))
        .group_by(keys)
        .aggregate([("units", "sum"), ("announced", "sum"), ("funded", "sum"), ("address_row", "count")])
        .sort_by([(k, "ascending") for k in keys])
    )
    at = pd.MultiIndex.from_arrays([summed["cell_id"].to_numpy(), summed["ags"].to_numpy(zero_copy_only=False)])
    columns = {n: summed[n] for n in keys} | {
        "kind": pa.repeat("fixed_addresses", summed.num_rows),
        "bound": pa.repeat("exact", summed.num_rows),
        "all_units": pc.fill_null(summed["units_sum"], 0),
        "less_announced_units": pc.fill_null(summed["announced_sum"], 0),
        "less_funded_units": pc.fill_null(summed["funded_sum"], 0),
        "total_units": pa.array(totals.reindex(at, fill_value=0).to_numpy(dtype="int64")),
        "all_addresses": summed["address_row_count"],
        "area_cm2": pa.nulls(summed.num_rows, pa.int64()),
    }
    return pa.table({n: columns[n] for n in CELLS.names}).cast(CELLS)


def unknown_cells(homes: Homes, lines: Lines, *, origin: str, visibility: str) -> pa.Table:
    """CELLS with an address of which nothing is known."""
    dark = np.isnan(lines.existing.down)
    table = pa.table({"cell_id": pa.array(homes.places.cell_id, pa.int32()), "ags": homes.ags, "units": homes.units}).filter(pa.array(dark))
    summed = table.filter(pc.is_valid(table["ags"])).group_by(["cell_id", "ags"]).aggregate([("units", "sum")])
    places = summed.sort_by([("cell_id", "ascending"), ("ags", "ascending")]).rename_columns({"units_sum": "total_units"})
    return unknown_rows(places, kind="fixed_addresses", origin=origin, visibility=visibility)


def unknown_rows(cells: pa.Table, *, kind: str, origin: str, visibility: str) -> pa.Table:
    """CELLS of which nothing is known; `cells`: cell_id, ags, total_units."""
    count = cells.num_rows
    same = {"kind": kind, "threshold_set": UNKNOWN, "bound": "exact", "origin": origin, "visibility": visibility}
    columns = {n: cells[n] for n in cells.column_names} | {n: pa.repeat(v, count) for n, v in same.items()}
    columns["all_units"] = pa.repeat(0, count)
    return pa.table({n: columns[n] if n in columns else pa.nulls(count, pa.int64()) for n in CELLS.names}).cast(CELLS)


def _groups(keys: Ints, at: Standing, gemeinden: int) -> Groups:
    """The addresses within a Gemeinde by it and by what is said of them."""
    said = np.zeros(len(keys), dtype=np.int64)
    for bit, marked in enumerate((at.below, at.prospective, at.fundable, at.unknown)):
        said |= marked.astype("int64") << bit
    inside = np.flatnonzero(keys >= 0)
    return Groups(inside, keys[inside] << len(SAID) | said[inside], gemeinden)


def _counted(groups: Groups, amount: Ints | None = None) -> Things:
    """What the addresses of each Gemeinde have, or how many there are."""
    size = groups.gemeinden << len(SAID)
    whole = np.bincount(groups.of, None if amount is None else amount[groups.rows].astype("float64"), size)
    # Sums of whole numbers below 2⁵³: exact in floating point, whatever the order.
    sums = np.rint(whole).astype("int64").reshape(groups.gemeinden, -1)
    marks = np.arange(sums.shape[1])
    figures = {figure: sums[:, marks >> bit & 1 == 1].sum(axis=1) for bit, figure in enumerate(SAID)}
    return Things(np.arange(groups.gemeinden), figures | {"total": sums.sum(axis=1)})


def _of_rows(gemeinde: Ints, at: Standing, thing: Ints, row: Ints) -> Things:
    """Things that count where any of their addresses does; not known is one without an address, or with none below and some not known."""

    def any_of(marked: npt.NDArray[np.bool_]) -> Ints:
        found = np.zeros(len(gemeinde), dtype=np.int64)
        found[thing[(row >= 0) & marked[row]]] = 1
        return found

    below, known = any_of(at.below), any_of(~at.unknown)
    unknown = np.where((below == 0) & ((known == 0) | (any_of(at.unknown) == 1)), 1, 0)
    return Things(
        gemeinde,
        {
            "all": below,
            "less_announced": any_of(at.prospective),
            "less_funded": any_of(at.fundable),
            "unknown": unknown,
            "total": np.ones(len(gemeinde), dtype=np.int64),
        },
    )
