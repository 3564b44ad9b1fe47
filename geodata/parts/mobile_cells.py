"""Shares from the mobile grid in parts: ranges of cell_id, whose counts of whole cm² and households are added."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from geodata.mobile_cells import Counted, counted, shares_of
from geodata.mobile_cells import mobile_shares as shares_here
from geodata.parts.files import anywhere, cell_ranges
from geodata.parts.run import over
from geodata.parts.workers import Pool
from geodata.session import Limits

KEYS = ("ags", "technology", "operators")


@dataclass(frozen=True)
class CellPart:
    """A range of cell_id of the three tables; each part reads its own rows."""

    cells: str
    area_cells: str
    households: str
    land: str
    boundary_edition: str
    between: tuple[int, int]


def mobile_shares(  # noqa: PLR0913  # as `mobile_cells.mobile_shares`
    cells: Path,
    area_cells: Path,
    households: Path,
    *,
    stand: str,
    land: str,
    boundary_edition: str,
    sources: pa.Table,
    limits: Limits,
    pool: Pool,
) -> pa.Table:
    """What `mobile_cells.mobile_shares` gives for all cells."""
    if pool.parts == 1:
        named = {"stand": stand, "land": land, "boundary_edition": boundary_edition}
        return shares_here(cells, area_cells, households, **named, sources=sources, limits=limits)
    found = counts_of(cells, area_cells, households, land=land, boundary_edition=boundary_edition, pool=pool)
    return shares_of(found, stand=stand, boundary_edition=boundary_edition, sources=sources, limits=limits)


def counts_of(  # noqa: PLR0913  # as `mobile_cells.counted`
    cells: Path, area_cells: Path, households: Path, *, land: str, boundary_edition: str, pool: Pool
) -> Counted:
    """What `mobile_cells.counted` gives for all cells."""
    one, two, three = (anywhere(p) for p in (cells, area_cells, households))
    return added(over(pool, count, [CellPart(one, two, three, land, boundary_edition, r) for r in cell_ranges(cells, pool.parts)]))


def count(part: CellPart) -> Counted:
    """The counts of one part."""
    named = {"land": part.land, "boundary_edition": part.boundary_edition}
    return counted(part.cells, part.area_cells, part.households, **named, between=part.between)


def added(parts: list[Counted]) -> Counted:
    """The counts of all parts together."""
    summed = pa.concat_tables([p.table for p in parts]).group_by(list(KEYS)).aggregate([("cm2", "sum"), ("units", "sum")])
    table = summed.select([*KEYS, "cm2_sum", "units_sum"]).rename_columns([*KEYS, "cm2", "units"])
    editions = [p.edition_max for p in parts if p.edition_max is not None]
    totals = [p.has_5g_total for p in parts if p.has_5g_total is not None]
    return Counted(
        table.sort_by([(k, "ascending") for k in KEYS]),
        max(editions, default=None),
        all(totals) if totals else None,
        sum(p.cells for p in parts),
    )
