"""The modelled coverage of a Land: best server per operator and technology on the cells, its rasters and shares. Not the search itself.

Also where the model says otherwise than the authority's grid.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geodata.cells import CELL_M, COLUMNS
from geodata.facts import FACTS, KEY
from geodata.mobile.antennas import NO_OPERATOR
from geodata.mobile.masts import Layer, layers
from geodata.mobile.rasters import tenths, write_counts, write_levels, write_servers
from geodata.mobile.scene import Ground
from geodata.mobile.search import air_of, best_server
from geodata.mobile.settings import Settings
from geodata.mobile.terrain import Grid
from geodata.session import Limits, query, session

METHOD = "p1812"
CELLS = pa.schema(
    [
        ("cell_id", pa.int32()),
        ("operator", pa.dictionary(pa.int8(), pa.string())),
        ("technology", pa.dictionary(pa.int8(), pa.string())),
        ("rsrp_tenth_dbm", pa.int16()),
        ("site_number", pa.int32()),
        ("is_covered", pa.bool_()),
    ]
)
SITES = pa.schema([("operator", pa.string()), ("technology", pa.string()), ("site_number", pa.int32()), ("site_id", pa.string())])
NOT_MODELLED = 255


@dataclass(frozen=True)
class Modelled:
    """`cells` (CELLS) has a row for each wanted cell and layer, the level null where no mast is in reach; `sites` names the numbers."""

    cells: pa.Table
    sites: pa.Table
    rasters: list[Path]
    evaluations: int


def modelled(  # noqa: PLR0913  # what a run of the model is
    antennas: pa.Table,
    ground: Ground,
    grid: Grid,
    cells: NDArray[np.int32],
    settings: Settings,
    *,
    folder: Path,
    tags: Mapping[str, str],
    threads: int = 2,
) -> Modelled:
    """The coverage of `cells` (cell_id) by completed antennas, and its rasters in `folder`: levels, servers, operators per technology.

    A cell is covered where its level, rounded to tenths of a dBm, reaches the threshold of the technology. `tags` go into each raster.
    """
    air, wanted, places = air_of(settings), grid.mask(cells), grid.places(cells)
    counts: dict[str, NDArray[np.uint8]] = {}
    tables, sites, rasters, evaluations = [CELLS.empty_table()], [SITES.empty_table()], [], 0
    for layer in layers(antennas, ground, settings):
        best = best_server(ground, layer.masts, air, wanted, threads=threads)
        levels, name = tenths(best.power_dbm), f"{layer.operator}_{layer.technology}"
        server = np.where(best.mast >= 0, layer.site[best.mast], 0).astype("int32")
        covered = levels >= round(10.0 * settings.thresholds[layer.technology].dbm)
        own = dict(tags) | {"operator": layer.operator, "technology": layer.technology}
        rasters += [
            write_levels(levels, grid, folder / f"rsrp_{name}.tif", own),
            write_servers(server, grid, folder / f"server_{name}.tif", own),
        ]
        if layer.operator != NO_OPERATOR:
            counts.setdefault(layer.technology, np.where(wanted, 0, NOT_MODELLED).astype("uint8"))[covered & wanted] += 1
        tables.append(_cells(layer, cells, levels[places], server[places], covered[places]))
        sites.append(_sites(layer))
        evaluations += best.evaluations
    for technology, operators in sorted(counts.items()):
        rasters.append(write_counts(operators, grid, folder / f"operators_{technology}.tif", dict(tags) | {"technology": technology}))
    return Modelled(pa.concat_tables(tables).unify_dictionaries(), pa.concat_tables(sites), rasters, evaluations)


def model_shares(  # noqa: PLR0913  # three tables, and what a Stand of a profile is
    cells: Path, area_cells: Path, households: Path, *, stand: str, land: str, boundary_edition: str, sources: pa.Table, limits: Limits
) -> pa.Table:
    """Facts (FACTS, sorted by KEY) of basis `modelled` and method `p1812`, for Gemeinden to the Land; all inputs Parquet.

    `cells` are Modelled.cells; `area_cells`, `households` and `sources` are those of `mobile_cells.mobile_shares`.
    """
    with session(limits) as con:
        found = query(
            con,
            "mobile_model_shares",
            cells=cells,
            area_cells=area_cells,
            households=households,
            stand=stand,
            land=land,
            boundary_edition=boundary_edition,
            method=METHOD,
            sources=sources,
        )
    return found.cast(FACTS).sort_by([(k, "ascending") for k in KEY])


def disagreement(  # noqa: PLR0913  # two grids, the areas, and what a Stand of a profile is
    cells: Path, reported: Path, area_cells: Path, *, stand: str, land: str, boundary_edition: str, limits: Limits
) -> pa.Table:
    """Cells per area and technology where the authority's grid and the model differ, both ways; all inputs Parquet."""
    with session(limits) as con:
        named = {"cells": cells, "reported": reported, "area_cells": area_cells}
        return query(con, "mobile_model_disagreement", **named, stand=stand, land=land, boundary_edition=boundary_edition)


def cells_of(grid: Grid, mask: NDArray[np.bool_]) -> NDArray[np.int32]:
    """The cell_id of the cells under a mask of the grid, ascending."""
    row, column = np.nonzero(mask)
    return ((row + grid.row) * COLUMNS + column + grid.column).astype("int32")


def reach_margin_m(settings: Settings) -> float:
    """How far around the Land sites and terrain are needed."""
    return max(band.reach_km for band in settings.bands.values()) * 10 * CELL_M


def _cells(
    layer: Layer, cells: NDArray[np.int32], levels: NDArray[np.int16], server: NDArray[np.int32], covered: NDArray[np.bool_]
) -> pa.Table:
    def same(text: str) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(cells), "int8")), pa.array([text]))

    none = server == 0
    columns = [cells, same(layer.operator), same(layer.technology), pa.array(levels, mask=none), pa.array(server, mask=none), covered]
    return pa.table(columns, schema=CELLS)


def _sites(layer: Layer) -> pa.Table:
    count = len(layer.sites)
    numbers = pa.array(np.arange(1, count + 1, dtype="int32"))
    return pa.table([pa.repeat(layer.operator, count), pa.repeat(layer.technology, count), numbers, layer.sites], schema=SITES)
