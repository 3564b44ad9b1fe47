"""The fact table of one Stand: published values and what is derived from them, in one shape. The arithmetic is in `geodata/sql`."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from geodata.facts import FACTS, KEY
from geodata.mobile_model import disagreement_facts, measure_facts, model_shares
from geodata.parts.mobile_cells import mobile_shares
from geodata.parts.workers import HERE, Pool
from geodata.session import Limits, query, session


@dataclass(frozen=True)
class CoverageInputs:
    """The Parquet files that one Stand's facts are made of."""

    shares: Path
    areas: Path
    households: Path
    schools: Path
    parks: Path
    park_pieces: Path
    fixed: "FixedFacts"
    mobile: "MobileFacts"


@dataclass(frozen=True)
class MobileFacts:
    """What the mobile facts of one Stand are made of: the authority's grid and tables, the model's cells, counted measures.

    `sources` and `model_sources` name source, origin and visibility per subject (area, households).
    """

    cells: Path
    published: Path
    area_cells: Path
    households: Path
    sources: pa.Table
    modelled: Path
    model_sources: pa.Table
    differences: Path
    measures: Path


@dataclass(frozen=True)
class FixedFacts:
    """What the fixed line's facts of one Stand are made of; `register`, `register_pieces`: the newest register at or before the Stand.

    `sources` and `park_sources` name source, origin and visibility per method (columns method, source_id, origin, visibility).
    """

    cells: Path
    fibre: Path
    register: Path
    register_pieces: Path
    sources: pa.Table
    park_sources: pa.Table


def coverage_shares(  # noqa: PLR0913  # what a Stand of a profile is
    inputs: CoverageInputs, *, stand: str, land: str, boundary_edition: str, parks_cover: list[str], limits: Limits, pool: Pool = HERE
) -> pa.Table:
    """All facts of one Stand, sorted by key.

    Households: reported as published; derived for the Land and Regierungsbezirke from Kreise, and for all three from Gemeinden,
    weighted with Zensus households; derived for all levels from cells and addresses; so is mobile coverage. Schools count by
    `boundary_edition`, Gewerbegebiete by every edition, and only in the areas whose AGS begins with one of `parks_cover`.
    """
    named = {"stand": stand, "land": land, "boundary_edition": boundary_edition}
    mobile = inputs.mobile
    cells, homes = mobile.area_cells, mobile.households
    # First what reads millions of cells and gives few rows: the many rows of the others are not yet in memory.
    parts = [
        mobile_shares(mobile.cells, cells, homes, **named, sources=mobile.sources, limits=limits, pool=pool),
        model_shares(mobile.modelled, cells, homes, **named, sources=mobile.model_sources, limits=limits),
    ]
    with session(limits) as con:
        parts += [query(con, "coverage_reported", shares=path) for path in (inputs.shares, inputs.mobile.published)]
        parts += [
            query(
                con,
                "coverage_derived_households",
                shares=inputs.shares,
                households=inputs.households,
                part_level=level,
                method=f"{plural}_by_households",
            )
            for level, plural in (("kreis", "kreise"), ("gemeinde", "gemeinden"))
        ]
        parts.append(
            query(con, "coverage_schools", schools=inputs.schools, areas=inputs.areas, boundary_edition=boundary_edition, stand=stand)
        )
        parts.append(
            query(
                con,
                "coverage_business_parks",
                pieces=inputs.park_pieces,
                parks=inputs.parks,
                areas=inputs.areas,
                stand=stand,
                covered=parks_cover,
            )
        )
        fixed = inputs.fixed
        parts.append(query(con, "fixed_shares", cells=fixed.cells, sources=fixed.sources, **named))
        parts.append(query(con, "fixed_schools", cells=fixed.cells, schools=fixed.register, sources=fixed.sources, **named))
        parts.append(query(con, "fixed_parks", fibre=fixed.fibre, pieces=fixed.register_pieces, sources=fixed.park_sources, **named))
    parts.append(disagreement_facts(mobile.differences, limits))
    parts.append(measure_facts(mobile.measures, boundary_edition=boundary_edition, limits=limits))
    return pa.concat_tables([p.cast(FACTS) for p in parts]).sort_by([(k, "ascending") for k in KEY])
