"""Which points belong to which expansion cluster: addresses chained by distance, cells that touch. What a cluster contains is not here."""

import hashlib
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from geodata.cells import COLUMNS
from geodata.fixed.measures import UNITS
from geodata.parts.clusters import clusters_of_points
from geodata.parts.workers import HERE, Pool
from geodata.whitespots.linkage import millimetres
from geodata.whitespots.variants import Variant

Ints = npt.NDArray[np.int64]
ADDRESS_KIND, CELL_KIND = "fixed_addresses", "fixed_cells"
NEIGHBOURS = 2  # squared distance of the cells around a cell, the four at its corners included, in sides of a cell
ID_DIGITS = 12
WORD = pa.dictionary(pa.int32(), pa.string())
MEMBERS = pa.schema(
    [
        ("variant", WORD),
        ("kind", WORD),
        ("cluster_id", WORD),
        ("members_hash", WORD),
        ("point_row", pa.int32()),
        ("cell_id", pa.int32()),
        ("ags", WORD),
        ("units", pa.int64()),
        ("origin", WORD),
        ("visibility", WORD),
    ]
)


@dataclass(frozen=True)
class Points:
    """What is chained, addresses or cells, row by row: a name that is the same in every run, place (EPSG:25832), cell, Gemeinde.

    `ags` null: outside the Land. `units`, `person_units`: ten-thousandths of households and persons, 0 where there is no figure.
    """

    names: pa.Array
    easting: npt.NDArray[np.float64]
    northing: npt.NDArray[np.float64]
    cell_id: npt.NDArray[np.int32]
    ags: pa.Array
    units: Ints
    person_units: Ints

    def chain(self, rows: Ints, kind: str) -> tuple[Ints, Ints]:
        """Coordinates that are chained: whole millimetres of addresses, column and row of cells."""
        if kind == ADDRESS_KIND:
            return millimetres(self.easting[rows]), millimetres(self.northing[rows])
        row, column = np.divmod(self.cell_id[rows].astype("int64"), COLUMNS)
        return column, row


def reach_of(variant: Variant, kind: str) -> int:
    """The squared distance that still chains, in the units of `Points.chain`."""
    return variant.reach if kind == ADDRESS_KIND else NEIGHBOURS


def members_of(  # noqa: PLR0913  # of which data, and how far they may be shown
    points: Points, chainable: npt.NDArray[np.bool_], variant: Variant, *, kind: str, origin: str, visibility: str, pool: Pool = HERE
) -> pa.Table:
    """MEMBERS of one variant: every chainable point, with its cluster, or null where there are too few around it.

    The number of addresses in a cell is not known: clusters of cells need the households alone.
    """
    rows = np.flatnonzero(chainable)
    label = clusters_of_points(*points.chain(rows, kind), reach=reach_of(variant, kind), pool=pool)
    of = large_enough(label, points.units[rows], variant, least=variant.min_addresses if kind == ADDRESS_KIND else 1)
    kept = np.flatnonzero(of >= 0)
    hashes = hashes_of(pc.take(points.names, pa.array(rows[kept])), of[kept], int(of.max(initial=-1)) + 1)
    at = pa.array(of, mask=of < 0).cast(pa.int32())
    ags = pc.take(points.ags, pa.array(rows))
    columns: dict[str, pa.Array] = {
        "cluster_id": pa.DictionaryArray.from_arrays(at, pa.array([h[:ID_DIGITS] for h in hashes], pa.string())),
        "members_hash": pa.DictionaryArray.from_arrays(at, pa.array(hashes, pa.string())),
        "point_row": pa.array(rows, pa.int32()),
        "cell_id": pa.array(points.cell_id[rows], pa.int32()),
        "ags": ags.cast(pa.string()),
        "units": pa.array(points.units[rows]),
    }
    columns |= {n: pa.repeat(v, len(rows)) for n, v in (("variant", variant.name), ("kind", kind))}
    columns |= {n: pa.repeat(v, len(rows)) for n, v in (("origin", origin), ("visibility", visibility))}
    return pa.table({name: columns[name] for name in MEMBERS.names}).cast(MEMBERS)


def large_enough(label: Ints, units: Ints, variant: Variant, *, least: int) -> Ints:
    """The number of each point's cluster, from 0 in the order of their first points; −1 where it has too few points or households.

    `label`: the position of the first point of its cluster.
    """
    of = (np.cumsum(label == np.arange(len(label))) - 1)[label]
    enough = np.bincount(of) >= least if len(of) else np.zeros(0, dtype=bool)
    enough &= added(units, of, len(enough)) >= variant.min_households * UNITS
    number = np.where(enough, np.cumsum(enough) - 1, -1)
    return np.asarray(number[of], dtype=np.int64)


def hashes_of(names: pa.Array, of: Ints, count: int) -> list[str]:
    """Per cluster the sha256 of the names of its members, sorted, one a line: the same members, the same hash."""
    table = pa.table({"of": of, "name": names}).sort_by([("of", "ascending"), ("name", "ascending")])
    start = np.searchsorted(table["of"].to_numpy(), np.arange(count + 1))
    texts = table["name"].to_pylist()
    return [hashlib.sha256("\n".join(texts[a:b]).encode()).hexdigest() for a, b in pairwise(start)]


def added(values: Ints, of: Ints, count: int) -> Ints:
    """Sums per group of whole numbers, exact below 2⁵³ whatever the order."""
    found: Ints = np.rint(np.bincount(of, values.astype("float64"), count)).astype("int64")
    return found
