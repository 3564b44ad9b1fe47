"""What lies in white spots, summed per Gemeinde, Kreis, Regierungsbezirk and Land. Whole numbers; who is below is decided elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from geodata.fixed.measures import UNITS

Ints = npt.NDArray[np.int64]
LEVELS = {2: "land", 3: "regierungsbezirk", 5: "kreis", 8: "gemeinde"}
# all: below today; less_announced: without what is announced; less_funded: nor funded; unknown; total: all there are.
FIGURES = ("all", "less_announced", "less_funded", "unknown", "total")
SUBJECTS = ("units", "addresses", "person_units", "schools", "business_parks", "area_cm2")
COLUMNS = tuple(f"{figure}_{subject}" for subject in SUBJECTS for figure in FIGURES)
AREAS = pa.schema(
    [
        ("ags", pa.string()),
        ("level", pa.string()),
        ("stand", pa.date32()),
        ("kind", pa.string()),
        ("threshold_set", pa.string()),
        ("bound", pa.string()),
        ("label_de", pa.string()),
        ("label_en", pa.string()),
        *((name, pa.int64()) for name in COLUMNS),
        ("basis", pa.string()),
        ("method", pa.string()),
        ("boundary_edition", pa.string()),
        ("source_id", pa.string()),
        ("origin", pa.string()),
        ("visibility", pa.string()),
    ]
)
AREA_KEY = ("ags", "kind", "threshold_set", "bound")


@dataclass(frozen=True)
class Things:
    """Things of one subject: the Gemeinde of each (position among the keys, −1: none), and per figure what each adds to it."""

    gemeinde: Ints
    amounts: Mapping[str, Ints]


def keys_of(gemeinden: Sequence[str], ags: pa.Array | pa.ChunkedArray) -> Ints:
    """The position of each AGS among `gemeinden`; −1 where it is none of them."""
    found: Ints = pc.fill_null(pc.index_in(ags.cast(pa.string()), pa.array(list(gemeinden), pa.string())), -1).to_numpy().astype("int64")
    return found


def area_sums(gemeinden: Sequence[str], things: Mapping[str, Things]) -> pa.Table:
    """One row per area of every level, ascending by AGS; a column of COLUMNS is null where `things` does not have it."""
    per_gemeinde = {
        f"{figure}_{subject}": _summed(own.gemeinde, amounts, len(gemeinden))
        for subject, own in things.items()
        for figure, amounts in own.amounts.items()
    }
    parts = []
    for length, level in LEVELS.items():
        areas, of = np.unique([g[:length] for g in gemeinden], return_inverse=True)
        sums = {name: pa.array(_summed(of, values, len(areas))) for name, values in per_gemeinde.items()}
        nothing = pa.nulls(len(areas), pa.int64())
        columns = {name: sums.get(name, nothing) for name in COLUMNS}
        parts.append(pa.table({"ags": areas.tolist(), "level": [level] * len(areas)} | columns))
    return pa.concat_tables(parts).sort_by("ags")


def _summed(group: Ints, amounts: Ints, groups: int) -> Ints:
    inside = group >= 0
    # Sums of whole numbers below 2⁵³: exact in floating point, whatever the order.
    found: Ints = np.rint(np.bincount(group[inside], amounts[inside].astype("float64"), groups)).astype("int64")
    return found


def shared_persons(units: Ints, persons: Ints, part: Ints) -> Ints:
    """The persons of a cell in proportion to the part of its households, rounded to whole ten-thousandths; no households: none."""
    rounded = (persons * ((part * UNITS + units // 2) // np.maximum(units, 1)) + UNITS // 2) // UNITS
    return np.where(units > 0, rounded, 0)


def labelled(sums: pa.Table, **constant: object) -> pa.Table:
    """Sums with the columns that are the same in every row, in the schema AREAS."""
    columns = {n: sums[n] if n in sums.column_names else pa.repeat(pa.scalar(constant[n]), sums.num_rows) for n in AREAS.names}
    return pa.table(columns).cast(AREAS)
