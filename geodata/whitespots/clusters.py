"""Expansion clusters: addresses below a threshold by prospective supply, chained, with what is inside and what connecting them may take.

Chains cross borders of Kreise; a cluster belongs to the Kreis with most of its addresses, and names all it reaches into.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy.spatial import KDTree

from geodata.cells import CELL_M, COLUMNS
from geodata.fixed.measures import UNITS
from geodata.whitespots.linkage import MILLIMETRES, chained, millimetres, spanning
from geodata.whitespots.outlines import contained, discs, joined_squares
from geodata.whitespots.places import Register
from geodata.whitespots.variants import Variant, setting

Ints = npt.NDArray[np.int64]
KREIS = 5
ID_DIGITS = 12
NEIGHBOURS = 2  # squared distance of the cells around a cell, the four at its corners included, in sides of a cell
ADDRESS_KIND, CELL_KIND = "fixed_addresses", "fixed_cells"
MEMBERS = pa.schema([("variant", pa.string()), ("cluster_id", pa.string()), ("address_row", pa.int32()), ("units", pa.int64())])
CLUSTERS = (
    "variant",
    "kind",
    "cluster_id",
    "kreis_ags",
    "ags",
    "kreise",
    "rank",
    "rank_in_kreis",
    "addresses",
    "cells",
    "units",
    "person_units",
    "schools",
    "business_parks",
    "nearest_covered_m",
    "connection_m",
    "trench_m",
    "units_per_trench_m",
    "gap_share",
    "members_hash",
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


@dataclass(frozen=True)
class Chosen:
    """For one variant: which points are chained, which are covered today, and the units below its set today per Kreis."""

    chainable: npt.NDArray[np.bool_]
    covered: npt.NDArray[np.bool_]
    gaps: Mapping[str, int]


@dataclass(frozen=True)
class Clustered:
    """The clusters of one variant and its chained points: the row of each point, and its cluster (null: too few around it)."""

    clusters: gpd.GeoDataFrame
    rows: Ints
    cluster_ids: pa.Array


def address_clusters(points: Points, chosen: Chosen, variant: Variant, register: Register) -> Clustered:
    """The clusters of one variant from addresses, best first."""
    rows = np.flatnonzero(chosen.chainable)
    x, y = millimetres(points.easting[rows]), millimetres(points.northing[rows])
    member_of = large_enough(chained(x, y, reach=variant.reach), points.units[rows], variant, least=variant.min_addresses)
    kept = np.flatnonzero(member_of >= 0)
    own, of, count = rows[kept], member_of[kept], int(member_of.max(initial=-1)) + 1
    tree = spanning(x[kept], y[kept], reach=variant.reach)
    frame = gpd.GeoDataFrame(
        {
            "kind": ADDRESS_KIND,
            "addresses": pd.array(np.bincount(of, minlength=count), dtype="Int64"),
            "cells": pd.array([pd.NA] * count, dtype="Int64"),
            "trench_m": np.round(np.bincount(of[tree.one], tree.length, count) / MILLIMETRES, 3),
        },
        geometry=discs(points.easting[own], points.northing[own], of, count, radius_m=variant.radius_m),
        crs="EPSG:25832",
    )
    return _described(frame, points, chosen, variant, register, (rows, member_of))


def cell_clusters(points: Points, chosen: Chosen, variant: Variant, register: Register) -> Clustered:
    """The clusters of one variant from cells that touch, at a corner too; the number of addresses is not known and not asked for.

    Its trench joins the centres of the cells.
    """
    rows = np.flatnonzero(chosen.chainable)
    y, x = np.divmod(points.cell_id[rows].astype("int64"), COLUMNS)
    member_of = large_enough(chained(x, y, reach=NEIGHBOURS), points.units[rows], variant, least=1)
    kept = np.flatnonzero(member_of >= 0)
    own, of, count = rows[kept], member_of[kept], int(member_of.max(initial=-1)) + 1
    tree = spanning(x[kept], y[kept], reach=NEIGHBOURS)
    cells = pd.DataFrame({"of": of, "cell": points.cell_id[own]}).drop_duplicates()["of"].to_numpy()
    frame = gpd.GeoDataFrame(
        {
            "kind": CELL_KIND,
            "addresses": pd.array([pd.NA] * count, dtype="Int64"),
            "cells": pd.array(np.bincount(cells, minlength=count), dtype="Int64"),
            "trench_m": np.round(np.bincount(of[tree.one], tree.length, count) * CELL_M, 3),
        },
        geometry=joined_squares(points.cell_id[own], of, count),
        crs="EPSG:25832",
    )
    return _described(frame, points, chosen, variant, register, (rows, member_of))


def _described(  # noqa: PLR0913, PLR0917  # what a cluster is made of
    frame: gpd.GeoDataFrame, points: Points, chosen: Chosen, variant: Variant, register: Register, member: tuple[Ints, Ints]
) -> Clustered:
    rows, member_of = member
    kept = np.flatnonzero(member_of >= 0)
    own, of, count = rows[kept], member_of[kept], len(frame)
    hashes = hashes_of(pc.take(points.names, pa.array(own)), of, count)
    ids = [h[:ID_DIGITS] for h in hashes]
    frame = frame.assign(
        variant=variant.name,
        cluster_id=ids,
        members_hash=hashes,
        units=_added(points.units[own], of, count),
        person_units=_added(points.person_units[own], of, count),
        nearest_covered_m=nearest(points, own, of, np.flatnonzero(chosen.covered), count),
        schools=contained(frame.geometry, register.schools.geometry),
        business_parks=contained(frame.geometry, register.parks.geometry),
    )
    frame = frame.assign(**_homes(pc.take(points.ags, pa.array(own)), of, count))
    frame["gap_share"] = _gap_shares(frame, points, own, of, chosen)
    return Clustered(ranked(frame), rows, pa.array(ids, pa.string()).take(pa.array(member_of, mask=member_of < 0)))


def large_enough(label: Ints, units: Ints, variant: Variant, *, least: int) -> Ints:
    """The number of each point's cluster, from 0 in the order of their first points; −1 where it has too few points or households."""
    _, of = np.unique(label, return_inverse=True)
    enough = np.bincount(of) >= least if len(of) else np.zeros(0, dtype=bool)
    enough &= _added(units, of, len(enough)) >= variant.min_households * UNITS
    number = np.where(enough, np.cumsum(enough) - 1, -1)
    return np.asarray(number[of], dtype=np.int64)


def hashes_of(names: pa.Array, of: Ints, count: int) -> list[str]:
    """Per cluster the sha256 of the names of its members, sorted, one a line: the same members, the same hash."""
    table = pa.table({"of": of, "name": names}).sort_by([("of", "ascending"), ("name", "ascending")])
    start = np.searchsorted(table["of"].to_numpy(), np.arange(count + 1))
    texts = table["name"].to_pylist()
    return [hashlib.sha256("\n".join(texts[a:b]).encode()).hexdigest() for a, b in pairwise(start)]


def nearest(points: Points, rows: Ints, of: Ints, covered: Ints, count: int) -> npt.NDArray[np.float64]:
    """Per cluster the shortest straight line in metres from a member to a covered point; NaN where there is none."""
    found = np.full(count, np.inf)
    if len(covered) and len(rows):
        tree = KDTree(np.column_stack([points.easting[covered], points.northing[covered]]), balanced_tree=False, compact_nodes=False)
        distance, _ = tree.query(np.column_stack([points.easting[rows], points.northing[rows]]))
        np.minimum.at(found, of, distance)
    return np.where(np.isfinite(found), np.round(found, 3), np.nan)


def ranked(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The clusters by households per metre of trench, best first, with rank in the Land and in the Kreis; ties by households, then id."""
    per_metre = frame["units"] / frame["trench_m"].where(frame["trench_m"] > 0)
    found = frame.assign(
        units_per_trench_m=per_metre.round(3), connection_m=(frame["nearest_covered_m"] * setting("connection", "detour_factor")).round(3)
    )
    # No trench at all: all members share one point.
    order = found.assign(by=per_metre.fillna(np.inf)).sort_values(["by", "units", "cluster_id"], ascending=[False, False, True]).index
    found = found.loc[order].reset_index(drop=True)
    found["rank"] = np.arange(1, len(found) + 1)
    found["rank_in_kreis"] = found.groupby("kreis_ags").cumcount() + 1
    return found[[*CLUSTERS, "geometry"]]


def members_table(found: Mapping[str, Clustered], points: Points) -> pa.Table:
    """MEMBERS: every chained point of every variant, with its cluster or null."""
    parts = [MEMBERS.empty_table()]
    for name, own in found.items():
        columns = [pa.repeat(name, len(own.rows)), own.cluster_ids, pa.array(own.rows, pa.int32()), pa.array(points.units[own.rows])]
        parts.append(pa.table(dict(zip(MEMBERS.names, columns, strict=True))).cast(MEMBERS))
    return pa.concat_tables(parts)


def _homes(ags: pa.Array, of: Ints, count: int) -> dict[str, npt.NDArray[np.object_]]:
    """Gemeinde and Kreis with most members of each cluster (of several the lowest key), and all Kreise that it reaches into."""
    frame = pd.DataFrame({"of": of, "ags": ags.cast(pa.string()).to_pandas()})
    frame["kreis"] = frame["ags"].str[:KREIS]
    most = {}
    for column in ("ags", "kreis"):
        counted = frame.groupby(["of", column], as_index=False).size().sort_values(["of", "size", column], ascending=[True, False, True])
        most[column] = counted.drop_duplicates("of").set_index("of")[column].reindex(range(count)).to_numpy()
    reached = frame[["of", "kreis"]].dropna().drop_duplicates().sort_values(["of", "kreis"]).groupby("of")["kreis"].agg(",".join)
    return {"ags": most["ags"], "kreis_ags": most["kreis"], "kreise": reached.reindex(range(count)).to_numpy()}


def _gap_shares(frame: gpd.GeoDataFrame, points: Points, rows: Ints, of: Ints, chosen: Chosen) -> npt.NDArray[np.float64]:
    """Of the households of its Kreis that are below the set today, the share that the cluster's members in that Kreis are."""
    home = pa.array(frame["kreis_ags"], pa.string()).take(pa.array(of))
    kreis = pc.utf8_slice_codeunits(pc.take(points.ags, pa.array(rows)).cast(pa.string()), 0, KREIS)
    inside = pc.fill_null(pc.equal(kreis, home), fill_value=False).to_numpy(zero_copy_only=False)
    closed = _added(np.where(inside, points.units[rows], 0), of, len(frame))
    gap = np.array([chosen.gaps.get(k, 0) for k in frame["kreis_ags"]], dtype="float64")
    return np.where(gap > 0, np.round(closed / np.where(gap > 0, gap, 1), 6), np.nan)


def _added(values: Ints, of: Ints, count: int) -> Ints:
    found: Ints = np.rint(np.bincount(of, values.astype("float64"), count)).astype("int64")
    return found
