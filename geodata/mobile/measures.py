"""Counts for the targets: 5G extensions and LTE measures per Kreis and Land, from `in_service_from` and `measure`. No coverage."""

from collections.abc import Sequence

import pyarrow as pa

from geodata.cell_index import CellIndex, locate_table
from geodata.session import Limits, query, session

LTE_FROM = "2021-07-01"  # the strategy names no start; inferred, and said to be (definitions.md)
MEASURES = pa.schema(
    [
        ("ags", pa.string()),
        ("level", pa.string()),
        ("stand", pa.date32()),
        ("subject", pa.string()),
        ("operator", pa.string()),
        ("measures", pa.int64()),
        ("source_id", pa.string()),
        ("origin", pa.string()),
        ("visibility", pa.string()),
    ]
)


def placed(antennas: pa.Table, index: CellIndex) -> pa.Table:
    """The antennas with the Gemeinde that each stands in (`ags`, null outside)."""
    places = locate_table(index, antennas["easting_m"].to_numpy(), antennas["northing_m"].to_numpy())
    return antennas.append_column("ags", places["ags"].cast(pa.string()))


def measure_counts(antennas: pa.Table, *, stand: str, land: str, kreise: Sequence[str], limits: Limits) -> pa.Table:
    """How many measures are in service at a Stand (MEASURES), per Kreis, Land and operator, and of all operators (`any`).

    `extensions_5g` counts sites of an operator with a 5G extension; `lte_measures` counts new and upgraded LTE per site, band and day from
    July 2021 on. A measure without a date is not counted; `antennas` (with `ags`) outside the Land are left out. A source that names
    measures has a count for each of `kreise`, if need be 0; one that names none has no row.
    """
    with session(limits) as con:
        named = {"stand": stand, "land": land, "kreise": list(kreise), "lte_from": LTE_FROM}
        return query(con, "mobile_model_measures", antennas=antennas, **named).cast(MEASURES)
