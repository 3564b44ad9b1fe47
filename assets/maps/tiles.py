"""What the picture tiles are made of: the newest cells of the Mobilfunk-Monitoring and of the published grid. It draws nothing."""

import numpy as np
import pyarrow.parquet as pq

from assets.house import House
from geodata.gate import Gate
from geodata.session import query, session
from maps.licences import attribution_of
from maps.releases.changes import METHODS
from maps.tiles import Drawing

GRID = "monitoring__grid"


def drawing(house: House, gate: Gate) -> Drawing | None:
    """The drawing of the newest Stände that have cells; None where there are none that may be published."""
    mobile = [p for p in house.tables.all_stands("core_mobile__cells") if pq.read_metadata(p).num_rows] if GRID in gate.public else []
    fixed = [p for p in house.tables.all_stands("out_whitespots__published_cells") if pq.read_metadata(p).num_rows]
    if GRID in gate.forbidden or not (mobile or fixed):
        return None
    operators = pq.read_table(mobile[-1], columns=["cell_id", "operators_4g", "operators_5g"]) if mobile else None
    parts, sources = None, [GRID] if mobile else []
    if fixed:
        rows = gate.public_rows("out_whitespots__published_cells", pq.read_table(fixed[-1], columns=["source_id", "visibility"]))
        sources += sorted(set(rows["source_id"].to_pylist()))
        with session(house.limits) as con:
            found = query(con, "tiles_fixed", cells=fixed[-1], parts=house.tables.path("core_privacy__parts"), methods=METHODS)
        parts = np.column_stack([found["cell_id"].to_numpy(), found["class"].to_numpy()])
    return Drawing(
        land=pq.read_table(house.tables.path("core_area_cells"), columns=["cell_id"])["cell_id"].to_numpy(),
        mobile=operators,
        parts=parts,
        stand_mobile=mobile[-1].stem if mobile else "",
        stand_fixed=fixed[-1].stem if fixed else "",
        attribution=attribution_of(sources),
    )
