"""Shares of area and households by mobile network, from the Monitoring grid: the arithmetic is in `geodata/sql/mobile_shares.sql`.

Not the reader of the grid (readers/monitoring.py), and not the model that works from sites (mobile/). Names of the measures and why a
figure is called a bound: docs/decisions/0007-mobile-grid.md.
"""

from pathlib import Path

import pyarrow as pa

from geodata.coverage import FACTS, KEY
from geodata.session import Limits, query, session

SUBJECTS = ("area", "households")
SOURCES = pa.schema([("subject", pa.string()), ("source_id", pa.string()), ("origin", pa.string()), ("visibility", pa.string())])
HOUSEHOLDS = pa.schema([("cell_id", pa.int32()), ("ags", pa.string()), ("units", pa.int64())])
METHODS = (
    "cells",
    "cells_known",
    "cells_lower_bound",
    "cells_known_lower_bound",
    "cells_upper_bound",
    "cells_known_upper_bound",
)


def mobile_shares(  # noqa: PLR0913  # three tables, and what a Stand of a profile is
    cells: Path, area_cells: Path, households: Path, *, stand: str, land: str, boundary_edition: str, sources: pa.Table, limits: Limits
) -> pa.Table:
    """Facts of one Stand in the schema FACTS, sorted by KEY, of basis `derived`, for Gemeinden, Kreise, Regierungsbezirke and the Land.

    `cells`: what `monitoring.read` gave; `area_cells`: core_area_cells; `households`: households per cell and Gemeinde (HOUSEHOLDS, units
    are ten-thousandths); all Parquet. `sources` names per subject (`area`, `households`) source, origin and visibility: a share of
    households inherits from the households too. Areas are cm². A cell counts whole in its Gemeinde, a border cell by its exact pieces.
    Without any cell there is no row.
    """
    with session(limits) as con:
        named = {"cells": cells, "area_cells": area_cells, "households": households}
        found = query(con, "mobile_shares", **named, stand=stand, land=land, boundary_edition=boundary_edition, sources=sources)
    return found.cast(FACTS).sort_by([(k, "ascending") for k in KEY])
