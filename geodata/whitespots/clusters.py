"""Expansion clusters: what is inside each, and what connecting it may take. Who belongs to which is decided in `members.py`.

Chains cross borders of Kreise; a cluster belongs to the Kreis with most of its addresses, and names all it reaches into.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy.spatial import KDTree

from geodata.cells import CELL_M
from geodata.parts.clusters import outlines_of_clusters
from geodata.parts.workers import HERE, Pool
from geodata.whitespots.areas import LEVELS
from geodata.whitespots.linkage import MILLIMETRES, spanning
from geodata.whitespots.members import ADDRESS_KIND, CELL_KIND, ID_DIGITS, Points, added, reach_of
from geodata.whitespots.outlines import contained, joined_squares
from geodata.whitespots.places import Register
from geodata.whitespots.variants import Variant, setting

Ints = npt.NDArray[np.int64]
KREIS = 5
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


WHOLE = ("rank", "rank_in_kreis", "units", "person_units", "schools", "business_parks")
PARTS = ("nearest_covered_m", "connection_m", "trench_m", "units_per_trench_m", "gap_share")
TYPES = dict.fromkeys((*CLUSTERS, "origin", "visibility"), "string")
TYPES |= dict.fromkeys(WHOLE, "int64") | dict.fromkeys(PARTS, "float64") | dict.fromkeys(("addresses", "cells"), "Int64")
COUNTS = pa.schema(
    [
        *((name, pa.string()) for name in ("variant", "kind", "ags", "level")),
        *((name, pa.int64()) for name in ("chained", "members", "unclustered", "chained_units", "member_units", "unclustered_units")),
        *((name, pa.string()) for name in ("origin", "visibility")),
    ]
)


@dataclass(frozen=True)
class Around:
    """What lies around the clusters of one variant: points covered today, units below its set today per Kreis, schools and parks."""

    covered: npt.NDArray[np.bool_]
    gaps: Mapping[str, int]
    register: Register


def clusters_of(members: pa.Table, points: Points, variant: Variant, around: Around, *, pool: Pool = HERE) -> gpd.GeoDataFrame:
    """The clusters of one variant, best first. `members`: MEMBERS of this variant and of one kind.

    From addresses the outline is made of discs and the trench joins the addresses; from cells, of their squares and the centres.
    """
    return clusters_of_each([(variant, members)], points, around, pool=pool)[0]


def clusters_of_each(
    members: Sequence[tuple[Variant, pa.Table]], points: Points, around: Around, *, pool: Pool = HERE
) -> list[gpd.GeoDataFrame]:
    """What `clusters_of` gives for each of some variants that chain the same points by the same distance.

    They differ in how large a cluster must be: one that several of them have is measured once.
    """
    measured: list[gpd.GeoDataFrame] = []
    found = []
    for variant, table in members:
        inside = table.filter(table["cluster_id"].is_valid())
        hashes = inside["members_hash"].cast(pa.string())
        known = pa.array([h for frame in measured for h in frame["members_hash"]], pa.string())
        new = inside.filter(pc.invert(pc.is_in(hashes, value_set=known)))
        if new.num_rows or not measured:
            measured.append(_measured(new, points, variant, around, pool))
        everything = pd.concat(measured) if len(measured) > 1 else measured[0]
        own = everything[everything["members_hash"].isin(pc.unique(hashes).to_pylist())]
        found.append(ranked(own.reset_index(drop=True).assign(variant=variant.name)))
    return found


def _measured(own: pa.Table, points: Points, variant: Variant, around: Around, pool: Pool) -> gpd.GeoDataFrame:
    """What the clusters of some members contain and what connecting them takes, without rank."""
    rows = own["point_row"].to_numpy().astype("int64")
    kind = str(own["kind"][0].as_py()) if own.num_rows else ADDRESS_KIND
    coded = own["members_hash"].cast(pa.string()).combine_chunks().dictionary_encode()
    hashes, of = coded.dictionary.to_pylist(), coded.indices.to_numpy().astype("int64")
    count = len(hashes)
    tree = spanning(*points.chain(rows, kind), reach=reach_of(variant, kind))
    metres = 1 / MILLIMETRES if kind == ADDRESS_KIND else CELL_M
    unknown = pd.array([pd.NA] * count, dtype="Int64")
    frame = gpd.GeoDataFrame(
        {
            "kind": [kind] * count,
            "addresses": pd.array(np.bincount(of, minlength=count), dtype="Int64") if kind == ADDRESS_KIND else unknown,
            "cells": _distinct(of, points.cell_id[rows], count) if kind == CELL_KIND else unknown,
            "trench_m": np.round(np.bincount(of[tree.one], tree.length, count) * metres, 3),
            "cluster_id": [h[:ID_DIGITS] for h in hashes],
            "members_hash": hashes,
            "units": added(points.units[rows], of, count),
            "person_units": added(points.person_units[rows], of, count),
            "nearest_covered_m": nearest(points, rows, of, np.flatnonzero(around.covered), count),
        },
        geometry=_outlines(points, rows, of, count, variant, kind, pool),
        crs="EPSG:25832",
    )
    frame["schools"] = contained(frame.geometry, around.register.schools.geometry)
    frame["business_parks"] = contained(frame.geometry, around.register.parks.geometry)
    frame = frame.assign(**_homes(own["ags"].cast(pa.string()), of, count))
    frame["gap_share"] = _gap_shares(frame, own["ags"].cast(pa.string()), points.units[rows], of, around.gaps)
    return frame


def _outlines(points: Points, rows: Ints, of: Ints, count: int, variant: Variant, kind: str, pool: Pool) -> np.ndarray:  # noqa: PLR0913, PLR0917  # as above
    if kind == ADDRESS_KIND:
        return outlines_of_clusters(points.easting[rows], points.northing[rows], of, count, radius_m=variant.radius_m, pool=pool)
    return joined_squares(points.cell_id[rows], of, count)


def _distinct(of: Ints, cells: npt.NDArray[np.int32], count: int) -> pd.api.extensions.ExtensionArray:
    once = np.unique(np.column_stack([of, cells]), axis=0)[:, 0] if len(of) else of
    return pd.array(np.bincount(once, minlength=count), dtype="Int64")


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
    return found.astype({c: TYPES[c] for c in CLUSTERS})[[*CLUSTERS, "geometry"]]


def _homes(ags: pa.ChunkedArray, of: Ints, count: int) -> dict[str, npt.NDArray[np.object_]]:
    """Gemeinde and Kreis with most members of each cluster (of several the lowest key), and all Kreise that it reaches into."""
    frame = pd.DataFrame({"of": of, "ags": ags.to_pandas()})
    frame["kreis"] = frame["ags"].str[:KREIS]
    most = {}
    for column in ("ags", "kreis"):
        counted = frame.groupby(["of", column], as_index=False).size().sort_values(["of", "size", column], ascending=[True, False, True])
        most[column] = counted.drop_duplicates("of").set_index("of")[column].reindex(range(count)).to_numpy()
    reached = frame[["of", "kreis"]].dropna().drop_duplicates().sort_values(["of", "kreis"]).groupby("of")["kreis"].agg(",".join)
    return {"ags": most["ags"], "kreis_ags": most["kreis"], "kreise": reached.reindex(range(count)).to_numpy()}


def _gap_shares(frame: gpd.GeoDataFrame, ags: pa.ChunkedArray, units: Ints, of: Ints, gaps: Mapping[str, int]) -> npt.NDArray[np.float64]:
    """Of the households of its Kreis that are below the set today, the share that the cluster's members in that Kreis are."""
    home = pa.array(frame["kreis_ags"], pa.string()).take(pa.array(of))
    inside = pc.fill_null(pc.equal(pc.utf8_slice_codeunits(ags.combine_chunks(), 0, KREIS), home), fill_value=False)
    closed = added(np.where(inside.to_numpy(zero_copy_only=False), units, 0), of, len(frame))
    gap = np.array([gaps.get(k, 0) for k in frame["kreis_ags"]], dtype="float64")
    return np.where(gap > 0, np.round(closed / np.where(gap > 0, gap, 1), 6), np.nan)


def no_clusters() -> gpd.GeoDataFrame:
    """A frame without clusters, of the types of a full one."""
    frame = gpd.GeoDataFrame({name: [] for name in TYPES}, geometry=[], crs="EPSG:25832")
    return frame.astype(TYPES)[[*CLUSTERS, "geometry", "origin", "visibility"]]


def units_by_kreis(ags: pa.Array, units: Ints, counted: npt.NDArray[np.bool_]) -> dict[str, int]:
    """Units of the points that count, per Kreis."""
    coded = pc.utf8_slice_codeunits(ags.cast(pa.string()), 0, KREIS).dictionary_encode()
    of = coded.indices.fill_null(-1).to_numpy().astype("int64")
    own = counted & (of >= 0)
    sums = added(units[own], of[own], len(coded.dictionary))
    return dict(zip(coded.dictionary.to_pylist(), sums.tolist(), strict=True))


def cluster_counts(members: pa.Table) -> pa.Table:
    """COUNTS: per variant, kind and area how many chained points are in clusters and how many are not, with their households."""
    frame = pd.DataFrame(
        {name: members[name].cast(pa.string()).to_pandas() for name in ("variant", "kind", "cluster_id", "ags", "origin", "visibility")}
    ).assign(units=members["units"].to_numpy())
    frame = frame.dropna(subset=["ags"]).assign(inside=lambda f: f["cluster_id"].notna())
    parts = []
    for length, level in LEVELS.items():
        own = frame.assign(ags=frame["ags"].str[:length], level=level, member_units=frame["units"].where(frame["inside"], 0))
        keys = ["variant", "kind", "ags", "level", "origin", "visibility"]
        grouped = own.groupby(keys, as_index=False).agg(
            chained=("inside", "size"), members=("inside", "sum"), chained_units=("units", "sum"), member_units=("member_units", "sum")
        )
        parts.append(grouped)
    found = pd.concat(parts, ignore_index=True).sort_values(["variant", "kind", "ags"], ignore_index=True)
    found = found.assign(unclustered=found["chained"] - found["members"], unclustered_units=found["chained_units"] - found["member_units"])
    return pa.Table.from_pandas(found, preserve_index=False, schema=COUNTS)
