"""Shares of area and households by mobile network, from the Monitoring grid: sums along cells here, shares in `mobile_shares.sql`.

Not the reader of the grid (readers/monitoring.py), and not the model that works from sites (mobile/). Names of the measures and why a
figure is called a bound: docs/decisions/0007-mobile-grid.md.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geodata.facts import FACTS, KEY
from geodata.mobile_kernels import ABSENT, zonal_sums
from geodata.session import Limits, query, session
from geodata.storage import opened

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
    return shares_of(
        counted(cells, area_cells, households, land=land, boundary_edition=boundary_edition),
        stand=stand,
        boundary_edition=boundary_edition,
        sources=sources,
        limits=limits,
    )


@dataclass(frozen=True)
class Counted:
    """Area and households of each Gemeinde under each number of operators, of all cells or of some; and what their file can tell.

    `table`: ags, technology, operators, cm2, units; whole numbers, which add up over parts. `cells`: how many there were.
    """

    table: pa.Table
    edition_max: int | None
    has_5g_total: bool | None
    cells: int


def counted(  # noqa: PLR0913  # three tables, and what of them is wanted
    cells: Path | str,
    area_cells: Path | str,
    households: Path | str,
    *,
    land: str,
    boundary_edition: str,
    between: tuple[int, int] | None = None,
) -> Counted:
    """What the cells with a cell_id from `between[0]` to one before `between[1]` add; without `between` all."""
    chosen = None if between is None else [("cell_id", ">=", between[0]), ("cell_id", "<", between[1])]
    grid = _read(cells, None, chosen)
    names = ["boundary_edition", "cell_id", "ags", "area_cm2"]
    areas = _read(area_cells, names, chosen, read_dictionary=["boundary_edition", "ags"])
    places = areas.filter(pc.equal(areas["boundary_edition"], boundary_edition))
    homes = _read(households, HOUSEHOLDS.names, chosen, read_dictionary=["ags"])
    # Of several files of one Stand the weakest says what can be told: one with four operators takes grey from all.
    return Counted(
        _counts(grid, places.rename_columns({"area_cm2": "amount"}), homes.rename_columns({"units": "amount"}), land),
        pc.max(grid["edition_max"]).as_py(),
        pc.all(grid["is_5g_total"]).as_py(),
        grid.num_rows,
    )


def shares_of(found: Counted, *, stand: str, boundary_edition: str, sources: pa.Table, limits: Limits) -> pa.Table:
    """The facts of `mobile_shares` from the counts of all cells."""
    if not found.cells:
        return FACTS.empty_table()
    with session(limits) as con:
        told = {"edition_max": found.edition_max, "has_5g_total": found.has_5g_total}
        measured = query(con, "mobile_grid_measured", counts=found.table, **told)
        named = {"stand": stand, "boundary_edition": boundary_edition, "sources": sources}
        facts = query(con, "mobile_shares", measured=measured, basis="derived", method=METHODS[0], complete=False, **named)
    return facts.cast(FACTS).sort_by([(k, "ascending") for k in KEY])


def _read(place: Path | str, columns: list[str] | None, chosen: list[tuple[str, str, int]] | None, **options: list[str]) -> pa.Table:
    with opened(place) as stream:
        return pq.read_table(stream, columns=columns, filters=chosen, **options)


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
