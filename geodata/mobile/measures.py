"""Counts for the targets: 5G extensions and LTE measures per Kreis and Land, from `in_service_from` and `measure`. No coverage."""

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


def measure_counts(antennas: pa.Table, index: CellIndex, *, stand: str, land: str, limits: Limits) -> pa.Table:
    """How many measures are in service at a Stand (MEASURES), per Kreis, Land and operator, and of all operators (`any`).

    `extensions_5g` counts sites of an operator with a 5G extension; `lte_measures` counts new and upgraded LTE per site, band and day from
    July 2021 on. A measure without a date is not counted. Antennas outside the Land are left out.
    """
    places = locate_table(index, antennas["easting_m"].to_numpy(), antennas["northing_m"].to_numpy())
    table = antennas.append_column("ags", places["ags"].cast(pa.string()))
    with session(limits) as con:
        return query(con, "mobile_model_measures", antennas=table, stand=stand, land=land, lte_from=LTE_FROM).cast(MEASURES)
