"""Points to Gemeinden in parts: ranges of rows or row groups of one file, each with the cell index mapped from its folder."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.cell_index import CellIndex
from geodata.cell_points import examined, sums_of, table_of
from geodata.fixed.places import ADDRESS_PLACES, ZENSUS_PLACES, placed_addresses, placed_zensus
from geodata.fixed.places import address_places as places_here
from geodata.fixed.places import zensus_places as zensus_here
from geodata.parts.files import anywhere, row_count, rows_of
from geodata.parts.run import over, ranges
from geodata.parts.workers import Pool
from geodata.storage import opened

PLACE = ("easting_m", "northing_m")
CENTRES = ("x_m", "y_m")


@dataclass(frozen=True)
class CountPart:
    """Row groups, first to one before the last, of a file of points; `index`: the folder of a saved cell index."""

    points: str
    index: str
    value: str
    coordinates: tuple[str, str]
    groups: tuple[int, int]


@dataclass(frozen=True)
class PlacePart:
    """Rows, first to one before the last, of the addresses."""

    addresses: str
    zensus: str
    index: str
    rows: tuple[int, int]


@dataclass(frozen=True)
class ZensusPart:
    """Rows, first to one before the last, of the Zensus cells."""

    zensus: str
    index: str
    rows: tuple[int, int]


def count_by_gemeinde(
    index: Path, points: Path | str, *, pool: Pool, value: str = "households", coordinates: tuple[str, str] = PLACE
) -> pa.Table:
    """What `cell_points.count_by_gemeinde` gives for the whole file, from parts of its row groups; `index`: a folder all workers see."""
    groups, kind = examined(points, (*coordinates, value), value)
    parts = [CountPart(anywhere(points), anywhere(index), value, coordinates, r) for r in ranges(groups, min(groups, pool.parts) or 1)]
    return table_of(_index(anywhere(index)), over(pool, counted, parts), value, kind)


def address_places(addresses: Path | str, zensus: Path | str, gemeinden: gpd.GeoDataFrame, *, pool: Pool, scratch: Path) -> pa.Table:
    """What `fixed.places.address_places` gives for the whole register, row by row. `scratch`: a folder that all workers see."""
    if pool.parts == 1:
        with opened(addresses) as one, opened(zensus) as other:
            return places_here(pq.read_table(one, columns=list(PLACE)), pq.read_table(other, columns=list(CENTRES)), gemeinden)
    index = _saved(gemeinden, scratch)
    parts = [PlacePart(anywhere(addresses), anywhere(zensus), index, rows) for rows in ranges(row_count(addresses), pool.parts)]
    return pa.concat_tables([ADDRESS_PLACES.empty_table(), *over(pool, placed, parts)]).combine_chunks()


def zensus_places(zensus: Path | str, gemeinden: gpd.GeoDataFrame, *, pool: Pool, scratch: Path) -> pa.Table:
    """What `fixed.places.zensus_places` gives for all cells, row by row. `scratch`: a folder that all workers see."""
    if pool.parts == 1:
        with opened(zensus) as stream:
            return zensus_here(pq.read_table(stream, columns=list(PLACE)), gemeinden)
    index = _saved(gemeinden, scratch)
    parts = [ZensusPart(anywhere(zensus), index, rows) for rows in ranges(row_count(zensus), pool.parts)]
    return pa.concat_tables([ZENSUS_PLACES.empty_table(), *over(pool, placed_centres, parts)]).combine_chunks()


def counted(part: CountPart) -> np.ndarray:
    """The sums of one part, to be added."""
    return sums_of(_index(part.index), part.points, range(*part.groups), value=part.value, coordinates=part.coordinates)


def placed(part: PlacePart) -> pa.Table:
    """The places (ADDRESS_PLACES) of one part."""
    with opened(part.zensus) as stream:
        zensus = pq.read_table(stream, columns=list(CENTRES))
    return placed_addresses(rows_of(part.addresses, PLACE, part.rows), zensus, _index(part.index))


def placed_centres(part: ZensusPart) -> pa.Table:
    """The places (ZENSUS_PLACES) of one part."""
    return placed_zensus(rows_of(part.zensus, PLACE, part.rows), _index(part.index))


def _saved(gemeinden: gpd.GeoDataFrame, scratch: Path) -> str:
    """The cell index as a file that all workers read."""
    folder = scratch / "cell_index"
    CellIndex.build(gemeinden).save(folder)
    return anywhere(folder)


@lru_cache(2)
def _index(folder: str) -> CellIndex:
    return CellIndex.load(Path(folder))
