"""The fact table of one Stand: published values and what is derived from them, in one shape. The arithmetic is in `geodata/sql`."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from geodata.session import Limits, query, session

KEY = (
    "ags",
    "level",
    "stand",
    "subject",
    "technology",
    "direction",
    "min_mbits",
    "operator",
    "rollout",
    "basis",
    "method",
    "boundary_edition",
    "source_id",
)
AMOUNT = pa.decimal128(24, 4)
FACTS = pa.schema(
    [
        ("ags", pa.string()),
        ("level", pa.string()),
        ("stand", pa.date32()),
        ("subject", pa.string()),
        ("technology", pa.string()),
        ("direction", pa.string()),
        ("min_mbits", pa.int32()),
        ("operator", pa.string()),
        ("rollout", pa.string()),
        ("basis", pa.string()),
        ("method", pa.string()),
        ("boundary_edition", pa.string()),
        ("source_id", pa.string()),
        ("numerator", AMOUNT),
        ("denominator", AMOUNT),
        ("share", pa.float64()),
        ("origin", pa.string()),
        ("visibility", pa.string()),
    ]
)


@dataclass(frozen=True)
class CoverageInputs:
    """The Parquet files that one Stand's facts are made of."""

    shares: Path
    areas: Path
    households: Path
    schools: Path
    parks: Path
    park_pieces: Path


def coverage_shares(inputs: CoverageInputs, *, stand: str, boundary_edition: str, parks_cover: list[str], limits: Limits) -> pa.Table:
    """All facts of one Stand, sorted by key.

    Households: reported as published; derived for the Land and Regierungsbezirke from Kreise, and for all three from Gemeinden,
    weighted with Zensus households. Schools count by `boundary_edition`, Gewerbegebiete by every edition,
    and only in the areas whose AGS begins with one of `parks_cover`.
    """
    with session(limits) as con:
        parts = [query(con, "coverage_reported", shares=inputs.shares)]
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
    return pa.concat_tables([p.cast(FACTS) for p in parts]).sort_by([(k, "ascending") for k in KEY])
