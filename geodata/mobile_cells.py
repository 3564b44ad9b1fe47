"""Shares of area and households by mobile network, from the Monitoring grid: sums along cells here, shares in `mobile_shares.sql`.

Not the reader of the grid (readers/monitoring.py), and not the model that works from sites (mobile/). Names of the measures and why a
figure is called a bound: docs/decisions/0007-mobile-grid.md.
"""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geodata.facts import FACTS, KEY
from geodata.mobile_kernels import ABSENT, zonal_sums
from geodata.session import Limits, query, session

SUBJECTS = ("area", "households")
SOURCES = pa.schema([("subject", pa.string()), ("source_id", pa.string()), ("origin", pa.string()), ("visibility", pa.string())])
HOUSEHOLDS = pa.schema([("cell_id", pa.int32()), ("ags", pa.string()), ("units", pa.int64())])
TECHNOLOGIES = ("2g", "4g", "5g", "5g_nsa_sa", "5g_sa")
EITHER, ANY = "4g_5g", "any"
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
    grid = pq.read_table(cells)
    if not grid.num_rows:
        return FACTS.empty_table()
    areas = pq.read_table(
        area_cells, columns=["boundary_edition", "cell_id", "ags", "area_cm2"], read_dictionary=["boundary_edition", "ags"]
    )
    places = areas.filter(pc.equal(areas["boundary_edition"], boundary_edition))
    homes = pq.read_table(households, columns=HOUSEHOLDS.names, read_dictionary=["ags"])
    # Of several files of one Stand the weakest says what can be told: one with four operators takes grey from all.
    with session(limits) as con:
        measured = query(
            con,
            "mobile_grid_measured",
            counts=_counts(grid, places.rename_columns({"area_cm2": "amount"}), homes.rename_columns({"units": "amount"}), land),
            edition_max=pc.max(grid["edition_max"]).as_py(),
            has_5g_total=pc.all(grid["is_5g_total"]).as_py(),
        )
        named = {"stand": stand, "boundary_edition": boundary_edition, "sources": sources}
        found = query(con, "mobile_shares", measured=measured, basis="derived", method=METHODS[0], complete=False, **named)
    return found.cast(FACTS).sort_by([(k, "ascending") for k in KEY])


def _counts(grid: pa.Table, areas: pa.Table, homes: pa.Table, land: str) -> pa.Table:
    """Area and households of each Gemeinde under each number of operators, by technology; `any` counts the largest of any generation."""
    names = sorted({a for t in (areas, homes) for a in pc.unique(t["ags"]).to_pylist() if a.startswith(land)})
    columns = {t: _filled(grid[f"operators_{t}"]) for t in TECHNOLOGIES}
    columns[EITHER] = _largest(columns["4g"], columns["5g"])
    columns[ANY] = np.where(columns["2g"] == ABSENT, ABSENT, np.maximum(columns["2g"], _filled(grid["operators_3g"])))
    columns[ANY] = _largest(columns[ANY], columns[EITHER])
    order = _ascending(grid["cell_id"].to_numpy())
    cells, values = grid["cell_id"].to_numpy()[order], np.stack(list(columns.values()), axis=1)[order]
    sums = np.stack([_summed(table, names, cells, values) for table in (areas, homes)], axis=-1)
    zone, column, slot = np.nonzero(sums[..., 1, :].any(axis=-1))
    amount = sums[zone, column, slot, 0]
    return pa.table(
        {
            "ags": pa.array(names, pa.string()).take(pa.array(zone)),
            "technology": pa.array(list(columns)).take(pa.array(column)),
            "operators": pa.array(slot - 1, pa.int32(), mask=slot - 1 == ABSENT),
            "cm2": amount[:, 0],
            "units": amount[:, 1],
        }
    )


def _summed(table: pa.Table, names: list[str], cells: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The zonal sums of one amount, for every Gemeinde of `names`."""
    zone = pc.fill_null(
        pc.index_in(table["ags"].cast(pa.string()) if not table.num_rows else table["ags"], pa.array(names, pa.string())), -1
    )
    zones = zone.to_numpy().astype("int32")
    own = np.flatnonzero(zones >= 0) if (zones < 0).any() else slice(None)
    places, amounts, zones = table["cell_id"].to_numpy()[own], table["amount"].to_numpy()[own], zones[own]
    order = _ascending(places)
    sums = zonal_sums(places[order], zones[order], amounts[order], cells, values)
    missing = len(names) - len(sums)
    return np.pad(sums, ((0, missing), (0, 0), (0, 0), (0, 0)))


def _filled(column: pa.ChunkedArray) -> np.ndarray:
    found: np.ndarray = pc.fill_null(column, ABSENT).to_numpy()
    return found


def _largest(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The larger count of each cell, where there are both."""
    return np.where((one == ABSENT) | (other == ABSENT), ABSENT, np.maximum(one, other)).astype("int8")


def _ascending(cells: np.ndarray) -> slice | np.ndarray:
    """What brings cells into ascending order: nothing, for tables as they are written."""
    return slice(None) if (np.diff(cells) >= 0).all() else np.argsort(cells, kind="stable")
